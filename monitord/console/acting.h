/* SPDX-License-Identifier: Apache-2.0 */
/* From a key to an order on the full screen: the question before it, on a shared terminal the
 * person and his passphrase, the daemon's answer in words. It owns the session of this terminal and
 * what stands in the line above the keys; it decides nothing. watch.c owns one. */
#ifndef MONITORD_CONSOLE_ACTING_H
#define MONITORD_CONSOLE_ACTING_H

#include "monitord/console/options.h"

#define MD_ACTING_NOTICE_MS 15000

enum md_acting_step {
    MD_ACTING_IDLE,
    MD_ACTING_QUESTION,   /* [y] or anything else */
    MD_ACTING_PERSON,     /* typing an id */
    MD_ACTING_PASSPHRASE, /* typing, unseen */
    MD_ACTING_CHECKING    /* the daemon compares */
};
struct md_acting {
    enum md_acting_step step;
    const char *order; /* "acknowledge" …; NULL: only log in */
    char id[32], hash[72];
    char called[64], callee[200]; /* of "called": id and title of who was called; "" else */
    const char *outcome;          /* of "called": "reached" … */
    /* Told of each order the daemon has taken, before anything else is asked; NULL: nobody. */
    void (*done)(void *context, const struct md_acting *acting, const json_t *answer);
    void *context;
    char typed[256];
    char person[64], session[40]; /* session "": none */
    char notice[500];
    long long notice_ms, checked_ms;
};

/* Puts the question `word`, filled with `what` (or the id), before the order. hash "" unless an
 * approval is to be given. */
void md_acting_ask(struct md_acting *acting, const struct md_speech *speech, const char *order,
                   const char *id, const char *hash, enum md_word word, const char *what);
/* The same before the record of a call: person has "id" and "title"; outcome as the order names it,
 * static; word names it for people. */
void md_acting_ask_called(struct md_acting *acting, const struct md_speech *speech,
                          const char *incident, const json_t *person, const char *outcome,
                          enum md_word word);
/* Takes a key while something is asked or typed; false: the key means something else. */
bool md_acting_key(struct md_acting *acting, const struct md_options *options,
                   const struct md_speech *speech, int key);
/* Looks after a check under way; call it at every turn. */
void md_acting_turn(struct md_acting *acting, const struct md_options *options,
                    const struct md_speech *speech);
/* Ends the session of this terminal. */
void md_acting_lock(struct md_acting *acting, const struct md_options *options,
                    const struct md_speech *speech);
void md_acting_say(struct md_acting *acting, const struct md_speech *speech, enum md_word word,
                   const char *fill);
/* What stands above the keys now; NULL nothing. */
const char *md_acting_notice(const struct md_acting *acting, long long now_ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What people answer away from the terminal: by SMS, by keys during a call, by a webhook. It owns
 * the one-time codes that pages carry (one for each person, incident and epoch, used up by the
 * first answer) and the signature of tokens. It acts on nothing: an answer with its verdict goes to
 * the hook, which journals it and gives it to the engine. Channels ask it; notify.c starts it. */
#ifndef MONITORD_ANSWERS_H
#define MONITORD_ANSWERS_H

#include "config/site.h"
#include "failover/command.h"

#define MD_ANSWERS_MAX 256    /* codes remembered; the oldest goes first */
#define MD_ANSWER_CODE_SIZE 5 /* four digits, as people can key them in */
#define MD_ANSWER_TOKEN_SIZE 160
#define MD_ANSWERS_WRONG_MAX 20              /* wrong codes of one person … */
#define MD_ANSWERS_WRONG_US (10 * FO_MINUTE) /* … within this: then none is taken for as long */

enum md_answer_verdict {
    MD_ANSWER_TAKEN,    /* given to the engine */
    MD_ANSWER_UNKNOWN,  /* no such code of this person, or nobody has this number */
    MD_ANSWER_REPLAYED, /* the code was used before */
    MD_ANSWER_OLD,      /* of an earlier epoch: it has become worse since */
    MD_ANSWER_OVER,     /* the incident is over */
    MD_ANSWER_VERDICTS
};
struct md_answer {
    uint8_t channel;
    uint8_t person;       /* FO_NONE: nobody of the site */
    uint8_t order;        /* enum fo_order_kind: ACKNOWLEDGE, OWN, CANNOT or RESOLVE */
    uint32_t incident;    /* 0 when the code is unknown */
    uint8_t epoch, round; /* of the page that is answered */
    uint8_t verdict;      /* enum md_answer_verdict, as far as the code tells */
    bool drill;           /* the page it answers was one of a drill */
};

/* Called once for each answer, also for those that change nothing; returns the verdict in the end.
 */
typedef enum md_answer_verdict (*md_answer_hook)(void *context, const struct md_answer *answer);

struct md_answers;
/* Codes of pages before a restart are read from the state directory (file "answers", mode 0600).
 * NULL when out of memory. */
struct md_answers *md_answers_start(const struct site *site, md_answer_hook hook, void *context);
void md_answers_stop(struct md_answers *answers);

/* The code of a page: the one this person has for this incident and epoch as long as it is unused,
 * else a new one. */
void md_answers_code(struct md_answers *answers, const struct fo_notify *notify,
                     char code[MD_ANSWER_CODE_SIZE]);
/* The same as a signed text for machines: "person.incident.epoch.code.signature". */
void md_answers_token(struct md_answers *answers, const struct fo_notify *notify,
                      char token[MD_ANSWER_TOKEN_SIZE]);
/* Whether a page by this channel could still be answered: an unused code that is younger than
 * since_us. */
bool md_answers_open(const struct md_answers *answers, fo_us now_us, fo_us since_us);

/* A person (FO_NONE: a number of nobody) has answered with a code (NULL: none could be read).
 * order FO_ORDER_KINDS: what is wanted could not be read; it counts as unknown. */
enum md_answer_verdict md_answers_take(struct md_answers *answers, uint8_t channel, uint8_t person,
                                       uint8_t order, const char *code, fo_us now_us);
/* Somebody has answered with a token; one whose signature is not ours is nobody's. */
enum md_answer_verdict md_answers_take_token(struct md_answers *answers, uint8_t channel,
                                             uint8_t order, const char *token, fo_us now_us);

#endif

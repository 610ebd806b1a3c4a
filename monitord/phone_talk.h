/* SPDX-License-Identifier: Apache-2.0 */
/* What is said during a call: recorded phrases of the site, one after the other in one WAV file,
 * which baresip plays. It owns the names of the phrases and their form (8 kHz, mono, 16 bits) and
 * synthesises nothing; a drill's mark is the first and the last of it. channel_sip.c asks it. */
#ifndef MONITORD_PHONE_TALK_H
#define MONITORD_PHONE_TALK_H

#include "failover/command.h"

#include <stdbool.h>
#include <stddef.h>

#define MD_PHONE_PHRASE_MAX_MS 30000 /* one recording */
#define MD_PHONE_TALK_MAX_MS 120000  /* one file; a call ends with it */
#define MD_PHONE_ROUNDS_MAX 3        /* the page is said so often, as far as it fits */

enum md_phone_reply {
    MD_PHONE_TAKEN,  /* 受け付けました */
    MD_PHONE_UNKNOWN /* 受け付けられません: used before, over, or changed since */
};
struct md_phone_page {
    const char *incident; /* its last four digits are said; "" none */
    uint8_t message;      /* enum fo_message */
    bool drill, resend;
    bool asks; /* which key is which is said at the end */
};
/* Writes what is said of a page to the file `path`, replaced whole and readable by baresip's user.
 * round_ms: how long one round takes, talk_ms: the whole. 0, or an errno: ENOENT a phrase is
 * missing, EILSEQ it has another form, EFBIG it is too long; `bad` then names the phrase. */
int md_phone_talk_page(const char *phrases, const char *path, const struct md_phone_page *page,
                       unsigned *round_ms, unsigned *talk_ms, const char **bad);
/* The same for the end of a call, after a key. */
int md_phone_talk_reply(const char *phrases, const char *path, enum md_phone_reply reply,
                        bool drill, unsigned *talk_ms, const char **bad);
/* Whether all phrases are there and have the right form: 0, or an errno as above. */
int md_phone_talk_check(const char *phrases, const char **bad);
/* The names of the phrases, in the order of the manual; NULL at the end. A file is NAME.wav. */
extern const char *const md_phone_phrases[];

#endif

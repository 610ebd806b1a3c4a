/* SPDX-License-Identifier: Apache-2.0 */
/* Every word for people, Japanese and English side by side, in one table per kind (text_reason.c,
 * text_word.c). It owns wording only: callers bring codes, names and numbers. Everything a person
 * reads from Noroshi (messages, screen, reports) comes from here; logs for engineers do not. */
#ifndef MONITORD_TEXT_H
#define MONITORD_TEXT_H

#include "config/site.h"
#include "failover/reason.h"

/* The three things a person needs of a reason. */
enum md_text_form {
    MD_TEXT_TITLE, /* what happened: "主系指令サーバ停止" / "Primary dispatch server stopped" */
    MD_TEXT_ADVICE, /* causes: what you should do, one sentence */
    MD_TEXT_SHORT,  /* fits an SMS with its fellows: at most 12 full-width characters */
    MD_TEXT_FORMS
};
/* Never NULL: a code without words gives its number in words of the language. Static storage. */
const char *md_text_reason(enum cfg_language language, unsigned reason, enum md_text_form form);
/* The number of a stable reason name ("mains_lost"); 0 for NULL, 65535 for a name that is no code.
 */
unsigned md_text_reason_number(const char *name);
/* Whether this cause asks for an act of its own also when it is folded under another root: a
 * generator that does not start presses although the mains are the root; a silent UPS behind a cut
 * network does not. Its advice then comes before that of the root. */
bool md_text_reason_presses(unsigned reason);

#endif

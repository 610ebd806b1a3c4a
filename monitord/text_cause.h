/* SPDX-License-Identifier: Apache-2.0 */
/* The sheet of words of the causes, behind text_reason.c, and the form in which both tables are
 * written. Nobody else asks it: words are asked for through monitord/text.h. */
#ifndef MONITORD_TEXT_CAUSE_H
#define MONITORD_TEXT_CAUSE_H

#include "monitord/text.h"

struct md_reason_words {
    const char *title[2], *brief[2], *advice[2]; /* Japanese, English */
};
#define REASON(id, ja_title, en_title, ja_brief, en_brief, ja_advice, en_advice) \
    [FO_REASON_##id] = {{ja_title, en_title}, {ja_brief, en_brief}, {ja_advice, en_advice}},

/* The words of a cause, for ever; NULL when the reason is none. */
const struct md_reason_words *md_text_cause(unsigned reason);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The stable names of reason codes. One static table made from the list in reason.h, so a code can
 * never lack its name. It holds no words for people; journals, JSON and the engine's rooms call it.
 */
#include "failover/reason.h"

#define NAME_MAX_LENGTH 40
#define REASON_LIMIT 512 /* above every number in reason.h */
#define CAUSE_FIRST 100
#define CAUSE_LAST 199

/* The list spells its ids in capitals; the preprocessor cannot lower a word, but a compiler can
 * lower its single characters, so the table needs no code at run time and stays constant. */
#define LOWER(c) (char)((c) >= 'A' && (c) <= 'Z' ? (c) + ('a' - 'A') : (c))
#define AT(text, i) LOWER((i) < sizeof(text) ? (text)[(i) < sizeof(text) ? (i) : 0] : '\0')
#define FOUR(text, i) AT(text, (i)), AT(text, (i) + 1), AT(text, (i) + 2), AT(text, (i) + 3)
#define LOWERED(text)                                                                      \
    {                                                                                      \
        FOUR(text, 0), FOUR(text, 4), FOUR(text, 8), FOUR(text, 12), FOUR(text, 16),       \
            FOUR(text, 20), FOUR(text, 24), FOUR(text, 28), FOUR(text, 32), FOUR(text, 36) \
    }

static const char names[REASON_LIMIT][NAME_MAX_LENGTH] = {
#define X(number, id) [number] = LOWERED(#id),
    FO_REASONS(X)
#undef X
};

#define X(number, id) \
    _Static_assert((number) < REASON_LIMIT && sizeof(#id) <= NAME_MAX_LENGTH, "room for " #id);
FO_REASONS(X)
#undef X

const char *fo_reason_name(unsigned reason)
{
    if (reason >= REASON_LIMIT || names[reason][0] == '\0') {
        return "unknown";
    }
    return names[reason];
}

bool fo_reason_is_cause(unsigned reason)
{
    return reason >= CAUSE_FIRST && reason <= CAUSE_LAST && names[reason][0] != '\0';
}

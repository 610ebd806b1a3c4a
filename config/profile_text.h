/* SPDX-License-Identifier: Apache-2.0 */
/* The small languages inside a profile: object identifiers, exact decimals, scales, and what a raw
 * number means. Pure: texts in, numbers out. profile_point.c and the site's own scales use it. */
#ifndef CONFIG_PROFILE_TEXT_H
#define CONFIG_PROFILE_TEXT_H

#include "config/profile.h"

/* "1.3.6.1.2.1.33.1" or "4.4.1.2"; a "#" stands for `line`. False when it is no OID of 1 …
 * CFG_OID_MAX arcs. */
bool cfg_oid_parse(const char *text, unsigned line, struct cfg_oid *oid);
/* "23.5" or "-40" as thousandths; at most three digits after the point. False when it is none. */
bool cfg_milli_parse(const char *text, int64_t *milli);
/* "1", "0.1", "60", "1/512": what one raw unit is worth. False when it is none, is not positive or
 * cannot be held exactly. */
bool cfg_scale_parse(const char *text, struct cfg_scale *scale);

/* Words of a state for one variable: tokens of ups.status and those beside them ("card_lost",
 * "test_if_mains", "inverter"), alarms, contacts, or one word of an enumeration; separated by
 * spaces. False, with the word that is unknown in `wrong` (at most 31 bytes), otherwise. */
bool cfg_words_parse(enum fo_variable variable, const char *words, int64_t *bits, char wrong[32]);
/* Whether the states of a variable are sets of bits, which several points may fill together. */
bool cfg_variable_is_set(enum fo_variable variable);
/* Whether a variable has states at all. */
bool cfg_variable_has_states(enum fo_variable variable);

/* "3=OL", "bit 2=OB DISCHRG", "mask 0x0c 0x04=auto"; nothing after "=" is a state without meaning.
 * NULL when good, else what is wrong (static storage or `wrong`, which holds 120 bytes). */
const char *cfg_state_parse(enum fo_variable variable, const char *text, struct cfg_state *state,
                            char wrong[120]);

#endif

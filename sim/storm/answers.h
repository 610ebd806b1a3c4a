/* SPDX-License-Identifier: Apache-2.0 */
/* What a word of a person settles in the checkers' book of incidents: whose call is no longer owed,
 * and for how long nobody need be called. A word about an earlier epoch settles nothing (P6). */
#ifndef SIM_STORM_ANSWERS_H
#define SIM_STORM_ANSWERS_H

#include "sim/storm/world.h"

/* An order that the engine has taken in. */
void storm_answers_note(struct storm_world *world, const struct fo_order *order,
                        const struct fo_output *out);

#endif

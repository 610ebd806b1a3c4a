/* SPDX-License-Identifier: Apache-2.0 */
/* The people of the contact network and the channels to them: who is reached, who answers, when and
 * what. It keeps what is not yet said; run.c hands the words to the daemon, orders.c draws those
 * that answer nothing. */
#ifndef SIM_STORM_PEOPLE_H
#define SIM_STORM_PEOPLE_H

#include "sim/storm/world.h"

void storm_people_init(struct storm_world *world);
/* One attempt: the outcome (FO_OUTCOMES: nobody ever tells) and when it is known. */
unsigned storm_people_notify(struct storm_world *world, const struct fo_notify *notify,
                             fo_us *delay_us);
/* Whether the channel will say that an accepted page has arrived. */
bool storm_people_arrives(struct storm_world *world, const struct fo_notify *notify);
/* The word in this place is spoken now; its place is free again. */
struct fo_order storm_people_word(struct storm_world *world, unsigned place);
void storm_people_say(struct storm_world *world, const struct fo_order *order, fo_us delay_us);
/* What was not yet said stays unsaid. */
void storm_people_hush(struct storm_world *world);

#endif

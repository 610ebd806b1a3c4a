/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with their own hands at a pair without agents: while the monitor is away, or has
 * been told to hold, and no act is under way, they switch one server off and make the other serve.
 * They look before they do it, so two never serve by them. The monitor is told nothing. hurt.c and
 * heal.c call it. */
#ifndef SIM_STORM_HAND_H
#define SIM_STORM_HAND_H

#include "sim/storm/world.h"

/* People make this server serve, if it is theirs to do now; true when they did. */
bool storm_hand_move(struct storm_world *world, unsigned server);
/* Everything has healed and no order can help: they do it whatever the monitor thinks. */
void storm_hand_serve(struct storm_world *world, unsigned server);
/* Two serve, as the site has accepted: a person ends it. */
void storm_hand_part(struct storm_world *world);

#endif

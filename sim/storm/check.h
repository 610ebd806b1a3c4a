/* SPDX-License-Identifier: Apache-2.0 */
/* All checkers that look at single steps of the engine, in the order in which they need each other:
 * duty before whoever asks who is called, words before what is owed. daemon.c calls it after each
 * step and before anything is done about it. */
#ifndef SIM_STORM_CHECK_H
#define SIM_STORM_CHECK_H

#include "sim/storm/world.h"

void storm_check_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out);

#endif

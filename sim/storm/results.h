/* SPDX-License-Identifier: Apache-2.0 */
/* Results of acts on their way back to the process that asked: who waits for what until when. A
 * process that has died hears nothing any more. It gives nothing to the engine; daemon.c does. */
#ifndef SIM_STORM_RESULTS_H
#define SIM_STORM_RESULTS_H

#include "sim/storm/world.h"

void storm_results_init(struct storm_world *world);
/* Tells the present process after delay_us; FO_OUTCOMES: nobody ever tells. */
void storm_results_later(struct storm_world *world, struct fo_key key, unsigned outcome,
                         unsigned reason, fo_us delay_us);

#endif

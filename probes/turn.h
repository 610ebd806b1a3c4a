/* SPDX-License-Identifier: Apache-2.0 */
/* How many devices one turn of the loop may serve: after the process has not run for a while
 * hundreds are due at once, and heartbeats must not wait behind them all. It holds one number for
 * the one loop of the process; the fleet begins each turn, devices and sessions ask before they
 * work and come again in the next turn when they are told no. */
#ifndef PROBES_TURN_H
#define PROBES_TURN_H

#include <stdbool.h>

#define PB_TURN_MAX 12 /* each costs 0.05 to 0.3 ms of CPU */

/* A turn begins. */
void pb_turn_begin(void);
/* No fleet runs any more: nothing is limited, as before the first turn. */
void pb_turn_end(void);
/* True: work now. False: in the next turn. */
bool pb_turn_take(void);

#endif

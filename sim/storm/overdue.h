/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of the contact network that time breaks: P1 (P20 in maintenance), P2, P5, P6, P10, P14
 * and P17 of the escalation page, judged by the checkers' book. Time in which the daemon is down or
 * late does not count. */
#ifndef SIM_STORM_OVERDUE_H
#define SIM_STORM_OVERDUE_H

#include "sim/storm/world.h"

/* Every STORM_LOOK_US: is anything overdue? */
void storm_overdue_look(struct storm_world *world);

#endif

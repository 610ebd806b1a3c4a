/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to reach people as a whole: what follows when one of them, or a line, begins or ceases
 * to work. The rooms of lines and of the monitor itself call it. */
#ifndef FAILOVER_CONTACT_H
#define FAILOVER_CONTACT_H

#include "failover/engine_state.h"

/* A channel or a line has changed: pages under way by what cannot work any more go on at once,
 * those that waited for a line go out, and whether anybody outside can be reached at all is judged.
 */
void fo_contact_changed(struct fo_engine *engine);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Drills in the engine that watches the real room: an incident that is none, for the persons of the
 * drill list only. It stands beside what is real and gives way to it at once. */
#ifndef FAILOVER_DRILL_H
#define FAILOVER_DRILL_H

#include "failover/engine_state.h"

#define FO_DRILL_MAX_US (8 * FO_HOUR)

/* Opens one: order->value is the cause to be drilled, FO_REASON_DRILL for a roll call of the
 * contact network; until_us its end. 0 or the reason of refusal. Two persons have been checked. */
uint16_t fo_drill_begin(struct fo_engine *engine, const struct fo_order *order);
/* It is over; who was reached hears so. */
void fo_drill_end(struct fo_engine *engine, unsigned slot, enum fo_reason why);
/* Something real has happened: all drills are over, and all their people hear why. */
void fo_drill_abort(struct fo_engine *engine);
/* Lets time pass for the drill in slot; when it wants to be called again. */
fo_us fo_drill_run(struct fo_engine *engine, unsigned slot);

#endif

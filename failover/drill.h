/* SPDX-License-Identifier: Apache-2.0 */
/* Drills in the engine that watches the real room: an incident that is none, for the persons of the
 * drill list only. It stands beside what is real and gives way to it at once. A switchover drill is
 * one that really moves the service: it asks switchover.c for the planned move and owns what is
 * around it, its window, its end, and that people are asked about giving back. */
#ifndef FAILOVER_DRILL_H
#define FAILOVER_DRILL_H

#include "failover/engine_state.h"

#define FO_DRILL_MAX_US (8 * FO_HOUR)

/* Opens one: order->value is the cause to be drilled, FO_REASON_DRILL for a roll call of the
 * contact network, FO_REASON_SWITCHOVER_DRILL for a planned move to the server order->subject;
 * until_us its end. 0 or the reason of refusal. Two persons have been checked. */
uint16_t fo_drill_begin(struct fo_engine *engine, const struct fo_order *order);
/* It is over; who was reached hears so. */
void fo_drill_end(struct fo_engine *engine, unsigned slot, enum fo_reason why);
/* A condition was raised or has become graver: if something real is open, all drills are over, all
 * their people hear why, and the window of a switchover drill is given up, so that the machine may
 * act. */
void fo_drill_yield(struct fo_engine *engine);
/* A switchover drill that goes on, as a slot of incidents; FO_NONE when there is none. */
uint8_t fo_drill_moving(const struct fo_engine *engine);
/* The ordered switchover to `target` is as far as `did` says. */
void fo_drill_did(struct fo_engine *engine, unsigned target, enum fo_reason did);
/* Lets time pass for the drill in slot; when it wants to be called again. */
fo_us fo_drill_run(struct fo_engine *engine, unsigned slot);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Drills in the engine that watches the real room: an incident that is none, for the persons of the
 * drill list only. It stands beside what is real and gives way to it at once. A switchover drill is
 * one that really moves the service: drill_begin.c asks switchover.c for the planned move; here is
 * what is around it, its window, its end, and that people are asked about giving back. */
#ifndef FAILOVER_DRILL_H
#define FAILOVER_DRILL_H

#include "failover/engine_state.h"

/* Something real is open and more than information: people are needed for that. */
bool fo_drill_is_forbidden(const struct fo_engine *engine);
/* It is over; who was reached hears so. */
void fo_drill_end(struct fo_engine *engine, unsigned slot, enum fo_reason why);
/* A condition was raised or has become graver: if something real is open, all drills are over, all
 * their people hear why, and the window of a switchover drill is given up, so that the machine may
 * act. */
void fo_drill_yield(struct fo_engine *engine);
/* The ordered switchover to `target` is as far as `did` says. */
void fo_drill_did(struct fo_engine *engine, unsigned target, enum fo_reason did);
/* Lets time pass for the drill in slot; when it wants to be called again. */
fo_us fo_drill_run(struct fo_engine *engine, unsigned slot);

#endif

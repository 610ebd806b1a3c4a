/* SPDX-License-Identifier: Apache-2.0 */
/* The orderly shutdown in stages: which loads are given up, in which order, while the batteries run
 * down. It decides by runtime that is believed and by nothing else, gives people a window to stop
 * it, never acts unless the site has armed it, and never while the mains are known to be there. It
 * switches nothing on again: what is off when the mains are back is told to people, whose
 * way back is restore.h. Outlets and scripts are the executor's; UPSes, results and orders call
 * here. */
#ifndef FAILOVER_SHED_H
#define FAILOVER_SHED_H

#include "failover/engine_state.h"

void fo_shed_init(struct fo_engine *engine);
/* After a start: an act without a result is asked again under its key, but not before this process
 * itself knows that the batteries are still as low. */
void fo_shed_boot(struct fo_engine *engine);
/* Runtimes, mains or time changed; when it wants to be called again. */
fo_us fo_shed_run(struct fo_engine *engine);
/* False when the key is of no act of a stage. */
bool fo_shed_result(struct fo_engine *engine, const struct fo_result *result);
/* A person stops, for this outage, every stage that is not over; of one under way no further act
 * begins. False: there is no outage, or nothing to stop. */
bool fo_shed_stop(struct fo_engine *engine);
/* Whether every earlier stage on the same batteries is over: what matters least goes first. */
bool fo_shed_is_turn(const struct fo_engine *engine, unsigned stage);

/* How long the loads of a stage are still fed by their batteries, as far as it may be acted on:
 * FO_NEVER while the mains are there or one of its UPSes says nothing that is believed. */
fo_us fo_shed_left(const struct fo_engine *engine, unsigned stage);
/* For the dry run: the stage's acts would begin in so long, if the present outage (or one that
 * began now) went on; FO_NEVER when no runtime is known or the stage will not act any more. */
fo_us fo_shed_begins_in(const struct fo_engine *engine, unsigned stage, fo_us now_us);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The way back from the shutdown plan: loads that were given up are switched on again, by order of
 * two persons and never otherwise; one at a time, what was given up last first, with a pause
 * between them. It acts only while the mains are known to be there and the UPSes of the stage could
 * bear another outage, stops at the first thing that is not so, and what is then still off stays an
 * alarm. order.c gives it the order; outlets and scripts are the executor's. */
#ifndef FAILOVER_RESTORE_H
#define FAILOVER_RESTORE_H

#include "failover/engine_state.h"

void fo_restore_init(struct fo_engine *engine);
/* After a start: an order under way is over, whether its last load is on is not known, and people
 * are told so. Nothing is done twice because nothing is done again. */
void fo_restore_boot(struct fo_engine *engine);
/* Why what the order names (a stage, or the site: all of them) cannot be switched on now; NONE when
 * it can. Asked anew before each load. */
uint16_t fo_restore_refusal(const struct fo_engine *engine, struct fo_subject what);
/* Begins it; two persons are order.c's care. The refusal, NONE when it has begun. */
uint16_t fo_restore_order(struct fo_engine *engine, struct fo_subject what);
/* A person stops it: the load under way ends, no other begins. False: there is nothing to stop. */
bool fo_restore_stop(struct fo_engine *engine);
/* The next load, or the end; when it wants to be called again. */
fo_us fo_restore_run(struct fo_engine *engine);
/* False when the key is of no load being switched on. */
bool fo_restore_result(struct fo_engine *engine, const struct fo_result *result);
/* A load is being switched on just now: nothing is switched off until its outcome is known. */
bool fo_restore_is_acting(const struct fo_engine *engine);
/* Acts of the stage that were given up and have not been seen on since, a bit each; none while
 * nobody is to be told of it. What is in doubt counts as off. */
uint8_t fo_restore_left(const struct fo_engine *engine, unsigned stage);

#endif

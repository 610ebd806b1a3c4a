/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts: one try to reach one person by one channel, and the person's ladder of channels. This
 * room owns which channel is used, retries and results; whom to page and when is escalation.c's. */
#ifndef FAILOVER_ATTEMPT_H
#define FAILOVER_ATTEMPT_H

#include "failover/engine_state.h"

/* Pages a person about the incident in slot: the first channel of the person's ladder that can
 * work now, and in class 2 also one that needs no line. False when no attempt is free: ask again
 * when engine->attempts_starved is taken back. */
bool fo_attempt_page(struct fo_engine *engine, unsigned slot, unsigned person,
                     enum fo_message message);
/* Lets time pass for one attempt; when it wants to be called again. */
fo_us fo_attempt_run(struct fo_engine *engine, unsigned index);
/* The outcome of a notify command; false when the key is of no attempt. */
bool fo_attempt_result(struct fo_engine *engine, const struct fo_result *result);
/* The attempts of the incident in slot to `person` (FO_NONE: to all) go no further. */
void fo_attempt_stop(struct fo_engine *engine, unsigned slot, unsigned person, bool acknowledged);
/* After a start: what has no result is done again with the same key. */
void fo_attempt_boot(struct fo_engine *engine);

#endif

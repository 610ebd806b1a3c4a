/* SPDX-License-Identifier: Apache-2.0 */
/* A person's word about an incident: acknowledge, own, cannot, resolve. It decides what the word
 * stops and for how long; whoever is still to be called is escalation.c's. order.c calls it. */
#ifndef FAILOVER_ANSWER_H
#define FAILOVER_ANSWER_H

#include "failover/engine_state.h"

/* False when it has no effect; then it has been recorded as ignored, with the reason. */
bool fo_answer_order(struct fo_engine *engine, const struct fo_order *order);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of people: who may order what, with how many persons, and the answer. The shell has
 * already made sure that the person is who they say; this room makes sure that it is two of them
 * where it must be. */
#ifndef FAILOVER_ORDER_H
#define FAILOVER_ORDER_H

#include "failover/engine_state.h"

/* Each order leaves a record: OPERATOR_ORDER (a = kind, b = server), ORDER_REFUSED (why), or those
 * of the contact network. */
void fo_order_event(struct fo_engine *engine, const struct fo_order *order);

#endif

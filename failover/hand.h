/* SPDX-License-Identifier: Apache-2.0 */
/* What people enter by hand: an incident they have seen, that two incidents are one, a call they
 * made themselves, a call to somebody outside. The engine calls nobody outside by itself; it has no
 * such person. order.c calls it. */
#ifndef FAILOVER_HAND_H
#define FAILOVER_HAND_H

#include "failover/engine_state.h"

/* Report, merge, called, outside: 0 or the reason of refusal. */
uint16_t fo_hand_order(struct fo_engine *engine, const struct fo_order *order);

#endif

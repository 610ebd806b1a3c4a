/* SPDX-License-Identifier: Apache-2.0 */
/* How a drill begins: what may be drilled and when, and for a switchover drill the move itself. It
 * owns the refusals; order.c calls it, and drill.c takes it from there. */
#ifndef FAILOVER_DRILL_BEGIN_H
#define FAILOVER_DRILL_BEGIN_H

#include "failover/engine_state.h"

#define FO_DRILL_MAX_US (8 * FO_HOUR)

/* Opens one: order->value is the cause to be drilled, FO_REASON_DRILL for a roll call of the
 * contact network, FO_REASON_SWITCHOVER_DRILL for a planned move to the server order->subject;
 * until_us its end. 0 or the reason of refusal. Two persons have been checked. */
uint16_t fo_drill_begin(struct fo_engine *engine, const struct fo_order *order);

#endif

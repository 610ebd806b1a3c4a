/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of one UPS: mains or battery, own outage clock, runtime counted down between
 * readings, low held, dying, silent. It raises conditions; it never switches anything. */
#ifndef FAILOVER_UPS_H
#define FAILOVER_UPS_H

#include "failover/engine_state.h"
#include "failover/facts.h"

void fo_ups_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
/* Communication changed or time passed; when it wants to be called again. */
fo_us fo_ups_run(struct fo_engine *engine, unsigned device);

#endif

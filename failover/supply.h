/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of the power behind something, from what the devices' machines know. Reads
 * state, changes nothing; the promotion checks, the causes and the services ask. */
#ifndef FAILOVER_SUPPLY_H
#define FAILOVER_SUPPLY_H

#include "failover/engine_state.h"

enum fo_supply {
    FO_SUPPLY_GOOD, /* or not known: unknown is not down */
    FO_SUPPLY_BATTERY,
    FO_SUPPLY_DYING,
    FO_SUPPLY_GONE
};

/* One UPS, or what the better source of a rack's transfer switch has left: it changes over by
 * itself. A source without a UPS is good until the switch says that it is gone. Generators and
 * switches of the room are always good: they carry nothing alone. */
enum fo_supply fo_supply_device(const struct fo_engine *engine, unsigned device);
/* The best of a set of devices; good when the set is empty (not configured). */
enum fo_supply fo_supply_set(const struct fo_engine *engine, uint64_t devices);
/* UPS: the runtime left as of now: counted down from the last reading, and with the margin taken
 * off when the UPS is silent; FO_NEVER when not known. */
fo_us fo_supply_runtime(const struct fo_engine *engine, unsigned device, fo_us now_us);

#endif

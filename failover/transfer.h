/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of one transfer switch: the one of the room says whether the mains or the generator
 * carry it; one in a rack has two sources, of which any one suffices, and says which are there. It
 * raises conditions; it never switches. */
#ifndef FAILOVER_TRANSFER_H
#define FAILOVER_TRANSFER_H

#include "failover/engine_state.h"
#include "failover/facts.h"

void fo_transfer_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
/* Communication or time changed; when it wants to be called again. */
fo_us fo_transfer_run(struct fo_engine *engine, unsigned device);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The mains of the room, joined from what all power devices say: lost, returned, or only one UPS on
 * its battery. It owns that one verdict; UPS and generator machines vote. */
#ifndef FAILOVER_MAINS_H
#define FAILOVER_MAINS_H

#include "failover/engine_state.h"

/* Counts the votes; when it wants to be called again. */
fo_us fo_mains_run(struct fo_engine *engine);

#endif

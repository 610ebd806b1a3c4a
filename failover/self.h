/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the monitor itself: stalls, clock, journal, failed assertions, channels, how many
 * answer for the service address, who is proven to be reachable, and whether a drill is due. */
#ifndef FAILOVER_SELF_H
#define FAILOVER_SELF_H

#include "failover/engine_state.h"

void fo_self_event(struct fo_engine *engine, const struct fo_self *self);
/* After a start the shell says anew what is unwell; what was said before it is over. An incident
 * that is raised again within its clean time goes on without a new page. */
void fo_self_boot(struct fo_engine *engine);

#endif

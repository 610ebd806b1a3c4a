/* SPDX-License-Identifier: Apache-2.0 */
/* Are we ourselves cut off? Counts the sources that answer and those that do not, and our own
 * interfaces. When all fall silent at once it is the monitor's own network: no switchover, people
 * are called. */
#ifndef FAILOVER_NETWORK_H
#define FAILOVER_NETWORK_H

#include "failover/engine_state.h"

/* A source (device, host, target, service probe) has changed from one fo_state to another. */
void fo_network_source(struct fo_engine *engine, uint8_t before, uint8_t after);
/* Something that is not a server has answered: our own network worked at this instant. */
void fo_network_heard(struct fo_engine *engine);
/* A statement about one of our own interfaces. */
void fo_network_probe(struct fo_engine *engine, unsigned net, bool ok);
fo_us fo_network_run(struct fo_engine *engine);
/* Nothing that we hear can be trusted to be all there is. */
bool fo_network_is_cut(const struct fo_engine *engine);

#endif

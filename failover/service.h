/* SPDX-License-Identifier: Apache-2.0 */
/* The services people need: ok, degraded, down or unknown, since when, and how much of the time
 * allowed (RTO) is spent. It moves nothing; it is what all the rest is for. */
#ifndef FAILOVER_SERVICE_H
#define FAILOVER_SERVICE_H

#include "failover/engine_state.h"

void fo_service_init(struct fo_engine *engine);
void fo_service_probe(struct fo_engine *engine, const struct fo_probe *probe);
/* Judges one service anew; when it wants to be called again. */
fo_us fo_service_run(struct fo_engine *engine, unsigned service);
void fo_service_forget(struct fo_engine *engine);

#endif

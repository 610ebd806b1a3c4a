/* SPDX-License-Identifier: Apache-2.0 */
/* The two dispatch servers as their agents and our host probes describe them: claim, health,
 * position, who holds. It keeps statements; what follows from silence is verdict.c's. */
#ifndef FAILOVER_SERVER_H
#define FAILOVER_SERVER_H

#include "failover/engine_state.h"

void fo_server_init(struct fo_engine *engine);
/* An authenticated datagram for M: to the lease core, and what it says of its server. */
void fo_server_datagram(struct fo_engine *engine, const struct fo_datagram_event *event);
void fo_server_probe(struct fo_engine *engine, const struct fo_probe *probe);
/* Lets time pass for the probe of the host; when it wants to be called again. */
fo_us fo_server_run(struct fo_engine *engine, unsigned server);
void fo_server_forget(struct fo_engine *engine);
/* What the row of the server says is of now: we hear it, or its peer does and relays. */
bool fo_server_is_heard(const struct fo_engine *engine, unsigned server);
/* Somebody serves, as far as its beats say: heard, and it claims to hold. */
bool fo_server_serves(const struct fo_engine *engine);
/* Something about who serves has changed. */
void fo_server_touch(struct fo_engine *engine);

#endif

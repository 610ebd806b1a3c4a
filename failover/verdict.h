/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the witnesses about the servers: dead by two, a line fault, silent, both dead, no standby.
 * It raises the alarms of that; what is done about it is the plan's (switchover.c). */
#ifndef FAILOVER_VERDICT_H
#define FAILOVER_VERDICT_H

#include "failover/engine_state.h"

/* Judges both servers anew; when it wants to be called again. */
fo_us fo_verdict_run(struct fo_engine *engine);
/* Own silence beyond which a server counts as not heard (M2: L - 2h). */
fo_us fo_verdict_silence_us(const struct fo_engine *engine);
/* The peer of `server`, freshly heard, says it has not heard `server` for that long either. */
bool fo_verdict_peer_confirms(const struct fo_engine *engine, unsigned server);
/* The server could take over: heard, its service not failed, not leaving. */
bool fo_verdict_is_ready(const struct fo_engine *engine, unsigned server);
/* The server has wanted the lease for take_over_us, and nothing it is granted reaches it, so that
 * no lapse heals: we hear it and it names no beat of ours, or only its peer hears it, whose vote it
 * would need; while the other one names ours. One direction of its networks is dead, not of ours.
 */
bool fo_verdict_is_deaf(const struct fo_engine *engine, unsigned server);

#endif

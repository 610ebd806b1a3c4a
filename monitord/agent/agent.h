/* SPDX-License-Identifier: Apache-2.0 */
/* The agent as a whole: one call that serves until it is told to leave. It composes the lease core,
 * the heartbeats, the gate, the address, the steps, the witnesses of the service and the calls to
 * people; every rule of who may serve is in failover/. main.c calls it. */
#ifndef MONITORD_AGENT_AGENT_H
#define MONITORD_AGENT_AGENT_H

#include "config/site.h"

/* Runs in the foreground until SIGTERM or SIGINT, which leave in order: release, gate shut (and
 * still attached), address away, demote step. A second signal ends the wait for the step. config
 * and key outlive the call. Returns 0 after an orderly leave, 1 when it could not start (said on
 * standard error) or could not leave in order. One call per process. */
int md_agent_run(const struct cfg_agent *config, const uint8_t key[32]);

#endif

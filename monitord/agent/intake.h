/* SPDX-License-Identifier: Apache-2.0 */
/* What agent.c hands to the agent's parts as their callbacks; the context of each is the agent. */
#ifndef MONITORD_AGENT_INTAKE_H
#define MONITORD_AGENT_INTAKE_H

#include "monitord/agent/agent_state.h"

#include <jansson.h>

void md_intake_deadline(void *context, fo_us due_us);
void md_intake_datagram(void *context, uint8_t net, fo_us now_us,
                        const struct fo_datagram *datagram);
void md_intake_service(void *context, enum fo_health health);
void md_intake_position(void *context, uint64_t value);
void md_intake_link(void *context);
void md_intake_step(void *context, enum md_step step, bool ok, const char *detail);
/* An order on the socket; see md_agent_order. */
json_t *md_intake_order(void *context, const json_t *order, uid_t uid);

#endif

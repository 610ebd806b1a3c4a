/* SPDX-License-Identifier: Apache-2.0 */
/* The one-shot orders of dispatch-agent to the agent that runs: asks its socket, prints the answer.
 * It never acts by itself. main.c calls it. */
#ifndef MONITORD_AGENT_CLIENT_H
#define MONITORD_AGENT_CLIENT_H

#include <stdbool.h>

/* Exit codes of the one-shot orders. */
enum { MD_CLIENT_OK = 0, MD_CLIENT_REFUSED = 1, MD_CLIENT_NO_AGENT = 4 };

/* Prints the status on standard output: one JSON object on one line, or plain lines "key value". */
int md_client_status(const char *socket_path, bool json);
/* Break-glass (rule F1): this server serves alone, on the caller's word that the other one is off.
 */
int md_client_force(const char *socket_path);

#endif

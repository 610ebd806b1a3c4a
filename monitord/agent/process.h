/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent asks of its host for its own process: to stay in memory, to run before others, and
 * to be seen alive by systemd. It knows nothing of the lease. agent.c calls it. */
#ifndef MONITORD_AGENT_PROCESS_H
#define MONITORD_AGENT_PROCESS_H

#include <stdbool.h>

/* Locks memory, and asks for real-time scheduling that children do not inherit. What is refused is
 * said on standard error once: the agent works without, less evenly. */
void md_process_prefer(void);
/* The same scheduling for the calling thread; silent when refused. */
void md_process_prefer_thread(void);
/* Tells systemd; harmless without it. */
void md_process_ready(void);
void md_process_alive(const char *status);
void md_process_stopping(void);

#endif

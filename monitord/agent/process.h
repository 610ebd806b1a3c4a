/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent asks of its host for its own process: to stay in memory, to run before others, to
 * hold no power that it does not use, and to be seen alive by systemd. It knows nothing of the
 * lease. agent.c calls it. */
#ifndef MONITORD_AGENT_PROCESS_H
#define MONITORD_AGENT_PROCESS_H

#include <stdbool.h>

/* Locks memory, and asks for real-time scheduling that children do not inherit. What is refused is
 * said on standard error once: the agent works without, less evenly. */
void md_process_prefer(void);
/* The same scheduling for the calling thread; silent when refused. */
void md_process_prefer_thread(void);
/* Gives up the capabilities that the agent does not use, for this thread and all it will start. The
 * programs it runs are not affected: it does so only as a root whose exec brings them back (no
 * no_new_privs, no SECBIT_NOROOT); else whoever started it has said what there is, and it stays.
 * Refused: said on standard error. */
void md_process_confine(void);
/* Tells systemd; harmless without it. */
void md_process_ready(void);
void md_process_alive(const char *status);
void md_process_stopping(void);

#endif

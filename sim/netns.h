/* SPDX-License-Identifier: Apache-2.0 */
/* Network namespaces by name, as `ip netns` keeps them under /run/netns. The room opens the sockets
 * of its devices and starts the processes of its hosts inside them. Only the calling thread moves.
 */
#ifndef SIM_NETNS_H
#define SIM_NETNS_H

#include <stdbool.h>

/* Way back out of a namespace; -1: nothing was entered. */
struct sim_netns_visit {
    int home;
};

/* Moves this thread into the namespace; "" stays where it is. False: errno says why, nothing has
 * changed. Every true is followed by exactly one leave. */
bool sim_netns_enter(struct sim_netns_visit *visit, const char *name);
/* Back home. A failure here would leave the room in a foreign network: it aborts. */
void sim_netns_leave(struct sim_netns_visit *visit);

#endif

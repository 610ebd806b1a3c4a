/* SPDX-License-Identifier: Apache-2.0 */
/* A listening TCP handle on an address this host need not have yet (IP_FREEBIND): libuv cannot bind
 * so, therefore the socket is made by hand. The simulated service and the simulated hosts use it.
 */
#ifndef SIM_FREEBIND_H
#define SIM_FREEBIND_H

#include <sys/socket.h>
#include <uv.h>

/* Initialises the handle, binds in the calling thread's namespace and listens. 0, or an errno value
 * with the handle untouched. */
int sim_freebind_listen(uv_loop_t *loop, uv_tcp_t *listener, const struct sockaddr *address,
                        socklen_t length, uv_connection_cb on_connection);

#endif

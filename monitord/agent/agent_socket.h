/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's own unix socket, for `dispatch-agent status` and `force`: one JSON order a line, one
 * JSON answer a line, for the owner of the socket only. It knows no order; it hands each one to its
 * owner. */
#ifndef MONITORD_AGENT_AGENT_SOCKET_H
#define MONITORD_AGENT_AGENT_SOCKET_H

#include <jansson.h>
#include <sys/types.h>
#include <uv.h>

#define MD_AGENT_CONNECTIONS_MAX 8
#define MD_AGENT_ORDER_MAX 4096
#define MD_AGENT_CONNECTION_MS 10000 /* a silent peer is cut off after this */

/* Answers one order of a peer with this user id: a new reference; NULL closes the connection. */
typedef json_t *(*md_agent_order)(void *context, const json_t *order, uid_t uid);

struct md_agent_socket;
/* Listens at path (an old socket there is replaced; the caller holds the lock of this agent), mode
 * 0600. NULL with an errno value in *error. path is copied. */
struct md_agent_socket *md_agent_socket_start(uv_loop_t *loop, const char *path,
                                              md_agent_order order, void *context, int *error);
/* Closes everything, removes the socket and frees the object as its handles close. */
void md_agent_socket_stop(struct md_agent_socket *socket);

#endif

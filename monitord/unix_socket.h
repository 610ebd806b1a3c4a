/* SPDX-License-Identifier: Apache-2.0 */
/* A listening unix socket with the right owner and mode from its first instant, the connected end
 * of one, and who is at its other end. Blocking calls that cannot block (unix sockets, local
 * files); used by the control socket, the executor and its client; the agent's socket asks who. */
#ifndef MONITORD_UNIX_SOCKET_H
#define MONITORD_UNIX_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

/* Bound, not yet listening, non-blocking, close-on-exec. A socket file nobody answers on is
 * replaced; one that answers is an error ("in use"). Mode 0660 and the group when group is not
 * NULL, else 0600. Returns -1 with a line in error. */
int md_unix_listen(const char *path, const char *group, char *error, size_t error_size);
/* Connected, non-blocking, close-on-exec; -1 with errno. */
int md_unix_connect(const char *path);
/* The user whose process connected pipe, as the kernel noted it then (SO_PEERCRED). False, with uid
 * left alone, when it cannot be told: such a peer gets nothing. */
bool md_unix_peer_uid(const uv_pipe_t *pipe, uid_t *uid);

#endif

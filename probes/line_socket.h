/* SPDX-License-Identifier: Apache-2.0 */
/* A non-blocking socket bound to a line's interface, watched by the loop: what it sends leaves by
 * that line whatever the routing table says, and nothing else comes in by it. It knows no protocol;
 * line_probe.c and stamp_probe.c own one each and open it again when the interface is back. */
#ifndef PROBES_LINE_SOCKET_H
#define PROBES_LINE_SOCKET_H

#include <stdbool.h>
#include <uv.h>

struct pb_line_socket {
    int fd; /* -1: not open */
    uv_poll_t *poll;
};
#define PB_LINE_SOCKET_CLOSED ((struct pb_line_socket){.fd = -1})

/* Opens an IPv4 socket of this type and protocol; `readable` is called with poll->data = data. The
 * socket must be closed. False with errno, and closed again: no such interface, no right, out of
 * memory. Needs CAP_NET_RAW. */
bool pb_line_socket_open(struct pb_line_socket *line, uv_loop_t *loop, const char *interface,
                         int type, int protocol, uv_poll_cb readable, void *data);
/* `readable` is not called after this; its owner may go before the loop has let go of the handle.
 * Closed already: nothing. errno stays. */
void pb_line_socket_close(struct pb_line_socket *line);

#endif

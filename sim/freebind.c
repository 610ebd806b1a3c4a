/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets bound before their address is there. It owns nothing once it has handed the handle over.
 */
#include "sim/freebind.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

int sim_freebind_listen(uv_loop_t *loop, uv_tcp_t *listener, const struct sockaddr *address,
                        socklen_t length, uv_connection_cb on_connection)
{
    int one = 1;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one)); /* serves IPv6 as well */
    if (bind(fd, address, length) != 0 || listen(fd, 128) != 0) {
        int error = errno;
        close(fd);
        return error;
    }
    uv_tcp_init(loop, listener);
    int failed = uv_tcp_open(listener, fd);
    if (failed == 0) {
        failed = uv_listen((uv_stream_t *)listener, 128, on_connection);
    }
    if (failed != 0) {
        uv_close((uv_handle_t *)listener, NULL);
    }
    return -failed;
}

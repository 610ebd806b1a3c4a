/* SPDX-License-Identifier: Apache-2.0 */
/* A socket of one line (see line_socket.h). Its handle lives on its own until the loop has closed
 * it, so that a socket can be opened anew at once. */
#include "probes/line_socket.h"

#include "failover/assert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static bool watch(struct pb_line_socket *line, uv_loop_t *loop, uv_poll_cb readable, void *data)
{
    uv_poll_t *poll = calloc(1, sizeof *poll);
    if (poll == NULL) {
        return false;
    }
    if (uv_poll_init(loop, poll, line->fd) != 0) {
        free(poll);
        return false;
    }
    poll->data = data;
    line->poll = poll;
    (void)uv_poll_start(poll, UV_READABLE, readable);
    return true;
}

bool pb_line_socket_open(struct pb_line_socket *line, uv_loop_t *loop, const char *interface,
                         int type, int protocol, uv_poll_cb readable, void *data)
{
    FO_ASSERT(line->fd < 0 && line->poll == NULL);
    line->fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (line->fd < 0) {
        return false;
    }
    if (setsockopt(line->fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
                   (socklen_t)strlen(interface) + 1) != 0 ||
        !watch(line, loop, readable, data)) {
        pb_line_socket_close(line);
        return false;
    }
    return true;
}

void pb_line_socket_close(struct pb_line_socket *line)
{
    int error = errno;
    if (line->poll != NULL) {
        uv_close((uv_handle_t *)line->poll, on_closed); /* stops watching at once */
        line->poll = NULL;
    }
    if (line->fd >= 0) {
        close(line->fd);
        line->fd = -1;
    }
    errno = error;
}

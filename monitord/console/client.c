/* SPDX-License-Identifier: Apache-2.0 */
/* Connects to the control socket and carries JSON lines both ways with bounded waits. It owns the
 * connection only; what is asked and what an answer means is its callers' business. */
#include "monitord/console/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void explain(const char *path, int number, char error[MD_CLIENT_ERROR_SIZE])
{
    const char *hint = "see the log of monitord";

    if (number == ENOENT || number == ECONNREFUSED) {
        hint = "is monitord running? Another socket: --socket PATH or NOROSHI_SOCKET";
    } else if (number == EACCES || number == EPERM) {
        hint = "you are not in the group that may connect (control_group of the site)";
    }
    snprintf(error, MD_CLIENT_ERROR_SIZE, "no daemon at %.100s: %s (%s)", path, strerror(number),
             hint);
}

bool md_client_open(struct md_client *client, const char *path, char error[MD_CLIENT_ERROR_SIZE])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    *client = (struct md_client){.fd = -1};
    if (strlen(path) >= sizeof(address.sun_path)) {
        explain(path, ENAMETOOLONG, error);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (client->fd < 0 ||
        connect(client->fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        explain(path, errno, error);
        md_client_close(client);
        return false;
    }
    md_lines_init(&client->lines, MD_CONTROL_REPLY_MAX);
    return true;
}

void md_client_close(struct md_client *client)
{
    if (client->fd >= 0) {
        close(client->fd);
    }
    client->fd = -1;
    md_lines_free(&client->lines);
}

bool md_client_send(struct md_client *client, const json_t *order)
{
    char *text = json_dumps(order, JSON_COMPACT);
    bool sent = false;

    if (text != NULL && client->fd >= 0) {
        size_t length = strlen(text);
        text[length] = '\n'; /* takes the place of the NUL: an order is sent by its length */
        sent = send(client->fd, text, length + 1, MSG_NOSIGNAL) == (ssize_t)(length + 1);
    }
    free(text);
    return sent;
}

/* Takes what has come in. False at the end of the connection. */
static bool read_more(struct md_client *client)
{
    char bytes[16384];
    ssize_t length = read(client->fd, bytes, sizeof(bytes));

    if (length < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    return length > 0 && md_lines_feed(&client->lines, bytes, (size_t)length);
}

enum md_received md_client_receive(struct md_client *client, int timeout_ms, json_t **answer)
{
    const long long end_ms = now_ms() + timeout_ms;

    while (client->fd >= 0) {
        char *line = md_lines_next(&client->lines);
        if (line != NULL) {
            *answer = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
            if (json_is_object(*answer)) {
                return MD_RECEIVED_ANSWER;
            }
            json_decref(*answer);
            *answer = NULL;
            break;
        }
        long long left_ms = end_ms - now_ms();
        struct pollfd wait = {.fd = client->fd, .events = POLLIN};
        int ready = poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready == 0) {
            return MD_RECEIVED_NOTHING;
        }
        if (ready < 0 && errno == EINTR) {
            return MD_RECEIVED_NOTHING; /* a resized window: let the caller look */
        }
        if (ready < 0 || !read_more(client)) {
            break;
        }
    }
    md_client_close(client);
    return MD_RECEIVED_END;
}

json_t *md_client_ask(const char *path, json_t *order, char error[MD_CLIENT_ERROR_SIZE])
{
    struct md_client client;
    json_t *answer = NULL;

    if (!md_client_open(&client, path, error)) {
        json_decref(order);
        return NULL;
    }
    if (!md_client_send(&client, order) ||
        md_client_receive(&client, MD_CLIENT_TIMEOUT_MS, &answer) != MD_RECEIVED_ANSWER) {
        snprintf(error, MD_CLIENT_ERROR_SIZE,
                 "the daemon at %.100s does not answer (waited %d s; see its log)", path,
                 MD_CLIENT_TIMEOUT_MS / 1000);
    }
    json_decref(order);
    md_client_close(&client);
    return answer;
}

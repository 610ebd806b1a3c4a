/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the agent's socket one question, with a bound on the wait, and prints what comes back. It
 * owns the plain form of the status. */
#include "monitord/agent/client.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_S 3
#define ANSWER_MAX 65536

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval wait = {.tv_sec = WAIT_S};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

/* One line out, one line in; new reference, NULL with a line on standard error. */
static json_t *ask(const char *path, const char *order)
{
    static char answer[ANSWER_MAX];
    size_t filled = 0;
    json_t *object = NULL;
    int fd = connect_to(path);
    if (fd < 0) {
        fprintf(stderr, "dispatch-agent: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    if (send(fd, order, strlen(order), MSG_NOSIGNAL) == (ssize_t)strlen(order)) {
        while (filled < sizeof answer && memchr(answer, '\n', filled) == NULL) {
            ssize_t count = recv(fd, answer + filled, sizeof answer - filled, 0);
            if (count <= 0) {
                break;
            }
            filled += (size_t)count;
        }
        object = json_loadb(answer, filled, JSON_DISABLE_EOF_CHECK, NULL);
    }
    close(fd);
    if (object == NULL) {
        fprintf(stderr, "dispatch-agent: %s: no answer\n", path);
    }
    return object;
}

static void print_plain(const char *prefix, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        char name[128];
        snprintf(name, sizeof name, "%s%s%s", prefix, *prefix != '\0' ? "." : "", key);
        if (json_is_object(value)) {
            print_plain(name, value);
            continue;
        }
        char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        printf("%-24s %s\n", name, text != NULL ? text : json_string_value(value));
        free(text);
    }
}

int md_client_status(const char *socket_path, bool json)
{
    json_t *answer = ask(socket_path, "{\"order\":\"status\"}\n");
    json_t *status = json_object_get(answer, "status");
    int result = MD_CLIENT_NO_AGENT;
    if (status != NULL) {
        if (json) {
            json_dumpf(status, stdout, JSON_COMPACT);
            putchar('\n');
        } else {
            print_plain("", status);
        }
        result = MD_CLIENT_OK;
    }
    json_decref(answer);
    return result;
}

int md_client_force(const char *socket_path)
{
    json_t *answer = ask(socket_path, "{\"order\":\"force\",\"peer_is_off\":true}\n");
    const char *error = json_string_value(json_object_get(answer, "error"));
    int result = MD_CLIENT_NO_AGENT;
    if (answer != NULL) {
        bool done = json_is_true(json_object_get(answer, "ok"));
        result = done ? MD_CLIENT_OK : MD_CLIENT_REFUSED;
        if (!done) {
            fprintf(stderr, "dispatch-agent: refused: %s\n", error != NULL ? error : "no reason");
        }
    }
    json_decref(answer);
    return result;
}

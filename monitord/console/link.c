/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a watch on the daemon alive. It owns one connection and the newest status; it draws
 * nothing. A daemon that stops sending without closing is as good as gone: it is called anew. */
#include "monitord/console/link.h"

#include <poll.h>
#include <time.h>

long long md_link_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void md_link_init(struct md_link *link, const char *path)
{
    *link = (struct md_link){.path = path, .client = {.fd = -1}};
}

void md_link_close(struct md_link *link)
{
    md_client_close(&link->client);
    json_decref(link->status);
    link->status = NULL;
    link->connected = false;
}

/* True when the connection was won. */
static bool try_connect(struct md_link *link)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *order;
    bool sent;

    link->tried_ms = md_link_now_ms();
    if (!md_client_open(&link->client, link->path, error)) {
        return false;
    }
    order = json_pack("{s:s}", "order", "watch");
    sent = md_client_send(&link->client, order);
    json_decref(order);
    if (!sent) {
        md_client_close(&link->client);
        return false;
    }
    link->connected = true;
    return true;
}

/* Takes all that has come; true when there was a status or the connection was lost. */
static bool take_news(struct md_link *link)
{
    json_t *answer = NULL;
    bool news = false;
    enum md_received received;

    while ((received = md_client_receive(&link->client, 0, &answer)) == MD_RECEIVED_ANSWER) {
        json_t *status = json_object_get(answer, "status");
        if (json_is_object(status)) {
            json_decref(link->status);
            link->status = json_incref(status);
            link->status_ms = md_link_now_ms();
            news = true;
        }
        json_decref(answer);
    }
    if (received == MD_RECEIVED_END) {
        link->connected = false;
        news = true;
    }
    return news;
}

bool md_link_wait(struct md_link *link, int input, int timeout_ms)
{
    struct pollfd fds[2] = {{.fd = input, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    long long now_ms = md_link_now_ms();
    bool news = false;

    if (link->connected && link->status_ms + MD_LINK_SILENT_MS < now_ms &&
        link->tried_ms + MD_LINK_SILENT_MS < now_ms) {
        md_client_close(&link->client);
        link->connected = false;
        news = true;
    }
    if (!link->connected && (link->tried_ms == 0 || now_ms - link->tried_ms >= MD_LINK_RETRY_MS)) {
        news = try_connect(link) || news;
    }
    fds[1].fd = link->client.fd;
    if (poll(fds, 2, news ? 0 : timeout_ms) > 0 && fds[1].revents != 0) {
        news = take_news(link) || news;
    }
    return news;
}

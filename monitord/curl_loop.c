/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets and timers of libcurl as handles of the loop. It never looks into a transfer; mail and
 * webhook rooms call it. */
#include "monitord/curl_loop.h"

#include "failover/reason.h"

#include <stdio.h>
#include <stdlib.h>

#define CONNECT_TIMEOUT_MAX_MS 5000

struct md_curl {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer;
    unsigned handles_open;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

struct watch { /* one socket of libcurl */
    uv_poll_t poll;
    struct md_curl *curl;
    curl_socket_t socket;
};

/* ---- sockets and timer ---- */

static void take_finished(struct md_curl *curl)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(curl->multi, &left)) != NULL) {
        struct md_curl_transfer *transfer = NULL;

        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;

            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
            transfer->ended(transfer, code);
        }
    }
}

static void on_gone(struct md_curl *curl)
{
    void (*done)(void *) = curl->done;
    void *context = curl->done_context;

    if (--curl->handles_open > 0) {
        return;
    }
    free(curl);
    if (done != NULL) {
        done(context);
    }
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct md_curl *curl = watch->curl;

    free(watch);
    on_gone(curl);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct md_curl *curl = watch->curl;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    int running;

    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(curl->multi, watch->socket, flags, &running);
    take_finished(curl);
}

static void on_timeout(uv_timer_t *timer)
{
    struct md_curl *curl = timer->data;
    int running;

    curl_multi_socket_action(curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_finished(curl);
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct md_curl *curl = context;

    (void)multi;
    if (curl->stopping || timeout_ms < 0) {
        uv_timer_stop(&curl->timer);
    } else {
        uv_timer_start(&curl->timer, on_timeout, timeout_ms > 0 ? (uint64_t)timeout_ms : 1, 0);
    }
    return 0;
}

static struct watch *new_watch(struct md_curl *curl, curl_socket_t socket)
{
    struct watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL || uv_poll_init_socket(curl->loop, &watch->poll, socket) != 0) {
        free(watch);
        return NULL;
    }
    watch->curl = curl;
    watch->socket = socket;
    watch->poll.data = watch;
    curl->handles_open++;
    curl_multi_assign(curl->multi, socket, watch);
    return watch;
}

static int on_curl_socket(CURL *easy, curl_socket_t socket, int what, void *context,
                          void *socket_context)
{
    struct md_curl *curl = context;
    struct watch *watch = socket_context;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            curl_multi_assign(curl->multi, socket, NULL);
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        }
        return 0;
    }
    if (watch == NULL && (watch = new_watch(curl, socket)) == NULL) {
        return -1;
    }
    events |= (what & CURL_POLL_IN) != 0 ? UV_READABLE : 0;
    events |= (what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0;
    uv_poll_start(&watch->poll, events, on_ready);
    return 0;
}

/* ---- the loop ---- */

struct md_curl *md_curl_start(uv_loop_t *loop)
{
    struct md_curl *curl = calloc(1, sizeof(*curl));

    if (curl == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
        (curl->multi = curl_multi_init()) == NULL) {
        free(curl);
        return NULL;
    }
    curl->loop = loop;
    uv_timer_init(loop, &curl->timer);
    curl->timer.data = curl;
    curl->handles_open = 1;
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
    return curl;
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(handle->data);
}

void md_curl_stop(struct md_curl *curl, void (*done)(void *context), void *context)
{
    curl->stopping = true;
    curl->done = done;
    curl->done_context = context;
    curl_multi_cleanup(curl->multi);
    curl->multi = NULL;
    uv_close((uv_handle_t *)&curl->timer, on_timer_closed);
}

/* ---- transfers ---- */

bool md_curl_open(struct md_curl *curl, struct md_curl_transfer *transfer, long limit_ms)
{
    CURL *easy = curl_easy_init();

    transfer->easy = easy;
    transfer->curl = curl;
    if (easy == NULL) {
        return false;
    }
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     limit_ms < CONNECT_TIMEOUT_MAX_MS ? limit_ms : CONNECT_TIMEOUT_MAX_MS);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    return true;
}

bool md_curl_go(struct md_curl_transfer *transfer)
{
    return curl_multi_add_handle(transfer->curl->multi, transfer->easy) == CURLM_OK;
}

void md_curl_close(struct md_curl_transfer *transfer)
{
    if (transfer->easy != NULL) {
        curl_multi_remove_handle(transfer->curl->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
        transfer->easy = NULL;
    }
}

unsigned md_curl_reason(CURLcode code)
{
    switch (code) {
        case CURLE_INTERFACE_FAILED:
            return FO_REASON_NO_ROUTE;
        case CURLE_COULDNT_CONNECT:
            return FO_REASON_REFUSED;
        case CURLE_OPERATION_TIMEDOUT:
            return FO_REASON_NO_ANSWER;
        case CURLE_COULDNT_RESOLVE_HOST:
            return FO_REASON_UNREACHABLE;
        default:
            return FO_REASON_BAD_STATUS;
    }
}

void md_curl_bind(CURL *easy, const struct md_curl_lines *lines, unsigned tried)
{
    char text[MD_CURL_INTERFACE_SIZE];

    if (md_curl_interface(lines, tried, text)) {
        curl_easy_setopt(easy, CURLOPT_INTERFACE, text);
    }
}

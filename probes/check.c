/* SPDX-License-Identifier: Apache-2.0 */
/* The check of one address over TCP: a few attempts that may overlap, each with its own connection
 * and its own deadline, so that a dripping peer costs one slot and never the loop. It never counts
 * failures; see check.h for who calls it. */
#include "probes/check.h"

#include "failover/assert.h"
#include "probes/clock.h"
#include "probes/http_reply.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_MAX (PB_CHECK_PATH_MAX + 160)
#define READ_SIZE 2048
#define GRACE_MS 1 /* one more turn of the loop: after a stall timers run before sockets */

struct attempt {
    struct pb_check *owner;
    uv_tcp_t tcp;
    uv_timer_t deadline; /* lives as long as the check */
    uv_connect_t connect;
    uv_write_t write;
    struct pb_http_reply reply;
    fo_us start_us;
    bool busy;    /* waiting for its outcome */
    bool overdue; /* its deadline has passed once */
    bool closing; /* its connection is not closed yet */
};

struct pb_check {
    uv_loop_t *loop;
    enum pb_check_kind kind;
    struct cfg_address address;
    fo_us timeout_us;
    pb_check_callback callback;
    void *context;
    uv_timer_t pace;
    struct attempt attempts[PB_CHECK_OVERLAP];
    unsigned handles;
    bool stopping;
    void (*done)(void *context);
    size_t request_length;
    char request[REQUEST_MAX];
    char buffer[READ_SIZE]; /* one loop, one read at a time */
};

static uint64_t whole_ms(fo_us us)
{
    return us < FO_MS ? 1 : (uint64_t)((us + FO_MS - 1) / FO_MS);
}

static void finish_if_closed(struct pb_check *check)
{
    if (!check->stopping || check->handles > 0) {
        return;
    }
    void (*done)(void *) = check->done;
    void *context = check->context;
    free(check);
    if (done != NULL) {
        done(context);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct pb_check *check = handle->data;
    check->handles--;
    finish_if_closed(check);
}

static void on_connection_closed(uv_handle_t *handle)
{
    struct attempt *attempt = handle->data;
    attempt->closing = false;
    attempt->owner->handles--;
    finish_if_closed(attempt->owner);
}

static void close_connection(struct attempt *attempt)
{
    attempt->closing = true;
    uv_close((uv_handle_t *)&attempt->tcp, on_connection_closed);
}

/* Ends an attempt whose connection handle exists, and states the outcome: the last thing done,
 * because the callback may stop the check. */
static void end_attempt(struct attempt *attempt, unsigned reason)
{
    struct pb_check *check = attempt->owner;
    FO_ASSERT(attempt->busy);
    attempt->busy = false;
    uv_timer_stop(&attempt->deadline);
    close_connection(attempt);
    check->callback(check->context, reason == FO_REASON_NONE, reason,
                    pb_clock_us() - attempt->start_us);
}

static unsigned reason_of_error(const struct pb_check *check, int error)
{
    switch (error) {
        case UV_ECONNREFUSED:
            return check->kind == PB_CHECK_HOST ? FO_REASON_NONE : FO_REASON_REFUSED;
        case UV_ETIMEDOUT:
            return FO_REASON_NO_ANSWER;
        case UV_ECONNRESET:
        case UV_EPIPE:
            return check->kind == PB_CHECK_HOST ? FO_REASON_NONE : FO_REASON_REFUSED;
        case UV_EHOSTUNREACH:
            return FO_REASON_UNREACHABLE;
        default: /* ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EMFILE …: our side */
            return FO_REASON_NO_ROUTE;
    }
}

/* ---- one attempt ----------------------------------------------------------------------------- */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct attempt *attempt = handle->data;
    *buf = uv_buf_init(attempt->owner->buffer, READ_SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct attempt *attempt = stream->data;
    enum pb_http_verdict verdict;

    if (!attempt->busy || count == 0) {
        return;
    }
    if (count == UV_EOF) {
        verdict = pb_http_reply_end(&attempt->reply);
    } else if (count < 0) {
        end_attempt(attempt, reason_of_error(attempt->owner, (int)count));
        return;
    } else {
        verdict = pb_http_reply_feed(&attempt->reply, buf->base, (size_t)count);
    }
    if (verdict != PB_HTTP_MORE) {
        end_attempt(attempt, verdict == PB_HTTP_OK ? FO_REASON_NONE : FO_REASON_BAD_STATUS);
    }
}

static void on_write(uv_write_t *write, int status)
{
    struct attempt *attempt = write->data;
    if (attempt->busy && status < 0) {
        end_attempt(attempt, reason_of_error(attempt->owner, status));
    }
}

static void on_connect(uv_connect_t *connect, int status)
{
    struct attempt *attempt = connect->data;
    struct pb_check *check = attempt->owner;

    if (!attempt->busy) {
        return; /* ended by its deadline; this is the echo of the close */
    }
    if (status < 0) {
        end_attempt(attempt, reason_of_error(check, status));
        return;
    }
    if (check->kind != PB_CHECK_HTTP) {
        end_attempt(attempt, FO_REASON_NONE);
        return;
    }
    uv_buf_t buf = uv_buf_init(check->request, (unsigned)check->request_length);
    attempt->write.data = attempt;
    int rc = uv_write(&attempt->write, (uv_stream_t *)&attempt->tcp, &buf, 1, on_write);
    if (rc == 0) {
        rc = uv_read_start((uv_stream_t *)&attempt->tcp, on_alloc, on_read);
    }
    if (rc != 0 && attempt->busy) {
        end_attempt(attempt, reason_of_error(check, rc));
    }
}

static void on_deadline(uv_timer_t *timer)
{
    struct pb_check *check = timer->data;
    struct attempt *attempt = NULL;
    for (int i = 0; i < PB_CHECK_OVERLAP; i++) {
        if (&check->attempts[i].deadline == timer) {
            attempt = &check->attempts[i];
        }
    }
    FO_ASSERT(attempt != NULL && attempt->busy);
    if (!attempt->overdue) {
        attempt->overdue = true;
        uv_timer_start(&attempt->deadline, on_deadline, GRACE_MS, 0);
        return;
    }
    end_attempt(attempt, attempt->reply.total > 0 ? FO_REASON_TOO_LATE : FO_REASON_NO_ANSWER);
}

static void start_attempt(struct attempt *attempt)
{
    struct pb_check *check = attempt->owner;

    attempt->start_us = pb_clock_us();
    pb_http_reply_init(&attempt->reply);
    if (uv_tcp_init(check->loop, &attempt->tcp) != 0) {
        check->callback(check->context, false, FO_REASON_NO_ROUTE, 0);
        return;
    }
    attempt->tcp.data = attempt;
    attempt->connect.data = attempt;
    attempt->busy = true;
    attempt->overdue = false;
    check->handles++;
    /* the loop's idea of now may be old: a bound counted from it would end too early */
    uv_update_time(check->loop);
    uv_timer_start(&attempt->deadline, on_deadline, whole_ms(check->timeout_us), 0);
    int rc = uv_tcp_connect(&attempt->connect, &attempt->tcp,
                            (const struct sockaddr *)&check->address.storage, on_connect);
    if (rc != 0) {
        end_attempt(attempt, reason_of_error(check, rc));
    }
}

void pb_check_now(struct pb_check *check)
{
    if (check->stopping) {
        return;
    }
    for (int i = 0; i < PB_CHECK_OVERLAP; i++) {
        if (!check->attempts[i].busy && !check->attempts[i].closing) {
            start_attempt(&check->attempts[i]);
            return;
        }
    }
}

static void on_pace(uv_timer_t *timer)
{
    pb_check_now(timer->data);
}

/* ---- life ------------------------------------------------------------------------------------ */
/* Fills the request; false when it would not fit. */
static bool build_request(struct pb_check *check, const char *path)
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr *address = (const struct sockaddr *)&check->address.storage;
    bool six = address->sa_family == AF_INET6;

    if (path == NULL || path[0] != '/' || strlen(path) > PB_CHECK_PATH_MAX) {
        return false;
    }
    if (uv_ip_name(address, host, sizeof host) != 0) {
        return false;
    }
    int length = snprintf(check->request, sizeof check->request,
                          "GET %s HTTP/1.0\r\nHost: %s%s%s\r\nUser-Agent: noroshi\r\n"
                          "Connection: close\r\n\r\n",
                          path, six ? "[" : "", host, six ? "]" : "");
    check->request_length = (size_t)length;
    return length > 0 && (size_t)length < sizeof check->request;
}

struct pb_check *pb_check_start(uv_loop_t *loop, enum pb_check_kind kind,
                                const struct cfg_address *address, const char *path,
                                fo_us interval_us, fo_us timeout_us, pb_check_callback callback,
                                void *context)
{
    FO_ASSERT(kind == PB_CHECK_HOST || kind == PB_CHECK_TCP || kind == PB_CHECK_HTTP);
    FO_ASSERT(callback != NULL);
    struct pb_check *check = calloc(1, sizeof *check);

    if (check == NULL) {
        return NULL;
    }
    check->loop = loop;
    check->kind = kind;
    check->address = *address;
    check->timeout_us = timeout_us;
    check->callback = callback;
    check->context = context;
    if (kind == PB_CHECK_HTTP && !build_request(check, path)) {
        free(check);
        return NULL;
    }
    for (int i = 0; i < PB_CHECK_OVERLAP; i++) {
        check->attempts[i].owner = check;
        uv_timer_init(loop, &check->attempts[i].deadline);
        check->attempts[i].deadline.data = check;
    }
    uv_timer_init(loop, &check->pace);
    check->pace.data = check;
    check->handles = PB_CHECK_OVERLAP + 1;
    uv_timer_start(&check->pace, on_pace, 0, whole_ms(interval_us));
    return check;
}

void pb_check_stop(struct pb_check *check, void (*done)(void *context))
{
    FO_ASSERT(!check->stopping);
    check->stopping = true;
    check->done = done;
    for (int i = 0; i < PB_CHECK_OVERLAP; i++) {
        struct attempt *attempt = &check->attempts[i];
        if (attempt->busy) {
            attempt->busy = false;
            close_connection(attempt);
        }
        uv_close((uv_handle_t *)&attempt->deadline, on_timer_closed);
    }
    uv_close((uv_handle_t *)&check->pace, on_timer_closed);
}

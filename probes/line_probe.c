/* SPDX-License-Identifier: Apache-2.0 */
/* A raw ICMP socket of the line, and a clock for each far target. It opens the socket again
 * whenever the interface has come back; it never counts losses. The fleet calls it. */
#include "probes/line_probe.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "probes/clock.h"
#include "probes/icmp.h"
#include "probes/line_socket.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <sys/random.h>

#define PACKET_SIZE 512
#define PACKETS_A_TURN 64 /* so that a flood cannot hold the loop */
#ifndef ICMP_FILTER       /* linux/icmp.h, which cannot be included beside netinet/ip_icmp.h */
#define ICMP_FILTER 1
#endif

struct target {
    struct pb_line_probe *owner;
    uint8_t index;
    bool waiting; /* for the answer to `sequence` */
    uint16_t sequence;
    fo_us sent_us;
    uv_timer_t pace;
    uv_timer_t deadline;
};

struct pb_line_probe {
    uv_loop_t *loop;
    const struct cfg_line *config;
    uint8_t line;
    unsigned target_count;
    pb_line_callback callback;
    void *context;
    struct pb_line_socket socket;
    uint16_t id;
    uint64_t cookie;
    struct target targets[FO_TARGETS_MAX];
    unsigned handles;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static void state(struct target *target, uint8_t quality, bool ok, enum fo_reason reason,
                  fo_us rtt_us)
{
    struct pb_line_probe *probe = target->owner;
    struct fo_probe statement = {.kind = FO_PROBE_TARGET,
                                 .index = probe->line,
                                 .target = target->index,
                                 .quality = quality,
                                 .ok = ok,
                                 .reason = (uint16_t)reason,
                                 .rtt_us = rtt_us};
    if (!probe->stopping) {
        probe->callback(probe->context, &statement);
    }
}

static void settle(struct target *target, bool ok, enum fo_reason reason)
{
    fo_us rtt_us = pb_clock_us() - target->sent_us;
    target->waiting = false;
    uv_timer_stop(&target->deadline);
    state(target, FO_GOOD, ok, reason, rtt_us);
}

/* ---- receiving ------------------------------------------------------------------------------- */
static void take_packet(struct pb_line_probe *probe, const uint8_t *packet, size_t length)
{
    struct pb_icmp_echo echo;
    uint32_t source = 0, asked = 0;
    enum pb_icmp_kind kind = pb_icmp_decode(packet, length, &echo, &source, &asked);

    if (kind == PB_ICMP_OTHER || echo.id != probe->id ||
        (kind == PB_ICMP_REPLY && echo.cookie != probe->cookie)) {
        return;
    }
    uint32_t about = kind == PB_ICMP_REPLY ? source : asked;
    for (unsigned i = 0; i < probe->target_count; i++) {
        struct target *target = &probe->targets[i];
        if (!target->waiting || target->sequence != echo.sequence ||
            probe->config->targets[i].s_addr != about) {
            continue;
        }
        settle(target, kind == PB_ICMP_REPLY,
               kind == PB_ICMP_REPLY ? FO_REASON_NONE : FO_REASON_UNREACHABLE);
        return;
    }
}

static void drain(struct pb_line_probe *probe)
{
    uint8_t packet[PACKET_SIZE];
    for (int i = 0; i < PACKETS_A_TURN && probe->socket.fd >= 0; i++) {
        ssize_t length = recv(probe->socket.fd, packet, sizeof packet, MSG_DONTWAIT);
        if (length < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                pb_line_socket_close(&probe->socket); /* the interface went away */
            }
            return;
        }
        take_packet(probe, packet, (size_t)length);
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    drain(poll->data);
}

/* ---- the socket ------------------------------------------------------------------------------ */
static void drop_handle(struct pb_line_probe *probe)
{
    if (--probe->handles > 0 || !probe->stopping) {
        return;
    }
    void (*done)(void *) = probe->done;
    void *context = probe->done_context;
    free(probe);
    if (done != NULL) {
        done(context);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct target *target = handle->data;
    drop_handle(target->owner);
}

static bool open_socket(struct pb_line_probe *probe)
{
    uint32_t refused = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH);

    if (probe->socket.fd >= 0) {
        return true;
    }
    if (!pb_line_socket_open(&probe->socket, probe->loop, probe->config->interface, SOCK_RAW,
                             IPPROTO_ICMP, on_readable, probe)) {
        return false;
    }
    if (setsockopt(probe->socket.fd, SOL_RAW, ICMP_FILTER, &refused, sizeof refused) != 0) {
        pb_line_socket_close(&probe->socket);
        return false;
    }
    return true;
}

/* ---- sending --------------------------------------------------------------------------------- */
static void on_deadline(uv_timer_t *timer)
{
    struct target *target = timer->data;
    /* after a stall of the loop timers run before sockets: what is already here counts */
    drain(target->owner);
    if (target->waiting) {
        settle(target, false, FO_REASON_NO_ANSWER);
    }
}

/* The interface is gone (then it says nothing about the line's targets) or only down. */
static void state_unsent(struct target *target)
{
    bool allowed = errno != EPERM && errno != EACCES;
    bool there = if_nametoindex(target->owner->config->interface) != 0;
    pb_line_socket_close(
        &target->owner->socket); /* a new interface of the same name needs a new binding */
    state(target, there && allowed ? FO_GOOD : FO_ABSENT, false, FO_REASON_NO_ROUTE, 0);
}

static void send_echo(struct target *target)
{
    struct pb_line_probe *probe = target->owner;
    uint8_t bytes[PB_ICMP_ECHO_SIZE];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr = probe->config->targets[target->index]};
    struct pb_icmp_echo echo = {
        .id = probe->id, .sequence = ++target->sequence, .cookie = probe->cookie};

    if (!open_socket(probe)) {
        state(target, FO_ABSENT, false, FO_REASON_NO_ROUTE, 0);
        return;
    }
    pb_icmp_encode(&echo, bytes);
    target->sent_us = pb_clock_us();
    if (sendto(probe->socket.fd, bytes, sizeof bytes, MSG_DONTWAIT, (const struct sockaddr *)&to,
               sizeof to) != (ssize_t)sizeof bytes) {
        state_unsent(target);
        return;
    }
    fo_us bound_us = probe->config->timeout_us < probe->config->interval_us
                         ? probe->config->timeout_us
                         : probe->config->interval_us;
    target->waiting = true;
    uv_update_time(probe->loop);
    uv_timer_start(&target->deadline, on_deadline, (uint64_t)(bound_us / FO_MS) + 1, 0);
}

static void on_pace(uv_timer_t *timer)
{
    struct target *target = timer->data;
    if (target->waiting) {
        on_deadline(&target->deadline);
    }
    send_echo(target);
}

/* ---- life ------------------------------------------------------------------------------------ */
struct pb_line_probe *pb_line_probe_start(uv_loop_t *loop, const struct cfg_line *config,
                                          unsigned line, unsigned target_count,
                                          pb_line_callback callback, void *context)
{
    FO_ASSERT(target_count <= FO_TARGETS_MAX);
    FO_ASSERT(config->interface != NULL);
    struct pb_line_probe *probe = calloc(1, sizeof *probe);

    if (probe == NULL) {
        return NULL;
    }
    probe->loop = loop;
    probe->config = config;
    probe->line = (uint8_t)line;
    probe->target_count = target_count;
    probe->callback = callback;
    probe->context = context;
    probe->socket = PB_LINE_SOCKET_CLOSED;
    if (getrandom(&probe->id, sizeof probe->id, 0) != (ssize_t)sizeof probe->id ||
        getrandom(&probe->cookie, sizeof probe->cookie, 0) != (ssize_t)sizeof probe->cookie) {
        free(probe);
        return NULL;
    }
    uint64_t pace_ms = (uint64_t)(config->interval_us / FO_MS);
    pace_ms = pace_ms == 0 ? 1 : pace_ms;
    for (unsigned i = 0; i < target_count; i++) {
        struct target *target = &probe->targets[i];
        target->owner = probe;
        target->index = (uint8_t)i;
        (void)uv_timer_init(loop, &target->pace);
        (void)uv_timer_init(loop, &target->deadline);
        target->pace.data = target;
        target->deadline.data = target;
        probe->handles += 2;
        (void)uv_timer_start(&target->pace, on_pace, pace_ms * i / target_count, pace_ms);
    }
    return probe;
}

void pb_line_probe_stop(struct pb_line_probe *probe, void (*done)(void *context), void *context)
{
    FO_ASSERT(!probe->stopping);
    probe->stopping = true;
    probe->done = done;
    probe->done_context = context;
    probe->handles++; /* so that a line without targets ends as well */
    pb_line_socket_close(&probe->socket);
    for (unsigned i = 0; i < probe->target_count; i++) {
        uv_close((uv_handle_t *)&probe->targets[i].pace, on_timer_closed);
        uv_close((uv_handle_t *)&probe->targets[i].deadline, on_timer_closed);
    }
    drop_handle(probe);
}

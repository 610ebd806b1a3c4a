/* SPDX-License-Identifier: Apache-2.0 */
/* A connected UDP socket of the line, and a clock. The kernel lets nothing in that does
 * not come from the reflector's address and port through that interface; the session takes only
 * what answers a packet of its own. A new socket is a new session. The fleet calls it. */
#include "probes/stamp_probe.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "probes/clock.h"
#include "probes/line_socket.h"
#include "probes/stamp_session.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#define PACKET_SIZE 512       /* a longer reply is cut; only its head is read */
#define PACKETS_A_TURN 64     /* so that a flood cannot hold the loop */
#define HOPS 255              /* RFC 5357, section 4.1.2: so that the far end can count the hops */
#define NTP_EPOCH 2208988800U /* seconds from 1900 to 1970 */

struct pb_stamp_probe {
    uv_loop_t *loop;
    const struct cfg_line *config;
    uint8_t line;
    pb_stamp_callback callback;
    void *context;
    struct pb_line_socket socket;
    uv_timer_t pace;
    bool sent; /* a packet has left since the last statement */
    struct pb_stamp_session session;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

/* ---- stating --------------------------------------------------------------------------------- */
static enum fo_reason reason_of(const struct pb_stamp_statement *said)
{
    if (said->sent > 0) {
        return FO_REASON_NONE; /* of what came before this interval */
    }
    if (!said->answered) {
        return FO_REASON_NO_ANSWER;
    }
    switch (said->reflector) {
        case PB_STAMP_STATEFUL:
            return FO_REASON_NONE;
        case PB_STAMP_STATELESS:
            return FO_REASON_UNCOUNTED;
        default:
            return FO_REASON_NOT_READ_YET;
    }
}

static void state(struct pb_stamp_probe *probe)
{
    fo_us interval_us = probe->config->interval_us;
    fo_us bound_us =
        probe->config->timeout_us < interval_us ? probe->config->timeout_us : interval_us;
    struct fo_probe statement = {.kind = FO_PROBE_DIRECTION,
                                 .index = probe->line,
                                 .quality = FO_ABSENT,
                                 .reason = FO_REASON_NO_ROUTE};
    if (probe->sent) {
        struct pb_stamp_statement said =
            pb_stamp_session_settle(&probe->session, pb_clock_us(), bound_us);
        statement.quality = FO_GOOD;
        statement.reason = (uint16_t)reason_of(&said);
        statement.ok = statement.reason == FO_REASON_NONE;
        statement.sent = said.sent;
        statement.lost_out = said.lost_out;
        statement.lost_back = said.lost_back;
    }
    probe->sent = false;
    probe->callback(probe->context, &statement);
}

/* ---- receiving ------------------------------------------------------------------------------- */
/* "Nobody listens there" and "no way there" of a router are no fault of the socket. */
static bool is_told_by_others(int error)
{
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == EINTR;
}

static void drain(struct pb_stamp_probe *probe)
{
    uint8_t packet[PACKET_SIZE];
    struct pb_stamp_reply reply;
    for (int i = 0; i < PACKETS_A_TURN && probe->socket.fd >= 0; i++) {
        ssize_t length = recv(probe->socket.fd, packet, sizeof packet, MSG_DONTWAIT);
        if (length >= 0) {
            if (pb_stamp_decode(packet, (size_t)length, &reply)) {
                (void)pb_stamp_session_take(&probe->session, &reply); /* strangers are left out */
            }
        } else if (errno == EAGAIN) {
            return;
        } else if (!is_told_by_others(errno)) {
            pb_line_socket_close(&probe->socket); /* the interface went away */
        }
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    drain(poll->data);
}

/* ---- the socket ------------------------------------------------------------------------------ */
static bool open_socket(struct pb_stamp_probe *probe)
{
    const struct sockaddr_in *to = &probe->config->reflector;
    const int hops = HOPS;

    if (probe->socket.fd >= 0) {
        return true;
    }
    if (!pb_line_socket_open(&probe->socket, probe->loop, probe->config->interface, SOCK_DGRAM, 0,
                             on_readable, probe)) {
        return false;
    }
    if (setsockopt(probe->socket.fd, IPPROTO_IP, IP_TTL, &hops, sizeof hops) != 0 ||
        connect(probe->socket.fd, (const struct sockaddr *)to, sizeof *to) != 0) {
        pb_line_socket_close(&probe->socket);
        return false;
    }
    pb_stamp_session_begin(&probe->session, 0);
    return true;
}

/* ---- sending --------------------------------------------------------------------------------- */
/* The wall clock in NTP format, its last 16 bits (15 us) random, as RFC 5905, section 6, has it for
 * bits below a clock's precision: whoever is not on the path cannot guess it. */
static uint64_t make_timestamp(void)
{
    struct timespec now;
    uint16_t fuzz = 0;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)!getrandom(&fuzz, sizeof fuzz, GRND_NONBLOCK); /* less random before the kernel's seed */
    uint64_t fraction = ((uint64_t)now.tv_nsec << 32) / 1000000000U;
    return ((uint64_t)now.tv_sec + NTP_EPOCH) << 32 | (fraction & 0xffff0000U) | fuzz;
}

static void send_packet(struct pb_stamp_probe *probe)
{
    uint8_t bytes[PB_STAMP_SIZE];
    uint64_t timestamp = make_timestamp();

    if (!open_socket(probe)) {
        return;
    }
    pb_stamp_encode(pb_stamp_session_next(&probe->session), timestamp, bytes);
    ssize_t length = send(probe->socket.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (length < 0 && is_told_by_others(errno)) { /* of a packet before; this one has not left */
        length = send(probe->socket.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
    if (length != (ssize_t)sizeof bytes) {
        pb_line_socket_close(
            &probe->socket); /* a new interface of the same name needs a new binding */
        return;
    }
    pb_stamp_session_sent(&probe->session, timestamp, pb_clock_us());
    probe->sent = true;
}

static void on_pace(uv_timer_t *timer)
{
    struct pb_stamp_probe *probe = timer->data;
    /* after a stall of the loop timers run before sockets: what is already here counts */
    drain(probe);
    state(probe);
    if (!probe->stopping) {
        send_packet(probe);
    }
}

/* The first packet leaves at once; the statement about it comes one interval later. */
static void on_first(uv_timer_t *timer)
{
    struct pb_stamp_probe *probe = timer->data;
    uint64_t pace_ms = (uint64_t)(probe->config->interval_us / FO_MS);
    pace_ms = pace_ms == 0 ? 1 : pace_ms;
    send_packet(probe);
    uv_timer_start(timer, on_pace, pace_ms, pace_ms);
}

/* ---- life ------------------------------------------------------------------------------------ */
struct pb_stamp_probe *pb_stamp_probe_start(uv_loop_t *loop, const struct cfg_line *config,
                                            unsigned line, pb_stamp_callback callback,
                                            void *context)
{
    FO_ASSERT(config->interface != NULL && config->reflector.sin_port != 0);
    struct pb_stamp_probe *probe = calloc(1, sizeof *probe);

    if (probe == NULL) {
        return NULL;
    }
    probe->loop = loop;
    probe->config = config;
    probe->line = (uint8_t)line;
    probe->callback = callback;
    probe->context = context;
    probe->socket = PB_LINE_SOCKET_CLOSED;
    (void)uv_timer_init(loop, &probe->pace);
    probe->pace.data = probe;
    (void)uv_timer_start(&probe->pace, on_first, 0, 0);
    return probe;
}

static void on_pace_closed(uv_handle_t *handle)
{
    struct pb_stamp_probe *probe = handle->data;
    void (*done)(void *) = probe->done;
    void *context = probe->done_context;
    free(probe);
    if (done != NULL) {
        done(context);
    }
}

void pb_stamp_probe_stop(struct pb_stamp_probe *probe, void (*done)(void *context), void *context)
{
    FO_ASSERT(!probe->stopping);
    probe->stopping = true;
    probe->done = done;
    probe->done_context = context;
    pb_line_socket_close(&probe->socket);
    uv_close((uv_handle_t *)&probe->pace, on_pace_closed);
}

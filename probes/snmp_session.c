/* SPDX-License-Identifier: Apache-2.0 */
/* net-snmp's single-session interface on one uv_poll and one uv_timer. The library's own callback
 * only stores what came; our callback runs after the library has returned, so it may do anything.
 * It never resolves a name and never lets the library look for an engine (that would block): with
 * SNMPv3 it asks for the engine itself and then asks what it was asked. */
#include "probes/snmp_session.h"

#include "failover/assert.h"
#include "probes/snmp_pdu.h"
#include "probes/snmp_usm.h"
#include "probes/turn.h"

#include <net-snmp/library/large_fd_set.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HANDLES 2

/* What has come of a message that was sent. */
enum outcome { OUTCOME_NONE, OUTCOME_ENGINE, OUTCOME_ANSWER, OUTCOME_FAILED };

struct pb_snmp_session {
    void *library;           /* net-snmp's opaque session */
    struct pb_snmp_usm *usm; /* NULL: v1, v2c */
    int fd;
    uv_poll_t poll;
    uv_timer_t timer;
    pb_snmp_callback callback;
    void *context;
    bool busy; /* a request is in flight */
    bool closing;
    bool discovering; /* what is in flight asks for the engine */
    bool moved;       /* the engine has changed under this request once */
    bool refused;     /* a message came that could not be authenticated, or a refusal */
    enum outcome outcome;
    unsigned handles;
    enum fo_reason reason;               /* of OUTCOME_FAILED */
    const struct pb_snmp_notice *notice; /* NULL: what is in flight is values or the request */
    const struct cfg_snmp_value *values; /* NULL: what is in flight is the request */
    unsigned value_count;
    struct pb_snmp_request request;
    struct pb_snmp_answer answer;
    void (*closed)(void *context);
    void *closed_context;
};

static enum fo_reason begin(struct pb_snmp_session *session);

/* ---- what net-snmp hands over ---------------------------------------------------------------- */
static void fail(struct pb_snmp_session *session, enum fo_reason reason)
{
    session->outcome = OUTCOME_FAILED;
    session->reason = reason;
}

/* The card says something about SNMPv3 itself. */
static void take_report(struct pb_snmp_session *session, netsnmp_pdu *pdu)
{
    enum pb_snmp_report report = pb_snmp_usm_report(pdu);

    if (report == PB_REPORT_TIME && !session->discovering) {
        return; /* it has learned the time from it and asks again */
    }
    if (report != PB_REPORT_ENGINE || session->moved) {
        fail(session, FO_REASON_ACCESS_DENIED);
        return;
    }
    session->moved = !session->discovering;
    if (pb_snmp_usm_adopt(session->usm, snmp_sess_session(session->library), pdu)) {
        session->outcome = OUTCOME_ENGINE;
    } else {
        fail(session, FO_REASON_BAD_FRAME);
    }
}

static void take_message(struct pb_snmp_session *session, netsnmp_pdu *pdu)
{
    if (pdu != NULL && pdu->command == SNMP_MSG_REPORT && session->usm != NULL) {
        take_report(session, pdu);
    } else if (pdu == NULL || pdu->command != SNMP_MSG_RESPONSE || session->discovering) {
        fail(session, FO_REASON_BAD_FRAME);
    } else if (session->usm != NULL && !pb_snmp_usm_is_protected(session->usm, pdu)) {
        fail(session, FO_REASON_ACCESS_DENIED); /* anybody could have said that */
    } else {
        pb_snmp_pdu_read(pdu, &session->answer);
        session->outcome = OUTCOME_ANSWER;
    }
}

static int on_library(int operation, netsnmp_session *library, int id, netsnmp_pdu *pdu,
                      void *magic)
{
    (void)library;
    (void)id;
    struct pb_snmp_session *session = magic;

    if (!session->busy || session->outcome != OUTCOME_NONE) {
        return 1;
    }
    switch (operation) {
        case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE:
            take_message(session, pdu);
            break;
        case NETSNMP_CALLBACK_OP_TIMED_OUT:
            fail(session, session->refused ? FO_REASON_ACCESS_DENIED : FO_REASON_NO_ANSWER);
            break;
        case NETSNMP_CALLBACK_OP_SEND_FAILED:
            fail(session, FO_REASON_UNREACHABLE);
            break;
        case NETSNMP_CALLBACK_OP_SEC_ERROR: /* comes beside a report, or for a forged message */
            session->refused = true;
            break;
        default: /* a retry is not a failure */
            break;
    }
    return 1;
}

/* ---- the loop -------------------------------------------------------------------------------- */
static void on_timer(uv_timer_t *timer);

/* The library says when it wants to be called; one millisecond later, because it expires strictly
 * after. False: it waits for nothing. */
static bool arm(struct pb_snmp_session *session)
{
    netsnmp_large_fd_set set;
    struct timeval wait = {0, 0};
    int fds = 0;
    int block = 1;

    netsnmp_large_fd_set_init(&set, FD_SETSIZE);
    NETSNMP_LARGE_FD_ZERO(&set);
    (void)snmp_sess_select_info2(session->library, &fds, &set, &wait, &block);
    netsnmp_large_fd_set_cleanup(&set);
    if (block) {
        uv_timer_stop(&session->timer);
        return false;
    }
    uint64_t ms = (uint64_t)wait.tv_sec * 1000 + (uint64_t)wait.tv_usec / 1000 + 1;
    uv_timer_start(&session->timer, on_timer, ms, 0);
    return true;
}

/* Ends the request, or goes on with it where only the engine has been found. */
static void tell(struct pb_snmp_session *session)
{
    bool waiting = arm(session);

    if (session->outcome == OUTCOME_NONE) {
        if (!session->busy || waiting) {
            return;
        }
        fail(session, FO_REASON_ACCESS_DENIED); /* given up after a second report */
    }
    if (session->outcome == OUTCOME_ENGINE) {
        enum fo_reason reason = begin(session);
        if (reason == FO_REASON_NONE) {
            return;
        }
        fail(session, reason);
    }
    bool answered = session->outcome == OUTCOME_ANSWER;
    session->busy = false;
    session->outcome = OUTCOME_NONE;
    if (!answered && session->usm != NULL) {
        pb_snmp_usm_forget(session->usm, snmp_sess_session(session->library));
    }
    session->callback(session->context, answered ? FO_REASON_NONE : session->reason,
                      answered ? &session->answer : NULL);
}

static void read_library(struct pb_snmp_session *session)
{
    netsnmp_large_fd_set set;

    netsnmp_large_fd_set_init(&set, FD_SETSIZE);
    NETSNMP_LARGE_FD_ZERO(&set);
    NETSNMP_LARGE_FD_SET(session->fd, &set);
    pb_snmp_usm_enter(session->usm);
    (void)snmp_sess_read2(session->library, &set);
    pb_snmp_usm_leave(session->usm);
    netsnmp_large_fd_set_cleanup(&set);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct pb_snmp_session *session = poll->data;

    if (pb_turn_take()) { /* else the loop comes back: the answer is still there */
        read_library(session);
        tell(session);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct pb_snmp_session *session = timer->data;
    struct pollfd ready = {.fd = session->fd, .events = POLLIN};

    if (!pb_turn_take()) {
        uv_timer_start(timer, on_timer, 1, 0);
        return;
    }
    /* after a stall of the loop timers run before sockets: an answer that is already here counts */
    if (poll(&ready, 1, 0) == 1) {
        read_library(session);
    }
    if (session->outcome == OUTCOME_NONE) {
        pb_snmp_usm_enter(session->usm);
        snmp_sess_timeout(session->library);
        pb_snmp_usm_leave(session->usm);
    }
    tell(session);
}

/* ---- opening, asking, closing ---------------------------------------------------------------- */
static bool format_peer(const struct cfg_address *address, char *text, size_t size)
{
    char host[INET6_ADDRSTRLEN];
    const struct sockaddr *generic = (const struct sockaddr *)&address->storage;

    if (uv_ip_name(generic, host, sizeof host) != 0) {
        return false;
    }
    int length;
    if (generic->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)generic;
        length = snprintf(text, size, "udp6:[%s]:%u", host, ntohs(six->sin6_port));
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)generic;
        length = snprintf(text, size, "udp:%s:%u", host, ntohs(four->sin_port));
    }
    return length > 0 && (size_t)length < size;
}

static void describe(const struct cfg_snmp *settings, char *community, size_t size,
                     netsnmp_session *wanted)
{
    (void)snprintf(community, size, "%s", settings->community);
    wanted->version = settings->version == CFG_SNMP_V1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    wanted->community = (u_char *)community;
    wanted->community_len = strlen(community);
}

static void *open_library(struct pb_snmp_session *session, const struct cfg_address *address,
                          const struct cfg_snmp *settings, fo_us timeout_us)
{
    netsnmp_session wanted;
    char peer[INET6_ADDRSTRLEN + 16];
    char community[256];

    if (!format_peer(address, peer, sizeof peer) ||
        (session->usm == NULL &&
         (settings->community == NULL || strlen(settings->community) >= sizeof community))) {
        return NULL;
    }
    pb_snmp_library_start();
    snmp_sess_init(&wanted);
    if (session->usm != NULL) {
        pb_snmp_usm_describe(session->usm, &wanted);
    } else {
        describe(settings, community, sizeof community, &wanted);
    }
    wanted.peername = peer;
    wanted.retries = 1;
    wanted.timeout = timeout_us / 2 > 0 ? timeout_us / 2 : 1;
    wanted.callback = on_library;
    wanted.callback_magic = session;
    void *library = snmp_sess_open(&wanted);
    memset(community, 0, sizeof community);
    if (library != NULL) {
        snmp_sess_session(library)->flags |= SNMP_FLAGS_DONT_PROBE; /* opening clears it */
    }
    return library;
}

static void on_closed(uv_handle_t *handle)
{
    struct pb_snmp_session *session = handle->data;
    if (--session->handles > 0) {
        return;
    }
    void (*closed)(void *) = session->closed;
    void *context = session->closed_context;
    snmp_sess_close(session->library); /* closes the socket: only now, after its uv_poll */
    pb_snmp_usm_close(session->usm);
    free(session);
    if (closed != NULL) {
        closed(context);
    }
}

static struct pb_snmp_session *abandon(struct pb_snmp_session *session)
{
    if (session->library != NULL) {
        snmp_sess_close(session->library);
    }
    pb_snmp_usm_close(session->usm);
    free(session);
    return NULL;
}

struct pb_snmp_session *pb_snmp_session_open(uv_loop_t *loop, const struct cfg_address *address,
                                             const struct cfg_snmp *settings, fo_us timeout_us,
                                             pb_snmp_callback callback, void *context,
                                             enum fo_reason *reason)
{
    struct pb_snmp_session *session = calloc(1, sizeof *session);

    *reason = FO_REASON_NO_ROUTE;
    if (session == NULL) {
        return NULL;
    }
    session->callback = callback;
    session->context = context;
    if (settings->version == CFG_SNMP_V3) {
        session->usm = pb_snmp_usm_open(settings, reason);
        if (session->usm == NULL) {
            return abandon(session);
        }
    }
    session->library = open_library(session, address, settings, timeout_us);
    if (session->library == NULL) {
        return abandon(session);
    }
    netsnmp_transport *transport = snmp_sess_transport(session->library);
    session->fd = transport->sock;
    if (uv_poll_init(loop, &session->poll, session->fd) != 0) {
        return abandon(session);
    }
    (void)uv_timer_init(loop, &session->timer);
    session->poll.data = session;
    session->timer.data = session;
    session->handles = HANDLES;
    (void)uv_poll_start(&session->poll, UV_READABLE, on_readable);
    *reason = FO_REASON_NONE;
    return session;
}

/* Sends the request, or first the question for the engine. */
static enum fo_reason begin(struct pb_snmp_session *session)
{
    session->discovering = session->usm != NULL && !pb_snmp_usm_ready(session->usm);
    session->outcome = OUTCOME_NONE;
    netsnmp_pdu *pdu = session->discovering      ? pb_snmp_usm_discovery()
                       : session->notice != NULL ? pb_snmp_pdu_inform(session->notice)
                       : session->values != NULL
                           ? pb_snmp_pdu_set(session->values, session->value_count)
                           : pb_snmp_pdu_make(&session->request);
    if (pdu == NULL) {
        return FO_REASON_NO_ROUTE;
    }
    pb_snmp_usm_enter(session->usm);
    int sent = snmp_sess_async_send(session->library, pdu, on_library, session);
    pb_snmp_usm_leave(session->usm);
    if (sent == 0) {
        snmp_free_pdu(pdu);
        return FO_REASON_NO_ROUTE;
    }
    (void)arm(session);
    return FO_REASON_NONE;
}

static enum fo_reason begin_new(struct pb_snmp_session *session,
                                const struct pb_snmp_notice *notice,
                                const struct cfg_snmp_value *values)
{
    session->notice = notice;
    session->values = values;
    session->busy = true;
    session->moved = false;
    session->refused = false;
    enum fo_reason reason = begin(session);
    session->busy = reason == FO_REASON_NONE;
    return reason;
}

enum fo_reason pb_snmp_session_ask(struct pb_snmp_session *session,
                                   const struct pb_snmp_request *request)
{
    FO_ASSERT(!session->busy && !session->closing);
    FO_ASSERT(request->count > 0 && request->count <= PB_SNMP_BATCH);
    session->request = *request;
    return begin_new(session, NULL, NULL);
}

enum fo_reason pb_snmp_session_inform(struct pb_snmp_session *session,
                                      const struct pb_snmp_notice *notice)
{
    FO_ASSERT(!session->busy && !session->closing && notice->count <= PB_SNMP_FACTS_MAX);
    return begin_new(session, notice, NULL);
}

enum fo_reason pb_snmp_session_set(struct pb_snmp_session *session,
                                   const struct cfg_snmp_value *values, unsigned count)
{
    FO_ASSERT(!session->busy && !session->closing);
    FO_ASSERT(count > 0 && count <= CFG_SNMP_VALUES_MAX);
    session->value_count = count;
    return begin_new(session, NULL, values);
}

bool pb_snmp_session_bind(struct pb_snmp_session *session, const char *device)
{
    return setsockopt(session->fd, SOL_SOCKET, SO_BINDTODEVICE, device,
                      (socklen_t)strlen(device) + 1) == 0;
}

void pb_snmp_session_close(struct pb_snmp_session *session, void (*done)(void *context),
                           void *context)
{
    FO_ASSERT(!session->closing);
    session->closing = true;
    session->busy = false;
    session->closed = done;
    session->closed_context = context;
    uv_close((uv_handle_t *)&session->poll, on_closed);
    uv_close((uv_handle_t *)&session->timer, on_closed);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* net-snmp's single-session interface on one uv_poll and one uv_timer. The library's own callback
 * only stores what came; our callback runs after the library has returned, so it may do anything.
 * It never resolves a name and never lets the library probe by itself (that would block). */
#include "probes/snmp_session.h"

#include "failover/assert.h"
#include "probes/snmp_library.h"

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDLES 2

struct pb_snmp_session {
    void *library; /* net-snmp's opaque session */
    int fd;
    uv_poll_t poll;
    uv_timer_t timer;
    pb_snmp_callback callback;
    void *context;
    bool busy;    /* a request is in flight */
    bool arrived; /* its outcome has been stored and not yet been told */
    bool closing;
    unsigned handles;
    enum fo_reason reason;
    struct pb_snmp_answer answer;
    void (*closed)(void *context);
    void *closed_context;
};

/* ---- what net-snmp hands over ---------------------------------------------------------------- */
static bool copy_oid(const oid *arcs, size_t length, struct cfg_oid *copy)
{
    memset(copy, 0, sizeof *copy);
    if (length > CFG_OID_MAX) {
        return false;
    }
    copy->length = (uint8_t)length;
    for (size_t i = 0; i < length; i++) {
        copy->arcs[i] = (uint32_t)arcs[i];
    }
    return true;
}

/* A float in thousandths; false when it is none or far outside of what is measured. */
static bool copy_float(double number, struct pb_snmp_varbind *to)
{
    if (!(number > -1e12 && number < 1e12)) {
        return false;
    }
    to->type = PB_SNMP_FRACTION;
    to->integer = (int64_t)(number * 1000.0 + (number < 0 ? -0.5 : 0.5));
    return true;
}

static void copy_text(const netsnmp_variable_list *from, struct pb_snmp_varbind *to)
{
    size_t length = from->val_len < PB_SNMP_TEXT_MAX ? from->val_len : PB_SNMP_TEXT_MAX;
    to->type = PB_SNMP_TEXT;
    memcpy(to->text, from->val.string, length);
    to->text[length] = '\0';
}

static void copy_value(const netsnmp_variable_list *from, struct pb_snmp_varbind *to)
{
    to->type = PB_SNMP_OTHER;
    switch (from->type) {
        case ASN_INTEGER:
            to->type = PB_SNMP_INTEGER;
            to->integer = *from->val.integer;
            break;
        case ASN_GAUGE: /* the same number as ASN_UNSIGNED */
        case ASN_COUNTER:
        case ASN_TIMETICKS:
            to->type = PB_SNMP_INTEGER;
            to->integer = (int64_t)((unsigned long)*from->val.integer & UINT32_MAX);
            break;
        case ASN_COUNTER64:
            if (from->val.counter64->high <= INT32_MAX) {
                to->type = PB_SNMP_INTEGER;
                to->integer =
                    (int64_t)from->val.counter64->high << 32 | (int64_t)from->val.counter64->low;
            }
            break;
        case ASN_OBJECT_ID:
            if (copy_oid(from->val.objid, from->val_len / sizeof(oid), &to->value)) {
                to->type = PB_SNMP_OID;
            }
            break;
        case ASN_OCTET_STR:
            copy_text(from, to);
            break;
#ifdef NETSNMP_WITH_OPAQUE_SPECIAL_TYPES
        case ASN_OPAQUE_FLOAT:
            (void)copy_float((double)*from->val.floatVal, to);
            break;
        case ASN_OPAQUE_DOUBLE:
            (void)copy_float(*from->val.doubleVal, to);
            break;
#endif
        case SNMP_NOSUCHOBJECT:
        case SNMP_NOSUCHINSTANCE:
        case SNMP_ENDOFMIBVIEW:
        case ASN_NULL:
            to->type = PB_SNMP_MISSING;
            break;
        default:
            break;
    }
}

static void store_response(struct pb_snmp_session *session, const netsnmp_pdu *pdu)
{
    struct pb_snmp_answer *answer = &session->answer;

    memset(answer, 0, sizeof *answer);
    if (pdu == NULL || pdu->command != SNMP_MSG_RESPONSE) {
        session->reason = FO_REASON_BAD_FRAME;
        return;
    }
    session->reason = FO_REASON_NONE;
    answer->error_status = (int)pdu->errstat;
    answer->error_index = (int)pdu->errindex;
    for (const netsnmp_variable_list *v = pdu->variables; v != NULL; v = v->next_variable) {
        if (answer->count == PB_SNMP_BATCH) {
            break;
        }
        struct pb_snmp_varbind *varbind = &answer->varbinds[answer->count++];
        if (copy_oid(v->name, v->name_length, &varbind->oid)) {
            copy_value(v, varbind);
        } else {
            varbind->type = PB_SNMP_OTHER;
        }
    }
}

static int on_library(int operation, netsnmp_session *library, int id, netsnmp_pdu *pdu,
                      void *magic)
{
    (void)library;
    (void)id;
    struct pb_snmp_session *session = magic;

    if (!session->busy || session->arrived) {
        return 1;
    }
    switch (operation) {
        case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE:
            store_response(session, pdu);
            session->arrived = true;
            break;
        case NETSNMP_CALLBACK_OP_TIMED_OUT:
            session->reason = FO_REASON_NO_ANSWER;
            session->arrived = true;
            break;
        case NETSNMP_CALLBACK_OP_SEND_FAILED:
            session->reason = FO_REASON_UNREACHABLE;
            session->arrived = true;
            break;
        default: /* a retry is not a failure */
            break;
    }
    return 1;
}

/* ---- the loop -------------------------------------------------------------------------------- */
static void on_timer(uv_timer_t *timer);

/* The library says when it wants to be called; one millisecond later, because it expires strictly
 * after. */
static void arm(struct pb_snmp_session *session)
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
        return;
    }
    uint64_t ms = (uint64_t)wait.tv_sec * 1000 + (uint64_t)wait.tv_usec / 1000 + 1;
    uv_timer_start(&session->timer, on_timer, ms, 0);
}

static void tell(struct pb_snmp_session *session)
{
    if (!session->arrived) {
        arm(session);
        return;
    }
    session->arrived = false;
    session->busy = false;
    arm(session);
    session->callback(session->context, session->reason,
                      session->reason == FO_REASON_NONE ? &session->answer : NULL);
}

static void read_library(struct pb_snmp_session *session)
{
    netsnmp_large_fd_set set;

    netsnmp_large_fd_set_init(&set, FD_SETSIZE);
    NETSNMP_LARGE_FD_ZERO(&set);
    NETSNMP_LARGE_FD_SET(session->fd, &set);
    (void)snmp_sess_read2(session->library, &set);
    netsnmp_large_fd_set_cleanup(&set);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct pb_snmp_session *session = poll->data;
    read_library(session);
    tell(session);
}

static void on_timer(uv_timer_t *timer)
{
    struct pb_snmp_session *session = timer->data;
    struct pollfd ready = {.fd = session->fd, .events = POLLIN};

    /* after a stall of the loop timers run before sockets: an answer that is already here counts */
    if (poll(&ready, 1, 0) == 1) {
        read_library(session);
    }
    if (!session->arrived) {
        snmp_sess_timeout(session->library);
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

static void *open_library(struct pb_snmp_session *session, const struct cfg_address *address,
                          const struct cfg_snmp *settings, fo_us timeout_us)
{
    netsnmp_session wanted;
    char peer[INET6_ADDRSTRLEN + 16];
    char community[256];

    if (settings->version == CFG_SNMP_V3 || settings->community == NULL ||
        strlen(settings->community) >= sizeof community ||
        !format_peer(address, peer, sizeof peer)) {
        return NULL;
    }
    pb_snmp_library_start();
    snmp_sess_init(&wanted);
    strcpy(community, settings->community);
    wanted.version = settings->version == CFG_SNMP_V1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    wanted.community = (u_char *)community;
    wanted.community_len = strlen(community);
    wanted.peername = peer;
    wanted.retries = 1;
    wanted.timeout = timeout_us / 2 > 0 ? timeout_us / 2 : 1;
    wanted.callback = on_library;
    wanted.callback_magic = session;
    void *library = snmp_sess_open(&wanted);
    memset(community, 0, sizeof community);
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
    free(session);
    if (closed != NULL) {
        closed(context);
    }
}

struct pb_snmp_session *pb_snmp_session_open(uv_loop_t *loop, const struct cfg_address *address,
                                             const struct cfg_snmp *settings, fo_us timeout_us,
                                             pb_snmp_callback callback, void *context)
{
    struct pb_snmp_session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        return NULL;
    }
    session->callback = callback;
    session->context = context;
    session->library = open_library(session, address, settings, timeout_us);
    if (session->library == NULL) {
        free(session);
        return NULL;
    }
    netsnmp_transport *transport = snmp_sess_transport(session->library);
    session->fd = transport->sock;
    if (uv_poll_init(loop, &session->poll, session->fd) != 0) {
        snmp_sess_close(session->library);
        free(session);
        return NULL;
    }
    (void)uv_timer_init(loop, &session->timer);
    session->poll.data = session;
    session->timer.data = session;
    session->handles = HANDLES;
    (void)uv_poll_start(&session->poll, UV_READABLE, on_readable);
    return session;
}

enum fo_reason pb_snmp_session_ask(struct pb_snmp_session *session,
                                   const struct pb_snmp_request *request)
{
    oid arcs[CFG_OID_MAX];

    FO_ASSERT(!session->busy && !session->closing);
    FO_ASSERT(request->count > 0 && request->count <= PB_SNMP_BATCH);
    netsnmp_pdu *pdu = snmp_pdu_create(request->next ? SNMP_MSG_GETNEXT : SNMP_MSG_GET);
    if (pdu == NULL) {
        return FO_REASON_NO_ROUTE;
    }
    for (unsigned i = 0; i < request->count; i++) {
        for (unsigned j = 0; j < request->oids[i].length; j++) {
            arcs[j] = request->oids[i].arcs[j];
        }
        snmp_add_null_var(pdu, arcs, request->oids[i].length);
    }
    session->busy = true;
    session->arrived = false;
    if (snmp_sess_async_send(session->library, pdu, on_library, session) == 0) {
        snmp_free_pdu(pdu);
        session->busy = false;
        session->arrived = false;
        return FO_REASON_NO_ROUTE;
    }
    arm(session);
    return FO_REASON_NONE;
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

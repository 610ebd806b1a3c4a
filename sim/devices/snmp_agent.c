/* SPDX-License-Identifier: Apache-2.0 */
/* Joins net-snmp's receiving side to the loop: one session without a peer per agent, one uv_poll on
 * its socket, a callback that answers. It owns sockets and PDUs; what the objects say comes from
 * the owner's list. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

#include "sim/devices/snmp_agent.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_VARBINDS_MAX 120
#define SCRAP_BYTES 20

struct sim_snmp_agent {
    uv_poll_t poll;
    void *handle; /* single-session API */
    netsnmp_transport *transport;
    int (*library_send)(netsnmp_transport *, const void *, int, void **, int *);
    const char *community;
    sim_objects_fill fill;
    sim_objects_set set; /* NULL: nothing can be written */
    void *context;
    struct sim_object_list list;
    uint32_t noise;
    uint8_t comms;
};

/* The agent whose answer is on its way down: the library's send hook has no argument for it. Set
 * and cleared around one call; everything here runs on the loop's thread. */
static struct sim_snmp_agent *sending;

void sim_snmp_library_init(void)
{
    netsnmp_session first;
    snmp_disable_log();
    /* init_snmp would load MIBs, certificates and state files; an agent needs only the transports
     * and the request counter, which the first session sets up */
    snmp_sess_init(&first);
}

/* Stands where the library's send function stood and spoils the bytes as ordered. */
static int agent_send(netsnmp_transport *transport, const void *bytes, int length, void **opaque,
                      int *opaque_length)
{
    struct sim_snmp_agent *agent = sending;
    assert(agent != NULL && agent->transport == transport);
    uint8_t noise[1400];
    int sent = 0;
    switch (agent->comms) {
        case SIM_COMMS_HALF:
            sent = agent->library_send(transport, bytes, length / 2, opaque, opaque_length);
            break;
        case SIM_COMMS_DRIP:
            for (int at = 0; at < length; at += SCRAP_BYTES) {
                int piece = length - at < SCRAP_BYTES ? length - at : SCRAP_BYTES;
                sent = agent->library_send(transport, (const char *)bytes + at, piece, opaque,
                                           opaque_length);
            }
            break;
        case SIM_COMMS_GARBAGE: {
            size_t size = (size_t)length < sizeof(noise) ? (size_t)length : sizeof(noise);
            sim_garbage_fill(noise, size, &agent->noise);
            sent = agent->library_send(transport, noise, (int)size, opaque, opaque_length);
            break;
        }
        default:
            return agent->library_send(transport, bytes, length, opaque, opaque_length);
    }
    return sent < 0 ? sent : length;
}

static size_t name_from(const struct sim_object *object, oid name[MAX_OID_LEN])
{
    for (size_t i = 0; i < object->length; i++) {
        name[i] = object->name[i];
    }
    return object->length;
}

/* Names longer or larger than any of ours compare as their first words. */
static size_t name_to(const netsnmp_variable_list *variable, uint32_t name[MAX_OID_LEN])
{
    size_t length = variable->name_length < MAX_OID_LEN ? variable->name_length : MAX_OID_LEN;
    for (size_t i = 0; i < length; i++) {
        name[i] = variable->name[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)variable->name[i];
    }
    return length;
}

static void variable_add(netsnmp_pdu *reply, const struct sim_object *object)
{
    oid name[MAX_OID_LEN];
    size_t length = name_from(object, name);
    long number = (long)object->number;
    oid value[SIM_OID_MAX];
    switch (object->type) {
        case SIM_OBJECT_TEXT:
            snmp_pdu_add_variable(reply, name, length, ASN_OCTET_STR, object->text,
                                  strlen(object->text));
            return;
        case SIM_OBJECT_OID:
            for (size_t i = 0; i < object->oid_length; i++) {
                value[i] = object->oid[i];
            }
            snmp_pdu_add_variable(reply, name, length, ASN_OBJECT_ID, value,
                                  object->oid_length * sizeof(oid));
            return;
        default:
            break;
    }
    static const u_char types[] = {[SIM_OBJECT_INTEGER] = ASN_INTEGER,
                                   [SIM_OBJECT_GAUGE] = ASN_GAUGE,
                                   [SIM_OBJECT_COUNTER] = ASN_COUNTER,
                                   [SIM_OBJECT_TICKS] = ASN_TIMETICKS};
    snmp_pdu_add_variable(reply, name, length, types[object->type], &number, sizeof(number));
}

/* SNMPv1 has no exceptions: the whole request fails with the index of the culprit. */
static void exception_add(netsnmp_pdu *reply, const uint32_t *name, size_t length, u_char exception,
                          long index)
{
    oid words[MAX_OID_LEN];
    for (size_t i = 0; i < length; i++) {
        words[i] = name[i];
    }
    if (reply->version == SNMP_VERSION_1) {
        reply->errstat = SNMP_ERR_NOSUCHNAME;
        reply->errindex = index;
    }
    snmp_pdu_add_variable(reply, words, length, exception, NULL, 0);
}

static void get_answer(struct sim_snmp_agent *agent, const netsnmp_pdu *request, netsnmp_pdu *reply)
{
    long index = 1;
    for (const netsnmp_variable_list *asked = request->variables; asked != NULL;
         asked = asked->next_variable, index++) {
        uint32_t name[MAX_OID_LEN];
        size_t length = name_to(asked, name);
        const struct sim_object *object = sim_object_find(&agent->list, name, length);
        if (object != NULL) {
            variable_add(reply, object);
        } else {
            exception_add(reply, name, length, SNMP_NOSUCHOBJECT, index);
        }
    }
}

static void next_answer(struct sim_snmp_agent *agent, const netsnmp_pdu *request,
                        netsnmp_pdu *reply)
{
    bool bulk = request->command == SNMP_MSG_GETBULK;
    long single = bulk ? request->non_repeaters : LONG_MAX;
    long repeats = bulk ? request->max_repetitions : 1;
    size_t added = 0;
    long index = 1;
    for (const netsnmp_variable_list *asked = request->variables; asked != NULL;
         asked = asked->next_variable, index++) {
        uint32_t name[MAX_OID_LEN];
        size_t length = name_to(asked, name);
        long times = index <= single ? 1 : repeats;
        for (long i = 0; i < times && added < REPLY_VARBINDS_MAX; i++, added++) {
            const struct sim_object *object = sim_object_next(&agent->list, name, length);
            if (object == NULL) {
                exception_add(reply, name, length, SNMP_ENDOFMIBVIEW, index);
                break;
            }
            variable_add(reply, object);
            memcpy(name, object->name, object->length * sizeof(*name));
            length = object->length;
        }
    }
}

/* A failed SNMPv1 request and a refused SET give back the names that were asked for. */
static void echo_answer(const netsnmp_pdu *request, netsnmp_pdu *reply)
{
    snmp_free_varbind(reply->variables);
    reply->variables = snmp_clone_varbind(request->variables);
}

/* All or none would be SNMP's rule; nobody writes more than one here. */
static void set_answer(struct sim_snmp_agent *agent, const netsnmp_pdu *request, netsnmp_pdu *reply)
{
    long index = 1;
    for (const netsnmp_variable_list *asked = request->variables; asked != NULL;
         asked = asked->next_variable, index++) {
        uint32_t name[MAX_OID_LEN];
        size_t length = name_to(asked, name);
        if (agent->set == NULL || asked->type != ASN_INTEGER ||
            !agent->set(agent->context, name, length, *asked->val.integer)) {
            reply->errstat =
                reply->version == SNMP_VERSION_1 ? SNMP_ERR_NOSUCHNAME : SNMP_ERR_NOTWRITABLE;
            reply->errindex = index;
            return;
        }
    }
    echo_answer(request, reply);
}

static netsnmp_pdu *reply_build(struct sim_snmp_agent *agent, netsnmp_pdu *request)
{
    netsnmp_pdu *reply = snmp_clone_pdu(request);
    if (reply == NULL) {
        return NULL;
    }
    snmp_free_varbind(reply->variables);
    reply->variables = NULL;
    reply->command = SNMP_MSG_RESPONSE;
    reply->errstat = SNMP_ERR_NOERROR;
    reply->errindex = 0;
    agent->fill(agent->context, &agent->list);
    if (request->command == SNMP_MSG_GET) {
        get_answer(agent, request, reply);
    } else if (request->command == SNMP_MSG_SET) {
        set_answer(agent, request, reply);
    } else {
        next_answer(agent, request, reply);
    }
    if (reply->errstat != SNMP_ERR_NOERROR) {
        echo_answer(request, reply);
    }
    if (agent->comms == SIM_COMMS_WRONG_ID) {
        reply->reqid ^= 0x5a5a;
    }
    return reply;
}

static bool request_is_ours(const struct sim_snmp_agent *agent, const netsnmp_pdu *request)
{
    bool known = request->command == SNMP_MSG_GET || request->command == SNMP_MSG_GETNEXT ||
                 request->command == SNMP_MSG_GETBULK || request->command == SNMP_MSG_SET;
    bool version = request->version == SNMP_VERSION_1 || request->version == SNMP_VERSION_2c;
    return known && version && request->community_len == strlen(agent->community) &&
           memcmp(request->community, agent->community, request->community_len) == 0;
}

static int on_request(int operation, netsnmp_session *session, int id, netsnmp_pdu *request,
                      void *magic)
{
    (void)session;
    (void)id;
    struct sim_snmp_agent *agent = magic;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || !request_is_ours(agent, request) ||
        agent->comms == SIM_COMMS_SILENT) {
        return 1;
    }
    netsnmp_pdu *reply = reply_build(agent, request);
    if (reply != NULL) {
        sending = agent;
        if (snmp_sess_send(agent->handle, reply) == 0) {
            snmp_free_pdu(reply);
        }
        sending = NULL;
    }
    return 1;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)events;
    struct sim_snmp_agent *agent = poll->data;
    if (status < 0) {
        return;
    }
    netsnmp_large_fd_set ready;
    netsnmp_large_fd_set_init(&ready, FD_SETSIZE);
    netsnmp_large_fd_setfd(agent->transport->sock, &ready);
    snmp_sess_read2(agent->handle, &ready);
    netsnmp_large_fd_set_cleanup(&ready);
}

/* The transport and the session on it; false: nothing is left open. */
static bool agent_listen(struct sim_snmp_agent *agent, struct sockaddr_in *address)
{
    char where[64], host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &address->sin_addr, host, sizeof(host));
    snprintf(where, sizeof(where), "udp:%s:%u", host, ntohs(address->sin_port));
    errno = 0;
    agent->transport = netsnmp_tdomain_transport(where, 1, NULL);
    if (agent->transport == NULL) {
        errno = errno == 0 ? EADDRNOTAVAIL : errno;
        return false;
    }
    socklen_t size = sizeof(*address);
    getsockname(agent->transport->sock, (struct sockaddr *)address, &size);
    netsnmp_session session;
    snmp_sess_init(&session);
    session.version = SNMP_DEFAULT_VERSION;
    session.isAuthoritative = SNMP_SESS_AUTHORITATIVE;
    session.callback = on_request;
    session.callback_magic = agent;
    agent->library_send = agent->transport->f_send;
    agent->transport->f_send = agent_send;
    agent->handle = snmp_sess_add(&session, agent->transport, NULL, NULL);
    return agent->handle != NULL; /* on failure the library has freed the transport */
}

struct sim_snmp_agent *sim_snmp_agent_open(uv_loop_t *loop, struct sockaddr_in *address,
                                           const char *community, sim_objects_fill fill,
                                           void *context)
{
    struct sim_snmp_agent *agent = calloc(1, sizeof(*agent));
    if (agent == NULL) {
        return NULL;
    }
    agent->community = community;
    agent->fill = fill;
    agent->context = context;
    agent->noise = 0x1628;
    if (!agent_listen(agent, address)) {
        free(agent);
        return NULL;
    }
    int failed = uv_poll_init(loop, &agent->poll, agent->transport->sock);
    if (failed != 0) {
        snmp_sess_close(agent->handle);
        free(agent);
        errno = -failed;
        return NULL;
    }
    agent->poll.data = agent;
    uv_poll_start(&agent->poll, UV_READABLE, on_readable);
    return agent;
}

void sim_snmp_agent_on_set(struct sim_snmp_agent *agent, sim_objects_set set)
{
    agent->set = set;
}

void sim_snmp_agent_set_comms(struct sim_snmp_agent *agent, uint8_t comms)
{
    agent->comms = comms;
}

static void on_closed(uv_handle_t *handle)
{
    struct sim_snmp_agent *agent = handle->data;
    snmp_sess_close(agent->handle);
    free(agent);
}

void sim_snmp_agent_close(struct sim_snmp_agent *agent)
{
    uv_poll_stop(&agent->poll);
    uv_close((uv_handle_t *)&agent->poll, on_closed);
}

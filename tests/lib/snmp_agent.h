/* SPDX-License-Identifier: Apache-2.0 */
/* A real SNMP agent for tests: net-snmp's own server side (single-session API) on a thread of its
 * own, answering GET and GETNEXT from a list of objects, v1 and v2c, with faults on demand; it
 * takes SET, or says that it did, when it is told to. Tests of probes and of the daemon use it; it
 * holds no MIB. */
#ifndef TESTS_LIB_SNMP_AGENT_H
#define TESTS_LIB_SNMP_AGENT_H

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGENT_OBJECTS_MAX 96
#define AGENT_OID_MAX 24

struct agent_object {
    oid name[AGENT_OID_MAX];
    size_t length;
    u_char type; /* ASN_INTEGER, ASN_GAUGE, ASN_TIMETICKS, ASN_OBJECT_ID, ASN_OCTET_STR */
    long number;
    oid value[AGENT_OID_MAX];
    size_t value_length;
    char text[64];
};
/* What becomes of a SET. */
enum agent_set {
    AGENT_SET_DROP,   /* no answer */
    AGENT_SET_TAKE,   /* as it should be */
    AGENT_SET_LIE,    /* answered as done, nothing changes */
    AGENT_SET_SILENT, /* done, no answer */
    AGENT_SET_REFUSE  /* notWritable */
};
struct snmp_agent {
    struct agent_object objects[AGENT_OBJECTS_MAX];
    size_t count;
    int port;
    char community[32];
    atomic_bool mute;        /* takes requests and never answers */
    atomic_int answers_left; /* mute after so many answers; negative: never */
    atomic_int set;          /* enum agent_set */
    atomic_uint sets;        /* taken in, whatever became of them */
    atomic_uint requests;
    atomic_uint largest; /* most objects seen in one request */
    atomic_bool stop;
    pthread_mutex_t lock; /* objects */
    pthread_t thread;
    void *session;
    int fd;
};

static inline size_t agent_parse_oid(const char *text, oid *arcs)
{
    size_t length = 0;
    while (*text != '\0' && length < AGENT_OID_MAX) {
        char *end;
        arcs[length++] = strtoul(text, &end, 10);
        text = *end == '.' ? end + 1 : end;
    }
    return length;
}

/* Adds an object or changes the one that is there; may be called while the agent runs. */
static inline struct agent_object *agent_object_at(struct snmp_agent *agent, const char *name)
{
    oid arcs[AGENT_OID_MAX];
    size_t length = agent_parse_oid(name, arcs);
    for (size_t i = 0; i < agent->count; i++) {
        if (snmp_oid_compare(arcs, length, agent->objects[i].name, agent->objects[i].length) == 0) {
            return &agent->objects[i];
        }
    }
    if (agent->count == AGENT_OBJECTS_MAX) {
        abort();
    }
    struct agent_object *object = &agent->objects[agent->count++];
    memcpy(object->name, arcs, sizeof arcs);
    object->length = length;
    return object;
}

static inline void agent_set_number(struct snmp_agent *agent, const char *name, u_char type,
                                    long number)
{
    pthread_mutex_lock(&agent->lock);
    struct agent_object *object = agent_object_at(agent, name);
    object->type = type;
    object->number = number;
    pthread_mutex_unlock(&agent->lock);
}

static inline void agent_set_oid(struct snmp_agent *agent, const char *name, const char *value)
{
    pthread_mutex_lock(&agent->lock);
    struct agent_object *object = agent_object_at(agent, name);
    object->type = ASN_OBJECT_ID;
    object->value_length = agent_parse_oid(value, object->value);
    pthread_mutex_unlock(&agent->lock);
}

static inline void agent_set_text(struct snmp_agent *agent, const char *name, const char *text)
{
    pthread_mutex_lock(&agent->lock);
    struct agent_object *object = agent_object_at(agent, name);
    object->type = ASN_OCTET_STR;
    snprintf(object->text, sizeof object->text, "%s", text);
    pthread_mutex_unlock(&agent->lock);
}

static inline const struct agent_object *agent_find(const struct snmp_agent *agent,
                                                    const netsnmp_variable_list *asked, bool next)
{
    const struct agent_object *best = NULL;
    for (size_t i = 0; i < agent->count; i++) {
        const struct agent_object *o = &agent->objects[i];
        int order = snmp_oid_compare(o->name, o->length, asked->name, asked->name_length);
        if (!next && order == 0) {
            return o;
        }
        if (next && order > 0 &&
            (best == NULL || snmp_oid_compare(o->name, o->length, best->name, best->length) < 0)) {
            best = o;
        }
    }
    return best;
}

static inline void agent_add(netsnmp_pdu *response, const struct agent_object *o)
{
    switch (o->type) {
        case ASN_OBJECT_ID:
            snmp_pdu_add_variable(response, o->name, o->length, o->type, o->value,
                                  o->value_length * sizeof(oid));
            break;
        case ASN_OCTET_STR:
            snmp_pdu_add_variable(response, o->name, o->length, o->type, o->text, strlen(o->text));
            break;
        default:
            snmp_pdu_add_variable(response, o->name, o->length, o->type, &o->number,
                                  sizeof o->number);
            break;
    }
}

static inline void agent_fill(struct snmp_agent *agent, const netsnmp_pdu *request,
                              netsnmp_pdu *response)
{
    bool next = request->command == SNMP_MSG_GETNEXT;
    unsigned count = 0;
    for (const netsnmp_variable_list *v = request->variables; v != NULL; v = v->next_variable) {
        const struct agent_object *o = agent_find(agent, v, next);
        count++;
        if (o != NULL) {
            agent_add(response, o);
        } else if (request->version == SNMP_VERSION_1) {
            response->errstat = SNMP_ERR_NOSUCHNAME;
            response->errindex = (long)count;
            return;
        } else {
            snmp_pdu_add_variable(response, v->name, v->name_length,
                                  next ? SNMP_ENDOFMIBVIEW : SNMP_NOSUCHOBJECT, NULL, 0);
        }
    }
    if (count > atomic_load(&agent->largest)) {
        atomic_store(&agent->largest, count);
    }
}

static inline void agent_take(struct agent_object *object, const netsnmp_variable_list *value)
{
    object->type = value->type;
    if (value->type == ASN_OCTET_STR) {
        snprintf(object->text, sizeof object->text, "%.*s", (int)value->val_len,
                 (const char *)value->val.string);
    } else if (value->type == ASN_INTEGER || value->type == ASN_UNSIGNED) {
        object->number = *value->val.integer;
    }
}

/* The answer to a SET carries what was asked. */
static inline void agent_set_all(struct snmp_agent *agent, const netsnmp_pdu *request,
                                 netsnmp_pdu *response)
{
    int way = atomic_load(&agent->set);
    response->variables = snmp_clone_varbind(request->variables);
    if (way == AGENT_SET_REFUSE) {
        response->errstat = SNMP_ERR_NOTWRITABLE;
        response->errindex = 1;
    }
    for (const netsnmp_variable_list *v = request->variables; v != NULL; v = v->next_variable) {
        const struct agent_object *known = agent_find(agent, v, false);
        if (known != NULL && (way == AGENT_SET_TAKE || way == AGENT_SET_SILENT)) {
            agent_take(&agent->objects[known - agent->objects], v);
        }
    }
}

static inline bool agent_is_set_unsaid(const struct snmp_agent *agent, const netsnmp_pdu *request)
{
    int way = atomic_load(&agent->set);
    return request->command == SNMP_MSG_SET && (way == AGENT_SET_DROP || way == AGENT_SET_SILENT);
}

static inline int agent_on_request(int operation, netsnmp_session *session, int id,
                                   netsnmp_pdu *pdu, void *magic)
{
    (void)session;
    (void)id;
    struct snmp_agent *agent = magic;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu == NULL ||
        (pdu->command != SNMP_MSG_GET && pdu->command != SNMP_MSG_GETNEXT &&
         pdu->command != SNMP_MSG_SET) ||
        pdu->community_len != strlen(agent->community) ||
        memcmp(pdu->community, agent->community, pdu->community_len) != 0) {
        return 1;
    }
    atomic_fetch_add(&agent->requests, 1);
    if (atomic_load(&agent->mute) || atomic_load(&agent->answers_left) == 0) {
        return 1;
    }
    atomic_fetch_sub(&agent->answers_left, 1);
    netsnmp_pdu *response = snmp_clone_pdu(pdu);
    snmp_free_varbind(response->variables);
    response->variables = NULL;
    response->command = SNMP_MSG_RESPONSE;
    response->errstat = 0;
    response->errindex = 0;
    pthread_mutex_lock(&agent->lock);
    if (pdu->command == SNMP_MSG_SET) {
        atomic_fetch_add(&agent->sets, 1);
        agent_set_all(agent, pdu, response);
    } else {
        agent_fill(agent, pdu, response);
    }
    pthread_mutex_unlock(&agent->lock);
    if (agent_is_set_unsaid(agent, pdu) || snmp_sess_send(agent->session, response) == 0) {
        snmp_free_pdu(response);
    }
    return 1;
}

static inline void *agent_run(void *context)
{
    struct snmp_agent *agent = context;
    while (!atomic_load(&agent->stop)) {
        fd_set set;
        struct timeval wait = {0, 20000};
        FD_ZERO(&set);
        FD_SET(agent->fd, &set);
        if (select(agent->fd + 1, &set, NULL, NULL, &wait) > 0) {
            snmp_sess_read(agent->session, &set);
        }
    }
    return NULL;
}

/* Listens on a free port of 127.0.0.1; objects are added before or after. False: not started. */
static inline bool agent_start(struct snmp_agent *agent, const char *community)
{
    netsnmp_session wanted;
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    memset(agent, 0, sizeof *agent);
    snprintf(agent->community, sizeof agent->community, "%s", community);
    atomic_store(&agent->answers_left, -1);
    pthread_mutex_init(&agent->lock, NULL);
    setenv("MIBS", "", 1);
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG, 1);
    init_snmp("agent");
    netsnmp_transport *transport = netsnmp_transport_open_server("agent", "udp:127.0.0.1:0");
    if (transport == NULL) {
        return false;
    }
    agent->fd = transport->sock;
    getsockname(agent->fd, (struct sockaddr *)&address, &length);
    agent->port = ntohs(address.sin_port);
    snmp_sess_init(&wanted);
    wanted.version = SNMP_DEFAULT_VERSION;
    wanted.callback = agent_on_request;
    wanted.callback_magic = agent;
    wanted.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
    agent->session = snmp_sess_add(&wanted, transport, NULL, NULL);
    return agent->session != NULL && pthread_create(&agent->thread, NULL, agent_run, agent) == 0;
}

static inline void agent_stop(struct snmp_agent *agent)
{
    atomic_store(&agent->stop, true);
    pthread_join(agent->thread, NULL);
    snmp_sess_close(agent->session);
    pthread_mutex_destroy(&agent->lock);
}

#endif

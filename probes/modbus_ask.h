/* SPDX-License-Identifier: Apache-2.0 */
/* One question to a Modbus device by whatever way leads to it, and the queue in which questions
 * wait for the way to be free. Declarations and a list; modbus_tcp.c and modbus_rtu.c keep such
 * queues, modbus_hub.h is where one asks. */
#ifndef PROBES_MODBUS_ASK_H
#define PROBES_MODBUS_ASK_H

#include "config/site.h"
#include "failover/assert.h"
#include "probes/modbus_exchange.h"

/* Owned by the caller, untouched by it until the callback or the cancelling. The caller sets the
 * first block. reason FO_REASON_NONE: registers holds question.count words, valid during the call;
 * else NULL: REFUSED (also a connection closed instead of an answer), UNREACHABLE, NO_ROUTE,
 * NO_ANSWER, TOO_LATE (some bytes, not all), BAD_FRAME, or the device's exception
 * (modbus_exchange.h). The callback may ask again. It comes later than the asking. */
struct pb_modbus_ask {
    struct cfg_address address;         /* Modbus TCP */
    struct cfg_serial serial;           /* Modbus RTU: path set, address empty */
    struct pb_modbus_question question; /* transaction is filled in by the way */
    fo_us timeout_us;                   /* counted from when the way is free for it */
    void (*callback)(void *context, enum fo_reason reason, const uint16_t *registers);
    void *context;
    /* of the way */
    struct pb_modbus_ask *next;
    void *way; /* who has it; NULL: nobody */
    bool repeated;
};

struct pb_modbus_queue {
    struct pb_modbus_ask *first, *last;
};

static inline void pb_modbus_queue_add(struct pb_modbus_queue *queue, struct pb_modbus_ask *ask)
{
    ask->next = NULL;
    if (queue->last != NULL) {
        queue->last->next = ask;
    } else {
        queue->first = ask;
    }
    queue->last = ask;
}

/* NULL when it is empty. */
static inline struct pb_modbus_ask *pb_modbus_queue_take(struct pb_modbus_queue *queue)
{
    struct pb_modbus_ask *ask = queue->first;
    if (ask != NULL) {
        queue->first = ask->next;
        queue->last = queue->first != NULL ? queue->last : NULL;
        ask->next = NULL;
    }
    return ask;
}

/* ask must be in the queue. */
static inline void pb_modbus_queue_remove(struct pb_modbus_queue *queue, struct pb_modbus_ask *ask)
{
    struct pb_modbus_ask *before = NULL;
    for (struct pb_modbus_ask *a = queue->first; a != ask; a = a->next) {
        FO_ASSERT(a != NULL);
        before = a;
    }
    if (before == NULL) {
        queue->first = ask->next;
    } else {
        before->next = ask->next;
    }
    if (queue->last == ask) {
        queue->last = before;
    }
    ask->next = NULL;
}

#endif

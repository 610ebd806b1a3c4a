/* SPDX-License-Identifier: Apache-2.0 */
/* All Modbus TCP conversations of one loop: one connection for each gateway address, shared by the
 * devices behind it (many gateways take only one), one question in flight on each, a bound over
 * connecting and answering together. The Modbus driver asks it; it knows nothing of registers. */
#ifndef PROBES_MODBUS_TCP_H
#define PROBES_MODBUS_TCP_H

#include "config/site.h"
#include "probes/modbus_exchange.h"

#include <uv.h>

#define PB_GATEWAYS_MAX 1024

struct pb_modbus_hub;
struct pb_modbus_gateway;

/* NULL when out of memory or file descriptors; open it early (see modbus_codec.h). */
struct pb_modbus_hub *pb_modbus_hub_start(uv_loop_t *loop);

/* One question, owned by the caller, untouched by it until the callback or pb_modbus_hub_cancel.
 * The caller sets the first block. reason FO_REASON_NONE: registers holds question.count words,
 * valid during the call; else NULL: REFUSED (also a connection closed instead of an answer),
 * UNREACHABLE, NO_ROUTE, NO_ANSWER, TOO_LATE (some bytes, not all), BAD_FRAME, or the device's
 * exception (modbus_exchange.h). The callback may ask again. It comes later than the call of
 * pb_modbus_hub_ask. */
struct pb_modbus_ask {
    struct cfg_address address;
    struct pb_modbus_question question; /* transaction is filled in by the hub */
    fo_us timeout_us;                   /* counted from when the connection is free for it */
    void (*callback)(void *context, enum fo_reason reason, const uint16_t *registers);
    void *context;
    /* of the hub */
    struct pb_modbus_ask *next;
    struct pb_modbus_gateway *gateway;
    bool repeated;
};
/* False, and nothing happens, when there is no memory or PB_GATEWAYS_MAX gateways are known. */
bool pb_modbus_hub_ask(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask);
/* Forgets a question that was asked and not yet answered; no callback. */
void pb_modbus_hub_cancel(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask);
/* All questions must have been cancelled or answered. Frees the hub once its handles are closed,
 * then calls done (may be NULL). */
void pb_modbus_hub_stop(struct pb_modbus_hub *hub, void (*done)(void *context), void *context);

#endif

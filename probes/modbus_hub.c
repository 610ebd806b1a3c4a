/* SPDX-License-Identifier: Apache-2.0 */
/* Sends each question the way its device stands: by its gateway or by its serial line. */
#include "probes/modbus_hub.h"

#include "probes/modbus_rtu.h"
#include "probes/modbus_tcp.h"

#include <stdlib.h>

struct pb_modbus_hub {
    struct pb_modbus_tcp *tcp;
    struct pb_modbus_rtu *rtu;
    unsigned open; /* ways that have not stopped yet */
    void (*done)(void *context);
    void *context;
};

struct pb_modbus_hub *pb_modbus_hub_start(uv_loop_t *loop)
{
    struct pb_modbus_hub *hub = calloc(1, sizeof *hub);

    if (hub == NULL) {
        return NULL;
    }
    hub->tcp = pb_modbus_tcp_start(loop);
    hub->rtu = hub->tcp != NULL ? pb_modbus_rtu_start(loop) : NULL;
    if (hub->rtu == NULL) {
        if (hub->tcp != NULL) {
            pb_modbus_tcp_stop(hub->tcp, NULL, NULL);
        }
        free(hub);
        return NULL;
    }
    return hub;
}

static bool is_serial(const struct pb_modbus_ask *ask)
{
    return ask->serial.path[0] != '\0';
}

bool pb_modbus_hub_ask(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask)
{
    FO_ASSERT(ask->way == NULL);
    return is_serial(ask) ? pb_modbus_rtu_ask(hub->rtu, ask) : pb_modbus_tcp_ask(hub->tcp, ask);
}

void pb_modbus_hub_cancel(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask)
{
    FO_ASSERT(ask->way != NULL);
    if (is_serial(ask)) {
        pb_modbus_rtu_cancel(hub->rtu, ask);
    } else {
        pb_modbus_tcp_cancel(hub->tcp, ask);
    }
}

static void on_way_stopped(void *context)
{
    struct pb_modbus_hub *hub = context;
    if (--hub->open > 0) {
        return;
    }
    void (*done)(void *) = hub->done;
    void *done_context = hub->context;
    free(hub);
    if (done != NULL) {
        done(done_context);
    }
}

void pb_modbus_hub_stop(struct pb_modbus_hub *hub, void (*done)(void *context), void *context)
{
    hub->open = 2;
    hub->done = done;
    hub->context = context;
    pb_modbus_tcp_stop(hub->tcp, on_way_stopped, hub);
    pb_modbus_rtu_stop(hub->rtu, on_way_stopped, hub);
}

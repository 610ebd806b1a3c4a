/* SPDX-License-Identifier: Apache-2.0 */
/* The pace of one device and the choice of its driver. A device that cannot be read makes readings
 * too: absent ones, with the reason. The fleet and probe_once call it. */
#include "probes/device.h"

#include "failover/assert.h"
#include "probes/cadence.h"
#include "probes/clock.h"
#include "probes/modbus_device.h"
#include "probes/snmp_device.h"
#include "probes/turn.h"

#include <stdlib.h>

struct pb_device {
    const struct cfg_device *device;
    unsigned index;
    pb_device_callback callback;
    void *context;
    struct pb_snmp_device *snmp; /* one of the two, or neither: no driver for it here */
    struct pb_modbus_device *modbus;
    uv_timer_t timer;
    struct pb_cadence cadence;
    bool polling;
    bool hinted;   /* while polling: what is being read may be older than the hint */
    fo_us due_us;  /* the timer's */
    fo_us hint_us; /* of the last poll that was brought forward by a hint */
    bool read;
    fo_us read_us;
    struct fo_reading reading;
    unsigned handles;
    void (*done)(void *context);
    void *done_context;
};

static void on_timer(uv_timer_t *timer);

static void arm(struct pb_device *device, fo_us at_us)
{
    device->due_us = at_us;
    fo_us wait_us = at_us - pb_clock_us();
    uint64_t ms = wait_us > 0 ? (uint64_t)((wait_us + FO_MS - 1) / FO_MS) : 0;
    uv_update_time(device->timer.loop);
    uv_timer_start(&device->timer, on_timer, ms, 0);
}

/* When a poll due at due_us takes place after a hint. */
static fo_us bring_forward(struct pb_device *device, fo_us due_us)
{
    fo_us now_us = pb_clock_us();
    fo_us allowed_us = device->hint_us + PB_DEVICE_HINT_GAP_US;
    fo_us at_us = allowed_us > now_us ? allowed_us : now_us;

    if (at_us >= due_us) {
        return due_us;
    }
    device->hint_us = at_us;
    return at_us;
}

void pb_device_hint(struct pb_device *device)
{
    if (device->polling) {
        device->hinted = true;
        return;
    }
    fo_us at_us = bring_forward(device, device->due_us);
    if (at_us < device->due_us) {
        arm(device, at_us); /* by the timer: many may be hinted at once */
    }
}

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct pb_device *device = context;

    device->polling = false;
    device->read = true;
    device->read_us = pb_clock_us();
    device->reading = *reading;
    device->reading.device = (uint16_t)device->index;
    fo_us next_us = pb_cadence_next(&device->cadence, device->read_us, reading->quality == FO_GOOD);
    arm(device, device->hinted ? bring_forward(device, next_us) : next_us);
    device->hinted = false;
    device->callback(device->context, &device->reading);
}

void pb_device_poll(struct pb_device *device)
{
    if (device->polling) {
        return;
    }
    device->polling = true;
    uv_timer_stop(&device->timer);
    if (device->snmp != NULL) {
        pb_snmp_device_poll(device->snmp);
    } else if (device->modbus != NULL) {
        pb_modbus_device_poll(device->modbus);
    } else {
        struct fo_reading none = pb_reading_absent(FO_REASON_NO_ROUTE);
        on_reading(device, &none);
    }
}

static void on_timer(uv_timer_t *timer)
{
    if (!pb_turn_take()) {
        uv_timer_start(timer, on_timer, 1, 0);
        return;
    }
    pb_device_poll(timer->data);
}

static bool open_driver(struct pb_device *device, uv_loop_t *loop, struct pb_modbus_hub *hub)
{
    switch ((enum cfg_driver)device->device->driver) {
        case CFG_DRIVER_SNMP:
            device->snmp = pb_snmp_device_open(loop, device->device, on_reading, device);
            return device->snmp != NULL;
        case CFG_DRIVER_MODBUS_TCP:
        case CFG_DRIVER_MODBUS_RTU:
            FO_ASSERT(hub != NULL);
            device->modbus = pb_modbus_device_open(hub, device->device, on_reading, device);
            return device->modbus != NULL;
        default:
            return true;
    }
}

struct pb_device *pb_device_start(uv_loop_t *loop, struct pb_modbus_hub *hub,
                                  const struct cfg_device *config, unsigned index, unsigned count,
                                  pb_device_callback callback, void *context)
{
    struct pb_device *device = calloc(1, sizeof *device);

    if (device == NULL) {
        return NULL;
    }
    device->device = config;
    device->index = index;
    device->callback = callback;
    device->context = context;
    if (!open_driver(device, loop, hub)) {
        free(device);
        return NULL;
    }
    (void)uv_timer_init(loop, &device->timer);
    device->timer.data = device;
    device->handles = 1;
    device->hint_us = pb_clock_us() - PB_DEVICE_HINT_GAP_US;
    pb_cadence_init(&device->cadence, config->interval_us, index, count, pb_clock_us());
    arm(device, device->cadence.next_us);
    return device;
}

const struct fo_reading *pb_device_reading(const struct pb_device *device, fo_us *read_us)
{
    if (!device->read) {
        return NULL;
    }
    *read_us = device->read_us;
    return &device->reading;
}

const struct cfg_profile *pb_device_profile(const struct pb_device *device)
{
    if (device->snmp != NULL) {
        return pb_snmp_device_profile(device->snmp);
    }
    return device->modbus != NULL ? pb_modbus_device_profile(device->modbus) : NULL;
}

bool pb_device_trace(const struct pb_device *device, enum fo_variable variable,
                     struct pb_trace *trace)
{
    if (device->snmp != NULL) {
        return pb_snmp_device_trace(device->snmp, variable, trace);
    }
    return device->modbus != NULL && pb_modbus_device_trace(device->modbus, variable, trace);
}

static void drop_handle(struct pb_device *device)
{
    if (--device->handles > 0) {
        return;
    }
    void (*done)(void *) = device->done;
    void *context = device->done_context;
    free(device);
    if (done != NULL) {
        done(context);
    }
}

static void on_driver_closed(void *context)
{
    drop_handle(context);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop_handle(handle->data);
}

void pb_device_stop(struct pb_device *device, void (*done)(void *context), void *context)
{
    device->done = done;
    device->done_context = context;
    uv_close((uv_handle_t *)&device->timer, on_timer_closed);
    if (device->modbus != NULL) {
        pb_modbus_device_close(device->modbus);
        device->modbus = NULL;
    }
    if (device->snmp != NULL) {
        device->handles++;
        pb_snmp_device_close(device->snmp, on_driver_closed, device);
        device->snmp = NULL;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Joins a profile's map to the hub's connections: one question after the other until the poll is
 * complete. It draws no conclusion and keeps no history; device.c calls it once for each poll. */
#include "probes/modbus_device.h"

#include "failover/assert.h"
#include "probes/modbus_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pb_modbus_device {
    struct pb_modbus_hub *hub;
    const struct cfg_device *device;
    pb_driver_callback callback;
    void *context;
    bool polling;
    struct pb_modbus_ask ask;
    struct pb_modbus_map map; /* map.profile NULL: none for this device */
};

static void finish(struct pb_modbus_device *modbus)
{
    struct fo_reading reading;
    modbus->polling = false;
    pb_modbus_map_read(&modbus->map, &reading);
    modbus->callback(modbus->context, &reading);
}

static void step(struct pb_modbus_device *modbus)
{
    if (!pb_modbus_map_ask(&modbus->map, &modbus->ask.question)) {
        finish(modbus);
        return;
    }
    modbus->ask.question.unit = modbus->device->unit;
    if (!pb_modbus_hub_ask(modbus->hub, &modbus->ask)) {
        pb_modbus_map_silent(&modbus->map, FO_REASON_NO_ROUTE);
        finish(modbus);
    }
}

static void on_answer(void *context, enum fo_reason reason, const uint16_t *registers)
{
    struct pb_modbus_device *modbus = context;

    FO_ASSERT(modbus->polling);
    switch (reason) {
        case FO_REASON_NONE:
            pb_modbus_map_answer(&modbus->map, registers);
            break;
        case FO_REASON_NO_SUCH_OBJECT:
        case FO_REASON_DEVICE_ERROR:
            pb_modbus_map_refused(&modbus->map, reason);
            break;
        default: /* silence, garbage, or a gateway that cannot reach the unit */
            pb_modbus_map_silent(&modbus->map, reason);
            break;
    }
    step(modbus);
}

struct pb_modbus_device *pb_modbus_device_open(struct pb_modbus_hub *hub,
                                               const struct cfg_device *device,
                                               pb_driver_callback callback, void *context)
{
    struct pb_modbus_device *modbus = calloc(1, sizeof *modbus);

    if (modbus == NULL) {
        return NULL;
    }
    modbus->hub = hub;
    modbus->device = device;
    modbus->callback = callback;
    modbus->context = context;
    modbus->ask.address = device->address;
    modbus->ask.serial = device->serial;
    modbus->ask.timeout_us = device->timeout_us;
    modbus->ask.callback = on_answer;
    modbus->ask.context = modbus;
    if (device->chosen != NULL) {
        pb_modbus_map_init(&modbus->map, device->chosen, device);
    }
    return modbus;
}

void pb_modbus_device_poll(struct pb_modbus_device *modbus)
{
    if (modbus->polling) {
        return;
    }
    const struct cfg_device *device = modbus->device;

    if (modbus->map.profile == NULL ||
        (device->address.length == 0 && device->serial.path[0] == '\0')) {
        struct fo_reading reading = pb_reading_absent(FO_REASON_NO_ROUTE);
        modbus->callback(modbus->context, &reading);
        return;
    }
    modbus->polling = true;
    pb_modbus_map_begin(&modbus->map);
    step(modbus);
}

const struct cfg_profile *pb_modbus_device_profile(const struct pb_modbus_device *modbus)
{
    return modbus->map.profile;
}

bool pb_modbus_device_trace(const struct pb_modbus_device *modbus, enum fo_variable variable,
                            struct pb_trace *trace)
{
    static const char *const formats[] = {[CFG_FORMAT_U16] = "u16",
                                          [CFG_FORMAT_S16] = "s16",
                                          [CFG_FORMAT_U32] = "u32",
                                          [CFG_FORMAT_S32] = "s32",
                                          [CFG_FORMAT_BIT] = "bit"};
    static const char *const functions[] = {[CFG_FUNCTION_COILS] = "coil",
                                            [CFG_FUNCTION_DISCRETE] = "discrete input",
                                            [CFG_FUNCTION_HOLDING] = "holding register",
                                            [CFG_FUNCTION_INPUT] = "input register"};
    const struct pb_cell *cell;

    memset(trace, 0, sizeof *trace);
    if (modbus->map.profile == NULL) {
        return false;
    }
    const struct cfg_point *point = pb_modbus_map_trace(&modbus->map, variable, &cell);
    if (point == NULL) {
        return false;
    }
    (void)snprintf(trace->source, sizeof trace->source, "unit %u %s %u (%s)", modbus->device->unit,
                   functions[pb_modbus_map_function(&modbus->map, point)], point->address,
                   formats[point->format]);
    if (cell->known) {
        (void)snprintf(trace->raw, sizeof trace->raw, "%" PRId64, cell->raw);
    }
    return true;
}

void pb_modbus_device_close(struct pb_modbus_device *modbus)
{
    if (modbus->ask.way != NULL) {
        pb_modbus_hub_cancel(modbus->hub, &modbus->ask);
    }
    free(modbus);
}

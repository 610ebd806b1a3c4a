/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the same device, driver and maps as the daemon for a single poll and gathers where each
 * value came from. It prints nothing; the daemon's --probe calls it. */
#include "probes/probe_once.h"

#include "failover/assert.h"
#include "probes/clock.h"
#include "probes/device.h"
#include "probes/oid.h"

#include <stdlib.h>
#include <string.h>

struct pb_probe {
    struct pb_modbus_hub *hub; /* NULL for SNMP */
    struct pb_device *device;
    const struct cfg_device *config;
    uv_timer_t after; /* the device may not be stopped inside its own callback */
    bool told;
    bool after_closed, device_stopped;
    fo_us start_us;
    pb_probe_callback callback;
    void *context;
    struct pb_probe_report report;
};

static void tell(void *context)
{
    struct pb_probe *probe = context;
    probe->callback(probe->context, &probe->report);
    free(probe);
}

static void close_hub_when_alone(struct pb_probe *probe)
{
    if (!probe->after_closed || !probe->device_stopped) {
        return;
    }
    if (probe->hub != NULL) {
        pb_modbus_hub_stop(probe->hub, tell, probe);
    } else {
        tell(probe);
    }
}

static void on_device_stopped(void *context)
{
    struct pb_probe *probe = context;
    probe->device_stopped = true;
    close_hub_when_alone(probe);
}

static void on_after_closed(uv_handle_t *handle)
{
    struct pb_probe *probe = handle->data;
    probe->after_closed = true;
    close_hub_when_alone(probe);
}

static void on_after(uv_timer_t *after)
{
    struct pb_probe *probe = after->data;
    uv_close((uv_handle_t *)after, on_after_closed);
    pb_device_stop(probe->device, on_device_stopped, probe);
}

static void name_profile(struct pb_probe *probe)
{
    struct pb_probe_report *report = &probe->report;
    const struct cfg_profile *profile = pb_device_profile(probe->device);
    if (profile == NULL) {
        return;
    }
    report->profile = profile->name;
    report->profile_title = profile->title;
    report->profile_seen = profile->seen;
    if (probe->config->driver != CFG_DRIVER_SNMP || probe->config->chosen != NULL) {
        return;
    }
    unsigned source = cfg_profile_source(profile);
    const struct cfg_oid *oid =
        profile->identify_count > 0 ? &profile->identify[0] : &profile->points[0].oid;
    if (profile->identify_count == 0 && source < profile->count) {
        oid = &profile->points[source].oid;
    }
    report->profile_found = true;
    pb_oid_format(oid, report->found_by, sizeof report->found_by);
}

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct pb_probe *probe = context;
    struct pb_probe_report *report = &probe->report;

    if (probe->told) {
        return;
    }
    probe->told = true;
    report->took_us = pb_clock_us() - probe->start_us;
    report->reading = *reading;
    name_profile(probe);
    for (unsigned i = 0; i < reading->count; i++) {
        struct pb_probe_row *row = &report->rows[report->count++];
        row->value = reading->values[i];
        (void)pb_device_trace(probe->device, (enum fo_variable)row->value.variable, &row->trace);
    }
    (void)uv_timer_start(&probe->after, on_after, 0, 0);
}

struct pb_probe *pb_probe_once(uv_loop_t *loop, const struct cfg_device *device,
                               pb_probe_callback callback, void *context)
{
    FO_ASSERT(callback != NULL);
    struct pb_probe *probe = calloc(1, sizeof *probe);

    if (probe == NULL) {
        return NULL;
    }
    probe->config = device;
    probe->callback = callback;
    probe->context = context;
    probe->start_us = pb_clock_us();
    if (device->driver != CFG_DRIVER_SNMP) {
        probe->hub = pb_modbus_hub_start(loop);
        if (probe->hub == NULL) {
            free(probe);
            return NULL;
        }
    }
    probe->device = pb_device_start(loop, probe->hub, device, 0, 1, on_reading, probe);
    if (probe->device == NULL) {
        if (probe->hub != NULL) {
            pb_modbus_hub_stop(probe->hub, NULL, NULL);
        }
        free(probe);
        return NULL;
    }
    (void)uv_timer_init(loop, &probe->after);
    probe->after.data = probe;
    return probe;
}

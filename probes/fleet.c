/* SPDX-License-Identifier: Apache-2.0 */
/* Starts one probe for each thing a site wants watched and turns what they say into engine events.
 * It holds no rule and no state but the probes themselves; the daemon calls it. */
#include "probes/fleet.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "probes/check.h"
#include "probes/device.h"
#include "probes/hint_port.h"
#include "probes/line_probe.h"
#include "probes/modbus_hub.h"
#include "probes/own_network.h"
#include "probes/stamp_probe.h"
#include "probes/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECKS_MAX (FO_SERVERS + FO_SERVICES_MAX)

struct watched { /* one check and whom it is about */
    struct pb_fleet *fleet;
    struct pb_check *check;
    uint8_t kind; /* FO_PROBE_HOST or FO_PROBE_SERVICE */
    uint8_t index;
};

struct pb_fleet {
    uv_loop_t *loop;
    const struct site *site;
    pb_sink sink;
    void *context;
    struct pb_modbus_hub *hub;
    uv_prepare_t turn;
    struct pb_device **devices; /* of all places; owned */
    unsigned device_count;
    struct pb_line_probe *lines[FO_LINES_MAX];
    struct pb_stamp_probe *reflectors[FO_LINES_MAX]; /* NULL: the far end is not asked */
    struct pb_own_network *own;
    struct pb_hint_port *hints; /* NULL: nobody listens for traps */
    struct watched watched[CHECKS_MAX];
    unsigned watched_count;
    unsigned open; /* probes that have not ended yet */
    bool stopping;
    void (*done)(void *context);
};

/* ---- statements to events -------------------------------------------------------------------- */
static void emit(struct pb_fleet *fleet, struct fo_event *event)
{
    event->now_us = pb_clock_us();
    fleet->sink(fleet->context, event);
}

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct fo_event event = {.kind = FO_EVENT_READING};
    event.reading = *reading;
    emit(context, &event);
}

static void on_probe(void *context, const struct fo_probe *probe)
{
    struct fo_event event = {.kind = FO_EVENT_PROBE};
    event.probe = *probe;
    emit(context, &event);
}

static void on_check(void *context, bool ok, unsigned reason, fo_us rtt_us)
{
    struct watched *watched = context;
    /* "could not be asked from here" says nothing about the peer */
    struct fo_probe probe = {.kind = watched->kind,
                             .index = watched->index,
                             .quality = reason == FO_REASON_NO_ROUTE ? FO_ABSENT : FO_GOOD,
                             .ok = ok,
                             .reason = (uint16_t)reason,
                             .rtt_us = ok ? rtt_us : 0};
    on_probe(watched->fleet, &probe);
}

static void on_turn(uv_prepare_t *turn)
{
    (void)turn;
    pb_turn_begin();
}

/* ---- starting -------------------------------------------------------------------------------- */
static bool start_devices(struct pb_fleet *fleet)
{
    const struct site *site = fleet->site;
    unsigned count = cfg_site_watched(site);
    fleet->devices = calloc(count > 0 ? count : 1, sizeof(struct pb_device *));
    if (fleet->devices == NULL) {
        return false;
    }
    fleet->device_count = count;
    for (unsigned i = 0; i < count; i++) {
        fleet->devices[i] = pb_device_start(fleet->loop, fleet->hub, cfg_site_device(site, i), i,
                                            count, on_reading, fleet);
        if (fleet->devices[i] == NULL) {
            return false;
        }
        fleet->open++;
    }
    return true;
}

static bool start_lines(struct pb_fleet *fleet)
{
    const struct site *site = fleet->site;
    for (unsigned i = 0; i < site->line_count; i++) {
        if (site->lines[i].interface == NULL) {
            continue;
        }
        fleet->lines[i] = pb_line_probe_start(fleet->loop, &site->lines[i], i,
                                              site->policy.lines[i].targets, on_probe, fleet);
        if (fleet->lines[i] == NULL) {
            return false;
        }
        fleet->open++;
        if (site->lines[i].reflector.sin_port == 0) {
            continue;
        }
        fleet->reflectors[i] =
            pb_stamp_probe_start(fleet->loop, &site->lines[i], i, on_probe, fleet);
        if (fleet->reflectors[i] == NULL) {
            return false;
        }
        fleet->open++;
    }
    return true;
}

static bool start_check(struct pb_fleet *fleet, uint8_t kind, unsigned index,
                        enum pb_check_kind check, const struct cfg_address *address,
                        const char *path, fo_us interval_us, fo_us timeout_us)
{
    FO_ASSERT(fleet->watched_count < CHECKS_MAX);
    struct watched *watched = &fleet->watched[fleet->watched_count];

    watched->fleet = fleet;
    watched->kind = kind;
    watched->index = (uint8_t)index;
    watched->check = pb_check_start(fleet->loop, check, address, path, interval_us, timeout_us,
                                    on_check, watched);
    if (watched->check == NULL) {
        return false;
    }
    fleet->watched_count++;
    fleet->open++;
    return true;
}

static bool start_hosts(struct pb_fleet *fleet)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        const struct cfg_server *server = &fleet->site->servers[i];
        if (server->host.length > 0 &&
            !start_check(fleet, FO_PROBE_HOST, i, PB_CHECK_HOST, &server->host, NULL,
                         server->host_interval_us, server->host_timeout_us)) {
            return false;
        }
    }
    return true;
}

static bool start_services(struct pb_fleet *fleet)
{
    for (unsigned i = 0; i < fleet->site->service_count; i++) {
        const struct cfg_service *service = &fleet->site->services[i];
        if (service->check == CFG_CHECK_NONE) {
            continue;
        }
        enum pb_check_kind kind = service->check == CFG_CHECK_HTTP ? PB_CHECK_HTTP : PB_CHECK_TCP;
        if (!start_check(fleet, FO_PROBE_SERVICE, i, kind, &service->address, service->http_path,
                         service->interval_us, service->timeout_us)) {
            return false;
        }
    }
    return true;
}

static bool start_own_network(struct pb_fleet *fleet)
{
    fleet->own = pb_own_network_start(fleet->loop, fleet->site->nets, fleet->site->net_count,
                                      on_probe, fleet);
    if (fleet->own == NULL) {
        return false;
    }
    fleet->open++;
    return true;
}

static void on_hint(void *context, unsigned device)
{
    struct pb_fleet *fleet = context;
    pb_device_hint(fleet->devices[device]);
}

static bool start_hints(struct pb_fleet *fleet)
{
    if (fleet->site->trap_port.length == 0) {
        return true;
    }
    fleet->hints = pb_hint_port_start(fleet->loop, fleet->site, on_hint, fleet);
    if (fleet->hints == NULL) {
        return false;
    }
    fleet->open++;
    return true;
}

struct pb_fleet *pb_fleet_start(uv_loop_t *loop, const struct site *site, pb_sink sink,
                                void *context, char *error, size_t error_size)
{
    FO_ASSERT(sink != NULL && error_size > 0);
    FO_ASSERT(site->device_count <= FO_DEVICES_MAX && site->line_count <= FO_LINES_MAX);
    struct pb_fleet *fleet = calloc(1, sizeof *fleet);

    error[0] = '\0';
    if (fleet == NULL) {
        (void)snprintf(error, error_size, "no memory for the probes");
        return NULL;
    }
    fleet->loop = loop;
    fleet->site = site;
    fleet->sink = sink;
    fleet->context = context;
    fleet->hub = pb_modbus_hub_start(loop); /* first: it wants a low file descriptor */
    if (fleet->hub == NULL) {
        (void)snprintf(error, error_size, "no memory or file descriptor for Modbus");
        free(fleet);
        return NULL;
    }
    uv_prepare_init(loop, &fleet->turn);
    fleet->turn.data = fleet;
    uv_prepare_start(&fleet->turn, on_turn);
    fleet->open++;
    if (!start_devices(fleet) || !start_lines(fleet) || !start_hosts(fleet) ||
        !start_services(fleet) || !start_own_network(fleet) || !start_hints(fleet)) {
        (void)snprintf(error, error_size, "no memory for the probes");
        pb_fleet_stop(fleet, NULL);
        return NULL;
    }
    return fleet;
}

/* ---- reading and polling --------------------------------------------------------------------- */
void pb_fleet_poll(struct pb_fleet *fleet, unsigned device)
{
    FO_ASSERT(device < fleet->device_count);
    pb_device_poll(fleet->devices[device]);
}

bool pb_fleet_is_deaf(const struct pb_fleet *fleet)
{
    return fleet->hints != NULL && !pb_hint_port_is_open(fleet->hints);
}

const struct fo_reading *pb_fleet_reading(const struct pb_fleet *fleet, unsigned device,
                                          fo_us *read_us)
{
    FO_ASSERT(device < fleet->device_count);
    return pb_device_reading(fleet->devices[device], read_us);
}

const char *pb_fleet_profile(const struct pb_fleet *fleet, unsigned device)
{
    FO_ASSERT(device < fleet->device_count);
    const struct cfg_profile *profile = pb_device_profile(fleet->devices[device]);
    return profile != NULL ? profile->name : NULL;
}

/* ---- stopping: all probes, then the hub they share, then the fleet ----------------------------
 */
static void on_hub_stopped(void *context)
{
    struct pb_fleet *fleet = context;
    void (*done)(void *) = fleet->done;
    void *done_context = fleet->context;
    free(fleet->devices);
    free(fleet);
    if (done != NULL) {
        done(done_context);
    }
}

static void drop_probe(void *context)
{
    struct pb_fleet *fleet = context;
    FO_ASSERT(fleet->open > 0);
    if (--fleet->open == 0) {
        pb_modbus_hub_stop(fleet->hub, on_hub_stopped, fleet);
    }
}

static void on_turn_closed(uv_handle_t *turn)
{
    pb_turn_end();
    drop_probe(turn->data);
}

/* A check hands its own context back, which is the watched entry. */
static void on_check_stopped(void *context)
{
    struct watched *watched = context;
    drop_probe(watched->fleet);
}

void pb_fleet_stop(struct pb_fleet *fleet, void (*done)(void *context))
{
    FO_ASSERT(!fleet->stopping);
    fleet->stopping = true;
    fleet->done = done;
    uv_close((uv_handle_t *)&fleet->turn, on_turn_closed);
    for (unsigned i = 0; i < fleet->watched_count; i++) {
        pb_check_stop(fleet->watched[i].check, on_check_stopped);
    }
    for (unsigned i = 0; i < fleet->device_count; i++) {
        if (fleet->devices[i] != NULL) {
            pb_device_stop(fleet->devices[i], drop_probe, fleet);
        }
    }
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        if (fleet->lines[i] != NULL) {
            pb_line_probe_stop(fleet->lines[i], drop_probe, fleet);
        }
        if (fleet->reflectors[i] != NULL) {
            pb_stamp_probe_stop(fleet->reflectors[i], drop_probe, fleet);
        }
    }
    if (fleet->hints != NULL) {
        pb_hint_port_stop(fleet->hints, drop_probe, fleet);
    }
    if (fleet->own != NULL) {
        pb_own_network_stop(fleet->own, drop_probe, fleet);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a whole fleet and of the single probe of `monitord --probe`. */
#include "failover/reason.h"
#include "probes/fleet.h"
#include "probes/probe_once.h"
#include "tests/integration/probes/tcp_peer.h"
#include "tests/lib/free_port.h"
#include "tests/lib/profiles.h"
#include "tests/lib/snmp_agent.h"

#define U "1.3.6.1.2.1.33.1."

struct seen {
    unsigned readings[FO_DEVICES_MAX];
    unsigned good[FO_DEVICES_MAX];
    unsigned hosts, services, own;
    bool service_ok, host_ok;
    fo_us last_us;
    bool order_broken;
};

static void on_event(void *context, const struct fo_event *event)
{
    struct seen *seen = context;
    if (event->now_us < seen->last_us) {
        seen->order_broken = true;
    }
    seen->last_us = event->now_us;
    if (event->kind == FO_EVENT_READING) {
        seen->readings[event->reading.device]++;
        seen->good[event->reading.device] += event->reading.quality == FO_GOOD;
        return;
    }
    cr_assert_eq(event->kind, FO_EVENT_PROBE);
    if (event->probe.kind == FO_PROBE_HOST) {
        seen->hosts++;
        seen->host_ok = event->probe.ok;
    } else if (event->probe.kind == FO_PROBE_SERVICE) {
        seen->services++;
        seen->service_ok = event->probe.ok;
    } else if (event->probe.kind == FO_PROBE_OWN_NETWORK) {
        seen->own++;
    }
}

static void fill_ups(struct snmp_agent *agent)
{
    agent_set_number(agent, U "2.1.0", ASN_INTEGER, 2);
    agent_set_number(agent, U "2.3.0", ASN_INTEGER, 0);
    agent_set_number(agent, U "2.4.0", ASN_INTEGER, 98);
    agent_set_number(agent, U "4.1.0", ASN_INTEGER, 3);
}

static struct cfg_device device_of(const char *name, uint8_t kind, uint8_t driver, int port)
{
    return (struct cfg_device){
        .name = name,
        .kind = kind,
        .driver = driver,
        .address = room_address("127.0.0.1", port),
        .profile = "auto",
        .profiles = test_profiles(),
        .chosen = driver == CFG_DRIVER_SNMP
                      ? NULL
                      : test_profile(kind == FO_DEVICE_GENERATOR ? "deepsea-gencomm"
                                                                 : "transfer-switch-contacts"),
        .interval_us = 200 * FO_MS,
        .timeout_us = 150 * FO_MS,
        .snmp = {.version = CFG_SNMP_V2C, .community = "public"},
        .unit = 1};
}

static bool all_seen(void *context)
{
    struct seen *seen = context;
    return seen->readings[0] >= 3 && seen->readings[1] >= 3 && seen->readings[2] >= 3 &&
           seen->readings[3] >= 1 && seen->hosts >= 2 && seen->services >= 2 && seen->own >= 1;
}

static void on_fleet_done(void *context)
{
    ((struct seen *)context)->own = UINT32_MAX;
}

static bool fleet_is_done(void *context)
{
    return ((struct seen *)context)->own == UINT32_MAX;
}

static void answer_200(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    peer_send(c, "HTTP/1.0 200 OK\r\n\r\n", 19);
}

Test(fleet, every_probe_of_a_site_speaks_and_a_dead_device_harms_no_other)
{
    static struct site site;
    struct room room;
    struct snmp_agent agent;
    struct peer service, silent;
    struct seen seen;
    char error[128];
    fo_us read_us;

    memset(&seen, 0, sizeof seen);
    memset(&site, 0, sizeof site);
    room_open(&room);
    cr_assert(agent_start(&agent, "public"));
    fill_ups(&agent);
    peer_open(&service, &room, answer_200, NULL);
    peer_open(&silent, &room, NULL, NULL);
    site.device_count = 4;
    site.devices[0] = device_of("ups-a", FO_DEVICE_UPS, CFG_DRIVER_SNMP, agent.port);
    site.devices[1] =
        device_of("ups-b", FO_DEVICE_UPS, CFG_DRIVER_SNMP, free_port(SOCK_STREAM, "127.0.0.1"));
    site.devices[2] = device_of("gen-1", FO_DEVICE_GENERATOR, CFG_DRIVER_MODBUS_TCP, silent.port);
    site.devices[3] = device_of("gen-2", FO_DEVICE_GENERATOR, CFG_DRIVER_MODBUS_RTU, 1);
    site.servers[0].host = room_address("127.0.0.1", free_port(SOCK_STREAM, "127.0.0.1"));
    site.servers[0].host_interval_us = 100 * FO_MS;
    site.servers[0].host_timeout_us = 100 * FO_MS;
    site.service_count = 1;
    site.services[0].check = CFG_CHECK_HTTP;
    site.services[0].address = room_address("127.0.0.1", service.port);
    site.services[0].http_path = "/";
    site.services[0].interval_us = 100 * FO_MS;
    site.services[0].timeout_us = 500 * FO_MS;
    site.net_count = 1;
    site.nets[0].interface = "lo";
    site.nets[0].bind = room_address("127.0.0.1", 1);

    struct pb_fleet *fleet =
        pb_fleet_start(&room.loop, &site, on_event, &seen, error, sizeof error);
    cr_assert_not_null(fleet, "%s", error);
    cr_assert_null(pb_fleet_reading(fleet, 0, &read_us));
    cr_assert(room_wait(&room, all_seen, &seen, 8000));
    cr_assert_eq(seen.good[0], seen.readings[0]);
    cr_assert_eq(seen.good[1], 0);
    cr_assert_eq(seen.good[2], 0);
    cr_assert(seen.host_ok);
    cr_assert(seen.service_ok);
    cr_assert_not(seen.order_broken);
    cr_assert_str_eq(pb_fleet_profile(fleet, 0), "rfc1628");
    cr_assert_null(pb_fleet_profile(fleet, 1));
    const struct fo_reading *reading = pb_fleet_reading(fleet, 1, &read_us);
    cr_assert_eq(reading->quality, FO_ABSENT);
    cr_assert_eq(reading->device, 1);
    cr_assert_gt(read_us, 0);
    cr_assert_eq(pb_fleet_reading(fleet, 2, &read_us)->reason, FO_REASON_NO_ANSWER);
    pb_fleet_poll(fleet, 0);
    pb_fleet_poll(fleet, 0);
    pb_fleet_stop(fleet, on_fleet_done);
    cr_assert(room_wait(&room, fleet_is_done, &seen, 2000));
    room_expect_never_blocked(&room);
    agent_stop(&agent);
    peer_close(&service);
    peer_close(&silent);
    room_close(&room);
}

Test(fleet, a_site_without_anything_starts_and_stops)
{
    static struct site site;
    struct room room;
    struct seen seen;
    char error[128];

    memset(&seen, 0, sizeof seen);
    memset(&site, 0, sizeof site);
    room_open(&room);
    struct pb_fleet *fleet =
        pb_fleet_start(&room.loop, &site, on_event, &seen, error, sizeof error);
    cr_assert_not_null(fleet);
    pb_fleet_stop(fleet, on_fleet_done);
    cr_assert(room_wait(&room, fleet_is_done, &seen, 2000));
    room_close(&room);
}

/* ---- one probe ------------------------------------------------------------------------------- */
struct told {
    bool done;
    struct pb_probe_report report;
};

static void on_report(void *context, const struct pb_probe_report *report)
{
    struct told *told = context;
    cr_assert_not(told->done, "told twice");
    told->done = true;
    told->report = *report;
}

static const struct pb_probe_row *row_of(const struct told *told, enum fo_variable variable)
{
    for (unsigned i = 0; i < told->report.count; i++) {
        if (told->report.rows[i].value.variable == variable) {
            return &told->report.rows[i];
        }
    }
    cr_assert_fail("no row for %s", fo_variable_name(variable));
    return NULL;
}

Test(probe_once, a_device_is_told_with_raw_values_sources_and_what_did_not_answer)
{
    static struct told told;
    struct room room;
    struct snmp_agent agent;

    memset(&told, 0, sizeof told);
    room_open(&room);
    cr_assert(agent_start(&agent, "public"));
    fill_ups(&agent);
    struct cfg_device device = device_of("ups-a", FO_DEVICE_UPS, CFG_DRIVER_SNMP, agent.port);
    cr_assert_not_null(pb_probe_once(&room.loop, &device, on_report, &told));
    cr_assert_not(told.done);
    cr_assert(room_wait(&room, room_is_true, &told.done, 3000));
    cr_assert_eq(told.report.reading.quality, FO_GOOD);
    cr_assert_str_eq(told.report.profile, "rfc1628");
    cr_assert(told.report.profile_found);
    cr_assert_str_eq(told.report.found_by, "1.3.6.1.2.1.33.1.4.1.0");
    const struct pb_probe_row *row = row_of(&told, FO_VAR_BATTERY_CHARGE);
    cr_assert_str_eq(row->trace.source, "1.3.6.1.2.1.33.1.2.4.0");
    cr_assert_str_eq(row->trace.raw, "98");
    cr_assert_eq(row->value.milli, 98000);
    row = row_of(&told, FO_VAR_BATTERY_RUNTIME);
    cr_assert_eq(row->value.reason, FO_REASON_ZERO_NOT_BELIEVED);
    cr_assert_str_eq(row->trace.raw, "0");
    row = row_of(&told, FO_VAR_BATTERY_VOLTAGE);
    cr_assert_eq(row->value.reason, FO_REASON_NO_SUCH_OBJECT);
    cr_assert_str_eq(row->trace.source, "1.3.6.1.2.1.33.1.2.5.0");
    cr_assert_str_eq(row->trace.raw, "");
    agent_stop(&agent);
    room_close(&room);
}

Test(probe_once, what_cannot_be_read_is_told_with_its_reason_and_the_loop_ends)
{
    static const struct {
        uint8_t driver;
        enum fo_reason reason;
    } cases[] = {
        {CFG_DRIVER_SNMP, FO_REASON_NO_ANSWER},
        {CFG_DRIVER_MODBUS_TCP, FO_REASON_REFUSED},
        {CFG_DRIVER_MODBUS_RTU, FO_REASON_NO_ROUTE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct told told;
        uv_loop_t loop;
        struct cfg_device device = device_of("dev", FO_DEVICE_GENERATOR, cases[i].driver,
                                             free_port(SOCK_STREAM, "127.0.0.1"));
        memset(&told, 0, sizeof told);
        device.interval_us = FO_MINUTE;
        if (cases[i].driver == CFG_DRIVER_MODBUS_RTU) {
            strcpy(device.serial.path, "/dev/no-such-line");
        }
        cr_assert_eq(uv_loop_init(&loop), 0);
        cr_assert_not_null(pb_probe_once(&loop, &device, on_report, &told));
        uint64_t start = uv_hrtime();
        uv_run(&loop, UV_RUN_DEFAULT); /* ends by itself */
        cr_assert_lt((uv_hrtime() - start) / 1000000, 3000);
        cr_assert(told.done);
        cr_assert_eq(told.report.reading.quality, FO_ABSENT);
        cr_assert_eq(told.report.reading.reason, cases[i].reason, "case %zu: %s", i,
                     fo_reason_name(told.report.reading.reason));
        cr_assert_eq(uv_loop_close(&loop), 0);
    }
}

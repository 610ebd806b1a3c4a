/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of probes on a host that has no way out: every one says so at once, says nothing about the
 * peer, and works again when the way is back. Needs root for a network namespace. */
#include "failover/reason.h"
#include "probes/check.h"
#include "probes/modbus_device.h"
#include "probes/snmp_device.h"
#include "tests/integration/probes/tcp_peer.h"
#include "tests/lib/profiles.h"

#include <sched.h>
#include <unistd.h>

struct told {
    bool done;
    bool ok;
    unsigned reason;
    uint8_t quality;
};

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct told *told = context;
    told->done = true;
    told->reason = reading->reason;
    told->quality = reading->quality;
}

static void on_check(void *context, bool ok, unsigned reason, fo_us rtt_us)
{
    struct told *told = context;
    (void)rtt_us;
    told->done = true;
    told->ok = ok;
    told->reason = reason;
}

static void on_check_stopped(void *context)
{
    ((struct told *)context)->done = true;
}

static void enter_namespace(void)
{
    if (geteuid() != 0) {
        cr_skip_test("needs root: a network namespace");
    }
    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("needs root: no network namespace can be made here");
    }
    cr_assert_eq(system("ip link set lo up"), 0);
}

static unsigned check_reason(struct room *room, enum pb_check_kind kind,
                             const struct cfg_address *address)
{
    struct told told = {.done = false};
    struct pb_check *check =
        pb_check_start(&room->loop, kind, address, "/", FO_MINUTE, FO_SECOND, on_check, &told);
    cr_assert_not_null(check);
    cr_assert(room_wait(room, room_is_true, &told.done, 3000));
    unsigned reason = told.reason;
    told.done = false;
    pb_check_stop(check, on_check_stopped);
    cr_assert(room_wait(room, room_is_true, &told.done, 2000));
    return reason;
}

Test(no_route, a_check_without_a_way_out_says_nothing_about_the_peer)
{
    struct room room;
    enter_namespace();
    room_open(&room);
    struct cfg_address away = room_address("192.0.2.5", 80);
    struct cfg_address six = room_address("2001:db8::5", 80);
    struct cfg_address here = room_address("::1", 9);
    cr_assert_eq(check_reason(&room, PB_CHECK_HOST, &away), FO_REASON_NO_ROUTE);
    cr_assert_eq(check_reason(&room, PB_CHECK_HTTP, &away), FO_REASON_NO_ROUTE);
    cr_assert_eq(check_reason(&room, PB_CHECK_TCP, &six), FO_REASON_NO_ROUTE);
    cr_assert_eq(check_reason(&room, PB_CHECK_TCP, &here), FO_REASON_REFUSED);
    cr_assert_eq(check_reason(&room, PB_CHECK_HTTP, &here), FO_REASON_REFUSED);
    room_close(&room);
}

Test(no_route, power_devices_without_a_way_out_are_absent_and_come_back)
{
    static const uint8_t drivers[] = {CFG_DRIVER_MODBUS_TCP, CFG_DRIVER_SNMP};
    static const char *const hosts[] = {"192.0.2.5", "2001:db8::5"};
    enter_namespace();
    for (int i = 0; i < 4; i++) {
        struct room room;
        struct told told = {.done = false};
        bool stopped = false;
        room_open(&room);
        struct cfg_device config = {.name = "dev",
                                    .kind = FO_DEVICE_GENERATOR,
                                    .driver = drivers[i % 2],
                                    .address = room_address(hosts[i / 2], 502),
                                    .profile = i % 2 ? "rfc1628" : "auto",
                                    .profiles = test_profiles(),
                                    .chosen = test_profile(i % 2 ? "rfc1628" : "deepsea-gencomm"),
                                    .timeout_us = FO_SECOND,
                                    .snmp = {.version = CFG_SNMP_V2C, .community = "public"}};
        struct pb_modbus_hub *hub = pb_modbus_hub_start(&room.loop);
        struct pb_modbus_device *modbus = NULL;
        struct pb_snmp_device *snmp = NULL;
        uint64_t start = uv_hrtime();
        if (i % 2 == 0) {
            modbus = pb_modbus_device_open(hub, &config, on_reading, &told);
            pb_modbus_device_poll(modbus);
            cr_assert_not(told.done, "an answer never comes inside the question");
        } else {
            snmp = pb_snmp_device_open(&room.loop, &config, on_reading, &told);
            pb_snmp_device_poll(snmp);
        }
        cr_assert(room_wait(&room, room_is_true, &told.done, 3000));
        cr_assert_lt((uv_hrtime() - start) / 1000000, 500, "it is known at once");
        cr_assert_eq(told.quality, FO_ABSENT);
        cr_assert_eq(told.reason, FO_REASON_NO_ROUTE, "%d: %s", i, fo_reason_name(told.reason));
        if (modbus != NULL) {
            pb_modbus_device_close(modbus);
            stopped = true;
        } else {
            pb_snmp_device_close(snmp, room_set_flag, &stopped);
        }
        cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
        stopped = false;
        pb_modbus_hub_stop(hub, room_set_flag, &stopped);
        cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
        room_close(&room);
    }
}

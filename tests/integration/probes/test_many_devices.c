/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a crowd on one loop: healthy devices keep their pace beside many that are silent, drip
 * or refuse, and no single turn of the loop is long. */
#include "failover/reason.h"
#include "probes/device.h"
#include "tests/integration/probes/tcp_peer.h"
#include "tests/lib/free_port.h"
#include "tests/lib/profiles.h"
#include "tests/lib/snmp_agent.h"

#include <sys/resource.h>

#define HEALTHY 100
#define SILENT 100
#define DRIPPING 100
#define REFUSING 20
#define CROWD (HEALTHY + SILENT + DRIPPING + REFUSING)

static struct member {
    struct cfg_device config;
    struct pb_device *device;
    unsigned good, bad;
    uint64_t last_ns, longest_ns;
} members[CROWD];
static struct peer peers[SILENT + DRIPPING];
static unsigned stopped;

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct member *member = context;
    uint64_t now = uv_hrtime();
    if (reading->quality == FO_GOOD) {
        member->good++;
    } else {
        member->bad++;
    }
    if (member->last_ns != 0 && now - member->last_ns > member->longest_ns) {
        member->longest_ns = now - member->last_ns;
    }
    member->last_ns = now;
}

static void drip(struct peer_connection *connection, const uint8_t *bytes, size_t length)
{
    uint8_t answer[29] = {0, 0, 0, 0, 0, 23, 1, 3, 20};
    (void)length;
    answer[0] = bytes[0];
    answer[1] = bytes[1];
    peer_drip(connection, answer, sizeof answer, 150);
}

static bool all_have_spoken(void *context)
{
    (void)context;
    for (unsigned i = 0; i < CROWD; i++) {
        if (members[i].good + members[i].bad < 3) {
            return false;
        }
    }
    return true;
}

static void on_stopped(void *context)
{
    (void)context;
    stopped++;
}

static bool all_are_stopped(void *context)
{
    (void)context;
    return stopped == CROWD;
}

static void start_member(struct room *room, struct pb_modbus_hub *hub, unsigned i, int agent_port)
{
    struct member *member = &members[i];
    bool healthy = i < HEALTHY;
    int port = agent_port;
    if (!healthy && i < HEALTHY + SILENT + DRIPPING) {
        struct peer *peer = &peers[i - HEALTHY];
        peer_open(peer, room, i < HEALTHY + SILENT ? NULL : drip, NULL);
        port = peer->port;
    } else if (!healthy) {
        port = free_port(SOCK_STREAM, "127.0.0.1");
    }
    member->config =
        (struct cfg_device){.name = "crowd",
                            .kind = healthy ? FO_DEVICE_UPS : FO_DEVICE_GENERATOR,
                            .driver = healthy ? CFG_DRIVER_SNMP : CFG_DRIVER_MODBUS_TCP,
                            .address = room_address("127.0.0.1", port),
                            .profile = healthy ? "rfc1628" : "deepsea-gencomm",
                            .chosen = test_profile(healthy ? "rfc1628" : "deepsea-gencomm"),
                            .unit = 1,
                            .interval_us = 500 * FO_MS,
                            .timeout_us = 400 * FO_MS,
                            .snmp = {.version = CFG_SNMP_V2C, .community = "public"}};
    member->device =
        pb_device_start(&room->loop, hub, &member->config, i, CROWD, on_reading, member);
    cr_assert_not_null(member->device);
}

Test(many_devices, the_healthy_keep_their_pace_beside_the_silent_and_the_dripping)
{
    struct rlimit files = {4096, 4096};
    struct room room;
    struct snmp_agent agent;

    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 1500) {
        cr_skip_test("needs 1500 file descriptors");
    }
    room_open(&room);
    cr_assert(agent_start(&agent, "public"));
    agent_set_number(&agent, "1.3.6.1.2.1.33.1.4.1.0", ASN_INTEGER, 3);
    agent_set_number(&agent, "1.3.6.1.2.1.33.1.2.4.0", ASN_INTEGER, 99);
    struct pb_modbus_hub *hub = pb_modbus_hub_start(&room.loop);
    cr_assert_not_null(hub);
    for (unsigned i = 0; i < CROWD; i++) {
        start_member(&room, hub, i, agent.port);
    }
    cr_assert(room_wait(&room, all_have_spoken, NULL, 15000));
    for (unsigned i = 0; i < CROWD; i++) {
        if (i < HEALTHY) {
            cr_assert_eq(members[i].bad, 0, "healthy device %u failed", i);
            cr_assert_lt(members[i].longest_ns / 1000000, 1000, "device %u was late", i);
        } else {
            cr_assert_eq(members[i].good, 0);
        }
    }
    room_expect_never_blocked(&room);
    for (unsigned i = 0; i < CROWD; i++) {
        pb_device_stop(members[i].device, on_stopped, NULL);
    }
    cr_assert(room_wait(&room, all_are_stopped, NULL, 3000));
    bool hub_stopped = false;
    pb_modbus_hub_stop(hub, room_set_flag, &hub_stopped);
    cr_assert(room_wait(&room, room_is_true, &hub_stopped, 3000));
    agent_stop(&agent);
    for (unsigned i = 0; i < SILENT + DRIPPING; i++) {
        peer_close(&peers[i]);
    }
    room_close(&room);
}

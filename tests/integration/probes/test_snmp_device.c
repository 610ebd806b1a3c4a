/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of SNMP devices against a real agent: both versions, silence, garbage, and the wrong
 * community. */
#include "failover/reason.h"
#include "probes/snmp_device.h"
#include "tests/integration/probes/loop_room.h"
#include "tests/lib/profiles.h"
#include "tests/lib/snmp_agent.h"

#define U "1.3.6.1.2.1.33.1."

struct scene {
    struct room room;
    struct snmp_agent agent;
    struct cfg_device config;
    struct pb_snmp_device *device;
    struct fo_reading reading;
    bool read;
    uint64_t start_ns, took_ms;
};

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct scene *scene = context;
    scene->reading = *reading;
    scene->read = true;
    scene->took_ms = (uv_hrtime() - scene->start_ns) / 1000000;
}

static void fill_ups(struct snmp_agent *agent)
{
    agent_set_number(agent, U "2.1.0", ASN_INTEGER, 2);
    agent_set_number(agent, U "2.2.0", ASN_INTEGER, 0);
    agent_set_number(agent, U "2.3.0", ASN_INTEGER, 31);
    agent_set_number(agent, U "2.4.0", ASN_INTEGER, 98);
    agent_set_number(agent, U "2.5.0", ASN_INTEGER, 380);
    agent_set_number(agent, U "2.6.0", ASN_INTEGER, -21);
    agent_set_number(agent, U "2.7.0", ASN_INTEGER, 24);
    agent_set_number(agent, U "3.3.1.2.1", ASN_INTEGER, 500);
    agent_set_number(agent, U "3.3.1.3.1", ASN_INTEGER, 101);
    agent_set_number(agent, U "4.1.0", ASN_INTEGER, 3);
    agent_set_number(agent, U "4.2.0", ASN_INTEGER, 500);
    agent_set_number(agent, U "4.4.1.2.1", ASN_INTEGER, 100);
    agent_set_number(agent, U "4.4.1.5.1", ASN_INTEGER, 26);
    agent_set_number(agent, U "6.1.0", ASN_GAUGE, 0);
}

static void scene_open(struct scene *scene, uint8_t version, const char *profile)
{
    memset(scene, 0, sizeof *scene);
    (void)test_profiles(); /* reading the files is not the loop's work */
    room_open(&scene->room);
    cr_assert(agent_start(&scene->agent, "public"));
    fill_ups(&scene->agent);
    scene->config = (struct cfg_device){.name = "ups-a",
                                        .kind = FO_DEVICE_UPS,
                                        .driver = CFG_DRIVER_SNMP,
                                        .address = room_address("127.0.0.1", scene->agent.port),
                                        .profile = profile,
                                        .profiles = test_profiles(),
                                        .chosen = test_profile(profile),
                                        .interval_us = FO_SECOND,
                                        .timeout_us = 400 * FO_MS,
                                        .snmp = {.version = version, .community = "public"}};
    scene->device = pb_snmp_device_open(&scene->room.loop, &scene->config, on_reading, scene);
    cr_assert_not_null(scene->device);
}

static void scene_poll(struct scene *scene)
{
    scene->read = false;
    scene->start_ns = uv_hrtime();
    pb_snmp_device_poll(scene->device);
    cr_assert(room_wait(&scene->room, room_is_true, &scene->read, 5000), "no reading came");
}

static void scene_close(struct scene *scene)
{
    bool closed = false;
    pb_snmp_device_close(scene->device, room_set_flag, &closed);
    cr_assert(room_wait(&scene->room, room_is_true, &closed, 2000));
    room_expect_never_blocked(&scene->room);
    agent_stop(&scene->agent);
    room_close(&scene->room);
}

static struct fo_value value_of(const struct scene *scene, enum fo_variable variable)
{
    for (unsigned i = 0; i < scene->reading.count; i++) {
        if (scene->reading.values[i].variable == variable) {
            return scene->reading.values[i];
        }
    }
    return (struct fo_value){.quality = 0xff};
}

Test(snmp_device, a_ups_is_found_and_read_in_either_version)
{
    for (uint8_t version = CFG_SNMP_V1; version <= CFG_SNMP_V2C; version++) {
        struct scene scene;
        scene_open(&scene, version, "auto");
        cr_assert_null(pb_snmp_device_profile(scene.device));
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_GOOD);
        cr_assert_str_eq(pb_snmp_device_profile(scene.device)->name, "rfc1628");
        cr_assert_eq(value_of(&scene, FO_VAR_UPS_STATUS).milli, FO_UPS(OL));
        cr_assert_eq(value_of(&scene, FO_VAR_BATTERY_RUNTIME).milli, 1860000);
        cr_assert_eq(value_of(&scene, FO_VAR_BATTERY_CURRENT).milli, -2100);
        cr_assert_eq(value_of(&scene, FO_VAR_INPUT_VOLTAGE).milli, 101000);
        cr_assert_eq(value_of(&scene, FO_VAR_UPS_ALARMS).milli, 0);
        scene_close(&scene);
    }
}

Test(snmp_device, a_steady_poll_is_one_or_two_requests_of_at_most_twelve_objects)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    scene_poll(&scene);
    unsigned before = atomic_load(&scene.agent.requests);
    for (int i = 0; i < 10; i++) {
        scene_poll(&scene);
    }
    cr_assert_leq(atomic_load(&scene.agent.requests) - before, 15);
    cr_assert_leq(atomic_load(&scene.agent.largest), 12);
    scene_close(&scene);
}

Test(snmp_device, a_power_cut_and_its_alarms_are_seen_in_the_next_poll)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    scene_poll(&scene);
    agent_set_number(&scene.agent, U "4.1.0", ASN_INTEGER, 5);
    agent_set_number(&scene.agent, U "2.2.0", ASN_INTEGER, 3);
    agent_set_number(&scene.agent, U "3.3.1.3.1", ASN_INTEGER, 0);
    agent_set_number(&scene.agent, U "6.1.0", ASN_GAUGE, 2);
    agent_set_oid(&scene.agent, U "6.2.1.2.1", U "6.3.2");
    agent_set_oid(&scene.agent, U "6.2.1.2.4", U "6.3.6");
    scene_poll(&scene);
    cr_assert_eq(value_of(&scene, FO_VAR_UPS_STATUS).milli,
                 FO_UPS(OB) | FO_UPS(DISCHRG) | FO_UPS(ALARM));
    cr_assert_eq(value_of(&scene, FO_VAR_UPS_ALARMS).milli,
                 1 << FO_UPS_ALARM_ON_BATTERY | 1 << FO_UPS_ALARM_INPUT_BAD);
    cr_assert_eq(value_of(&scene, FO_VAR_INPUT_VOLTAGE).milli, 0);
    cr_assert_eq(value_of(&scene, FO_VAR_INPUT_VOLTAGE).quality, FO_GOOD);
    scene_close(&scene);
}

Test(snmp_device, silence_ends_at_its_bound_and_the_device_comes_back_by_itself)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "auto");
    atomic_store(&scene.agent.mute, true);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_ABSENT);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ANSWER);
    cr_assert_eq(scene.reading.count, 0);
    cr_assert_geq(scene.took_ms, 390);
    cr_assert_lt(scene.took_ms, 1500);
    cr_assert_eq(atomic_load(&scene.agent.requests), 2, "one question and one retry");
    atomic_store(&scene.agent.mute, false);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    atomic_store(&scene.agent.mute, true);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_ABSENT);
    for (unsigned i = 0; i < scene.reading.count; i++) {
        cr_assert_eq(scene.reading.values[i].quality, FO_ABSENT);
    }
    scene_close(&scene);
}

Test(snmp_device, one_lost_datagram_is_no_failure)
{
    struct scene scene;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    atomic_store(&scene.agent.mute, true);
    scene.read = false;
    pb_snmp_device_poll(scene.device);
    room_turn(&scene.room, 100);
    atomic_store(&scene.agent.mute, false); /* the retry comes at 200 ms */
    cr_assert(room_wait(&scene.room, room_is_true, &scene.read, 3000));
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    close(fd);
    scene_close(&scene);
}

Test(snmp_device, silence_after_the_first_answer_costs_only_the_rest)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    atomic_store(&scene.agent.answers_left, 1);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&scene, FO_VAR_UPS_STATUS).milli, FO_UPS(OL));
    cr_assert_eq(value_of(&scene, FO_VAR_BATTERY_VOLTAGE).reason, FO_REASON_NO_ANSWER);
    scene_close(&scene);
}

Test(snmp_device, a_wrong_community_and_a_device_that_is_no_ups_say_why)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "auto");
    scene.config.snmp.community = "other";
    scene_poll(&scene);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ANSWER);
    scene_close(&scene);

    for (uint8_t version = CFG_SNMP_V1; version <= CFG_SNMP_V2C; version++) {
        scene_open(&scene, version, "auto");
        scene.agent.count = 0;
        agent_set_text(&scene.agent, "1.3.6.1.2.1.1.1.0", "a switch");
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_ABSENT);
        cr_assert_eq(scene.reading.reason, FO_REASON_NO_SUCH_OBJECT);
        cr_assert_null(pb_snmp_device_profile(scene.device));
        scene_close(&scene);
    }
}

Test(snmp_device, a_text_where_a_number_belongs_is_the_wrong_type)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    agent_set_text(&scene.agent, U "2.4.0", "98 %");
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&scene, FO_VAR_BATTERY_CHARGE).quality, FO_ABSENT);
    cr_assert_eq(value_of(&scene, FO_VAR_BATTERY_CHARGE).reason, FO_REASON_WRONG_TYPE);
    scene_close(&scene);
}

/* A port on which bytes come back that are no SNMP. */
static void *echo_garbage(void *context)
{
    int fd = *(int *)context;
    struct sockaddr_storage from;
    char bytes[2048];
    for (;;) {
        socklen_t length = sizeof from;
        ssize_t count = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
        if (count <= 1) {
            return NULL;
        }
        bytes[5] ^= 0x7f;
        memset(bytes + 10, 0xff, 20);
        sendto(fd, bytes, (size_t)count, 0, (struct sockaddr *)&from, length);
        sendto(fd, "garbage", 7, 0, (struct sockaddr *)&from, length);
        sendto(fd, "", 0, 0, (struct sockaddr *)&from, length);
    }
}

Test(snmp_device, garbage_is_no_answer_and_does_not_disturb)
{
    struct scene scene;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    pthread_t thread;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&address, length), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    cr_assert_eq(pthread_create(&thread, NULL, echo_garbage, &fd), 0);
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    scene.config.address = room_address("127.0.0.1", ntohs(address.sin_port));
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_ABSENT);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ANSWER);
    scene_close(&scene);
    sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length);
    pthread_join(thread, NULL);
    close(fd);
}

Test(snmp_device, closing_in_the_middle_of_a_question_leaves_nothing_behind)
{
    struct scene scene;
    scene_open(&scene, CFG_SNMP_V2C, "rfc1628");
    atomic_store(&scene.agent.mute, true);
    pb_snmp_device_poll(scene.device);
    room_turn(&scene.room, 30);
    scene_close(&scene);
    cr_assert_not(scene.read);
}

Test(snmp_device, a_value_is_traced_to_its_oid)
{
    struct scene scene;
    struct pb_trace trace;
    scene_open(&scene, CFG_SNMP_V2C, "auto");
    scene_poll(&scene);
    cr_assert(pb_snmp_device_trace(scene.device, FO_VAR_BATTERY_VOLTAGE, &trace));
    cr_assert_str_eq(trace.source, "1.3.6.1.2.1.33.1.2.5.0");
    cr_assert_str_eq(trace.raw, "380");
    scene_close(&scene);
}

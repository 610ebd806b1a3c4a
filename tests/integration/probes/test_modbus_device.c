/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of Modbus devices over real sockets, against servers that behave and servers that do not:
 * each has its own result, and none holds the loop. */
#include "probes/modbus_device.h"
#include "tests/integration/probes/tcp_peer.h"
#include "tests/lib/free_port.h"
#include "tests/lib/profiles.h"

enum manner {
    MANNER_GOOD,
    MANNER_HALF,           /* half of the answer, then nothing */
    MANNER_DRIP,           /* one byte per 150 ms */
    MANNER_DRIP_IN_TIME,   /* one byte per 5 ms */
    MANNER_TRANSACTION,    /* answers another transaction */
    MANNER_LATE_THEN_GOOD, /* an old transaction first, then the right answer */
    MANNER_UNIT,           /* answers for another unit */
    MANNER_COUNT,          /* one register too few */
    MANNER_GARBAGE,
    MANNER_NO_PAGE_8,        /* exception 2 on one block */
    MANNER_BUSY,             /* exception 6 on everything */
    MANNER_NO_DEVICE,        /* exception 11: a gateway without its device */
    MANNER_HANG_UP,          /* closes instead of answering */
    MANNER_ONE_A_CONNECTION, /* closes after each answer */
    MANNER_TWICE,            /* each answer two times */
    MANNER_FIRST_UNIT_ONLY   /* never answers for unit 2 */
};

static uint16_t word_at(unsigned address)
{
    switch (address) {
        case 772:
            return 1;
        case 1027:
            return 64;
        case 1029:
            return 251;
        case 2049:
        case 2050:
        case 2051:
            return 0x1111;
        default:
            return 0;
    }
}

static size_t good_answer(const uint8_t *request, uint8_t *answer)
{
    unsigned first = (unsigned)(request[8] << 8 | request[9]);
    unsigned count = (unsigned)(request[10] << 8 | request[11]);
    memcpy(answer, request, 8);
    answer[4] = 0;
    answer[5] = (uint8_t)(3 + 2 * count);
    answer[8] = (uint8_t)(2 * count);
    for (unsigned i = 0; i < count; i++) {
        answer[9 + 2 * i] = (uint8_t)(word_at(first + i) >> 8);
        answer[10 + 2 * i] = (uint8_t)word_at(first + i);
    }
    return 9 + 2 * count;
}

static void send_exception(struct peer_connection *connection, const uint8_t *request, uint8_t code)
{
    uint8_t answer[9];
    memcpy(answer, request, 8);
    answer[5] = 3;
    answer[7] |= 0x80;
    answer[8] = code;
    peer_send(connection, answer, sizeof answer);
}

static void behave(struct peer_connection *connection, const uint8_t *request, size_t length)
{
    uint8_t answer[PEER_BYTES];
    enum manner manner = *(enum manner *)connection->peer->context;

    cr_assert_eq(length, 12, "a request is twelve bytes, this one %zu", length);
    size_t whole = good_answer(request, answer);
    switch (manner) {
        case MANNER_GOOD:
            peer_send(connection, answer, whole);
            break;
        case MANNER_HALF:
            peer_send(connection, answer, whole / 2);
            break;
        case MANNER_DRIP:
            peer_drip(connection, answer, whole, 150);
            break;
        case MANNER_DRIP_IN_TIME:
            peer_drip(connection, answer, whole, 5);
            break;
        case MANNER_TRANSACTION:
            answer[1] ^= 0x40;
            peer_send(connection, answer, whole);
            break;
        case MANNER_LATE_THEN_GOOD:
            answer[1] ^= 0x40;
            peer_send(connection, answer, whole);
            answer[1] ^= 0x40;
            peer_send(connection, answer, whole);
            break;
        case MANNER_UNIT:
            answer[6] ^= 1;
            peer_send(connection, answer, whole);
            break;
        case MANNER_COUNT:
            answer[5] = (uint8_t)(answer[5] - 2);
            answer[8] = (uint8_t)(answer[8] - 2);
            peer_send(connection, answer, whole - 2);
            break;
        case MANNER_GARBAGE:
            peer_send(connection, "SSH-2.0-OpenSSH_9.2p1\r\n", 23);
            break;
        case MANNER_NO_PAGE_8:
            if (request[8] == 8) {
                send_exception(connection, request, 2);
            } else {
                peer_send(connection, answer, whole);
            }
            break;
        case MANNER_BUSY:
            send_exception(connection, request, 6);
            break;
        case MANNER_NO_DEVICE:
            send_exception(connection, request, 11);
            break;
        case MANNER_HANG_UP:
            peer_hang_up(connection);
            break;
        case MANNER_ONE_A_CONNECTION:
            peer_send(connection, answer, whole);
            peer_hang_up(connection);
            break;
        case MANNER_TWICE:
            peer_send(connection, answer, whole);
            peer_send(connection, answer, whole);
            break;
        case MANNER_FIRST_UNIT_ONLY:
            if (request[6] == 1) {
                peer_send(connection, answer, whole);
            }
            break;
    }
}

struct scene {
    struct room room;
    struct peer peer;
    enum manner manner;
    struct pb_modbus_hub *hub;
    struct cfg_device config;
    struct pb_modbus_device *device;
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

static void scene_open(struct scene *scene, enum manner manner, int port)
{
    memset(scene, 0, sizeof *scene);
    (void)test_profiles(); /* reading the files is not the loop's work */
    room_open(&scene->room);
    scene->manner = manner;
    peer_open(&scene->peer, &scene->room, behave, &scene->manner);
    scene->hub = pb_modbus_hub_start(&scene->room.loop);
    cr_assert_not_null(scene->hub);
    scene->config =
        (struct cfg_device){.name = "gen-1",
                            .kind = FO_DEVICE_GENERATOR,
                            .driver = CFG_DRIVER_MODBUS_TCP,
                            .address = room_address("127.0.0.1", port ? port : scene->peer.port),
                            .profile = "deepsea-gencomm",
                            .chosen = test_profile("deepsea-gencomm"),
                            .interval_us = FO_SECOND,
                            .timeout_us = 300 * FO_MS,
                            .unit = 1};
    scene->device = pb_modbus_device_open(scene->hub, &scene->config, on_reading, scene);
    cr_assert_not_null(scene->device);
}

static void scene_poll(struct scene *scene)
{
    scene->read = false;
    scene->start_ns = uv_hrtime();
    pb_modbus_device_poll(scene->device);
    cr_assert(room_wait(&scene->room, room_is_true, &scene->read, 5000), "no reading came");
}

static void scene_close(struct scene *scene)
{
    bool stopped = false;
    pb_modbus_device_close(scene->device);
    pb_modbus_hub_stop(scene->hub, room_set_flag, &stopped);
    cr_assert(room_wait(&scene->room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&scene->room);
    peer_close(&scene->peer);
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

Test(modbus_device, a_good_controller_is_read_over_one_connection)
{
    struct scene scene;
    scene_open(&scene, MANNER_GOOD, 0);
    for (int i = 0; i < 5; i++) {
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_GOOD);
        cr_assert_eq(value_of(&scene, FO_VAR_FUEL_LEVEL).milli, 64000);
        cr_assert_eq(value_of(&scene, FO_VAR_ENGINE_BATTERY_VOLTAGE).milli, 25100);
        cr_assert_eq(value_of(&scene, FO_VAR_GENERATOR_MODE).milli, FO_GEN_MODE_AUTO);
        cr_assert_eq(value_of(&scene, FO_VAR_GENERATOR_STATUS).milli, FO_GEN_STOPPED);
    }
    cr_assert_eq(scene.peer.accepted, 1);
    scene_close(&scene);
}

Test(modbus_device, each_bad_manner_has_its_own_reason_within_its_bound)
{
    static const struct {
        enum manner manner;
        enum fo_reason reason;
    } cases[] = {
        {MANNER_HALF, FO_REASON_TOO_LATE},         {MANNER_DRIP, FO_REASON_TOO_LATE},
        {MANNER_TRANSACTION, FO_REASON_BAD_FRAME}, {MANNER_UNIT, FO_REASON_BAD_FRAME},
        {MANNER_COUNT, FO_REASON_BAD_FRAME},       {MANNER_GARBAGE, FO_REASON_BAD_FRAME},
        {MANNER_BUSY, FO_REASON_DEVICE_ERROR},     {MANNER_NO_DEVICE, FO_REASON_CARD_LOST_DEVICE},
        {MANNER_HANG_UP, FO_REASON_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        scene_open(&scene, cases[i].manner, 0);
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_ABSENT, "case %zu", i);
        cr_assert_eq(scene.reading.reason, cases[i].reason, "case %zu: %s", i,
                     fo_reason_name(scene.reading.reason));
        cr_assert_lt(scene.took_ms, 1500, "case %zu took %llu ms", i,
                     (unsigned long long)scene.took_ms);
        for (unsigned v = 0; v < scene.reading.count; v++) {
            cr_assert_eq(scene.reading.values[v].quality, FO_ABSENT, "nothing is made up");
        }
        scene.manner = MANNER_GOOD;
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_GOOD, "case %zu: it does not recover", i);
        scene_close(&scene);
    }
}

Test(modbus_device, a_refused_connection_and_a_silent_one_are_told_apart)
{
    struct scene scene;
    scene_open(&scene, MANNER_GOOD, free_port(SOCK_STREAM, "127.0.0.1"));
    scene_poll(&scene);
    cr_assert_eq(scene.reading.reason, FO_REASON_REFUSED);
    cr_assert_lt(scene.took_ms, 250);
    scene_close(&scene);

    scene_open(&scene, MANNER_GOOD, 0);
    scene.peer.handler = NULL;
    scene_poll(&scene);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ANSWER);
    cr_assert_geq(scene.took_ms, 300);
    cr_assert_lt(scene.took_ms, 1500);
    scene_close(&scene);
}

Test(modbus_device, a_slow_but_whole_answer_is_good_and_a_late_one_before_it_is_ignored)
{
    struct scene scene;
    scene_open(&scene, MANNER_DRIP_IN_TIME, 0);
    scene.config.timeout_us = 2 * FO_SECOND;
    pb_modbus_device_close(scene.device);
    scene.device = pb_modbus_device_open(scene.hub, &scene.config, on_reading, &scene);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    scene.manner = MANNER_LATE_THEN_GOOD;
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&scene, FO_VAR_FUEL_LEVEL).milli, 64000);
    scene_close(&scene);
}

Test(modbus_device, an_exception_on_one_block_costs_only_that_block)
{
    struct scene scene;
    scene_open(&scene, MANNER_NO_PAGE_8, 0);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&scene, FO_VAR_FUEL_LEVEL).milli, 64000);
    cr_assert_eq(value_of(&scene, FO_VAR_GENERATOR_ALARMS).reason, FO_REASON_NO_SUCH_OBJECT);
    scene_close(&scene);
}

Test(modbus_device, a_gateway_that_closes_after_each_answer_is_still_read)
{
    struct scene scene;
    scene_open(&scene, MANNER_ONE_A_CONNECTION, 0);
    for (int i = 0; i < 3; i++) {
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_GOOD, "%s", fo_reason_name(scene.reading.reason));
    }
    cr_assert_gt(scene.peer.accepted, 3);
    scene_close(&scene);
}

Test(modbus_device, two_devices_behind_one_gateway_share_its_connection_and_its_time)
{
    struct scene scene, other;
    scene_open(&scene, MANNER_GOOD, 0);
    memset(&other, 0, sizeof other);
    other.config = scene.config;
    other.config.unit = 2;
    other.device = pb_modbus_device_open(scene.hub, &other.config, on_reading, &other);
    for (int i = 0; i < 3; i++) {
        other.read = false;
        pb_modbus_device_poll(other.device);
        scene_poll(&scene);
        cr_assert(room_wait(&scene.room, room_is_true, &other.read, 3000));
        cr_assert_eq(scene.reading.quality, FO_GOOD);
        cr_assert_eq(other.reading.quality, FO_GOOD);
    }
    cr_assert_eq(scene.peer.accepted, 1);
    scene.manner = MANNER_FIRST_UNIT_ONLY;
    other.read = false;
    pb_modbus_device_poll(other.device);
    scene_poll(&scene);
    cr_assert(room_wait(&scene.room, room_is_true, &other.read, 3000));
    cr_assert_eq(scene.reading.quality, FO_GOOD, "a dead neighbour spoils the other device");
    cr_assert_eq(other.reading.reason, FO_REASON_NO_ANSWER);
    pb_modbus_device_close(other.device);
    scene_close(&scene);
}

Test(modbus_device, a_second_answer_to_one_question_is_not_the_answer_to_the_next)
{
    struct scene scene;
    scene_open(&scene, MANNER_TWICE, 0);
    for (int i = 0; i < 3; i++) {
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_GOOD);
        cr_assert_eq(value_of(&scene, FO_VAR_FUEL_LEVEL).milli, 64000);
        cr_assert_eq(value_of(&scene, FO_VAR_ENGINE_RUN_SECONDS).milli, 0);
    }
    scene_close(&scene);
}

Test(modbus_device, devices_may_be_closed_while_they_wait_behind_another)
{
    struct scene scene, others[3];
    scene_open(&scene, MANNER_HALF, 0);
    pb_modbus_device_poll(scene.device);
    for (int i = 0; i < 3; i++) {
        memset(&others[i], 0, sizeof others[i]);
        others[i].config = scene.config;
        others[i].device =
            pb_modbus_device_open(scene.hub, &others[i].config, on_reading, &others[i]);
        pb_modbus_device_poll(others[i].device);
    }
    pb_modbus_device_close(others[1].device);
    pb_modbus_device_close(others[2].device);
    scene.manner = MANNER_GOOD;
    cr_assert(room_wait(&scene.room, room_is_true, &others[0].read, 3000));
    cr_assert_eq(others[0].reading.quality, FO_GOOD);
    cr_assert_not(others[1].read || others[2].read);
    pb_modbus_device_close(others[0].device);
    scene_close(&scene);
}

Test(modbus_device, closing_in_the_middle_of_a_question_leaves_nothing_behind)
{
    struct scene scene;
    scene_open(&scene, MANNER_HALF, 0);
    pb_modbus_device_poll(scene.device);
    room_turn(&scene.room, 50);
    scene_close(&scene);
    cr_assert_not(scene.read);
}

Test(modbus_device, a_value_is_traced_to_its_register)
{
    struct scene scene;
    struct pb_trace trace;
    scene_open(&scene, MANNER_GOOD, 0);
    scene_poll(&scene);
    cr_assert(pb_modbus_device_trace(scene.device, FO_VAR_FUEL_LEVEL, &trace));
    cr_assert_str_eq(trace.source, "unit 1 holding register 1027 (u16)");
    cr_assert_str_eq(trace.raw, "64");
    cr_assert_not(pb_modbus_device_trace(scene.device, FO_VAR_BATTERY_CHARGE, &trace));
    scene_close(&scene);
}

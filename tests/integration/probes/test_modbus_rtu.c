/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus RTU over a pty pair: libmodbus as the slave, then slaves that break their CRC, talk over
 * each other, stop in the middle, drip, come too late, or are pulled out. */
#include "failover/reason.h"
#include "probes/modbus_device.h"
#include "tests/integration/probes/loop_room.h"
#include "tests/integration/probes/serial_peer.h"
#include "tests/lib/profiles.h"

#include <modbus/modbus.h>
#include <pthread.h>
#include <stdatomic.h>

enum manner {
    MANNER_GOOD,
    MANNER_CRC_ONCE, /* the first answer of a poll is broken */
    MANNER_CRC,
    MANNER_FOREIGN_FIRST, /* another slave's answer, ours right behind it */
    MANNER_FOREIGN_PART,  /* half of another slave's frame, a pause, then ours */
    MANNER_FOREIGN_ONLY,
    MANNER_ECHO,
    MANNER_TURNING, /* a byte of noise as the driver turns on */
    MANNER_HALF,
    MANNER_SILENT,
    MANNER_OTHER_COUNT,
    MANNER_BUSY,
    MANNER_LATE
};

struct scene {
    struct room room;
    struct serial_peer peer;
    enum manner manner;
    bool spoiled; /* CRC_ONCE has done it */
    uv_timer_t later;
    uint8_t kept[PB_RTU_MAX];
    size_t kept_length;
    struct pb_modbus_hub *hub;
    struct cfg_device config;
    struct pb_modbus_device *device;
    struct fo_reading reading;
    bool read;
    uint64_t start_ns, took_ms;
};

/* Coils, discrete inputs: all 0. Registers: the low byte of the address, and fuel 64 %. */
static size_t make_answer(const uint8_t question[PB_RTU_REQUEST], uint8_t *bytes)
{
    unsigned first = (unsigned)(question[2] << 8 | question[3]);
    unsigned count = (unsigned)(question[4] << 8 | question[5]);
    bool bits = question[1] <= CFG_FUNCTION_DISCRETE;
    unsigned length = bits ? (count + 7) / 8 : count * 2;
    bytes[0] = question[0];
    bytes[1] = question[1];
    bytes[2] = (uint8_t)length;
    memset(bytes + 3, 0, length);
    for (unsigned i = 0; !bits && i < count; i++) {
        unsigned value = first + i == 1027 ? 64 : first + i == 1029 ? 251 : first + i == 772;
        bytes[3 + 2 * i] = (uint8_t)(value >> 8);
        bytes[4 + 2 * i] = (uint8_t)value;
    }
    return serial_close_frame(bytes, 3 + length);
}

static void on_later(uv_timer_t *timer)
{
    struct scene *scene = timer->data;
    serial_write(&scene->peer, scene->kept, scene->kept_length);
}

static void say_later(struct scene *scene, const uint8_t *bytes, size_t length, uint64_t ms)
{
    memcpy(scene->kept, bytes, length);
    scene->kept_length = length;
    uv_update_time(&scene->room.loop);
    uv_timer_start(&scene->later, on_later, ms, 0);
}

static void behave(struct serial_peer *peer, const uint8_t question[PB_RTU_REQUEST])
{
    struct scene *scene = peer->context;
    uint8_t bytes[2 * PB_RTU_MAX], other[PB_RTU_MAX];
    size_t length = make_answer(question, bytes), other_length;
    uint8_t foreign[PB_RTU_REQUEST];

    memcpy(foreign, question, sizeof foreign);
    foreign[0]++;
    other_length = make_answer(foreign, other);
    switch (scene->manner) {
        case MANNER_CRC_ONCE:
        case MANNER_CRC:
            bytes[length - 1] ^= scene->manner == MANNER_CRC || !scene->spoiled ? 0x10 : 0;
            scene->spoiled = true;
            break;
        case MANNER_FOREIGN_FIRST:
            serial_write(peer, other, other_length);
            break;
        case MANNER_FOREIGN_PART:
            serial_write(peer, other, other_length / 2);
            say_later(scene, bytes, length, 120);
            return;
        case MANNER_FOREIGN_ONLY:
            serial_write(peer, other, other_length);
            return;
        case MANNER_ECHO:
            serial_write(peer, question, PB_RTU_REQUEST);
            break;
        case MANNER_TURNING:
            serial_write(peer, (const uint8_t[]){0xff}, 1);
            break;
        case MANNER_HALF:
            length /= 2;
            break;
        case MANNER_SILENT:
            return;
        case MANNER_OTHER_COUNT: { /* a late answer to another question */
            uint8_t shorter[PB_RTU_REQUEST];
            memcpy(shorter, question, sizeof shorter);
            shorter[5]++;
            length = make_answer(shorter, bytes);
            break;
        }
        case MANNER_BUSY:
            bytes[1] |= 0x80;
            bytes[2] = 6;
            length = serial_close_frame(bytes, 3);
            break;
        case MANNER_LATE:
            say_later(scene, bytes, length, 480);
            return;
        case MANNER_GOOD:
            break;
    }
    serial_write(peer, bytes, length);
}

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct scene *scene = context;
    scene->reading = *reading;
    scene->read = true;
    scene->took_ms = (uv_hrtime() - scene->start_ns) / 1000000;
}

static struct cfg_device device_at(const char *path, uint8_t unit)
{
    struct cfg_device config = {.name = "gen-1",
                                .kind = FO_DEVICE_GENERATOR,
                                .driver = CFG_DRIVER_MODBUS_RTU,
                                .profile = "deepsea-gencomm",
                                .chosen = test_profile("deepsea-gencomm"),
                                .interval_us = FO_SECOND,
                                .timeout_us = 400 * FO_MS,
                                .unit = unit,
                                .serial = {.baud = 115200, .parity = 'N', .stop_bits = 1}};
    snprintf(config.serial.path, sizeof config.serial.path, "%s", path);
    return config;
}

static void scene_open(struct scene *scene, enum manner manner)
{
    memset(scene, 0, sizeof *scene);
    (void)test_profiles(); /* reading the files is not the loop's work */
    room_open(&scene->room);
    scene->manner = manner;
    serial_open(&scene->peer);
    uv_timer_init(&scene->room.loop, &scene->later);
    scene->later.data = scene;
    scene->hub = pb_modbus_hub_start(&scene->room.loop);
    cr_assert_not_null(scene->hub);
    scene->config = device_at(scene->peer.path, 17);
    scene->device = pb_modbus_device_open(scene->hub, &scene->config, on_reading, scene);
    cr_assert_not_null(scene->device);
}

static void scene_poll(struct scene *scene)
{
    scene->read = false;
    scene->spoiled = false;
    scene->start_ns = uv_hrtime();
    pb_modbus_device_poll(scene->device);
    cr_assert(room_wait(&scene->room, room_is_true, &scene->read, 10000), "no reading came");
}

static void scene_close(struct scene *scene)
{
    bool stopped = false;
    pb_modbus_device_close(scene->device);
    pb_modbus_hub_stop(scene->hub, room_set_flag, &stopped);
    cr_assert(room_wait(&scene->room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&scene->room);
    uv_close((uv_handle_t *)&scene->later, NULL);
    serial_close(&scene->peer);
    room_close(&scene->room);
}

static struct fo_value value_of(const struct fo_reading *reading, enum fo_variable variable)
{
    for (unsigned i = 0; i < reading->count; i++) {
        if (reading->values[i].variable == variable) {
            return reading->values[i];
        }
    }
    return (struct fo_value){.quality = 0xff};
}

static void expect_good(const struct fo_reading *reading, const char *when)
{
    cr_assert_eq(reading->quality, FO_GOOD, "%s: %s", when, fo_reason_name(reading->reason));
    cr_assert_eq(value_of(reading, FO_VAR_FUEL_LEVEL).milli, 64000, "%s", when);
    cr_assert_eq(value_of(reading, FO_VAR_ENGINE_BATTERY_VOLTAGE).milli, 25100, "%s", when);
    cr_assert_eq(value_of(reading, FO_VAR_GENERATOR_MODE).milli, FO_GEN_MODE_AUTO, "%s", when);
}

/* ---- a slave nobody of us wrote -------------------------------------------------------------- */
struct slave {
    modbus_t *library;
    modbus_mapping_t *registers;
    atomic_bool stop;
};

static void *run_slave(void *context)
{
    struct slave *slave = context;
    uint8_t question[MODBUS_RTU_MAX_ADU_LENGTH];
    while (!atomic_load(&slave->stop)) {
        int length = modbus_receive(slave->library, question);
        if (length > 0) {
            (void)modbus_reply(slave->library, question, length, slave->registers);
        }
    }
    return NULL;
}

Test(modbus_rtu, libmodbus_as_a_slave_is_read_right)
{
    struct scene scene;
    struct slave slave = {.library = modbus_new_rtu("/dev/null", 115200, 'N', 8, 1)};
    pthread_t thread;

    scene_open(&scene, MANNER_GOOD);
    slave.registers = modbus_mapping_new(0, 0, 2000, 0);
    slave.registers->tab_registers[1027] = 64;
    slave.registers->tab_registers[1029] = 251;
    slave.registers->tab_registers[772] = 1;
    cr_assert_eq(modbus_set_slave(slave.library, 17), 0);
    cr_assert_eq(modbus_set_socket(slave.library, scene.peer.master), 0);
    (void)modbus_set_indication_timeout(slave.library, 0, 50000);
    cr_assert_eq(pthread_create(&thread, NULL, run_slave, &slave), 0);
    for (unsigned i = 0; i < 3; i++) {
        scene_poll(&scene);
        expect_good(&scene.reading, "libmodbus");
    }
    atomic_store(&slave.stop, true);
    pthread_join(thread, NULL);
    modbus_mapping_free(slave.registers);
    modbus_free(slave.library);
    scene_close(&scene);
}

/* ---- slaves that misbehave ------------------------------------------------------------------- */
Test(modbus_rtu, what_can_be_told_from_noise_is_read_through_it)
{
    static const enum manner manners[] = {MANNER_GOOD, MANNER_CRC_ONCE,     MANNER_FOREIGN_FIRST,
                                          MANNER_ECHO, MANNER_FOREIGN_PART, MANNER_TURNING};
    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        struct scene scene;
        char when[32];
        snprintf(when, sizeof when, "manner %d", manners[i]);
        scene_open(&scene, manners[i]);
        serial_watch(&scene.peer, &scene.room, behave, &scene);
        scene_poll(&scene);
        expect_good(&scene.reading, when);
        scene_close(&scene);
    }
}

Test(modbus_rtu, each_bad_manner_has_its_own_reason_within_its_bound)
{
    static const struct {
        enum manner manner;
        enum fo_reason reason;
    } cases[] = {
        {MANNER_CRC, FO_REASON_BAD_FRAME},     {MANNER_FOREIGN_ONLY, FO_REASON_BAD_FRAME},
        {MANNER_HALF, FO_REASON_BAD_FRAME},    {MANNER_SILENT, FO_REASON_NO_ANSWER},
        {MANNER_BUSY, FO_REASON_DEVICE_ERROR}, {MANNER_OTHER_COUNT, FO_REASON_NO_ANSWER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        scene_open(&scene, cases[i].manner);
        serial_watch(&scene.peer, &scene.room, behave, &scene);
        scene_poll(&scene);
        cr_assert_eq(scene.reading.quality, FO_ABSENT, "case %zu", i);
        cr_assert_eq(scene.reading.reason, cases[i].reason, "case %zu: %s", i,
                     fo_reason_name(scene.reading.reason));
        cr_assert_leq(scene.peer.questions, cases[i].manner == MANNER_BUSY ? 40 : 2);
        for (unsigned v = 0; v < scene.reading.count; v++) {
            cr_assert_eq(scene.reading.values[v].quality, FO_ABSENT, "nothing is made up");
        }
        scene.manner = MANNER_GOOD;
        scene_poll(&scene);
        expect_good(&scene.reading, "afterwards");
        scene_close(&scene);
    }
}

Test(modbus_rtu, a_late_answer_is_never_the_answer_to_the_next_question)
{
    struct scene scene;
    scene_open(&scene, MANNER_LATE);
    serial_watch(&scene.peer, &scene.room, behave, &scene);
    for (unsigned i = 0; i < 3; i++) {
        scene_poll(&scene); /* at once again: the answer comes inside the silence */
        cr_assert_eq(scene.reading.quality, FO_ABSENT);
    }
    scene.manner = MANNER_GOOD;
    room_turn(&scene.room, 600);
    scene_poll(&scene);
    expect_good(&scene.reading, "afterwards");
    scene_close(&scene);
}

Test(modbus_rtu, two_slaves_share_a_line_one_question_at_a_time)
{
    struct scene scene;
    struct scene other = {.read = false}; /* only its reading is used */
    scene_open(&scene, MANNER_GOOD);
    serial_watch(&scene.peer, &scene.room, behave, &scene);
    struct cfg_device config = device_at(scene.peer.path, 18);
    struct pb_modbus_device *second = pb_modbus_device_open(scene.hub, &config, on_reading, &other);
    for (unsigned i = 0; i < 5; i++) {
        scene.read = other.read = false;
        pb_modbus_device_poll(scene.device);
        pb_modbus_device_poll(second);
        cr_assert(room_wait(&scene.room, room_is_true, &scene.read, 10000));
        cr_assert(room_wait(&scene.room, room_is_true, &other.read, 10000));
        expect_good(&scene.reading, "unit 17");
        expect_good(&other.reading, "unit 18");
        cr_assert_eq(scene.peer.length, 0, "a question lay inside another");
    }
    pb_modbus_device_close(second);
    scene_close(&scene);
}

Test(modbus_rtu, a_line_that_is_not_there_is_said_and_taken_when_it_comes)
{
    struct scene scene;
    scene_open(&scene, MANNER_GOOD);
    serial_watch(&scene.peer, &scene.room, behave, &scene);
    pb_modbus_device_close(scene.device);
    snprintf(scene.config.serial.path, sizeof scene.config.serial.path, "/tmp/no-such-line-%d",
             (int)getpid());
    scene.device = pb_modbus_device_open(scene.hub, &scene.config, on_reading, &scene);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_ABSENT);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ROUTE);
    cr_assert_eq(symlink(scene.peer.path, scene.config.serial.path), 0);
    scene_poll(&scene);
    unlink(scene.config.serial.path);
    expect_good(&scene.reading, "plugged in");
    scene_close(&scene);
}

Test(modbus_rtu, an_adapter_that_is_pulled_out_is_no_spin_and_no_answer)
{
    struct scene scene;
    scene_open(&scene, MANNER_GOOD);
    serial_watch(&scene.peer, &scene.room, behave, &scene);
    scene_poll(&scene);
    expect_good(&scene.reading, "before");
    uv_close((uv_handle_t *)&scene.peer.poll, NULL);
    scene.peer.answer = NULL;
    room_turn(&scene.room, 20);
    close(scene.peer.master); /* the line hangs up */
    scene.peer.master = open("/dev/null", O_RDWR);
    scene_poll(&scene);
    cr_assert_eq(scene.reading.quality, FO_ABSENT);
    cr_assert_eq(scene.reading.reason, FO_REASON_NO_ROUTE);
    scene_close(&scene);
}

Test(modbus_rtu, closing_in_the_middle_of_a_question_leaves_nothing_behind)
{
    struct scene scene;
    scene_open(&scene, MANNER_SILENT);
    serial_watch(&scene.peer, &scene.room, behave, &scene);
    pb_modbus_device_poll(scene.device);
    room_turn(&scene.room, 80);
    scene_close(&scene);
    cr_assert_not(scene.read);
}

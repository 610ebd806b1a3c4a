/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 1628 from a simulated UPS. It owns which object says what and in which unit; it never changes
 * the UPS. Objects are appended in the order of their names, which a test checks. */
#include "sim/devices/ups_mib.h"

#include <assert.h>
#include <string.h>

#define MIB_2 1, 3, 6, 1, 2, 1
static const uint32_t system_root[] = {MIB_2, 1};
static const uint32_t ups_root[] = {MIB_2, 33, 1};
static const uint32_t alarm_root[] = {MIB_2, 33, 1, 6, 3};

enum { BATTERY_NORMAL = 2, BATTERY_LOW = 3, BATTERY_DEPLETED = 4 };
enum { SOURCE_NONE = 2, SOURCE_NORMAL = 3, SOURCE_BYPASS = 4, SOURCE_BATTERY = 5 };
enum { /* upsWellKnownAlarms */
       ALARM_BATTERY_BAD = 1,
       ALARM_ON_BATTERY = 2,
       ALARM_LOW_BATTERY = 3,
       ALARM_DEPLETED = 4,
       ALARM_INPUT_BAD = 6,
       ALARM_OVERLOAD = 8,
       ALARM_ON_BYPASS = 9,
       ALARM_OUTPUT_OFF = 14,
       ALARM_COMMUNICATIONS_LOST = 20
};
#define ALARMS_MAX 9
#define TEST_NONE 6 /* noTestsInitiated */

/* Appends an object; tail ends with 0 as the list's end when it is a scalar's ".0": its length is
 * given. */
static struct sim_object *object_add(struct sim_object_list *list, const uint32_t *root,
                                     size_t root_length, const uint32_t *tail, size_t tail_length,
                                     enum sim_object_type type)
{
    assert(list->count < SIM_OBJECTS_MAX && root_length + tail_length <= SIM_OID_MAX);
    struct sim_object *object = &list->objects[list->count++];
    *object = (struct sim_object){.type = (uint8_t)type};
    memcpy(object->name, root, root_length * sizeof(*root));
    memcpy(object->name + root_length, tail, tail_length * sizeof(*tail));
    object->length = (uint8_t)(root_length + tail_length);
    return object;
}
#define ROOT(root) (root), sizeof(root) / sizeof((root)[0])
#define TAIL(...) \
    (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

static void number_add(struct sim_object_list *list, enum sim_object_type type, int64_t number,
                       const uint32_t *tail, size_t tail_length)
{
    object_add(list, ROOT(ups_root), tail, tail_length, type)->number = number;
}

static void text_add(struct sim_object_list *list, const uint32_t *root, size_t root_length,
                     const char *text, const uint32_t *tail, size_t tail_length)
{
    object_add(list, root, root_length, tail, tail_length, SIM_OBJECT_TEXT)->text = text;
}

static void system_add(struct sim_object_list *list, const char *name, uint64_t uptime_ms)
{
    text_add(list, ROOT(system_root), "simulated UPS with a network card", TAIL(1, 0));
    struct sim_object *id = object_add(list, ROOT(system_root), TAIL(2, 0), SIM_OBJECT_OID);
    memcpy(id->oid, ups_root, sizeof(ups_root) - sizeof(ups_root[0]));
    id->oid_length = sizeof(ups_root) / sizeof(ups_root[0]) - 1;
    object_add(list, ROOT(system_root), TAIL(3, 0), SIM_OBJECT_TICKS)->number =
        (int64_t)(uptime_ms / 10 % UINT32_MAX);
    text_add(list, ROOT(system_root), name, TAIL(5, 0));
}

static void identity_add(struct sim_object_list *list, const char *name)
{
    text_add(list, ROOT(ups_root), "Noroshi", TAIL(1, 1, 0));
    text_add(list, ROOT(ups_root), "simulated UPS", TAIL(1, 2, 0));
    text_add(list, ROOT(ups_root), NOROSHI_VERSION, TAIL(1, 3, 0));
    text_add(list, ROOT(ups_root), NOROSHI_VERSION, TAIL(1, 4, 0));
    text_add(list, ROOT(ups_root), name, TAIL(1, 5, 0));
    text_add(list, ROOT(ups_root), "", TAIL(1, 6, 0));
}

static int battery_status(const struct sim_ups *ups)
{
    if (ups->battery.energy_mj == 0) {
        return BATTERY_DEPLETED;
    }
    return sim_ups_low(ups) ? BATTERY_LOW : BATTERY_NORMAL;
}

static int64_t runtime_minutes(const struct sim_ups *ups)
{
    int64_t minutes = sim_ups_runtime_ms(ups) / 60000;
    if (minutes < 1) {
        return 1;
    }
    return minutes > INT32_MAX ? INT32_MAX : minutes;
}

static void battery_add(struct sim_object_list *list, const struct sim_ups *ups)
{
    uint32_t volts = sim_battery_voltage_dv(&ups->battery, ups->on_battery);
    uint32_t drain_w = sim_battery_drain_w(&ups->battery, ups->load_w);
    int64_t amps_d = ups->on_battery && volts > 0 ? (int64_t)drain_w * 100 / volts : 0;
    number_add(list, SIM_OBJECT_INTEGER, battery_status(ups), TAIL(2, 1, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->on_battery ? ups->on_battery_ms / 1000 + 1 : 0,
               TAIL(2, 2, 0));
    number_add(list, SIM_OBJECT_INTEGER, runtime_minutes(ups), TAIL(2, 3, 0));
    number_add(list, SIM_OBJECT_INTEGER, (sim_battery_charge_permille(&ups->battery) + 5) / 10,
               TAIL(2, 4, 0));
    number_add(list, SIM_OBJECT_INTEGER, volts, TAIL(2, 5, 0));
    number_add(list, SIM_OBJECT_INTEGER, amps_d, TAIL(2, 6, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->on_battery ? 31 : 25, TAIL(2, 7, 0));
}

static void input_add(struct sim_object_list *list, const struct sim_ups *ups)
{
    uint32_t watts = sim_ups_input_w(ups);
    int64_t amps_d = ups->input.voltage_dv == 0 ? 0 : (int64_t)watts * 100 / ups->input.voltage_dv;
    number_add(list, SIM_OBJECT_COUNTER, ups->line_bads, TAIL(3, 1, 0));
    number_add(list, SIM_OBJECT_INTEGER, 1, TAIL(3, 2, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->input.frequency_mhz / 100, TAIL(3, 3, 1, 2, 1));
    number_add(list, SIM_OBJECT_INTEGER, ups->input.voltage_dv / 10, TAIL(3, 3, 1, 3, 1));
    number_add(list, SIM_OBJECT_INTEGER, amps_d, TAIL(3, 3, 1, 4, 1));
    number_add(list, SIM_OBJECT_INTEGER, watts, TAIL(3, 3, 1, 5, 1));
}

static int output_source(const struct sim_ups *ups)
{
    if (!ups->output_on) {
        return SOURCE_NONE;
    }
    if (ups->mode == SIM_UPS_BYPASS) {
        return SOURCE_BYPASS;
    }
    return ups->on_battery ? SOURCE_BATTERY : SOURCE_NORMAL;
}

static void output_add(struct sim_object_list *list, const struct sim_ups *ups)
{
    bool on = ups->output_on;
    uint32_t watts = on ? ups->load_w : 0;
    number_add(list, SIM_OBJECT_INTEGER, output_source(ups), TAIL(4, 1, 0));
    number_add(list, SIM_OBJECT_INTEGER, on ? ups->nominal_hz * 10 : 0, TAIL(4, 2, 0));
    number_add(list, SIM_OBJECT_INTEGER, 1, TAIL(4, 3, 0));
    number_add(list, SIM_OBJECT_INTEGER, on ? ups->nominal_v : 0, TAIL(4, 4, 1, 2, 1));
    number_add(list, SIM_OBJECT_INTEGER, watts * 10 / ups->nominal_v, TAIL(4, 4, 1, 3, 1));
    number_add(list, SIM_OBJECT_INTEGER, watts, TAIL(4, 4, 1, 4, 1));
    number_add(list, SIM_OBJECT_INTEGER, sim_ups_load_percent(ups), TAIL(4, 4, 1, 5, 1));
}

/* Numbers of the well-known alarms that are present, ascending. */
static size_t alarms_list(const struct sim_ups *ups, uint32_t alarms[ALARMS_MAX])
{
    const struct {
        bool present;
        uint32_t number;
    } all[ALARMS_MAX] = {
        {ups->replace_battery || ups->battery.health_permille < 500, ALARM_BATTERY_BAD},
        {ups->on_battery, ALARM_ON_BATTERY},
        {sim_ups_low(ups), ALARM_LOW_BATTERY},
        {ups->battery.energy_mj == 0, ALARM_DEPLETED},
        {ups->input_good_ms == 0, ALARM_INPUT_BAD},
        {sim_ups_load_percent(ups) > 100, ALARM_OVERLOAD},
        {ups->mode == SIM_UPS_BYPASS, ALARM_ON_BYPASS},
        {!ups->output_on, ALARM_OUTPUT_OFF},
        {ups->card_lost, ALARM_COMMUNICATIONS_LOST},
    };
    size_t count = 0;
    for (size_t i = 0; i < ALARMS_MAX; i++) {
        if (all[i].present) {
            alarms[count++] = all[i].number;
        }
    }
    return count;
}

static void alarms_add(struct sim_object_list *list, const struct sim_ups *ups)
{
    uint32_t alarms[ALARMS_MAX];
    size_t count = alarms_list(ups, alarms);
    number_add(list, SIM_OBJECT_GAUGE, (int64_t)count, TAIL(6, 1, 0));
    /* the alarm's own number serves as its row, so a row keeps its name while it lasts */
    for (size_t i = 0; i < count; i++) {
        number_add(list, SIM_OBJECT_INTEGER, alarms[i], TAIL(6, 2, 1, 1, alarms[i]));
    }
    for (size_t i = 0; i < count; i++) {
        struct sim_object *row =
            object_add(list, ROOT(ups_root), TAIL(6, 2, 1, 2, alarms[i]), SIM_OBJECT_OID);
        memcpy(row->oid, alarm_root, sizeof(alarm_root));
        row->oid[sizeof(alarm_root) / sizeof(alarm_root[0])] = alarms[i];
        row->oid_length = sizeof(alarm_root) / sizeof(alarm_root[0]) + 1;
    }
    for (size_t i = 0; i < count; i++) {
        number_add(list, SIM_OBJECT_TICKS, 0, TAIL(6, 2, 1, 3, alarms[i]));
    }
}

void sim_ups_mib_fill(struct sim_object_list *list, const struct sim_ups *ups, const char *name,
                      uint64_t uptime_ms)
{
    list->count = 0;
    system_add(list, name, uptime_ms);
    identity_add(list, name);
    battery_add(list, ups);
    input_add(list, ups);
    output_add(list, ups);
    number_add(list, SIM_OBJECT_INTEGER, 0, TAIL(5, 2, 0)); /* no bypass lines measured */
    alarms_add(list, ups);
    number_add(list, SIM_OBJECT_INTEGER, TEST_NONE, TAIL(7, 3, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->nominal_v, TAIL(9, 1, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->nominal_hz * 10, TAIL(9, 2, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->nominal_v, TAIL(9, 3, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->nominal_hz * 10, TAIL(9, 4, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->rating_w, TAIL(9, 5, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->rating_w, TAIL(9, 6, 0));
    number_add(list, SIM_OBJECT_INTEGER, ups->low_ms / 60000, TAIL(9, 7, 0));
}

int sim_oid_compare(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length)
{
    size_t common = a_length < b_length ? a_length : b_length;
    for (size_t i = 0; i < common; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return a_length == b_length ? 0 : (a_length < b_length ? -1 : 1);
}

const struct sim_object *sim_object_find(const struct sim_object_list *list, const uint32_t *name,
                                         size_t length)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct sim_object *object = &list->objects[i];
        if (sim_oid_compare(object->name, object->length, name, length) == 0) {
            return object;
        }
    }
    return NULL;
}

const struct sim_object *sim_object_next(const struct sim_object_list *list, const uint32_t *name,
                                         size_t length)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct sim_object *object = &list->objects[i];
        if (sim_oid_compare(object->name, object->length, name, length) > 0) {
            return object;
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded answers of real cards (.snmprec), served by the test agent and read by the driver. The
 * recordings belong to others and are not part of the project: NOROSHI_WALKS names the folder that
 * holds them; without it these tests say that they were skipped. */
#include "probes/snmp_device.h"
#include "tests/integration/probes/loop_room.h"
#include "tests/lib/profiles.h"
#include "tests/lib/snmp_agent.h"

#define UNKNOWN INT64_MIN
struct expected {
    enum fo_variable variable;
    int64_t milli; /* UNKNOWN: must not be shown as a number */
};

static void add_line(struct snmp_agent *agent, char *line)
{
    char *tag = strchr(line, '|');
    char *value = tag != NULL ? strchr(tag + 1, '|') : NULL;
    if (value == NULL) {
        return;
    }
    *tag++ = '\0';
    *value++ = '\0';
    if (strncmp(line, "1.3.6.1.2.1.33.", 15) != 0 && strncmp(line, "1.3.6.1.4.1.", 12) != 0) {
        return;
    }
    value[strcspn(value, "\r\n")] = '\0';
    switch (atoi(tag)) {
        case 6:
            agent_set_oid(agent, line, value);
            break;
        case 4:
            agent_set_text(agent, line, value);
            break;
        default:
            agent_set_number(agent, line, (u_char)atoi(tag), atol(value));
            break;
    }
}

static void load_walk(struct snmp_agent *agent, const char *name)
{
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/%s.snmprec", getenv("NOROSHI_WALKS"), name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "cannot open %s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        add_line(agent, line);
    }
    fclose(file);
}

struct told {
    bool read;
    struct fo_reading reading;
};

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct told *told = context;
    told->reading = *reading;
    told->read = true;
}

static void expect_walk(const char *name, const char *profile, const struct expected *expected,
                        size_t count)
{
    struct snmp_agent agent;
    struct room room;
    struct told told = {.read = false};
    bool closed = false;

    if (getenv("NOROSHI_WALKS") == NULL) {
        cr_skip_test("NOROSHI_WALKS is not set: no recorded walks here");
    }
    cr_assert(agent_start(&agent, "public"));
    load_walk(&agent, name);
    room_open(&room);
    struct cfg_device config = {.name = name,
                                .driver = CFG_DRIVER_SNMP,
                                .address = room_address("127.0.0.1", agent.port),
                                .profile = "auto",
                                .profiles = test_profiles(),
                                .timeout_us = FO_SECOND,
                                .snmp = {.version = CFG_SNMP_V2C, .community = "public"}};
    struct pb_snmp_device *device = pb_snmp_device_open(&room.loop, &config, on_reading, &told);
    pb_snmp_device_poll(device);
    cr_assert(room_wait(&room, room_is_true, &told.read, 5000));
    cr_assert_eq(told.reading.quality, FO_GOOD);
    cr_assert_str_eq(pb_snmp_device_profile(device)->name, profile);
    for (size_t i = 0; i < count; i++) {
        const struct fo_value *found = NULL;
        for (unsigned v = 0; v < told.reading.count; v++) {
            if (told.reading.values[v].variable == expected[i].variable) {
                found = &told.reading.values[v];
            }
        }
        const char *variable = fo_variable_name(expected[i].variable);
        if (expected[i].milli == UNKNOWN) {
            cr_assert(found == NULL || found->quality == FO_ABSENT, "%s: %s", name, variable);
            continue;
        }
        cr_assert_not_null(found, "%s: %s", name, variable);
        cr_assert_eq(found->quality, FO_GOOD, "%s: %s: reason %u", name, variable, found->reason);
        cr_assert_eq(found->milli, expected[i].milli, "%s: %s is %lld", name, variable,
                     (long long)found->milli);
    }
    pb_snmp_device_close(device, room_set_flag, &closed);
    cr_assert(room_wait(&room, room_is_true, &closed, 2000));
    agent_stop(&agent);
    room_close(&room);
}
#define EXPECT(name, profile, list) expect_walk(name, profile, list, sizeof list / sizeof list[0])

Test(walks, apc)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 100000},
        {FO_VAR_BATTERY_RUNTIME, 109762000},
        {FO_VAR_INPUT_VOLTAGE, 119100},
        {FO_VAR_OUTPUT_VOLTAGE, 119100},
        {FO_VAR_UPS_LOAD, 0},
        {FO_VAR_UPS_STATUS, FO_UPS(OL)},
    };
    EXPECT("apc_smt750x-nmc2", "apc-powernet", list);
}

Test(walks, cyberpower)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 100000}, {FO_VAR_BATTERY_RUNTIME, 1740000},
        {FO_VAR_INPUT_VOLTAGE, 119500},  {FO_VAR_UPS_LOAD, UNKNOWN},
        {FO_VAR_UPS_STATUS, FO_UPS(OL)},
    };
    EXPECT("cyberpower", "cyberpower", list);
}

Test(walks, dell)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 98000}, {FO_VAR_BATTERY_RUNTIME, 1860000},
        {FO_VAR_BATTERY_ON_SECONDS, 0}, {FO_VAR_INPUT_VOLTAGE, 232000},
        {FO_VAR_UPS_LOAD, 26000},       {FO_VAR_UPS_STATUS, FO_UPS(OL)},
        {FO_VAR_UPS_ALARMS, UNKNOWN},
    };
    EXPECT("dell-ups_tower1000w", "rfc1628", list);
}

Test(walks, eaton)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 100000}, {FO_VAR_BATTERY_RUNTIME, 1948000},
        {FO_VAR_INPUT_VOLTAGE, 234000},  {FO_VAR_UPS_LOAD, 35000},
        {FO_VAR_UPS_STATUS, FO_UPS(OL)},
    };
    EXPECT("eatonups_eaton-connectups", "eaton-xups", list);
}

Test(walks, three_phases_on_line)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 100000},   {FO_VAR_BATTERY_RUNTIME, 19860000},
        {FO_VAR_INPUT_L1_VOLTAGE, 233000}, {FO_VAR_INPUT_L2_VOLTAGE, 233000},
        {FO_VAR_INPUT_L3_VOLTAGE, 233000}, {FO_VAR_OUTPUT_L1_PERCENT, 14000},
        {FO_VAR_OUTPUT_L2_PERCENT, 4000},  {FO_VAR_OUTPUT_L3_PERCENT, 5000},
        {FO_VAR_UPS_STATUS, FO_UPS(OL)},   {FO_VAR_UPS_ALARMS, 0},
        {FO_VAR_BATTERY_ON_SECONDS, 0},
    };
    EXPECT("netmanplus_208", "rfc1628", list);
}

Test(walks, three_phases_on_battery)
{
    static const struct expected list[] = {
        {FO_VAR_BATTERY_CHARGE, 83000},
        {FO_VAR_BATTERY_RUNTIME, 1680000},
        {FO_VAR_BATTERY_ON_SECONDS, 95000},
        {FO_VAR_BATTERY_CURRENT, -21400},
        {FO_VAR_INPUT_L1_VOLTAGE, 0},
        {FO_VAR_INPUT_L3_VOLTAGE, 0},
        {FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG) | FO_UPS(ALARM)},
        {FO_VAR_UPS_ALARMS, 1 << FO_UPS_ALARM_ON_BATTERY | 1 << FO_UPS_ALARM_INPUT_BAD},
    };
    EXPECT("derived_netmanplus_208_onbatt", "rfc1628", list);
}

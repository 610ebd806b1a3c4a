/* SPDX-License-Identifier: Apache-2.0 */
/* The status as JSON: every key of the contract, units, and null for what is not known. */
#include "monitord/status.h"

#include "monitord/json_value.h"
#include "tests/lib/daemon_fixture.h"

static json_t *at(json_t *object, const char *list, unsigned index)
{
    json_t *item = json_array_get(json_object_get(object, list), index);

    cr_assert_not_null(item, "%s[%u]", list, index);
    return item;
}

static const char *text(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value != NULL ? value : "(no text)";
}

static double number(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    cr_assert(json_is_number(value), "%s is no number", key);
    return json_number_value(value);
}

static void expect_keys(json_t *object, const char *keys)
{
    char list[1024], *save = NULL;

    snprintf(list, sizeof(list), "%s", keys);
    for (char *key = strtok_r(list, " ", &save); key != NULL; key = strtok_r(NULL, " ", &save)) {
        cr_assert_not_null(json_object_get(object, key), "no key %s", key);
    }
}

static bool is_null(json_t *object, const char *key)
{
    return json_is_null(json_object_get(object, key));
}

struct scene {
    struct place place;
    struct fo_view view;
    struct md_shell_facts facts;
    struct fo_reading reading;
};

static void add_value(struct fo_reading *reading, enum fo_variable variable, int64_t milli,
                      enum fo_quality quality, unsigned reason)
{
    reading->values[reading->count++] =
        (struct fo_value){milli, (uint8_t)variable, (uint8_t)quality, (uint16_t)reason};
}

static struct scene *make_scene(void)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    place_make(&scene->place, 0);
    scene->facts.wall_ms = 1795198364000;
    scene->facts.loop_lag_ms = 1.25;
    scene->facts.boot = 0xabc;
    scene->view.state = FO_STATE_DEGRADED;
    scene->view.plan_target = FO_NONE;
    scene->view.last_switchover_age_us = FO_NEVER;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        scene->view.servers[i].heartbeat_age_us = FO_NEVER;
    }
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        scene->view.lines[i].loss_permille = UINT32_MAX;
        scene->view.lines[i].rtt_us = FO_NEVER;
        scene->view.lines[i].loss_out_permille = UINT32_MAX;
        scene->view.lines[i].loss_back_permille = UINT32_MAX;
    }
    scene->view.devices[0].age_us = FO_NEVER;
    scene->view.devices[0].runtime_us = FO_NEVER;
    return scene;
}

static void end_scene(struct scene *scene)
{
    place_remove(&scene->place);
    free(scene);
}

Test(status, every_key_of_the_contract_is_there)
{
    struct scene *scene = make_scene();
    json_t *status;

    scene->view.incident_count = 1;
    scene->view.incidents[0] = (struct fo_view_incident){.number = 3,
                                                         .state = FO_INCIDENT_OPEN,
                                                         .severity = 1,
                                                         .cause = FO_REASON_MAINS_LOST,
                                                         .acked_by = FO_NONE,
                                                         .owned_by = FO_NONE,
                                                         .next_rung_us = FO_NEVER,
                                                         .opened_wall_ms = 1795198364000,
                                                         .child_count = 1};
    scene->view.block_count = 1;
    scene->view.attempt_count = 1;
    scene->view.attempts[0].notify.incident = 3;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    expect_keys(status,
                "schema site time language mode state warm acting services servers lines "
                "power incidents blocked contacts switchover monitor");
    expect_keys(at(status, "services", 0),
                "name class state reason recovery_time_s down_s last_outage_s");
    expect_keys(at(status, "servers", 0),
                "name role state reason heartbeat_age_ms service_ok "
                "powered epoch preferred");
    expect_keys(at(status, "lines", 0), "name carrier active state reason loss_permille rtt_ms");
    expect_keys(at(status, "power", 0),
                "name kind state reason quality age_s profile variables "
                "reasons alarms on_battery dying runtime_left_s outage_s");
    expect_keys(at(status, "incidents", 0),
                "id number state severity root subject did opened age_s epoch acked_by owned_by "
                "ack_left_s rung next_rung_s drill class2 directions children");
    expect_keys(at(at(status, "incidents", 0), "children", 0), "cause subject open");
    expect_keys(at(status, "blocked", 0), "reason subject until_s");
    expect_keys(at(status, "contacts", 0),
                "incident person title channel channel_kind message attempt state age_s");
    expect_keys(json_object_get(status, "switchover"), "step target last_s");
    expect_keys(json_object_get(status, "monitor"),
                "loop_lag_ms loop_lag_p999_ms turn_cpu_ms journal_lag_ms journal uptime_s boot "
                "heartbeats recorder");
    expect_keys(json_object_get(json_object_get(status, "monitor"), "recorder"),
                "state from mib kept_mib lost_steps");
    cr_assert_str_eq(text(status, "time"), "2026-11-21T03:12:44+09:00");
    cr_assert_str_eq(text(at(status, "contacts", 0), "incident"), "INC-20261121-0003");
    json_decref(status);
    end_scene(scene);
}

Test(status, what_is_not_known_is_null)
{
    struct scene *scene = make_scene();
    json_t *status = md_status_build(scene->place.site, &scene->view, &scene->facts);

    cr_assert(is_null(at(status, "servers", 0), "heartbeat_age_ms"));
    cr_assert(is_null(at(status, "lines", 0), "loss_permille"));
    cr_assert(is_null(at(status, "lines", 0), "rtt_ms"));
    cr_assert(is_null(at(status, "power", 0), "age_s"));
    cr_assert(is_null(at(status, "power", 0), "profile"));
    cr_assert(is_null(at(status, "services", 0), "last_outage_s"));
    cr_assert(is_null(json_object_get(status, "switchover"), "last_s"));
    cr_assert_str_eq(text(at(status, "servers", 0), "state"), "unknown");
    json_decref(status);
    end_scene(scene);
}

Test(status, the_loss_of_each_direction_is_there_only_where_the_far_end_is_asked)
{
    struct scene *scene = make_scene();
    struct fo_view_line *line = &scene->view.lines[0];
    json_t *status = md_status_build(scene->place.site, &scene->view, &scene->facts);

    cr_assert_null(json_object_get(at(status, "lines", 0), "loss_out_permille"));
    cr_assert_null(json_object_get(at(status, "lines", 0), "direction_reason"));
    json_decref(status);
    scene->place.site->lines[0].reflector.sin_port = htons(862);
    line->direction_reason = FO_REASON_NO_ANSWER;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert(is_null(at(status, "lines", 0), "loss_out_permille"));
    cr_assert(is_null(at(status, "lines", 0), "loss_back_permille"));
    cr_assert_str_eq(text(at(status, "lines", 0), "direction_reason"), "no_answer");
    json_decref(status);
    *line = (struct fo_view_line){.loss_out_permille = 120, .loss_back_permille = 0};
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert_float_eq(number(at(status, "lines", 0), "loss_out_permille"), 120, 1e-9);
    cr_assert_float_eq(number(at(status, "lines", 0), "loss_back_permille"), 0, 1e-9);
    cr_assert(is_null(at(status, "lines", 0), "direction_reason"));
    json_decref(status);
    end_scene(scene);
}

Test(status, an_incident_of_a_degraded_line_says_which_way_it_loses)
{
    struct scene *scene = make_scene();
    struct fo_view_incident *incident = &scene->view.incidents[0];

    scene->view.incident_count = 1;
    *incident = (struct fo_view_incident){.number = 3,
                                          .state = FO_INCIDENT_OPEN,
                                          .severity = 4,
                                          .cause = FO_REASON_LINE_DEGRADED,
                                          .subject = {FO_SUBJECT_LINE, 0},
                                          .acked_by = FO_NONE,
                                          .owned_by = FO_NONE};
    json_t *status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert(is_null(at(status, "incidents", 0), "directions"), "not known");
    json_decref(status);
    scene->view.lines[0].loss_out_permille = 120;
    scene->view.lines[0].loss_back_permille = 3;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    json_t *directions = json_object_get(at(status, "incidents", 0), "directions");
    cr_assert_str_eq(text(directions, "line"), scene->place.site->lines[0].name);
    cr_assert_float_eq(number(directions, "loss_out_permille"), 120, 1e-9);
    cr_assert_float_eq(number(directions, "loss_back_permille"), 3, 1e-9);
    json_decref(status);
    incident->state = FO_INCIDENT_RECOVERED;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert(is_null(at(status, "incidents", 0), "directions"), "it is over");
    json_decref(status);
    end_scene(scene);
}

Test(status, numbers_are_in_the_units_of_their_names)
{
    struct scene *scene = make_scene();
    json_t *status;

    scene->view.services[0].state = FO_STATE_DOWN;
    scene->view.services[0].down_us = 1500 * FO_MS;
    scene->view.services[0].recovery_time_us = 60 * FO_SECOND;
    scene->view.servers[0].heartbeat_age_us = 20500;
    scene->view.lines[0].loss_permille = 12;
    scene->view.lines[0].rtt_us = 4200;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert_float_eq(number(at(status, "services", 0), "down_s"), 1.5, 1e-9);
    cr_assert_float_eq(number(at(status, "services", 0), "recovery_time_s"), 60, 1e-9);
    cr_assert_float_eq(number(at(status, "servers", 0), "heartbeat_age_ms"), 20.5, 1e-9);
    cr_assert_float_eq(number(at(status, "lines", 0), "loss_permille"), 12, 1e-9);
    cr_assert_float_eq(number(at(status, "lines", 0), "rtt_ms"), 4.2, 1e-9);
    cr_assert_float_eq(number(json_object_get(status, "monitor"), "loop_lag_ms"), 1.25, 1e-9);
    json_decref(status);
    scene->view.lines[0].loss_permille = 1000;
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    cr_assert(is_null(at(status, "lines", 0), "rtt_ms"), "nothing has come back");
    json_decref(status);
    end_scene(scene);
}

Test(status, a_device_says_its_variables_and_why_one_is_missing)
{
    struct scene *scene = make_scene();
    struct fo_reading *reading = &scene->reading;
    json_t *device, *variables, *reasons;

    reading->quality = FO_GOOD;
    add_value(reading, FO_VAR_BATTERY_CHARGE, 98500, FO_GOOD, 0);
    add_value(reading, FO_VAR_BATTERY_RUNTIME, 2520000, FO_GOOD, 0);
    add_value(reading, FO_VAR_INPUT_VOLTAGE, 0, FO_ABSENT, FO_REASON_NO_SUCH_OBJECT);
    add_value(reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(LB) | FO_UPS(RB), FO_GOOD, 0);
    add_value(reading, FO_VAR_GENERATOR_STATUS, FO_GEN_CRANKING, FO_GOOD, 0);
    add_value(reading, FO_VAR_TRANSFER_SOURCE, FO_SOURCE_MAINS, FO_SUSPECT, FO_REASON_FROZEN);
    device = md_status_device(scene->place.site, 0, &scene->view.devices[0], reading, "rfc1628");
    variables = json_object_get(device, "variables");
    reasons = json_object_get(device, "reasons");
    cr_assert_float_eq(number(variables, "battery.charge"), 98.5, 1e-9);
    cr_assert(json_is_integer(json_object_get(variables, "battery.runtime")));
    cr_assert_float_eq(number(variables, "battery.runtime"), 2520, 1e-9);
    cr_assert(is_null(variables, "input.voltage"));
    cr_assert_str_eq(text(reasons, "input.voltage"), "no_such_object");
    cr_assert_str_eq(text(variables, "ups.status"), "OB LB RB");
    cr_assert_str_eq(text(variables, "generator.status"), "cranking");
    cr_assert_str_eq(text(variables, "transfer.source"), "mains");
    cr_assert_str_eq(text(reasons, "transfer.source"), "frozen");
    cr_assert_null(json_object_get(reasons, "battery.charge"));
    cr_assert_eq(json_array_size(json_object_get(device, "alarms")), 2);
    cr_assert_str_eq(text(device, "profile"), "rfc1628");
    json_decref(device);
    end_scene(scene);
}

static bool has_alarm(json_t *device, const char *code)
{
    json_t *list = json_object_get(device, "alarms");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), code) == 0) {
            return true;
        }
    }
    return false;
}

Test(status, sets_of_alarms_are_whole_numbers_and_named_among_the_alarms)
{
    struct scene *scene = make_scene();
    struct fo_reading *reading = &scene->reading;
    json_t *device, *variables;

    reading->quality = FO_GOOD;
    add_value(reading, FO_VAR_UPS_ALARMS,
              1 << FO_UPS_ALARM_FAN_FAILURE | 1 << FO_UPS_ALARM_INPUT_BAD, FO_GOOD, 0);
    add_value(reading, FO_VAR_GENERATOR_ALARMS,
              1 << FO_GENERATOR_ALARM_EMERGENCY_STOP | 1 << FO_GENERATOR_ALARM_SHUTDOWN, FO_GOOD,
              0);
    device = md_status_device(scene->place.site, 0, NULL, reading, NULL);
    variables = json_object_get(device, "variables");
    cr_assert(json_is_integer(json_object_get(variables, "generator.alarms")));
    cr_assert_eq(json_integer_value(json_object_get(variables, "generator.alarms")),
                 1 << FO_GENERATOR_ALARM_EMERGENCY_STOP | 1 << FO_GENERATOR_ALARM_SHUTDOWN);
    cr_assert(has_alarm(device, "fan_failure") && has_alarm(device, "input_bad"));
    cr_assert(has_alarm(device, "emergency_stop") && has_alarm(device, "shutdown"));
    cr_assert_eq(json_array_size(json_object_get(device, "alarms")), 4);
    json_decref(device);
    end_scene(scene);
}

Test(status, what_is_off_after_an_outage_is_named_with_why_it_stays_so)
{
    struct scene *scene = make_scene();
    struct fo_view_stage *stage = &scene->view.stages[0];

    scene->view.stage_count = 1;
    scene->view.restore = (struct fo_view_restore){.stage = FO_NONE, .act = FO_NONE};
    *stage = (struct fo_view_stage){
        .left_off = true, .off = 5, .refused = FO_REASON_BLOCKED_MAINS, .begins_us = FO_NEVER};
    json_t *status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    json_t *plan = json_object_get(status, "shutdown"), *said = at(plan, "stages", 0);
    cr_assert_eq(json_array_size(json_object_get(said, "off")), 2);
    cr_assert_str_eq(json_string_value(at(said, "off", 0)), "outlet-1");
    cr_assert_str_eq(json_string_value(at(said, "off", 1)), "halt-2");
    cr_assert_str_eq(text(said, "blocked"), "blocked_mains");
    json_t *restore = json_object_get(plan, "restore");
    cr_assert(json_is_false(json_object_get(restore, "under_way")));
    cr_assert(is_null(restore, "stage") && is_null(restore, "act") && is_null(restore, "stopped"));
    json_decref(status);
    *stage = (struct fo_view_stage){.refused = FO_REASON_BLOCKED_NOT_OFF, .begins_us = FO_NEVER};
    scene->view.restore = (struct fo_view_restore){
        .under_way = true, .stage = 0, .act = 1, .stopped = FO_REASON_RESTORE_FAILED};
    status = md_status_build(scene->place.site, &scene->view, &scene->facts);
    plan = json_object_get(status, "shutdown");
    cr_assert(is_null(at(plan, "stages", 0), "blocked"), "nothing of it is off");
    restore = json_object_get(plan, "restore");
    cr_assert_str_eq(text(restore, "stage"), "stage-1");
    cr_assert_str_eq(text(restore, "act"), "halt-1");
    cr_assert_str_eq(text(restore, "stopped"), "restore_failed");
    json_decref(status);
    end_scene(scene);
}

Test(status, thousandths_are_printed_as_they_were_meant)
{
    struct scene *scene = make_scene();
    char *dumped;
    json_t *device;

    scene->reading.quality = FO_GOOD;
    add_value(&scene->reading, FO_VAR_BATTERY_VOLTAGE, 51800, FO_GOOD, 0);
    add_value(&scene->reading, FO_VAR_BATTERY_CURRENT, -21455, FO_GOOD, 0);
    device = md_status_device(scene->place.site, 0, NULL, &scene->reading, NULL);
    dumped = json_dumps(device, MD_JSON_DIGITS);
    cr_assert_not_null(strstr(dumped, "51.8,"), "%s", dumped);
    cr_assert_not_null(strstr(dumped, "-21.455"), "%s", dumped);
    free(dumped);
    json_decref(device);
    end_scene(scene);
}

Test(status, protected_is_apart_from_the_source)
{
    static const struct {
        int64_t status;
        uint8_t quality;
        int protected; /* -1: not known */
    } cases[] = {
        {FO_UPS(OL), FO_GOOD, 1},
        {FO_UPS(OB) | FO_UPS(DISCHRG), FO_GOOD, 1},
        {FO_UPS(OL) | FO_UPS(BYPASS), FO_GOOD, 0},
        {FO_UPS(OL) | FO_UPS(ECO), FO_GOOD, 0},
        {FO_UPS(OFF), FO_GOOD, 0},
        {0, FO_SUSPECT, -1},
        {FO_UPS(OL), FO_STALE, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene *scene = make_scene();
        scene->reading.quality = FO_GOOD;
        add_value(&scene->reading, FO_VAR_UPS_STATUS, cases[i].status, cases[i].quality, 0);
        json_t *device = md_status_device(scene->place.site, 0, NULL, &scene->reading, NULL);
        json_t *found = json_object_get(device, "protected");
        cr_assert(cases[i].protected < 0
                      ? json_is_null(found)
                      : json_is_boolean(found) && json_is_true(found) == cases[i].protected,
                  "case %zu", i);
        json_decref(device);
        end_scene(scene);
    }
}

Test(status, numbers_out_of_an_enumeration_are_null_and_never_a_crash)
{
    struct scene *scene = make_scene();
    struct fo_reading *reading = &scene->reading;
    json_t *device;

    reading->quality = FO_GOOD;
    add_value(reading, FO_VAR_GENERATOR_STATUS, 99, FO_GOOD, 0);
    add_value(reading, FO_VAR_GENERATOR_MODE, -1, FO_GOOD, 0);
    add_value(reading, FO_VAR_UPS_STATUS, INT64_MAX, FO_GOOD, 0);
    device = md_status_device(scene->place.site, 0, NULL, reading, NULL);
    cr_assert(is_null(json_object_get(device, "variables"), "generator.status"));
    cr_assert(is_null(json_object_get(device, "variables"), "generator.mode"));
    json_decref(device);
    end_scene(scene);
}

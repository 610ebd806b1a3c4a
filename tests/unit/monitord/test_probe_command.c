/* SPDX-License-Identifier: Apache-2.0 */
/* What --probe --json prints for a device that said something, something doubtful, and nothing. */
#include "failover/reason.h"
#include "monitord/probe_command.h"
#include "tests/lib/daemon_fixture.h"

static void add(struct pb_probe_report *report, enum fo_variable variable, int64_t milli,
                enum fo_quality quality, unsigned reason, const char *source, const char *raw)
{
    struct pb_probe_row *row = &report->rows[report->count++];

    row->value = (struct fo_value){milli, (uint8_t)variable, (uint8_t)quality, (uint16_t)reason};
    snprintf(row->trace.source, sizeof(row->trace.source), "%s", source);
    snprintf(row->trace.raw, sizeof(row->trace.raw), "%s", raw);
}

Test(probe_command, the_object_has_values_reasons_raw_numbers_and_sources)
{
    struct place place;
    struct pb_probe_report *report = calloc(1, sizeof(*report));
    json_t *object, *variables;

    place_make(&place, 0);
    report->profile = "rfc1628";
    report->profile_found = true;
    snprintf(report->found_by, sizeof(report->found_by), "upsIdentModel");
    report->took_us = 12500;
    add(report, FO_VAR_BATTERY_CHARGE, 98000, FO_GOOD, 0, "1.3.6.1", "98");
    add(report, FO_VAR_INPUT_VOLTAGE, 0, FO_ABSENT, FO_REASON_NO_SUCH_OBJECT, "1.3.6.2", "");
    object = md_probe_json(place.site, 0, report);
    variables = json_object_get(object, "variables");
    cr_assert_eq(json_integer_value(json_object_get(variables, "battery.charge")), 98);
    cr_assert(json_is_null(json_object_get(variables, "input.voltage")));
    cr_assert_str_eq(
        json_string_value(json_object_get(json_object_get(object, "reasons"), "input.voltage")),
        "no_such_object");
    cr_assert_str_eq(
        json_string_value(json_object_get(json_object_get(object, "raw"), "battery.charge")), "98");
    cr_assert_str_eq(
        json_string_value(json_object_get(json_object_get(object, "source"), "input.voltage")),
        "1.3.6.2");
    cr_assert_str_eq(json_string_value(json_object_get(object, "found_by")), "upsIdentModel");
    cr_assert_str_eq(json_string_value(json_object_get(object, "name")), "ups-a");
    cr_assert_str_eq(json_string_value(json_object_get(object, "kind")), "ups");
    cr_assert_str_eq(json_string_value(json_object_get(object, "state")), "ok");
    cr_assert_float_eq(json_real_value(json_object_get(object, "took_ms")), 12.5, 1e-9);
    json_decref(object);
    free(report);
    place_remove(&place);
}

Test(probe_command, a_device_that_said_nothing_is_unknown_with_its_reason)
{
    struct place place;
    struct pb_probe_report *report = calloc(1, sizeof(*report));
    json_t *object;

    place_make(&place, 0);
    report->reading.quality = FO_ABSENT;
    report->reading.reason = FO_REASON_NO_ANSWER;
    object = md_probe_json(place.site, 0, report);
    cr_assert_str_eq(json_string_value(json_object_get(object, "state")), "unknown");
    cr_assert_str_eq(json_string_value(json_object_get(object, "reason")), "no_answer");
    cr_assert(json_is_null(json_object_get(object, "profile")));
    json_decref(object);
    free(report);
    place_remove(&place);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a twin brought back is judged: times from the fault, outages, marks, and who cut it short.
 */
#include "monitord/console/drill.h"

#include "monitord/fact.h"

#include <criterion/criterion.h>
#include <string.h>

static const char raw_text[] =
    "{\"held\":true, \"journal_intact\":true, \"began_wall_ms\":1000000,"
    "\"steps\":[{\"at_s\":2,\"kind\":\"fault\",\"text\":\"a state=dead\",\"verdict\":\"done\"},"
    "{\"at_s\":9,\"kind\":\"fault\",\"text\":\"a state=well\",\"verdict\":\"done\"}],"
    "\"messages\":[{\"drill\":true,\"subject\":\"【訓練】【障害】x\"},"
    "{\"drill\":true,\"title\":\"[DRILL]the monitor is missed\"}],"
    "\"reports\":[{\"incident\":\"INC-1\",\"root\":\"server_dead\",\"opened_wall_ms\":1002500,"
    "\"after_s\":{\"decided\":0.1,\"acted\":0.2,\"restored\":0.4},"
    "\"services\":[{\"name\":\"s\",\"recovery_time_s\":60,\"outage_s\":0.6,\"within\":true}],"
    "\"contacts\":[{\"person\":\"p\",\"channel\":\"sms\",\"outcome\":\"accepted\",\"acknowledged\":"
    "null},"
    "{\"person\":\"p\",\"channel\":\"sms\",\"outcome\":\"failed\",\"acknowledged\":\"T\"}]}]}";

static json_t *raw(void)
{
    json_error_t error;
    json_t *object = json_loads(raw_text, 0, &error);
    cr_assert_not_null(object, "%s", error.text);
    return object;
}

/* "held" of what comes of `object`, which is given up. */
static bool holds(json_t *object, enum md_drill_end end)
{
    json_t *head = json_pack("{s:s}", "id", "DRILL-1");
    json_t *result = md_drill_result(object, head, end);
    bool held = md_fact_true(result, "held");
    json_decref(result);
    json_decref(head);
    json_decref(object);
    return held;
}

Test(drill_result, times_count_from_the_newest_fault_before_the_incident)
{
    json_t *object = raw(), *head = json_pack("{s:s}", "id", "DRILL-1");
    json_t *result = md_drill_result(object, head, MD_DRILL_HELD);
    const json_t *time = json_array_get(json_object_get(result, "times"), 0);
    cr_assert_str_eq(md_fact_text(time, "fault"), "a state=dead");
    cr_assert_float_eq(md_fact_number(time, "detect_s", -1), 0.5, 1e-6);
    cr_assert_float_eq(md_fact_number(time, "restore_s", -1), 0.9, 1e-6);
    json_decref(result);
    json_decref(head);
    json_decref(object);
}

/* The fault of the only time of a result whose incident is about `subject` and opened after both
 * faults. */
static void check_fault(const char *subject, const char *fault)
{
    json_t *object = raw(), *head = json_pack("{s:s}", "id", "DRILL-1");
    json_t *report = json_array_get(json_object_get(object, "reports"), 0);
    json_object_set_new(report, "subject", json_pack("{s:s}", "name", subject));
    json_object_set_new(report, "opened_wall_ms", json_real(1010000));
    json_array_insert_new(json_object_get(object, "steps"), 1,
                          json_pack("{s:f, s:s, s:s, s:s}", "at_s", 5.0, "kind", "fault", "text",
                                    "line-a state=up", "verdict", "done"));
    json_t *result = md_drill_result(object, head, MD_DRILL_HELD);
    const json_t *time = json_array_get(json_object_get(result, "times"), 0);
    cr_expect_str_eq(md_fact_text(time, "fault"), fault);
    json_decref(result);
    json_decref(head);
    json_decref(object);
}

Test(drill_result, a_fault_of_the_thing_itself_comes_before_a_newer_one_of_another)
{
    check_fault("line-a", "line-a state=up");
    check_fault("line", "a state=well"); /* part of a name is another name */
    check_fault("a", "a state=well");
}

Test(drill_result, a_person_is_one_row_per_channel_with_what_came_of_it)
{
    json_t *object = raw(), *head = json_pack("{s:s}", "id", "DRILL-1");
    json_t *result = md_drill_result(object, head, MD_DRILL_HELD);
    const json_t *person = json_array_get(json_object_get(result, "people"), 0);
    cr_assert_eq(json_array_size(json_object_get(result, "people")), 1);
    cr_assert_eq(md_fact_number(person, "calls", 0), 2);
    cr_assert_eq(md_fact_number(person, "accepted", 0), 1);
    cr_assert_str_eq(md_fact_text(person, "acknowledged"), "T");
    json_decref(result);
    json_decref(head);
    json_decref(object);
}

Test(drill_result, it_holds_when_all_is_good_and_nobody_cut_it_short)
{
    cr_assert(holds(raw(), MD_DRILL_HELD));
    cr_assert_not(holds(raw(), MD_DRILL_FAILED));
    cr_assert_not(holds(raw(), MD_DRILL_REAL));
    cr_assert_not(holds(raw(), MD_DRILL_ORDERED));
    cr_assert_not(holds(json_object(), MD_DRILL_HELD));
}

Test(drill_result, one_message_without_the_mark_fails_the_whole_drill)
{
    json_t *object = raw();
    json_array_append_new(json_object_get(object, "messages"),
                          json_pack("{s:b, s:s}", "drill", 1, "subject", "fire"));
    cr_assert_not(holds(object, MD_DRILL_HELD));
    object = raw();
    json_object_set_new(json_array_get(json_object_get(object, "messages"), 0), "drill",
                        json_false());
    cr_assert_not(holds(object, MD_DRILL_HELD));
}

Test(drill_result, an_outage_beyond_the_recovery_time_or_a_broken_chain_fails_it)
{
    json_t *object = raw();
    json_t *service = json_array_get(
        json_object_get(json_array_get(json_object_get(object, "reports"), 0), "services"), 0);
    json_object_set_new(service, "within", json_false());
    cr_assert_not(holds(object, MD_DRILL_HELD));
    object = raw();
    json_object_set_new(object, "journal_intact", json_false());
    cr_assert_not(holds(object, MD_DRILL_HELD));
}

Test(drill_result, what_is_real_is_open_graver_than_information_and_no_drill)
{
    json_t *status = json_loads(
        "{\"incidents\":[{\"id\":\"a\",\"state\":\"recovered\",\"severity\":1},"
        "{\"id\":\"b\",\"state\":\"open\",\"severity\":4},"
        "{\"id\":\"c\",\"state\":\"open\",\"severity\":1,\"drill\":true}]}",
        0, NULL);
    cr_assert_str_eq(md_drill_real_trouble(status), "");
    json_array_append_new(json_object_get(status, "incidents"),
                          json_pack("{s:s, s:s, s:i}", "id", "d", "state", "open", "severity", 3));
    cr_assert_str_eq(md_drill_real_trouble(status), "d");
    json_decref(status);
}

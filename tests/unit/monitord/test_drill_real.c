/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the switchover drills read out of a journal: rows in, judged results out. */
#include "monitord/console/drill_real.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define T0 1790000000000LL

static struct md_drill_real *real;
static int64_t seq;

static void row(const char *kind, int64_t at_ms, const char *body)
{
    struct md_journal_entry entry = {
        .seq = ++seq, .wall_ms = T0 + at_ms, .at_us = at_ms * 1000, .kind = kind, .body = body};

    md_drill_real_take(real, &entry);
}

static void record(int64_t at_ms, const char *name, const char *server, const char *more)
{
    char body[500];

    snprintf(body, sizeof(body),
             "{\"name\":\"%s\",\"subject\":{\"kind\":\"server\",\"name\":\"%s\"}%s}", name, server,
             more);
    row("record", at_ms, body);
}

static void own(int64_t at_ms, const char *name, const char *more)
{
    char numbered[300];

    snprintf(numbered, sizeof(numbered), ",\"incident\":\"INC-20260922-0007\",\"number\":7%s",
             more);
    record(at_ms, name, "dispatch-2", numbered);
}

static void page(int64_t at_ms, const char *key, const char *message, bool marked)
{
    char body[400];

    snprintf(body, sizeof(body),
             "{\"kind\":\"notify\",\"key\":\"%s\",\"person\":\"person-1\",\"channel\":\"sms\","
             "\"message\":\"%s\",\"drill\":%s,\"number\":7}",
             key, message, marked ? "true" : "false");
    row("command", at_ms, body);
}

/* Planned, ordered by two, begun; the rows of the move stand around the drill's own. */
static void begin(void)
{
    real = md_drill_real_open("Asia/Tokyo");
    seq = 0;
    row("order", -5000,
        "{\"order\":\"drill_plan\",\"person\":\"person-1\",\"text\":\"{\\\"from\\\":\\\"dispatch-"
        "1\\\","
        "\\\"to\\\":\\\"dispatch-2\\\",\\\"reason\\\":\\\"monthly\\\",\\\"for_s\\\":600,"
        "\\\"services\\\":[{\\\"name\\\":\\\"119\\\",\\\"class\\\":2,\\\"recovery_time_s\\\":60}],"
        "\\\"participants\\\":[{\\\"person\\\":\\\"person-1\\\",\\\"title\\\":\\\"chief\\\"}]}\"}");
    row("order", 0, "{\"order\":\"drill_begin\",\"person\":\"person-1\",\"second\":\"person-2\"}");
    record(0, "switchover_started", "dispatch-2", "");
    own(0, "drill_started", ",\"why\":\"switchover_drill\",\"person\":\"person-1\"");
    page(1, "k-1", "opened", true);
    row("result", 3, "{\"key\":\"k-1\",\"outcome\":\"accepted\"}");
}

static void moves(void)
{
    record(40, "switchover_chose", "dispatch-2", "");
    record(60, "switchover_held", "dispatch-2", "");
    record(900, "switchover_verified", "dispatch-2", "");
    own(900, "drill_switched", "");
}

static void gives_back(int64_t at_ms)
{
    record(at_ms, "switchover_started", "dispatch-1", "");
    record(at_ms + 30, "switchover_chose", "dispatch-1", "");
    record(at_ms + 70, "switchover_held", "dispatch-1", "");
    record(at_ms + 500, "switchover_verified", "dispatch-1", "");
    own(at_ms + 500, "drill_ended", "");
}

static const json_t *only(void)
{
    const json_t *results = md_drill_real_results(real);

    cr_assert_eq(json_array_size(results), 1U);
    return json_array_get(results, 0);
}

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value != NULL ? value : "";
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static const char *verdict(const char *code)
{
    json_t *step;
    size_t i;

    json_array_foreach(json_object_get(only(), "steps"), i, step)
    {
        if (strcmp(text(step, "code"), code) == 0) {
            return text(step, "verdict");
        }
    }
    return "";
}

static bool held(void)
{
    return json_is_true(json_object_get(only(), "held"));
}

Test(drill_real, there_and_back_is_measured_from_the_approval_and_holds)
{
    begin();
    moves();
    gives_back(20000);
    const json_t *result = only();
    const json_t *over = json_array_get(json_object_get(result, "times"), 0);
    const json_t *back = json_array_get(json_object_get(result, "times"), 1);
    cr_assert(held());
    cr_assert_str_eq(text(result, "id"), "DRILL-20260922-0007");
    cr_assert_str_eq(text(result, "by"), "person-1");
    cr_assert_str_eq(text(result, "second"), "person-2");
    cr_assert_str_eq(text(result, "give_back"), "done");
    cr_assert_float_eq(number(over, "decide_s"), 0, 1e-9);
    cr_assert_float_eq(number(over, "act_s"), 0.04, 1e-9);
    cr_assert_float_eq(number(over, "restore_s"), 0.9, 1e-9);
    cr_assert_float_eq(number(back, "restore_s"), 0.5, 1e-9);
    md_drill_real_close(real);
}

Test(drill_real, without_a_probes_word_the_outage_is_the_longer_time_in_which_nobody_held)
{
    begin();
    moves();
    gives_back(20000);
    const json_t *service = json_array_get(json_object_get(only(), "services"), 0);
    cr_assert_float_eq(number(service, "outage_s"), 0.04, 1e-9);
    cr_assert(json_is_true(json_object_get(service, "within")));
    md_drill_real_close(real);
}

Test(drill_real, an_outage_beyond_the_recovery_time_is_a_failure)
{
    begin();
    moves();
    row("record", 65000,
        "{\"name\":\"service_restored\",\"a\":60000001,\"subject\":{\"kind\":\"service\","
        "\"name\":\"119\"}}");
    gives_back(70000);
    cr_assert_not(held());
    md_drill_real_close(real);
}

Test(drill_real, an_answer_after_the_recovery_time_is_a_failure_and_at_it_is_none)
{
    for (int late = 0; late <= 1; late++) {
        begin();
        record(40, "switchover_chose", "dispatch-2", "");
        record(60, "switchover_held", "dispatch-2", "");
        record(60000 + late, "switchover_verified", "dispatch-2", "");
        own(60000 + late, "drill_switched", "");
        gives_back(70000);
        cr_assert_str_eq(verdict("service_answers"), late ? "failed" : "held");
        cr_assert_eq(held(), !late);
        md_drill_real_close(real);
    }
}

Test(drill_real, ended_by_a_person_after_the_move_is_a_decision_to_stay)
{
    begin();
    moves();
    row("order", 5000, "{\"order\":\"drill_end\",\"person\":\"person-1\",\"number\":7}");
    own(5000, "drill_ended", "");
    cr_assert_str_eq(text(only(), "give_back"), "stayed");
    cr_assert(held());
    md_drill_real_close(real);
}

Test(drill_real, a_timer_that_ran_out_without_a_decision_is_a_failure)
{
    begin();
    moves();
    row("order", 5000,
        "{\"order\":\"drill_end\",\"refused\":\"not-allowed\",\"person\":\"person-1\","
        "\"number\":7}");
    own(600000, "drill_ended", "");
    cr_assert_str_eq(text(only(), "give_back"), "undecided");
    cr_assert_str_eq(verdict("people_decide"), "failed");
    cr_assert_not(held());
    md_drill_real_close(real);
}

Test(drill_real, what_is_real_aborts_and_its_own_message_needs_no_mark)
{
    begin();
    moves();
    own(9000, "drill_aborted", "");
    page(9001, "k-2", "aborted", false);
    cr_assert_str_eq(text(only(), "aborted"), "real");
    cr_assert_not(held());
    cr_assert_float_eq(number(json_object_get(only(), "messages"), "left"), 1, 1e-9);
    cr_assert_float_eq(number(json_object_get(only(), "messages"), "marked"), 1, 1e-9);
    md_drill_real_close(real);
}

Test(drill_real, ended_before_anything_moved_is_aborted_by_order)
{
    begin();
    row("order", 10, "{\"order\":\"drill_end\",\"person\":\"person-1\",\"number\":7}");
    own(10, "drill_ended", "");
    cr_assert_str_eq(text(only(), "aborted"), "order");
    cr_assert_str_eq(verdict("service_answers"), "none");
    cr_assert(json_is_null(json_object_get(only(), "give_back")));
    md_drill_real_close(real);
}

Test(drill_real, one_message_without_the_mark_is_a_failure_even_after_the_end)
{
    begin();
    moves();
    gives_back(20000);
    cr_assert(held());
    page(20600, "k-3", "recovered", true);
    cr_assert(held());
    cr_assert_float_eq(number(json_object_get(only(), "messages"), "left"), 2, 1e-9);
    page(20700, "k-4", "recovered", false);
    cr_assert_not(held());
    md_drill_real_close(real);
}

Test(drill_real, what_comes_after_its_incident_is_closed_is_not_its_own)
{
    begin();
    moves();
    gives_back(20000);
    own(50500, "incident_closed", "");
    page(50501, "k-3", "recovered", false);
    record(60000, "switchover_started", "dispatch-2", "");
    cr_assert(held());
    cr_assert_eq(json_array_size(json_object_get(only(), "times")), 2U);
    md_drill_real_close(real);
}

Test(drill_real, a_drill_of_the_contact_network_is_none_and_one_that_goes_on_is_not_judged)
{
    begin();
    moves();
    cr_assert_eq(json_array_size(md_drill_real_results(real)), 0U);
    md_drill_real_close(real);
    real = md_drill_real_open(NULL);
    own(0, "drill_started", ",\"why\":\"drill\",\"person\":\"person-1\"");
    own(10, "drill_ended", "");
    cr_assert_eq(json_array_size(md_drill_real_results(real)), 0U);
    md_drill_real_close(real);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Pages by terminal and by a program of the site: what each ending means, what the program is told,
 * and that no page is on its way twice. */
#include "tests/lib/notify_stage.h"
#include "tests/lib/signal_child.h"

#include <errno.h>
#include <jansson.h>

static void program(struct notify_stage *stage, const char *script)
{
    char text[1024];

    snprintf(text, sizeof(text), "#!/bin/sh\nPLACE=%s\n%s\n", stage->place.directory, script);
    place_write(&stage->place, "sms", text, 0755);
}

static void expect(struct notify_stage *stage, const char *script, enum fo_outcome outcome,
                   unsigned reason, int detail)
{
    static uint64_t sequence;
    struct fo_command command = notify_stage_command(STAGE_SMS, ++sequence);

    program(stage, script);
    notify_stage_send(stage, &command);
    cr_assert_eq(stage->result.outcome, outcome, "%s: outcome %u", script, stage->result.outcome);
    cr_assert_eq(stage->result.reason, reason, "%s: reason %u", script, stage->result.reason);
    cr_assert_eq(stage->result.detail, detail, "%s: detail %d", script, stage->result.detail);
}

Test(notify, the_terminal_accepts_when_somebody_watches_and_only_then)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_TERMINAL, 1);

    notify_stage_open(&stage, 0);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    stage.watchers = 1;
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    notify_stage_close(&stage);
}

Test(notify, the_exit_code_of_a_program_is_its_answer)
{
    struct notify_stage stage;

    notify_stage_open(&stage, 0);
    expect(&stage, "cat > /dev/null; exit 0", FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    expect(&stage, "exit 0", FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    expect(&stage, "cat > /dev/null; exit 75", FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, 75);
    expect(&stage, "cat > /dev/null; exit 1", FO_OUTCOME_FAILED, FO_REASON_BAD_STATUS, 1);
    expect(&stage, "kill -SEGV $$", FO_OUTCOME_RETRY, FO_REASON_DEVICE_ERROR, 128 + 11);
    notify_stage_close(&stage);
}

Test(notify, a_program_that_does_not_end_is_killed_with_all_it_started)
{
    struct notify_stage stage;
    uint64_t start;
    char *pid;

    notify_stage_open(&stage, 0);
    start = uv_hrtime();
    expect(&stage, "sleep 60 & echo $! > $PLACE/pid; wait", FO_OUTCOME_RETRY, FO_REASON_TOO_LATE,
           0);
    cr_assert_leq((uv_hrtime() - start) / 1000000, 3000u);
    pid = place_read(&stage.place, "pid");
    cr_assert_gt(atoi(pid), 1);
    for (unsigned i = 0; i < 200 && signal_child(atoi(pid), 0) == 0; i++) {
        char *state;
        char path[64];
        FILE *file;

        /* a zombie waits for whoever adopted it: dead enough */
        snprintf(path, sizeof(path), "/proc/%d/stat", atoi(pid));
        file = fopen(path, "re");
        state = calloc(1, 512);
        if (file == NULL || fgets(state, 511, file) == NULL || strstr(state, ") Z ") != NULL) {
            i = 1000;
        }
        if (file != NULL) {
            fclose(file);
        }
        free(state);
        place_turn(&stage.place, 10);
        cr_assert_neq(i, 199u, "the grandchild lives");
    }
    free(pid);
    notify_stage_close(&stage);
}

Test(notify, a_program_that_is_not_there_is_tried_again_later)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    notify_stage_open(&stage, 0);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.reason, FO_REASON_UNREACHABLE);
    notify_stage_close(&stage);
}

Test(notify, a_program_gets_json_on_its_input_and_nothing_personal_anywhere_else)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_SMS, 0x15);
    char *input, *rest;
    json_t *object;

    notify_stage_open(&stage, 0);
    command.notify.drill = true;
    program(&stage, "cat > $PLACE/input; (env; tr '\\0' ' ' < /proc/$$/cmdline) > $PLACE/rest");
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    input = place_read(&stage.place, "input");
    rest = place_read(&stage.place, "rest");
    object = json_loads(input, 0, NULL);
    cr_assert_not_null(object, "%s", input);
    cr_assert_str_eq(json_string_value(json_object_get(object, "address")), "0X0-0000-0001");
    cr_assert_str_eq(json_string_value(json_object_get(object, "person")), "person-1");
    cr_assert_str_eq(json_string_value(json_object_get(object, "key")), "abc-15");
    cr_assert(json_is_true(json_object_get(object, "drill")));
    cr_assert_not_null(strstr(json_string_value(json_object_get(object, "brief")), "【訓練】"));
    cr_assert_not_null(strstr(rest, "NOROSHI_DRILL=1"));
    cr_assert_null(strstr(rest, "0X0"), "an address stands where every user can read it: %s", rest);
    cr_assert_null(strstr(rest, "person"), "%s", rest);
    json_decref(object);
    free(input);
    free(rest);
    notify_stage_close(&stage);
}

Test(notify, a_real_page_has_no_mark_of_a_drill)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char *rest, *input;

    notify_stage_open(&stage, 0);
    program(&stage, "cat > $PLACE/input; env > $PLACE/rest");
    notify_stage_send(&stage, &command);
    rest = place_read(&stage.place, "rest");
    input = place_read(&stage.place, "input");
    cr_assert_null(strstr(rest, "DRILL"));
    cr_assert_null(strstr(input, "訓練"));
    free(rest);
    free(input);
    notify_stage_close(&stage);
}

Test(notify, a_key_under_way_is_not_sent_a_second_time)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char *runs;

    notify_stage_open(&stage, 0);
    program(&stage, "cat > /dev/null; echo run >> $PLACE/runs; sleep 0.3");
    stage.wanted = 1;
    md_notify_send(stage.notify, &command);
    md_notify_send(stage.notify, &command);
    cr_assert_eq(md_notify_under_way(stage.notify), 1);
    cr_assert(place_wait(&stage.place, stage_has_results, &stage, 8000));
    place_turn(&stage.place, 100);
    cr_assert_eq(stage.results, 1);
    runs = place_read(&stage.place, "runs");
    cr_assert_str_eq(runs, "run\n");
    free(runs);
    notify_stage_close(&stage);
}

Test(notify, a_person_or_channel_that_is_not_there_fails)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(7, 1);

    notify_stage_open(&stage, 0);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    notify_stage_close(&stage);
}

Test(notify, without_an_engine_the_first_rung_is_paged_on_every_channel)
{
    struct notify_stage stage;
    char *input;

    notify_stage_open(&stage, 0);
    program(&stage, "cat >> $PLACE/input");
    md_notify_without_engine(stage.notify, 0xabc, FO_REASON_ENGINE_ASSERTION);
    cr_assert_geq(md_notify_under_way(stage.notify), 1);
    for (unsigned i = 0; i < 400 && md_notify_under_way(stage.notify) > 0; i++) {
        place_turn(&stage.place, 10);
    }
    input = place_read(&stage.place, "input");
    cr_assert_not_null(strstr(input, "person-1"));
    cr_assert_null(strstr(input, "person-2"), "not of the first rung");
    cr_assert_eq(stage.results, 0, "there is no engine to tell");
    free(input);
    notify_stage_close(&stage);
}

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    int *result = context;

    (void)channel;
    *result = works ? 0 : detail;
}

Test(notify, a_quiet_test_of_a_program_looks_whether_it_can_be_run_and_does_not_run_it)
{
    struct notify_stage stage;
    int result = -1;
    char path[160];

    notify_stage_open(&stage, 0);
    md_notify_test(stage.notify, STAGE_SMS, on_tested, &result);
    cr_assert_eq(result, ENOENT);
    program(&stage, "touch $PLACE/ran");
    md_notify_test(stage.notify, STAGE_SMS, on_tested, &result);
    cr_assert_eq(result, 0);
    result = -1;
    md_notify_test(stage.notify, STAGE_TERMINAL, on_tested, &result);
    cr_assert_eq(result, 0);
    place_turn(&stage.place, 50);
    snprintf(path, sizeof(path), "%s/ran", stage.place.directory);
    cr_assert_eq(access(path, F_OK), -1, "the program ran");
    notify_stage_close(&stage);
}

Test(notify, stopping_ends_a_running_program_and_leaves_nothing)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    notify_stage_open(&stage, 0);
    program(&stage, "sleep 60");
    md_notify_send(stage.notify, &command);
    place_turn(&stage.place, 50);
    notify_stage_close(&stage);
    cr_assert_eq(stage.results, 0);
}

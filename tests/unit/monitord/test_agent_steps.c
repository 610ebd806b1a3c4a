/* SPDX-License-Identifier: Apache-2.0 */
/* Which step overtakes which, what is told of each end; and when people are called. Real
 * programs, small ones: each leaves the name of its step in a file. */
#include "failover/reason.h"
#include "monitord/agent/alarm.h"
#include "monitord/agent/steps.h"
#include "probes/clock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uv_loop_t loop;
static uv_timer_t bound;
static struct md_steps steps;
static struct md_agent_alarm alarm_queue;
static struct cfg_agent config;
static struct md_step_facts facts = {.epoch = 6};
static char directory[64], ended[256];

static char *write_script(const char *name, const char *text)
{
    char *path = malloc(128);
    cr_assert_not_null(path);
    snprintf(path, 128, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", text);
    fclose(file);
    cr_assert_eq(chmod(path, 0700), 0);
    return path;
}

static void on_step(void *context, enum md_step step, bool ok, const char *detail)
{
    cr_assert_eq(context, &steps);
    size_t length = strlen(ended);
    snprintf(ended + length, sizeof ended - length, "%s:%s(%s) ", md_step_name(step),
             ok ? "ok" : "bad", detail);
}

static void make(void)
{
    snprintf(directory, sizeof directory, "/tmp/noroshi-steps-XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &bound);
    config.name = "dispatch-1";
    config.service_interface = "lan1";
    config.step_timeout_us = 10 * FO_SECOND;
    cr_assert(md_steps_init(&steps, &loop, &config, on_step, &steps));
}

static void stop(void)
{
    char command[100];
    md_steps_close(&steps);
    uv_close((uv_handle_t *)&bound, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle was left open");
    snprintf(command, sizeof command, "rm -rf %s", directory);
    cr_assert_eq(system(command), 0);
    free((void *)(uintptr_t)config.promote);
    free((void *)(uintptr_t)config.demote);
    free((void *)(uintptr_t)config.drain);
    free((void *)(uintptr_t)config.alarm_command);
}

static void on_bound(uv_timer_t *timer)
{
    (void)timer; /* only turns the loop, so that a wait for a file is not a wait for ever */
}

/* Turns the loop until the condition holds, at most 10 s. */
static bool turn_until(bool (*condition)(void))
{
    fo_us end_us = pb_clock_us() + 10 * FO_SECOND;
    uv_timer_start(&bound, on_bound, 10, 10);
    while (!condition() && pb_clock_us() < end_us) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&bound);
    return condition();
}

static bool is_idle(void)
{
    return md_steps_idle(&steps);
}

static bool has_started(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/started", directory);
    return access(path, F_OK) == 0;
}

static const char *read_log(void)
{
    static char text[1024];
    char path[128];
    snprintf(path, sizeof path, "%s/log", directory);
    memset(text, 0, sizeof text);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        size_t length = fread(text, 1, sizeof text - 1, file);
        text[length] = '\0';
        fclose(file);
    }
    return text;
}

#define SLOW "touch ${0%/*}/started; exec sleep 60"
#define NOTE(word) "echo -n '" word " ' >>${0%/*}/log"

Test(agent_steps, a_step_without_a_program_is_done_at_once, .init = make, .fini = stop)
{
    md_steps_order(&steps, MD_STEP_DRAIN, &facts);
    cr_assert_str_eq(ended, "drain:ok(no program configured) ");
    cr_assert(md_steps_idle(&steps));
}

Test(agent_steps, each_end_is_told_as_it_was, .init = make, .fini = stop, .timeout = 30)
{
    config.promote = write_script("promote", "exit 3");
    config.demote = write_script("demote", "kill -SEGV $$");
    config.drain = write_script("drain", "exec sleep 60");
    config.step_timeout_us = 200 * FO_MS;
    md_steps_order(&steps, MD_STEP_PROMOTE, &facts);
    cr_assert(turn_until(is_idle));
    md_steps_order(&steps, MD_STEP_DEMOTE, &facts);
    cr_assert(turn_until(is_idle));
    md_steps_order(&steps, MD_STEP_DRAIN, &facts);
    cr_assert(turn_until(is_idle));
    cr_assert_str_eq(ended, "promote:bad(exit 3) demote:bad(signal 11) drain:bad(timeout) ");
}

Test(agent_steps, a_demote_ends_a_promote_that_runs, .init = make, .fini = stop, .timeout = 30)
{
    config.promote = write_script("promote", SLOW);
    config.demote = write_script("demote", NOTE("demote"));
    md_steps_order(&steps, MD_STEP_PROMOTE, &facts);
    cr_assert(turn_until(has_started));
    md_steps_order(&steps, MD_STEP_DEMOTE, &facts);
    cr_assert(turn_until(is_idle));
    cr_assert_str_eq(ended, "demote:ok(exit 0) ", "what was overtaken reports nothing");
    cr_assert_str_eq(read_log(), "demote ");
}

Test(agent_steps, a_promote_waits_for_a_demote_and_the_newest_wish_wins, .init = make, .fini = stop,
     .timeout = 30)
{
    config.promote = write_script("promote", NOTE("promote"));
    config.demote = write_script("demote", "sleep 0.2;" NOTE("demote"));
    md_steps_order(&steps, MD_STEP_DEMOTE, &facts);
    md_steps_order(&steps, MD_STEP_PROMOTE, &facts);
    md_steps_order(&steps, MD_STEP_PROMOTE, &facts);
    cr_assert(turn_until(is_idle));
    cr_assert_str_eq(read_log(), "demote promote ");
    md_steps_order(&steps, MD_STEP_DEMOTE, &facts);
    md_steps_order(&steps, MD_STEP_PROMOTE, &facts);
    md_steps_order(&steps, MD_STEP_DEMOTE, &facts);
    cr_assert(turn_until(is_idle));
    cr_assert_str_eq(read_log(), "demote promote demote ", "the promote in between was dropped");
}

Test(agent_steps, closing_ends_what_runs, .init = make, .fini = stop, .timeout = 30)
{
    config.drain = write_script("drain", SLOW);
    md_steps_order(&steps, MD_STEP_DRAIN, &facts);
    cr_assert(turn_until(has_started));
}

/* ---- calls to people ----------------------------------------------------------------------- */
static bool cause_holds;

static bool ask_cause(void *context, unsigned reason, struct md_alarm_facts *told)
{
    cr_assert_eq(context, &cause_holds);
    cr_assert_neq(reason, 0);
    *told = (struct md_alarm_facts){.active = true,
                                    .epoch = 6,
                                    .monitor_silent_us = 61 * FO_SECOND,
                                    .peer_silent_us = FO_NEVER};
    return cause_holds;
}

static void make_alarm(void)
{
    make();
    cause_holds = true;
    cr_assert(md_agent_alarm_init(&alarm_queue, &loop, &config, ask_cause, &cause_holds));
}

/* So much later, without the wait. */
static void let_pass(fo_us time_us)
{
    for (unsigned i = 0; i < MD_ALARM_WAITING_MAX; i++) {
        alarm_queue.told[i].at_us -= time_us;
        alarm_queue.waiting[i].next_us -= time_us;
    }
}

static void stop_alarm(void)
{
    md_agent_alarm_close(&alarm_queue);
    stop();
}

static bool is_accepted(void)
{
    return alarm_queue.accepted == 1;
}

static bool is_accepted_twice(void)
{
    return alarm_queue.accepted == 2;
}

static bool is_empty(void)
{
    return alarm_queue.count == 0;
}

static bool has_failed(void)
{
    return alarm_queue.failed == 1;
}

Test(agent_alarm, people_get_the_reason_in_their_language_and_are_called_once, .init = make_alarm,
     .fini = stop_alarm, .timeout = 30)
{
    config.alarm_command = write_script("alarm", "cat >>${0%/*}/log");
    config.language = CFG_LANGUAGE_EN;
    md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
    md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
    cr_assert(turn_until(is_accepted));
    const char *text = read_log();
    cr_assert_not_null(strstr(text, "\"reason\":\"monitor_missed\""), "%s", text);
    cr_assert_not_null(strstr(text, "\"monitor_seen_ms\":61000"), "%s", text);
    cr_assert_not_null(strstr(text, "\"peer_seen_ms\":null"), "%s", text);
    cr_assert_not_null(strstr(text, "\"role\":\"active\""), "%s", text);
    cr_assert_null(strstr(text, "\"title\":\"\""), "%s", text);
}

Test(agent_alarm, a_call_that_fails_waits_and_is_tried_again_until_the_cause_is_over,
     .init = make_alarm, .fini = stop_alarm, .timeout = 30)
{
    config.alarm_command = write_script("alarm", "exit 75");
    md_agent_alarm_call(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert(turn_until(has_failed));
    cr_assert_eq(alarm_queue.count, 1);
    fo_us wait_us = alarm_queue.waiting[0].next_us - pb_clock_us();
    cr_assert(wait_us > 5 * FO_SECOND && wait_us <= 10 * FO_SECOND);
    md_agent_alarm_withdraw(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert_eq(alarm_queue.count, 0);
}

/* People were called, the cause ended, and it came again: the call is put off. */
static void call_and_call_again(void)
{
    config.alarm_command = write_script("alarm", "exit 0");
    md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
    cr_assert(turn_until(is_accepted));
    md_agent_alarm_withdraw(&alarm_queue, FO_REASON_MONITOR_MISSED);
    let_pass(40 * FO_SECOND);
    md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
    cr_assert_eq(alarm_queue.count, 1, "the second death is not forgotten");
    fo_us wait_us = alarm_queue.waiting[0].next_us - pb_clock_us();
    cr_assert(wait_us > MD_ALARM_AGAIN_US - 50 * FO_SECOND &&
              wait_us <= MD_ALARM_AGAIN_US - 40 * FO_SECOND);
}

Test(agent_alarm, a_cause_that_comes_back_and_stays_is_called_when_ten_minutes_are_over,
     .init = make_alarm, .fini = stop_alarm, .timeout = 30)
{
    call_and_call_again();
    let_pass(MD_ALARM_AGAIN_US);
    cr_assert(turn_until(is_accepted_twice));
    cr_assert(is_empty());
}

Test(agent_alarm, a_call_put_off_whose_cause_has_ended_is_not_made, .init = make_alarm,
     .fini = stop_alarm, .timeout = 30)
{
    call_and_call_again();
    cause_holds = false;
    let_pass(MD_ALARM_AGAIN_US);
    cr_assert(turn_until(is_empty));
    cr_assert_eq(alarm_queue.accepted, 1);
    cr_assert_not(alarm_queue.child.running);
}

Test(agent_alarm, a_cause_that_comes_and_goes_calls_once_in_ten_minutes, .init = make_alarm,
     .fini = stop_alarm, .timeout = 30)
{
    call_and_call_again();
    for (int i = 0; i < 20; i++) {
        md_agent_alarm_withdraw(&alarm_queue, FO_REASON_MONITOR_MISSED);
        cr_assert(is_empty());
        md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
        md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
        cr_assert_eq(alarm_queue.count, 1);
    }
    cr_assert_eq(alarm_queue.accepted, 1);
    cr_assert_not(alarm_queue.child.running);
}

Test(agent_alarm, a_cause_that_ends_while_its_command_runs_is_not_called_again, .init = make_alarm,
     .fini = stop_alarm, .timeout = 30)
{
    config.alarm_command = write_script("alarm", "touch ${0%/*}/started; sleep 0.2; exit 75");
    md_agent_alarm_call(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert(turn_until(has_started));
    md_agent_alarm_withdraw(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert_eq(alarm_queue.count, 1, "it runs");
    md_agent_alarm_call(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert_eq(alarm_queue.count, 2, "a new cause is a new call");
    md_agent_alarm_withdraw(&alarm_queue, FO_REASON_GATE_LOST);
    cr_assert_eq(alarm_queue.count, 1);
    cr_assert(turn_until(is_empty));
}

Test(agent_alarm, a_full_queue_drops_the_oldest_that_does_not_run, .init = make_alarm,
     .fini = stop_alarm, .timeout = 30)
{
    config.alarm_command = write_script("alarm", "exec sleep 60");
    for (unsigned i = 0; i < MD_ALARM_WAITING_MAX + 2; i++) {
        md_agent_alarm_call(&alarm_queue, FO_REASON_MAINS_LOST + i);
    }
    cr_assert_eq(alarm_queue.count, MD_ALARM_WAITING_MAX);
    cr_assert_eq(alarm_queue.dropped, 2);
    cr_assert_eq(alarm_queue.waiting[0].reason, FO_REASON_MAINS_LOST, "the one that runs stays");
    cr_assert_eq(alarm_queue.waiting[1].reason, FO_REASON_MAINS_LOST + 3);
}

Test(agent_alarm, without_a_command_it_is_only_said, .init = make_alarm, .fini = stop_alarm)
{
    md_agent_alarm_call(&alarm_queue, FO_REASON_MONITOR_MISSED);
    cr_assert_eq(alarm_queue.count, 0);
}

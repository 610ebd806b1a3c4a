/* SPDX-License-Identifier: Apache-2.0 */
/* Programs in bounded time: what goes in, what comes out, and how each end is told; and the thread
 * that runs jobs in order. */
#include "monitord/agent/child.h"
#include "monitord/agent/position.h"
#include "monitord/agent/worker.h"
#include "probes/clock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uv_loop_t loop;
static struct md_child child;
static struct md_child_result ended;
static unsigned ends;
static char script[64];

static void on_end(void *context, const struct md_child_result *result)
{
    cr_assert_eq(context, &child);
    ended = *result;
    ends++;
    md_child_close(&child);
}

static void start(void)
{
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_child_init(&child, &loop, on_end, &child));
}

static void stop(void)
{
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle was left open");
    if (script[0] != '\0') {
        unlink(script);
    }
}

static const char *make_script(const char *text)
{
    snprintf(script, sizeof script, "/tmp/noroshi-child-XXXXXX");
    int fd = mkstemp(script);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(fchmod(fd, 0700), 0);
    close(fd);
    return script;
}

static void run(const char *text, const char *input, fo_us timeout_us, bool keep_output)
{
    cr_assert(
        md_child_start(&child, make_script(text), input, strlen(input), timeout_us, keep_output));
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(ends, 1);
}

Test(agent_child, it_is_fed_and_heard, .init = start, .fini = stop, .timeout = 30)
{
    run("#!/bin/sh\ncat; echo done; echo $#; env | grep -vE '^(PATH|PWD|SHLVL|_|OLDPWD)='\n", "in ",
        10 * FO_SECOND, true);
    cr_assert_eq(ended.end, MD_CHILD_EXITED);
    cr_assert_str_eq(ended.output, "in done\n0\n", "no argument, no other environment");
}

Test(agent_child, its_exit_code_is_told, .init = start, .fini = stop, .timeout = 30)
{
    run("#!/bin/sh\nexit 75\n", "", 10 * FO_SECOND, false);
    cr_assert_eq(ended.end, MD_CHILD_EXITED);
    cr_assert_eq(ended.status, 75);
}

Test(agent_child, one_that_does_not_read_is_no_trouble, .init = start, .fini = stop, .timeout = 30)
{
    char input[MD_CHILD_INPUT_MAX + 1];
    memset(input, 'x', MD_CHILD_INPUT_MAX);
    input[MD_CHILD_INPUT_MAX] = '\0';
    run("#!/bin/sh\nexec <&-\nsleep 0.1\nexit 0\n", input, 10 * FO_SECOND, true);
    cr_assert_eq(ended.end, MD_CHILD_EXITED);
    cr_assert_eq(ended.status, 0);
}

Test(agent_child, more_output_than_is_kept_is_read_away, .init = start, .fini = stop, .timeout = 30)
{
    run("#!/bin/sh\nhead -c 300000 /dev/zero | tr '\\0' y\n", "", 10 * FO_SECOND, true);
    cr_assert_eq(ended.end, MD_CHILD_EXITED);
    cr_assert_eq(ended.output_length, MD_CHILD_OUTPUT_MAX);
    cr_assert_eq(strlen(ended.output), MD_CHILD_OUTPUT_MAX);
}

Test(agent_child, one_that_takes_too_long_is_asked_to_end, .init = start, .fini = stop,
     .timeout = 30)
{
    fo_us began_us = pb_clock_us();
    run("#!/bin/sh\nsleep 60\n", "", 200 * FO_MS, false);
    cr_assert_eq(ended.end, MD_CHILD_TIMEOUT);
    cr_assert_lt(pb_clock_us() - began_us, 5 * FO_SECOND);
}

Test(agent_child, one_that_will_not_end_is_killed_with_its_children, .init = start, .fini = stop,
     .timeout = 30)
{
    run("#!/bin/sh\ntrap '' TERM\nsleep 61.125 & wait\nsleep 61.125 & wait\nsleep 61.125\n", "",
        100 * FO_MS, false);
    cr_assert_eq(ended.end, MD_CHILD_TIMEOUT);
    cr_assert_eq(system("for i in $(seq 100); do pgrep -fx 'sleep 61.125' >/dev/null || exit 0;"
                        "sleep 0.02; done; exit 1"),
                 0);
}

Test(agent_child, one_that_cannot_be_run_is_told_with_its_reason, .init = start, .fini = stop,
     .timeout = 30)
{
    cr_assert(md_child_start(&child, "/nowhere/at/all", "", 0, FO_SECOND, false));
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(ended.end, MD_CHILD_NOT_STARTED);
    cr_assert_eq(ended.status, ENOENT);
}

Test(agent_child, one_at_a_time_and_it_can_be_stopped, .init = start, .fini = stop, .timeout = 30)
{
    cr_assert(
        md_child_start(&child, make_script("#!/bin/sh\nsleep 60\n"), "", 0, FO_MINUTE, false));
    cr_assert_not(md_child_start(&child, script, "", 0, FO_MINUTE, false));
    md_child_stop(&child);
    md_child_stop(&child);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(ended.end, MD_CHILD_STOPPED);
}

Test(agent_child, a_position_is_one_whole_number)
{
    uint64_t position = 7;
    cr_assert(md_position_parse(" 42 \n", &position));
    cr_assert_eq(position, 42);
    cr_assert(md_position_parse("18446744073709551615", &position));
    cr_assert_eq(position, UINT64_MAX);
    const char *const refused[] = {
        "", "0", "-1", "+5", "12a", "1 2", "0x10", "18446744073709551616", "1.5", "a"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_assert_not(md_position_parse(refused[i], &position), "%s", refused[i]);
    }
    cr_assert_eq(position, UINT64_MAX);
}

/* ---- the worker ---------------------------------------------------------------------------- */
static struct md_worker worker;
static char order[64];
static unsigned done_count;

static void work_a(void *context)
{
    strcat(order, context);
}

static void done(void *context)
{
    cr_assert_not_null(context);
    done_count++;
}

Test(agent_worker, jobs_run_in_order_and_each_end_is_told_once, .timeout = 30)
{
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_worker_start(&worker, &loop));
    md_worker_give(&worker, &(struct md_job){work_a, done, "a"});
    md_worker_give(&worker, &(struct md_job){work_a, done, "b"});
    md_worker_give(&worker, &(struct md_job){work_a, NULL, "c"});
    md_worker_give(&worker, &(struct md_job){work_a, done, "d"});
    while (worker.unfinished > 0) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    cr_assert_str_eq(order, "abcd");
    cr_assert_eq(done_count, 3);
    md_worker_stop(&worker);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

/* It says that it has begun, and ends by itself a while later: a stop that did not wait would come
 * back in between. */
static atomic_bool has_begun, has_ended;

static void slow_work(void *context)
{
    (void)context;
    atomic_store(&has_begun, true);
    usleep(200000);
    atomic_store(&has_ended, true);
}

Test(agent_worker, stopping_waits_for_the_job_that_runs_and_drops_the_rest, .timeout = 30)
{
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_worker_start(&worker, &loop));
    md_worker_give(&worker, &(struct md_job){slow_work, done, "a"});
    md_worker_give(&worker, &(struct md_job){work_a, done, "b"});
    while (!atomic_load(&has_begun)) { /* bounded by the test's own time */
        usleep(1000);
    }
    md_worker_stop(&worker);
    cr_assert(atomic_load(&has_ended), "it did not wait");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(done_count, 0);
    cr_assert_str_eq(order, "");
    cr_assert_eq(uv_loop_close(&loop), 0);
}

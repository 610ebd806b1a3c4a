/* SPDX-License-Identifier: Apache-2.0 */
/* One child process: what it says reaches the right reader, and it is ended whole. */
#include "monitord/program.h"
#include "tests/lib/daemon_fixture.h"

#define LIMIT_MS 20000

struct run {
    struct place place;
    struct md_program *program;
    struct md_program_outcome outcome;
    bool ended;
    size_t length;
    char bytes[256]; /* the first of the output */
    size_t enough;   /* killed when so much has come; 0 never */
};

static void on_output(void *context, const char *bytes, size_t length)
{
    struct run *run = context;

    cr_assert_not(run->ended, "output after the end");
    for (size_t i = 0; i < length && run->length + i < sizeof(run->bytes) - 1; i++) {
        run->bytes[run->length + i] = bytes[i];
    }
    run->length += length;
    if (run->enough > 0 && run->length >= run->enough) {
        md_program_kill(run->program);
    }
}

static void on_done(void *context, const struct md_program_outcome *outcome)
{
    struct run *run = context;

    cr_assert_not(run->ended, "told twice");
    run->ended = true;
    run->outcome = *outcome;
}

static bool has_ended(void *context)
{
    return ((struct run *)context)->ended;
}

static void run_script(struct run *run, const char *script, bool apart)
{
    char text[512], path[128];
    struct md_program_request request = {.program = path,
                                         .input = "",
                                         .timeout_us = 10 * FO_SECOND,
                                         .output = apart ? on_output : NULL};

    snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
    snprintf(path, sizeof(path), "%s/program", run->place.directory);
    place_write(&run->place, "program", text, 0755);
    run->ended = false;
    run->length = 0;
    memset(run->bytes, 0, sizeof(run->bytes));
    run->program = md_program_start(&run->place.loop, &request, on_done, run);
    cr_assert_not_null(run->program);
    cr_assert(place_wait(&run->place, has_ended, run, LIMIT_MS), "%s", script);
}

static void open_run(struct run *run)
{
    memset(run, 0, sizeof(*run));
    place_make(&run->place, 0);
}

Test(program, output_and_error_are_one_unless_somebody_takes_the_output)
{
    struct run run;

    open_run(&run);
    run_script(&run, "echo out; echo err >&2; exit 3", false);
    cr_assert_eq(run.outcome.exit_code, 3);
    cr_assert_str_eq(run.outcome.output, "out\nerr\n");
    run_script(&run, "echo out; echo err >&2; exit 3", true);
    cr_assert_eq(run.outcome.exit_code, 3);
    cr_assert_str_eq(run.outcome.output, "err\n");
    cr_assert_str_eq(run.bytes, "out\n");
    place_remove(&run.place);
}

Test(program, all_of_a_long_output_is_handed_on_before_the_end_is_told)
{
    struct run run;

    open_run(&run);
    run_script(&run, "head -c 3000000 /dev/zero", true);
    cr_assert_eq(run.length, 3000000u);
    cr_assert_eq(run.outcome.exit_code, 0);
    run_script(&run, "head -c 3000000 /dev/zero", false);
    cr_assert_eq(run.outcome.exit_code, 0);
    place_remove(&run.place);
}

Test(program, who_takes_the_output_may_end_the_program_and_is_told_once)
{
    struct run run;

    open_run(&run);
    run.enough = 100000;
    run_script(&run, "exec yes", true);
    cr_assert(run.outcome.timed_out);
    cr_assert_eq(run.outcome.signal, SIGKILL);
    run.enough = 1; /* it has ended before its last words are read */
    run_script(&run, "echo out", true);
    cr_assert_eq(run.length, 4u);
    run.enough = 0;
    place_remove(&run.place);
}

Test(program, a_program_that_cannot_start_tells_it_once_even_when_it_is_ended_at_once)
{
    struct run run;
    struct md_program_request request = {
        .program = "/nonexistent/program", .input = "", .timeout_us = FO_SECOND};

    open_run(&run);
    run.program = md_program_start(&run.place.loop, &request, on_done, &run);
    cr_assert_not_null(run.program);
    md_program_kill(run.program);
    cr_assert_not(run.ended, "told before the call returned");
    cr_assert(place_wait(&run.place, has_ended, &run, LIMIT_MS));
    cr_assert_eq(run.outcome.start_error, UV_ENOENT);
    place_remove(&run.place);
}

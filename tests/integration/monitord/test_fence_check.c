/* SPDX-License-Identifier: Apache-2.0 */
/* monitor-executor --check with programs that a test writes: good agents, slips in the site file,
 * and agents that lie, hang or never end. Nothing is switched by any of it. */
#include "monitord/executor/fence_check.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

#define METADATA                                                            \
    "echo '<resource-agent name=\"x\" shortdesc=\"An outlet\"><parameters>" \
    "<parameter name=\"plug\" required=\"1\" obsoletes=\"port\"/>"          \
    "<parameter name=\"port\" required=\"1\" deprecated=\"1\"/>"            \
    "</parameters><actions><action name=\"on\"/><action name=\"off\"/>"     \
    "<action name=\"status\"/><action name=\"validate-all\"/></actions></resource-agent>'"

struct bench {
    struct place place;
    struct cfg_findings *findings;
    char *progress; /* of the newest check */
    size_t progress_size;
    char text[8192]; /* the findings of the newest check, a line each */
};

/* An agent: three commands of the shell, one for each action; every action it gets is noted. */
static void agent(struct bench *bench, const char *name, const char *metadata, const char *validate,
                  const char *status)
{
    char text[2048];

    snprintf(text, sizeof(text),
             "#!/bin/sh\nall=$(cat)\naction=${all##*action=}\necho $action >> %s/runs\n"
             "case $action in\nmetadata) %s ;;\nvalidate-all) %s ;;\nstatus) %s ;;\n"
             "*) exit 1 ;;\nesac\n",
             bench->place.directory, metadata, validate, status);
    place_write(&bench->place, name, text, 0755);
}

static void open_bench(struct bench *bench)
{
    static const char *const scripts[] = {"fence-1", "halt-1", "start-1", "halt-2"};

    memset(bench, 0, sizeof(*bench));
    place_make(&bench->place, 0);
    bench->findings = calloc(1, sizeof(*bench->findings));
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        place_write(&bench->place, scripts[i], "#!/bin/sh\nexit 0\n", 0755);
    }
    agent(bench, "outlet-1", METADATA, "true", "exit 2");
    agent(bench, "fence-2", METADATA, "true", "exit 0");
    bench->place.site->acts[1].options = "plug=2";
}

static void close_bench(struct bench *bench)
{
    free(bench->progress);
    free(bench->findings);
    place_remove(&bench->place);
}

static enum md_fence_check_code check(struct bench *bench)
{
    enum md_fence_check_code code;
    FILE *progress, *text;

    free(bench->progress);
    progress = open_memstream(&bench->progress, &bench->progress_size);
    memset(bench->findings, 0, sizeof(*bench->findings));
    code = md_fence_check(bench->place.site, bench->findings, progress);
    fclose(progress);
    memset(bench->text, 0, sizeof(bench->text));
    text = fmemopen(bench->text, sizeof(bench->text) - 1, "w");
    cfg_findings_print(bench->findings, text);
    fclose(text);
    return code;
}

static void expect(struct bench *bench, enum md_fence_check_code code, const char *finding)
{
    enum md_fence_check_code came = check(bench);

    cr_assert_eq(came, code, "%d instead of %d: %s", came, code, bench->text);
    cr_assert_not_null(strstr(bench->text, finding), "no \"%s\" in: %s", finding, bench->text);
}

Test(fence_check, good_programs_are_good_and_nothing_is_switched)
{
    struct bench bench;
    char *runs;

    open_bench(&bench);
    cr_assert_eq(check(&bench), MD_FENCE_CHECK_GOOD, "%s", bench.text);
    cr_assert_str_eq(bench.text, "");
    cr_assert_not_null(strstr(bench.progress, "fence-2: "), "%s", bench.progress);
    cr_assert_not_null(strstr(bench.progress,
                              "  metadata      2 options: An outlet\n"
                              "  validate-all  accepted\n"
                              "  status        on\n"),
                       "%s", bench.progress);
    runs = place_read(&bench.place, "runs");
    cr_assert_str_eq(runs, "metadata\nvalidate-all\nstatus\nmetadata\nvalidate-all\nstatus\n");
    free(runs);
    close_bench(&bench);
}

Test(fence_check, a_program_that_is_not_there_is_found_with_the_nearest_that_is)
{
    struct bench bench;
    char path[256];

    open_bench(&bench);
    snprintf(path, sizeof(path), "%s/fence-2", bench.place.directory);
    cr_assert_eq(chmod(path, 0644), 0);
    expect(&bench, MD_FENCE_CHECK_WRONG, "acts[1].program: \"");
    cr_assert_not_null(strstr(bench.text, "is no program that may be run"));
    snprintf(path, sizeof(path), "%s/fenec-2", bench.place.directory);
    bench.place.site->acts[1].program = path;
    expect(&bench, MD_FENCE_CHECK_WRONG, "No such file or directory; there is a \"fence-2\"");
    snprintf(path, sizeof(path), "%s/start-1", bench.place.directory);
    unlink(path);
    expect(&bench, MD_FENCE_CHECK_WRONG, "acts[3].restore: \"");
    close_bench(&bench);
}

Test(fence_check, slips_in_the_options_are_found_at_their_line)
{
    struct bench bench;

    open_bench(&bench);
    bench.place.site->acts[1].options = "plugg=2";
    bench.place.site->acts[1].options_line = 77;
    expect(&bench, MD_FENCE_CHECK_WRONG,
           ":77: acts[1].options: has \"plugg\", which the agent does not know and ignores; did "
           "you mean \"plug\"?");
    cr_assert_not_null(strstr(bench.text, "has no \"plug\", which the agent needs"));
    close_bench(&bench);
}

Test(fence_check, what_validate_all_says_is_told_without_the_password)
{
    struct bench bench;

    open_bench(&bench);
    agent(&bench, "fence-2", METADATA, "echo \"ERROR: geheim is refused\" >&2; exit 1", "exit 0");
    bench.place.site->acts[1].options = "plug=2\npassword=geheim";
    expect(&bench, MD_FENCE_CHECK_WRONG,
           "are refused by the agent's validate-all: exit 1, it says: *** is refused");
    cr_assert_null(strstr(bench.text, "geheim"));
    close_bench(&bench);
}

Test(fence_check, a_device_that_does_not_tell_its_state_is_a_result_of_its_own)
{
    struct bench bench;

    open_bench(&bench);
    agent(&bench, "fence-2", METADATA, "true", "echo 'Failed: no such plug'; exit 1");
    expect(&bench, MD_FENCE_CHECK_UNREADABLE,
           "do not lead to a device that tells its state: exit 1, it says: Failed: no such plug");
    agent(&bench, "fence-2", METADATA, "true", "sleep 60");
    expect(&bench, MD_FENCE_CHECK_UNREADABLE, "it did not end within 2 s");
    close_bench(&bench);
}

Test(fence_check, a_fence_that_reads_as_off_is_doubted_and_an_outlet_is_not)
{
    struct bench bench;

    open_bench(&bench);
    agent(&bench, "fence-2", METADATA, "true", "exit 2");
    expect(&bench, MD_FENCE_CHECK_GOOD,
           "acts[1].options: warning: name a plug that reads as off; if \"dispatch-1\" runs, it is "
           "not its plug");
    cr_assert_eq(bench.findings->count, 1, "%s", bench.text);
    close_bench(&bench);
}

Test(fence_check, an_agent_without_status_proves_nothing_and_is_not_asked_for_it)
{
    struct bench bench;
    char *runs;

    open_bench(&bench);
    agent(&bench, "fence-2",
          "echo '<resource-agent><actions><action name=\"off\"/></actions></resource-agent>'",
          "true", "exit 0");
    bench.place.site->acts[1].options = NULL;
    bench.place.site->acts[2].program = NULL; /* the other agent stays out */
    expect(&bench, MD_FENCE_CHECK_WRONG, "acts[1].program: does not offer the action status");
    runs = place_read(&bench.place, "runs");
    cr_assert_str_eq(runs, "metadata\n");
    free(runs);
    close_bench(&bench);
}

Test(fence_check, an_agent_that_lies_or_never_ends_is_found_and_ended, .timeout = 60)
{
    static const struct {
        const char *metadata, *finding;
    } liars[] = {
        {"echo hello", "its metadata are no XML, line 1"},
        {"true", "its metadata are empty; its options are not checked"},
        {"exit 3", "its metadata are empty (exit 3)"},
        {"kill -SEGV $$", "its metadata are empty (it ended by signal 11)"},
        {"exec sleep 60", "its metadata are empty (it did not end within 1 s)"},
        {"echo '<resource-agent>'; exec sleep 60", "no element found (it did not end within 1 s)"},
        {"echo '<resource-agent>'; exec yes ' '", "its metadata are longer than 262144 bytes;"},
        {"exec yes '<resource-agent>'", "its metadata are nested deeper than 16;"},
        {"exec head -c 100000000 /dev/zero", "its metadata are no XML, line 1"},
        {"echo '<resource-agent>'; head -c 100000000 /dev/zero | tr '\\0' x",
         "its metadata are longer than 262144 bytes;"},
    };
    struct bench bench;

    open_bench(&bench);
    bench.place.site->acts[1].timeout_us = FO_SECOND;
    bench.place.site->acts[2].program = NULL;
    for (size_t i = 0; i < sizeof(liars) / sizeof(liars[0]); i++) {
        fo_us began_us = pb_clock_us();

        agent(&bench, "fence-2", liars[i].metadata, "true", "exit 0");
        expect(&bench, MD_FENCE_CHECK_WRONG, liars[i].finding);
        cr_assert_lt(pb_clock_us() - began_us, 20 * FO_SECOND, "%s", liars[i].metadata);
        cr_assert_not_null(strstr(bench.progress, "status        on"), "%s", bench.progress);
    }
    close_bench(&bench);
}

Test(fence_check, what_cannot_be_started_is_said_and_the_next_act_is_tried)
{
    struct bench bench;

    open_bench(&bench);
    place_write(&bench.place, "fence-2", "#!/nonexistent/interpreter\n", 0755);
    expect(&bench, MD_FENCE_CHECK_WRONG, "it cannot be started: ");
    cr_assert_not_null(strstr(bench.progress, "outlet-1: "), "%s", bench.progress);
    cr_assert_not_null(strstr(bench.progress, "status        off"), "%s", bench.progress);
    close_bench(&bench);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's watch over fences, with an agent that a test writes. */
#include "monitord/executor/fence_watch.h"
#include "monitord/self_test.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

#define LIMIT_MS 20000

struct bench {
    struct place place;
    struct md_fence_watch *watch;
    struct md_fence_watch_facts facts;
    unsigned readable, lost; /* what is waited for */
    const char *runs;
};

static void agent(struct bench *bench, const char *status)
{
    char text[512];

    snprintf(text, sizeof(text), "#!/bin/sh\nall=$(cat)\necho \"$all\" >> %s/runs\n%s\n",
             bench->place.directory, status);
    place_write(&bench->place, "fence-2", text, 0755);
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    place_make(&bench->place, 0);
    bench->watch = md_fence_watch_start(&bench->place.loop, bench->place.site);
    cr_assert_not_null(bench->watch);
    md_fence_watch_all(bench->watch);
}

/* The loop must have nothing left: place_remove looks. */
static void close_bench(struct bench *bench)
{
    md_fence_watch_stop(bench->watch);
    place_remove(&bench->place);
}

static bool has_facts(void *context)
{
    struct bench *bench = context;

    md_fence_watch_facts(bench->watch, &bench->facts);
    return bench->facts.readable == bench->readable && bench->facts.lost == bench->lost;
}

static void expect(struct bench *bench, unsigned readable, unsigned lost)
{
    bench->readable = readable;
    bench->lost = lost;
    cr_assert(place_wait(&bench->place, has_facts, bench, LIMIT_MS), "%u readable, %u lost",
              bench->facts.readable, bench->facts.lost);
}

static bool has_runs(void *context)
{
    struct bench *bench = context;
    char *runs = place_read(&bench->place, "runs");
    bool same = strcmp(runs, bench->runs) == 0;

    free(runs);
    return same;
}

static bool is_quiet(void *context)
{
    struct bench *bench = context;

    md_fence_watch_facts(bench->watch, &bench->facts);
    return !bench->facts.reading;
}

static void expect_runs(struct bench *bench, const char *runs)
{
    bench->runs = runs;
    cr_assert(place_wait(&bench->place, has_runs, bench, LIMIT_MS), "not run so: %s", runs);
}

/* The one fence, as the protocol tells it. */
static void expect_told(const struct bench *bench, const char *state, bool lost)
{
    json_t *list = md_fence_watch_json(bench->watch), *fence = json_array_get(list, 0);
    const char *told = json_string_value(json_object_get(fence, "state"));

    cr_assert_eq(json_array_size(list), 1u);
    cr_assert_str_eq(json_string_value(json_object_get(fence, "act")), "fence-2");
    cr_assert_str_eq(json_string_value(json_object_get(fence, "server")), "dispatch-1");
    cr_assert_str_eq(told != NULL ? told : "null", state);
    cr_assert_eq(json_is_true(json_object_get(fence, "lost")), lost);
    json_decref(list);
}

Test(fence_watch, a_fence_of_two_servers_is_one_and_is_asked_for_its_state_and_nothing_else)
{
    struct bench bench;

    open_bench(&bench);
    agent(&bench, "exit 0");
    expect_told(&bench, "null", false);
    expect(&bench, 1, 0);
    expect_told(&bench, "on", false);
    cr_assert_eq(bench.facts.watched, 1u, "the script is no fence that can be read");
    agent(&bench, "exit 2");
    md_fence_watch_all(bench.watch);
    expect_runs(&bench, "port=2\naction=status\nport=2\naction=status\n");
    cr_assert(place_wait(&bench.place, is_quiet, &bench, LIMIT_MS));
    expect(&bench, 1, 0); /* off is a state as well */
    expect_told(&bench, "off", false);
    close_bench(&bench);
}

Test(fence_watch, a_fence_that_does_not_tell_its_state_three_times_is_lost_until_it_does)
{
    static const char *const runs[MD_SELF_TEST_FAILURES] = {
        "port=2\naction=status\n", "port=2\naction=status\nport=2\naction=status\n",
        "port=2\naction=status\nport=2\naction=status\nport=2\naction=status\n"};
    struct bench bench;

    open_bench(&bench);
    agent(&bench, "echo 'ERROR: Unable to connect' >&2; exit 1");
    for (unsigned i = 0; i < MD_SELF_TEST_FAILURES; i++) {
        md_fence_watch_facts(bench.watch, &bench.facts);
        cr_assert_eq(bench.facts.lost, 0u, "after %u looks", i);
        md_fence_watch_all(bench.watch);
        expect_runs(&bench, runs[i]);
        cr_assert(place_wait(&bench.place, is_quiet, &bench, LIMIT_MS));
    }
    expect(&bench, 0, 1);
    expect_told(&bench, "null", true);
    agent(&bench, "exit 0");
    md_fence_watch_all(bench.watch);
    expect(&bench, 1, 0);
    close_bench(&bench);
}

Test(fence_watch, an_order_ends_what_is_being_read_and_that_look_counts_neither_way)
{
    struct bench bench;
    fo_us began_us;

    open_bench(&bench);
    bench.place.site->acts[1].timeout_us = FO_MINUTE;
    agent(&bench, "exec sleep 60");
    for (unsigned i = 0; i < MD_SELF_TEST_FAILURES; i++) {
        bench.runs = "port=2\naction=status\n";
        md_fence_watch_all(bench.watch);
        expect_runs(&bench, bench.runs);
        began_us = pb_clock_us();
        md_fence_watch_yield(bench.watch);
        cr_assert(place_wait(&bench.place, is_quiet, &bench, LIMIT_MS));
        cr_assert_lt(pb_clock_us() - began_us, 20 * FO_SECOND);
        place_write(&bench.place, "runs", "", 0644);
    }
    md_fence_watch_facts(bench.watch, &bench.facts);
    cr_assert_eq(bench.facts.lost, 0u);
    agent(&bench, "exit 0");
    md_fence_watch_all(bench.watch);
    expect(&bench, 1, 0);
    close_bench(&bench);
}

Test(fence_watch, a_stop_ends_what_is_being_read, .timeout = 30)
{
    struct bench bench;

    open_bench(&bench);
    bench.place.site->acts[1].timeout_us = FO_MINUTE;
    agent(&bench, "exec sleep 60");
    expect_runs(&bench, "port=2\naction=status\n");
    close_bench(&bench);
}

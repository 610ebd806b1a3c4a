/* SPDX-License-Identifier: Apache-2.0 */
/* The engine behind its guard: a step that fails leaves the state from before, and too many end it.
 */
#include "failover/assert.h"
#include "monitord/engine_host.h"
#include "tests/lib/daemon_fixture.h"

static int fail_times;

static void fail_step(void *context, const struct fo_event *event)
{
    (void)context;
    if (fail_times > 0 && event->kind != FO_EVENT_BOOT) {
        fail_times--;
        FO_ASSERT(context != NULL);
    }
}

static void boot(struct md_engine_host *host, const struct place *place)
{
    struct md_guard_failure failure;
    struct fo_event event = {.kind = FO_EVENT_BOOT, .now_us = 1000, .boot = {.boot = 5}};

    md_guard_install();
    cr_assert(md_host_init(host, &place->site->policy, 5));
    cr_assert_not(md_host_restore(host, 0));
    host->before_step = fail_step;
    cr_assert_eq(md_host_step(host, &event, &failure), MD_HOST_STEPPED);
}

Test(engine_host, a_failed_step_changes_nothing_but_tells_the_engine)
{
    struct place place;
    struct md_engine_host host;
    struct md_guard_failure failure = {0};
    struct fo_view *view = calloc(1, sizeof(*view));
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = 2000};

    place_make(&place, 0);
    boot(&host, &place);
    fail_times = 1;
    cr_assert_eq(md_host_step(&host, &tick, &failure), MD_HOST_FROZE);
    cr_assert_str_eq(failure.text, "context != NULL");
    cr_assert_not_null(strstr(failure.file, "test_engine_host.c"));
    cr_assert_geq(host.next_us, 2000 + MD_HOST_TICK_PAUSE_US, "a failing timer would spin");
    md_host_view(&host, 3000, view);
    cr_assert_eq(view->mode, FO_MODE_FROZEN);
    tick.now_us = 4000;
    cr_assert_eq(md_host_step(&host, &tick, &failure), MD_HOST_STEPPED, "it lives on");
    md_host_free(&host);
    free(view);
    place_remove(&place);
}

Test(engine_host, an_engine_that_cannot_even_be_told_is_rebuilt_and_frozen)
{
    struct place place;
    struct md_engine_host host;
    struct md_guard_failure failure;
    struct fo_view *view = calloc(1, sizeof(*view));
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = 2000};

    place_make(&place, 0);
    boot(&host, &place);
    fail_times = 2; /* the tick, and the news of it; the rebuilt engine takes the news */
    cr_assert_eq(md_host_step(&host, &tick, &failure), MD_HOST_FROZE);
    md_host_view(&host, 3000, view);
    cr_assert_eq(view->mode, FO_MODE_FROZEN);
    md_host_free(&host);
    free(view);
    place_remove(&place);
}

Test(engine_host, too_many_failures_in_a_minute_end_the_engine_and_the_view_stays)
{
    struct place place;
    struct md_engine_host host;
    struct md_guard_failure failure;
    struct fo_view *view = calloc(1, sizeof(*view));
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = 2000};
    enum md_host_step how = MD_HOST_FROZE;

    place_make(&place, 0);
    boot(&host, &place);
    md_host_view(&host, 1500, view);
    for (unsigned i = 0; i <= MD_HOST_ASSERTIONS_MAX; i++) {
        cr_assert_eq(how, MD_HOST_FROZE, "ended after %u", i);
        fail_times = 1;
        tick.now_us += FO_MS;
        how = md_host_step(&host, &tick, &failure);
    }
    cr_assert_eq(how, MD_HOST_LOST);
    cr_assert(host.lost);
    cr_assert_eq(host.next_us, FO_NEVER);
    cr_assert_eq(md_host_step(&host, &tick, &failure), MD_HOST_STEPPED, "LOST is said once");
    cr_assert_eq(host.out->command_count, 0);
    md_host_view(&host, 5000, view);
    cr_assert_eq(view->mode, FO_MODE_FROZEN);
    cr_assert_not(view->acting);
    md_host_free(&host);
    free(view);
    place_remove(&place);
}

Test(engine_host, failures_far_apart_do_not_add_up)
{
    struct place place;
    struct md_engine_host host;
    struct md_guard_failure failure;
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = 2000};

    place_make(&place, 0);
    boot(&host, &place);
    for (unsigned i = 0; i < 3 * MD_HOST_ASSERTIONS_MAX; i++) {
        fail_times = 1;
        tick.now_us += 2 * MD_HOST_ASSERTIONS_WINDOW_US;
        cr_assert_eq(md_host_step(&host, &tick, &failure), MD_HOST_FROZE);
    }
    md_host_free(&host);
    place_remove(&place);
}

static void nested(void *context)
{
    struct md_guard_failure inner;

    fail_times = 1;
    cr_assert_not(md_guard_run((void (*)(void *))context, NULL, &inner));
}

static void fails(void *context)
{
    FO_ASSERT(context != NULL);
}

Test(engine_guard, guards_nest_and_a_work_that_ends_well_is_true)
{
    struct md_guard_failure failure;

    md_guard_install();
    cr_assert(md_guard_run(nested, (void *)fails, &failure));
    cr_assert_not(md_guard_run(fails, NULL, &failure));
    cr_assert_gt(failure.line, 0);
    cr_assert(md_guard_run(fails, &failure, &failure));
}

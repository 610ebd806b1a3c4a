/* SPDX-License-Identifier: Apache-2.0 */
/* The order law on a real engine and a real journal: what leaves before, after and without the
 * disk. */
#include "tests/lib/driver_stage.h"

/* ---- the order law ---- */

Test(driver_step, a_page_waits_until_its_row_is_on_disk)
{
    struct stage stage;

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_HELD);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_lag_long, &stage, LIMIT_MS));
    cr_assert_eq(stage.notified, 0, "a page left before its row was on disk");
    atomic_store(&stage.writer, WRITER_FREE);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS));
    cr_assert_geq(count_rows(&stage, "command", "\"kind\":\"notify\""), 1);
    close_stage(&stage);
}

Test(driver_step, beats_leave_while_the_disk_hangs)
{
    struct stage stage;
    unsigned before;

    open_stage(&stage);
    atomic_store(&stage.writer, WRITER_HELD);
    make_clock_unwell(&stage);
    before = stage.sent;
    place_turn(&stage.place, 600);
    cr_assert_geq(stage.sent - before, 8, "only %u beats in 600 ms", stage.sent - before);
    close_stage(&stage);
}

Test(driver_step, a_page_goes_although_the_journal_is_dead_and_is_written_down_later)
{
    struct stage stage;

    open_stage(&stage);
    atomic_store(&stage.writer, WRITER_FAILS);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS), "nobody was called");
    cr_assert_eq(count_rows(&stage, "command", "notify"), 0);
    atomic_store(&stage.writer, WRITER_FREE);
    cr_assert(place_wait(&stage.place, is_alive_again, &stage, LIMIT_MS));
    stop(&stage);
    cr_assert_geq(count_rows(&stage, "command", "\"kind\":\"notify\""), 1);
    cr_assert(verify(&stage).good);
    place_remove(&stage.place);
}

Test(driver_step, a_disk_that_hangs_for_three_seconds_counts_as_dead)
{
    struct stage stage;

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_HELD);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_FREE);
    cr_assert(place_wait(&stage.place, is_alive_again, &stage, LIMIT_MS));
    close_stage(&stage);
}

Test(driver_step, a_route_waits_for_the_disk)
{
    struct stage stage;

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, line_a_fails_until_routed, &stage, LIMIT_MS));
    cr_assert_eq(stage.route.line, 1);
    cr_assert_geq(count_rows(&stage, "command", "\"kind\":\"route\",\"line\":\"line-b\""), 1,
                  "the route left before its row could be read");
    close_stage(&stage);
}

Test(driver_step, a_route_is_refused_while_the_journal_is_dead)
{
    struct stage stage;

    open_stage(&stage);
    atomic_store(&stage.writer, WRITER_FAILS);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    place_wait(&stage.place, line_a_fails_until_routed, &stage, 2500);
    cr_assert_eq(stage.routed, 0, "a route was changed without a journal");
    close_stage(&stage);
}

/* ---- a change of holder ---- */

static bool chosen_with(struct stage *stage, const char *outcome)
{
    return count_rows(stage, "result", outcome) > 0;
}

struct wanting {
    struct stage *stage;
    uint64_t seq;
    uint64_t next_ns;
    uint8_t target;
};

static bool wants_until_plan(void *context)
{
    struct wanting *wanting = context;
    struct fo_view *view = calloc(1, sizeof(*view));
    bool done;

    if (uv_hrtime() >= wanting->next_ns) {
        beat_of_server(wanting->stage, ++wanting->seq);
        wanting->next_ns = uv_hrtime() + 20000000;
    }
    md_driver_view(wanting->stage->driver, view);
    done = view->plan_step > 3 || wanting->stage->fail_times < 0;
    free(view);
    return done;
}

Test(driver_step, a_change_of_holder_is_journalled_before_it_is_done)
{
    struct stage stage;
    struct wanting wanting = {.stage = &stage};

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, wants_until_plan, &wanting, LIMIT_MS), "nobody was chosen");
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "command", "\"kind\":\"choose\""), 1);
    cr_assert(chosen_with(&stage, "\"outcome\":\"done\""));
    place_remove(&stage.place);
}

Test(driver_step, a_change_of_holder_waits_no_longer_for_the_disk_than_its_budget)
{
    struct stage stage;
    struct wanting wanting = {.stage = &stage};

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_HELD);
    cr_assert(place_wait(&stage.place, wants_until_plan, &wanting, 2900), "nobody was chosen");
    stop(&stage);
    cr_assert(chosen_with(&stage, "\"outcome\":\"unjournalled\""));
    place_remove(&stage.place);
}

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

/* ---- an act that comes too late ---- */

#define PROMOTION_US (300 * FO_MS) /* long before a hanging disk counts as dead */

/* A pair without agents, of which the first serves and then dies with its service. */
struct pair {
    struct stage *stage;
    uint64_t next_ns, dead_ns;
};

static void probe_pair(struct pair *pair)
{
    static const struct fo_probe asked[] = {{.kind = FO_PROBE_HOST, .index = 0},
                                            {.kind = FO_PROBE_HOST, .index = 1},
                                            {.kind = FO_PROBE_SERVICE, .index = 0}};

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        struct fo_event event = {
            .kind = FO_EVENT_PROBE, .now_us = pb_clock_us(), .probe = asked[i]};
        bool other = asked[i].kind == FO_PROBE_HOST && asked[i].index == 1;

        event.probe.quality = FO_GOOD;
        event.probe.ok = pair->dead_ns == 0 || other;
        event.probe.reason = event.probe.ok ? FO_REASON_NONE : FO_REASON_NO_ANSWER;
        md_driver_feed(pair->stage->driver, &event);
    }
}

static bool is_adopted(void *context)
{
    struct pair *pair = context;

    probe_pair(pair);
    return count_rows(pair->stage, "record", "adopted_holder") > 0;
}

/* Its promotion was asked for, and the time for it is over. */
static bool is_promotion_late(void *context)
{
    struct pair *pair = context;

    if (uv_hrtime() >= pair->next_ns) {
        probe_pair(pair);
        pair->next_ns = uv_hrtime() + 20000000;
    }
    return uv_hrtime() - pair->dead_ns > 1500000000;
}

static bool is_promotion_told(void *context)
{
    return count_rows(context, "command", "\"kind\":\"promote\"") > 0 &&
           count_rows(context, "result", "\"reason\":\"blocked_journal\"") > 0;
}

static void open_pair(struct stage *stage)
{
    memset(stage, 0, sizeof(*stage));
    stage->boot = 100;
    stage->fail_kind = -1;
    place_make(&stage->place, 0);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        struct fo_server_policy *server = &stage->place.site->policy.servers[i];

        server->agentless = true;
        server->fence_available = false;
        server->fence_required = false;
    }
    stage->place.site->policy.take_over_us = PROMOTION_US;
    start(stage);
}

Test(driver_step, a_promotion_whose_row_comes_to_the_disk_after_its_deadline_is_not_begun)
{
    struct stage stage;
    struct pair pair = {.stage = &stage};

    open_pair(&stage);
    cr_assert(place_wait(&stage.place, is_adopted, &pair, LIMIT_MS), "nobody serves");
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_HELD);
    pair.dead_ns = uv_hrtime();
    cr_assert(place_wait(&stage.place, is_promotion_late, &pair, LIMIT_MS));
    atomic_store(&stage.writer, WRITER_FREE);
    cr_assert(place_wait(&stage.place, is_promotion_told, &stage, LIMIT_MS), "no promotion at all");
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    cr_assert_eq(stage.fenced, 0, "people have been told that it failed, and it was begun");
    close_stage(&stage);
}

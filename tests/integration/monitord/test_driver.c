/* SPDX-License-Identifier: Apache-2.0 */
/* The driver with a real engine, a real journal and acts that only take notes: what leaves before,
 * after and without the disk, what a failed assertion leaves behind, and what a new start
 * remembers. */
#include "failover/assert.h"
#include "monitord/driver.h"
#include "monitord/engine_guard.h"
#include "monitord/journal_read.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

#include <sqlite3.h>
#include <stdatomic.h>

#define LIMIT_MS 8000

enum writer { WRITER_FREE, WRITER_HELD, WRITER_FAILS };

struct stage {
    struct place place;
    struct md_driver *driver;
    _Atomic int writer;
    _Atomic int commits;
    unsigned notified, fenced, routed, sent, changed, lost, synced;
    struct fo_command notify, route;
    struct fo_stamp own; /* of M's newest beat */
    bool stopped;
    uint64_t boot;
    /* the step that shall fail */
    int fail_kind;
    int fail_times;
};

static int hold_writer(void *context)
{
    struct stage *stage = context;

    while (atomic_load(&stage->writer) == WRITER_HELD) {
        struct timespec moment = {.tv_nsec = 1000000};

        nanosleep(&moment, NULL);
    }
    atomic_fetch_add(&stage->commits, 1);
    return atomic_load(&stage->writer) == WRITER_FAILS ? 1 : 0;
}

static void fail_step(void *context, const struct fo_event *event)
{
    struct stage *stage = context;

    if (stage->fail_times > 0 && (stage->fail_kind < 0 || event->kind == stage->fail_kind)) {
        stage->fail_times--;
        FO_ASSERT(stage == NULL);
    }
}

static void on_send(void *context, const struct fo_datagram *datagram)
{
    struct stage *stage = context;

    stage->sent++;
    if (datagram->kind == FO_DATAGRAM_BEAT) {
        stage->own = datagram->beat.stamp;
    }
}

static void on_poll(void *context, unsigned device)
{
    (void)context;
    (void)device;
}

static void on_notify(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    stage->notified++;
    stage->notify = *command;
}

static void on_fence(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    (void)command;
    stage->fenced++;
}

static void on_route(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    stage->routed++;
    stage->route = *command;
}

static void on_changed(void *context)
{
    ((struct stage *)context)->changed++;
}

static void on_synced(void *context)
{
    ((struct stage *)context)->synced++;
}

static void on_lost(void *context)
{
    ((struct stage *)context)->lost++;
}

static void start(struct stage *stage)
{
    struct md_driver_config config = {.site = stage->place.site,
                                      .loop = &stage->place.loop,
                                      .boot = ++stage->boot,
                                      .host_boot = "this-boot",
                                      .acts = {on_send, on_poll, on_notify, on_fence, on_route,
                                               on_changed, on_synced, on_lost, stage},
                                      .before_step = fail_step,
                                      .before_commit = hold_writer,
                                      .test_context = stage};
    char error[256];

    stage->driver = md_driver_start(&config, error, sizeof(error));
    cr_assert_not_null(stage->driver, "%s", error);
}

static void open_stage(struct stage *stage)
{
    memset(stage, 0, sizeof(*stage));
    stage->boot = 100;
    stage->fail_kind = -1;
    place_make(&stage->place, 0);
    start(stage);
}

static void on_stopped(void *context)
{
    ((struct stage *)context)->stopped = true;
}

static bool is_stopped(void *context)
{
    return ((struct stage *)context)->stopped;
}

static void stop(struct stage *stage)
{
    atomic_store(&stage->writer, WRITER_FREE);
    stage->stopped = false;
    md_driver_stop(stage->driver, "test", on_stopped, stage);
    cr_assert(place_wait(&stage->place, is_stopped, stage, LIMIT_MS));
}

static void close_stage(struct stage *stage)
{
    stop(stage);
    place_remove(&stage->place);
}

/* An incident with one page for each of them, at once: the monitor's own clock is unwell. */
static void make_clock_unwell(struct stage *stage)
{
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .now_us = pb_clock_us(),
                             .self = {.kind = FO_SELF_CLOCK, .value = 0}};

    md_driver_feed(stage->driver, &event);
}

static void probe_line(struct stage *stage, unsigned line, bool ok)
{
    for (unsigned target = 0; target < 2; target++) {
        struct fo_event event = {.kind = FO_EVENT_PROBE,
                                 .now_us = pb_clock_us(),
                                 .probe = {.kind = FO_PROBE_TARGET,
                                           .index = (uint8_t)line,
                                           .target = (uint8_t)target,
                                           .ok = ok,
                                           .reason = ok ? FO_REASON_NONE : FO_REASON_NO_ANSWER,
                                           .rtt_us = 1000}};

        md_driver_feed(stage->driver, &event);
    }
}

/* The preferred line fails, the other is well, long enough for any window. */
static bool line_a_fails_until_routed(void *context)
{
    struct stage *stage = context;

    probe_line(stage, 0, false);
    probe_line(stage, 1, true);
    return stage->routed > 0;
}

/* An agent that wants the lease and answers our beats: the engine will have to choose. */
static void beat_of_server(struct stage *stage, uint64_t seq)
{
    struct fo_event event = {.kind = FO_EVENT_DATAGRAM, .now_us = pb_clock_us()};
    struct fo_beat *beat = &event.datagram.datagram.beat;

    event.datagram.datagram.kind = FO_DATAGRAM_BEAT;
    event.datagram.datagram.to = FO_VOTER_NONE;
    beat->sender = FO_VOTER_P;
    beat->stamp = (struct fo_stamp){7, seq};
    beat->echo[FO_VOTER_M] = stage->own;
    beat->claim = FO_CLAIM_WANT;
    beat->health = FO_HEALTH_OK;
    beat->lease_us = stage->place.site->policy.lease.lease_us;
    beat->silence_us = FO_NEVER;
    beat->choice = FO_VOTER_NONE;
    beat->next = FO_VOTER_NONE;
    md_driver_feed(stage->driver, &event);
}

static bool is_notified(void *context)
{
    return ((struct stage *)context)->notified > 0;
}

static bool is_lag_long(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return facts.journal_lag_us > 200 * FO_MS;
}

static bool is_dead(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return !facts.journal_alive;
}

static bool is_alive_again(void *context)
{
    return !is_dead(context);
}

static bool nothing_waits(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return facts.journal_lag_us == 0 || facts.waiting == 0;
}

/* ---- reading the journal back ---- */

struct count {
    const char *kind, *text;
    unsigned found;
};

static bool count_entry(void *context, const struct md_journal_entry *entry)
{
    struct count *count = context;

    if (strcmp(entry->kind, count->kind) == 0 && strstr(entry->body, count->text) != NULL) {
        count->found++;
    }
    return true;
}

static unsigned count_rows(const struct stage *stage, const char *kind, const char *text)
{
    struct count count = {kind, text, 0};
    char path[160], error[256];
    struct md_journal_reader *reader;

    snprintf(path, sizeof(path), "%s/journal.sqlite", stage->place.directory);
    reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    cr_assert(md_journal_read_from(reader, 1, 0, count_entry, &count));
    md_journal_reader_close(reader);
    return count.found;
}

static struct md_journal_verdict verify(const struct stage *stage)
{
    struct md_journal_verdict verdict;
    char path[160], error[256];
    struct md_journal_reader *reader;

    snprintf(path, sizeof(path), "%s/journal.sqlite", stage->place.directory);
    reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    md_journal_verify(reader, &verdict);
    md_journal_reader_close(reader);
    return verdict;
}

/* ---- the order law ---- */

Test(driver, a_page_waits_until_its_row_is_on_disk)
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

Test(driver, beats_leave_while_the_disk_hangs)
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

Test(driver, a_page_goes_although_the_journal_is_dead_and_is_written_down_later)
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

Test(driver, a_disk_that_hangs_for_three_seconds_counts_as_dead)
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

Test(driver, a_route_waits_for_the_disk)
{
    struct stage stage;

    open_stage(&stage);
    cr_assert(place_wait(&stage.place, line_a_fails_until_routed, &stage, LIMIT_MS));
    cr_assert_eq(stage.route.line, 1);
    cr_assert_geq(count_rows(&stage, "command", "\"kind\":\"route\",\"line\":\"line-b\""), 1,
                  "the route left before its row could be read");
    close_stage(&stage);
}

Test(driver, a_route_is_refused_while_the_journal_is_dead)
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

Test(driver, a_change_of_holder_is_journalled_before_it_is_done)
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

Test(driver, a_change_of_holder_waits_no_longer_for_the_disk_than_its_budget)
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

/* ---- results, keys, orders ---- */

Test(driver, the_result_of_a_key_that_is_not_under_way_is_ignored)
{
    struct stage stage;
    struct fo_key key = {1, 999};

    open_stage(&stage);
    md_driver_result(stage.driver, key, FO_OUTCOME_DONE, 0, 0);
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "result", ""), 0);
    place_remove(&stage.place);
}

Test(driver, a_result_is_written_down_with_its_key)
{
    struct stage stage;

    open_stage(&stage);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS));
    md_driver_result(stage.driver, stage.notify.key, FO_OUTCOME_ACCEPTED, 0, 250);
    md_driver_result(stage.driver, stage.notify.key, FO_OUTCOME_FAILED, 0, 550);
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "result", "\"detail\":250"), 1);
    cr_assert_eq(count_rows(&stage, "result", "\"detail\":550"), 0, "one key ended twice");
    place_remove(&stage.place);
}

Test(driver, an_order_is_written_down_with_the_user_it_came_from)
{
    struct stage stage;
    struct md_order_outcome outcome;
    struct fo_order order = {
        .kind = FO_ORDER_HOLD, .person = 0, .second = FO_NONE, .server = FO_NONE};

    open_stage(&stage);
    md_driver_order(stage.driver, &order, 4711, &outcome);
    cr_assert(outcome.taken, "%u", outcome.reason);
    cr_assert_neq(outcome.ticket, 0);
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "order",
                            "{\"order\":\"hold\",\"person\":\"person-1\",\"refused\":null,"
                            "\"uid\":4711}"),
                 1);
    place_remove(&stage.place);
}

Test(driver, a_change_is_refused_while_the_journal_is_dead_but_an_acknowledgement_is_taken)
{
    struct stage stage;
    struct md_order_outcome outcome;
    struct fo_order order = {
        .kind = FO_ORDER_HOLD, .person = 0, .second = FO_NONE, .server = FO_NONE};

    open_stage(&stage);
    atomic_store(&stage.writer, WRITER_FAILS);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    md_driver_order(stage.driver, &order, 0, &outcome);
    cr_assert_not(outcome.taken);
    cr_assert_eq(outcome.reason, FO_REASON_JOURNAL_DEAD);
    order = (struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE,
                              .person = 0,
                              .second = FO_NONE,
                              .server = FO_NONE,
                              .incident = 1};
    md_driver_order(stage.driver, &order, 0, &outcome);
    cr_assert(outcome.taken, "%u", outcome.reason);
    cr_assert(outcome.journal_dead);
    close_stage(&stage);
}

/* ---- a failed assertion ---- */

Test(driver, a_failed_assertion_freezes_actions_and_still_calls_people)
{
    struct stage stage;
    struct fo_view *view = calloc(1, sizeof(*view));

    open_stage(&stage);
    stage.fail_kind = FO_EVENT_PROBE;
    stage.fail_times = 1;
    probe_line(&stage, 0, true);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS), "nobody was called");
    cr_assert_eq(stage.notify.reason, FO_REASON_ENGINE_ASSERTION);
    md_driver_view(stage.driver, view);
    cr_assert_eq(view->mode, FO_MODE_FROZEN);
    cr_assert_not(view->acting);
    place_wait(&stage.place, line_a_fails_until_routed, &stage, 2500);
    cr_assert_eq(stage.routed, 0, "a frozen engine acted");
    cr_assert_eq(stage.lost, 0);
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "alarm", "engine_assertion"), 1);
    free(view);
    place_remove(&stage.place);
}

Test(driver, an_assertion_that_fails_on_every_event_ends_the_engine_and_calls_people_without_it)
{
    struct stage stage;
    struct fo_view *view = calloc(1, sizeof(*view));

    open_stage(&stage);
    stage.fail_times = 1000;
    probe_line(&stage, 0, true);
    cr_assert_eq(stage.lost, 1);
    md_driver_view(stage.driver, view);
    cr_assert_eq(view->mode, FO_MODE_FROZEN, "the screen does not say so");
    probe_line(&stage, 0, true);
    cr_assert_eq(stage.lost, 1, "people are called once");
    free(view);
    close_stage(&stage);
}

/* ---- a new start ---- */

Test(driver, an_open_incident_and_its_page_are_remembered_by_the_next_process)
{
    struct stage stage;
    struct fo_view *view = calloc(1, sizeof(*view));
    struct fo_key first;

    open_stage(&stage);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS));
    first = stage.notify.key;
    stop(&stage); /* the page has no result: it may or may not have been sent */

    stage.notified = 0;
    start(&stage);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS), "the page was forgotten");
    cr_assert_eq(stage.notify.key.boot, first.boot);
    cr_assert_eq(stage.notify.key.sequence, first.sequence);
    cr_assert(stage.notify.notify.resend);
    md_driver_view(stage.driver, view);
    cr_assert_geq(view->incident_count, 1);
    cr_assert_eq(view->incidents[0].number, 1);
    stop(&stage);
    cr_assert_geq(count_rows(&stage, "record", "attempt_repeated"), 1);
    cr_assert_eq(count_rows(&stage, "start", ""), 2);
    cr_assert(verify(&stage).good);
    free(view);
    place_remove(&stage.place);
}

Test(driver, a_damaged_snapshot_starts_an_empty_engine_and_keeps_the_journal)
{
    struct stage stage;
    char path[160];
    sqlite3 *database;

    open_stage(&stage);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS));
    stop(&stage);
    snprintf(path, sizeof(path), "%s/journal.sqlite", stage.place.directory);
    cr_assert_eq(sqlite3_open(path, &database), SQLITE_OK);
    cr_assert_eq(
        sqlite3_exec(database, "UPDATE snapshot SET bytes = x'00112233'", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(database);
    start(&stage);
    stop(&stage);
    cr_assert_eq(count_rows(&stage, "start", "snapshot refused"), 1);
    cr_assert(verify(&stage).good);
    place_remove(&stage.place);
}

Test(driver, a_directory_that_cannot_be_written_gives_a_dead_journal_and_a_living_daemon)
{
    struct stage stage;
    char path[160];

    memset(&stage, 0, sizeof(stage));
    stage.boot = 100;
    place_make(&stage.place, 0);
    snprintf(path, sizeof(path), "%s/journal.sqlite", stage.place.directory);
    cr_assert_eq(mkdir(path, 0700), 0); /* stops even root */
    start(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    cr_assert(place_wait(&stage.place, is_notified, &stage, LIMIT_MS),
              "nobody was told of the dead journal");
    cr_assert_eq(rmdir(path), 0);
    cr_assert(place_wait(&stage.place, is_alive_again, &stage, LIMIT_MS));
    stop(&stage);
    cr_assert(verify(&stage).good);
    place_remove(&stage.place);
}

/* ---- time ---- */

Test(driver, a_stall_of_our_own_is_told_to_the_engine_before_anything_else)
{
    struct stage stage;
    struct md_driver_facts facts;
    struct timespec gap = {.tv_nsec = 400000000};

    open_stage(&stage);
    place_turn(&stage.place, 100);
    nanosleep(&gap, NULL);
    md_driver_facts(stage.driver, &facts);
    cr_assert_eq(facts.stalls, 0);
    probe_line(&stage, 0, true);
    md_driver_facts(stage.driver, &facts);
    cr_assert_geq(facts.stalls, 1);
    close_stage(&stage);
}

Test(driver, waiting_is_never_taken_for_a_stall)
{
    struct stage stage;
    struct md_driver_facts facts;

    open_stage(&stage);
    place_turn(&stage.place, 300);
    md_driver_facts(stage.driver, &facts);
    cr_assert_leq(facts.stalls, 1, "%d stalls in an idle loop", (int)facts.stalls);
    close_stage(&stage);
}

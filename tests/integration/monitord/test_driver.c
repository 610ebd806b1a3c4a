/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's results, orders, failed assertions, new starts and sense of time, on a real engine
 * and a real journal. */
#include "tests/lib/driver_stage.h"

#include <sqlite3.h>

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
    struct md_driver_facts before, facts;
    struct timespec gap = {.tv_nsec = 400000000};

    open_stage(&stage);
    place_turn(&stage.place, 100);
    md_driver_facts(stage.driver, &before); /* a busy machine may have made one already */
    nanosleep(&gap, NULL);
    md_driver_facts(stage.driver, &facts);
    cr_assert_eq(facts.stalls, before.stalls);
    probe_line(&stage, 0, true);
    md_driver_facts(stage.driver, &facts);
    cr_assert_gt(facts.stalls, before.stalls);
    close_stage(&stage);
}

/* A busy machine may make us stall; one that took waiting for a stall would find one each time. */
Test(driver, waiting_is_never_taken_for_a_stall)
{
    struct stage stage;
    struct md_driver_facts before, facts;
    unsigned tries = 0;

    open_stage(&stage);
    place_turn(&stage.place, 100);
    do {
        md_driver_facts(stage.driver, &before);
        place_turn(&stage.place, 300);
        md_driver_facts(stage.driver, &facts);
    } while (facts.stalls != before.stalls && ++tries < 5);
    cr_assert_eq(facts.stalls, before.stalls, "a stall in each of %u idle stretches", tries);
    close_stage(&stage);
}

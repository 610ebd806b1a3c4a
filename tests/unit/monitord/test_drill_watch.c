/* SPDX-License-Identifier: Apache-2.0 */
/* From journal and wall clock to the engine: that a drill is due is said once, at its instant, by
 * day; that it is carried out at any hour; nothing is said that is not known. */
#include "monitord/drill_watch.h"

#include "monitord/journal_writer.h"
#include "tests/lib/daemon_fixture.h"

#define TEN_MS 1793494800000LL /* 2026-11-01 10:00 in Japan */
#define HOUR_MS 3600000LL
#define DAY_MS (24 * HOUR_MS)
#define DONE                                                                               \
    "{\"order\":\"drill_ended\",\"text\":\"{\\\"id\\\":\\\"DRILL-1\\\",\\\"held\\\":true," \
    "\\\"aborted\\\":null}\"}"

static struct place place;
static struct md_drill_watch *watch;
static int64_t said[16];
static unsigned said_count;
static fo_us now_us;

static void take(void *context, const struct fo_event *event)
{
    (void)context;
    cr_assert_lt(said_count, 16U);
    cr_assert_eq(event->kind, FO_EVENT_SELF);
    cr_assert_eq(event->self.kind, FO_SELF_DRILL);
    said[said_count++] = event->self.value;
}

static void write_row(const char *kind, const char *body, fo_wall_ms wall_ms)
{
    char error[256], *kept = strdup(body);
    struct md_journal_row row = {.kind = kind, .body = kept, .wall_ms = wall_ms};
    struct md_journal_file *file =
        md_journal_file_open(place.directory, "site-1", error, sizeof(error));

    cr_assert_not_null(file, "%s", error);
    cr_assert(md_journal_file_begin(file, error, sizeof(error)));
    cr_assert(md_journal_file_row(file, 5, &row, error, sizeof(error)), "%s", error);
    cr_assert(md_journal_file_commit(file, error, sizeof(error)), "%s", error);
    md_journal_file_close(file);
    free(kept);
}

static bool is_known(void *context)
{
    (void)context;
    return md_drill_watch_facts(watch) != NULL;
}

static bool is_done(void *context)
{
    (void)context;
    return md_drill_watch_facts(watch)->last_wall_ms != 0;
}

/* A minute passes: the journal is read until the condition holds. */
static void read_until(bool (*condition)(void *context), fo_wall_ms wall_ms)
{
    now_us += FO_MINUTE;
    md_drill_watch_round(watch, now_us, wall_ms);
    cr_assert(place_wait(&place, condition, NULL, 5000));
}

/* A site whose journal begins at that instant, watched for the first time just then. */
static void begin(fo_wall_ms first_ms)
{
    place_make(&place, 0);
    write_row("start", "{\"reason\":\"start\"}", first_ms);
    said_count = 0;
    watch = md_drill_watch_start(&place.loop, place.site, take, NULL);
    cr_assert_not_null(watch);
    md_drill_watch_round(watch, now_us, first_ms);
    cr_assert_null(md_drill_watch_facts(watch));
    read_until(is_known, first_ms);
    cr_assert_eq(said_count, 0);
    md_drill_watch_round(watch, now_us, first_ms);
    cr_assert_eq(said_count, 1, "what may be open from before is over");
    cr_assert_eq(said[0], FO_DRILL_NOT_DUE);
}

static void end(void)
{
    md_drill_watch_stop(watch);
    place_remove(&place);
}

/* What has been said by that instant. */
static unsigned by(fo_wall_ms wall_ms)
{
    md_drill_watch_round(watch, now_us, wall_ms);
    return said_count;
}

Test(drill_watch, due_soon_and_overdue_are_said_once_at_their_instant_and_the_end_at_any_hour)
{
    begin(TEN_MS);
    cr_assert_eq(by(TEN_MS + 28 * DAY_MS - 1), 1);
    cr_assert_eq(by(TEN_MS + 28 * DAY_MS), 2);
    cr_assert_eq(said[1], FO_DRILL_DUE_SOON);
    cr_assert_eq(by(TEN_MS + 35 * DAY_MS - 1), 2);
    cr_assert_eq(by(TEN_MS + 35 * DAY_MS), 3);
    cr_assert_eq(said[2], FO_DRILL_OVERDUE);
    cr_assert_eq(by(TEN_MS + 36 * DAY_MS), 3);
    write_row("order", DONE, TEN_MS + 36 * DAY_MS + 13 * HOUR_MS);
    read_until(is_done, TEN_MS + 36 * DAY_MS);
    cr_assert_eq(by(TEN_MS + 36 * DAY_MS + 14 * HOUR_MS), 4, "at midnight");
    cr_assert_eq(said[3], FO_DRILL_NOT_DUE);
    end();
}

Test(drill_watch, what_falls_due_at_night_waits_for_the_morning)
{
    fo_wall_ms two_ms = TEN_MS - 8 * HOUR_MS; /* in the night */

    begin(two_ms);
    cr_assert_eq(by(two_ms + 28 * DAY_MS), 1);
    cr_assert_eq(by(two_ms + 28 * DAY_MS + 6 * HOUR_MS - 1), 1);
    cr_assert_eq(by(two_ms + 28 * DAY_MS + 6 * HOUR_MS), 2, "at eight");
    cr_assert_eq(by(two_ms + 35 * DAY_MS), 2);
    cr_assert_eq(by(two_ms + 35 * DAY_MS + 6 * HOUR_MS), 3);
    cr_assert_eq(said[2], FO_DRILL_OVERDUE);
    end();
}

Test(drill_watch, what_falls_due_in_the_evening_does_so_too)
{
    fo_wall_ms twenty_ms = TEN_MS + 10 * HOUR_MS;

    begin(twenty_ms);
    cr_assert_eq(by(twenty_ms + 28 * DAY_MS), 1);
    cr_assert_eq(by(twenty_ms + 28 * DAY_MS + 12 * HOUR_MS), 2);
    cr_assert_eq(by(twenty_ms + 35 * DAY_MS - 1), 2);
    cr_assert_eq(by(twenty_ms + 35 * DAY_MS - 1 + DAY_MS), 3, "the last millisecond of the day");
    end();
}

Test(drill_watch, a_journal_that_cannot_be_read_says_nothing_and_is_read_again)
{
    place_make(&place, 0);
    watch = md_drill_watch_start(&place.loop, place.site, take, NULL);
    md_drill_watch_round(watch, 0, TEN_MS);
    md_drill_watch_round(watch, FO_MINUTE, TEN_MS);
    place_turn(&place, 100);
    cr_assert_eq(by(TEN_MS + 100 * DAY_MS), 0);
    write_row("start", "{\"reason\":\"start\"}", TEN_MS);
    now_us = FO_MINUTE;
    read_until(is_known, TEN_MS);
    cr_assert_eq(by(TEN_MS + 100 * DAY_MS), 1);
    cr_assert_eq(said[0], FO_DRILL_OVERDUE);
    end();
}

Test(drill_watch, a_watch_that_is_stopped_while_it_reads_goes_when_it_has_read)
{
    place_make(&place, 0);
    watch = md_drill_watch_start(&place.loop, place.site, take, NULL);
    md_drill_watch_round(watch, 0, TEN_MS);
    md_drill_watch_round(watch, FO_MINUTE, TEN_MS);
    end();
    cr_assert_eq(said_count, 0);
}

Test(drill_watch, a_site_that_demands_no_drill_is_not_watched)
{
    place_make(&place, 0);
    place.site->drill_every_us = 0;
    watch = md_drill_watch_start(&place.loop, place.site, take, NULL);
    cr_assert_null(watch);
    cr_assert_null(md_drill_watch_facts(watch));
    end();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The last drill as the journal tells it, and the instants from which the next is due and overdue.
 */
#include "monitord/drill_due.h"

#include <criterion/criterion.h>

#define FIRST_MS 1793494800000LL
#define DAY_MS 86400000LL
#define DAY_US (24 * FO_HOUR)

static void row(struct md_drill_due *due, int64_t wall_ms, const char *kind, const char *body)
{
    struct md_journal_entry entry = {.wall_ms = wall_ms, .kind = kind, .body = body};

    cr_assert(md_drill_due_take(due, &entry));
}

static struct md_drill_due begun(void)
{
    struct md_drill_due due = {0};

    row(&due, FIRST_MS, "start", "{\"reason\":\"start\"}");
    return due;
}

Test(drill_due, a_simulator_drill_counts_from_its_end_whether_it_held_or_not)
{
    struct md_drill_due due = begun();

    row(&due, FIRST_MS + 1000, "order",
        "{\"order\":\"drill_started\",\"text\":\"{\\\"id\\\":\\\"DRILL-1\\\"}\"}");
    cr_assert_eq(due.last_wall_ms, 0, "begun is not done");
    row(&due, FIRST_MS + 2000, "order",
        "{\"order\":\"drill_ended\",\"text\":\"{\\\"id\\\":\\\"DRILL-1\\\",\\\"held\\\":false,"
        "\\\"aborted\\\":null}\"}");
    cr_assert_eq(due.last_wall_ms, FIRST_MS + 2000);
}

Test(drill_due, one_that_was_broken_off_or_refused_or_makes_no_sense_does_not)
{
    struct md_drill_due due = begun();

    row(&due, FIRST_MS + 1000, "order",
        "{\"order\":\"drill_ended\",\"text\":\"{\\\"aborted\\\":\\\"real\\\"}\"}");
    row(&due, FIRST_MS + 2000, "order",
        "{\"order\":\"drill_ended\",\"refused\":\"not-allowed\",\"text\":\"{\\\"id\\\":1}\"}");
    row(&due, FIRST_MS + 3000, "order", "{\"order\":\"drill_ended\",\"text\":\"drill_\"}");
    row(&due, FIRST_MS + 4000, "order", "{\"order\":\"drill_ended\"");
    row(&due, FIRST_MS + 5000, "command", "{\"name\":\"drill_ended\"}");
    cr_assert_eq(due.last_wall_ms, 0);
    cr_assert_eq(due.first_wall_ms, FIRST_MS);
}

Test(drill_due, a_switchover_drill_counts_when_it_has_moved_the_service_and_ended)
{
    struct md_drill_due due = begun();

    row(&due, FIRST_MS + 1000, "record",
        "{\"name\":\"drill_started\",\"why\":\"switchover_drill\",\"number\":7}");
    row(&due, FIRST_MS + 2000, "record", "{\"name\":\"drill_switched\",\"number\":7}");
    row(&due, FIRST_MS + 3000, "record", "{\"name\":\"drill_ended\",\"number\":8}");
    cr_assert_eq(due.last_wall_ms, 0, "another one");
    row(&due, FIRST_MS + 4000, "record", "{\"name\":\"drill_ended\",\"number\":7}");
    cr_assert_eq(due.last_wall_ms, FIRST_MS + 4000);
}

Test(drill_due, a_switchover_drill_that_moved_nothing_or_gave_way_and_a_roll_call_do_not)
{
    struct md_drill_due due = begun();

    row(&due, FIRST_MS + 1000, "record",
        "{\"name\":\"drill_started\",\"why\":\"switchover_drill\",\"number\":7}");
    row(&due, FIRST_MS + 2000, "record", "{\"name\":\"drill_ended\",\"number\":7}");
    row(&due, FIRST_MS + 3000, "record",
        "{\"name\":\"drill_started\",\"why\":\"switchover_drill\",\"number\":8}");
    row(&due, FIRST_MS + 4000, "record", "{\"name\":\"drill_switched\",\"number\":8}");
    row(&due, FIRST_MS + 5000, "record", "{\"name\":\"drill_aborted\",\"number\":8}");
    row(&due, FIRST_MS + 6000, "record",
        "{\"name\":\"drill_started\",\"why\":\"drill\",\"number\":9}");
    row(&due, FIRST_MS + 7000, "record", "{\"name\":\"drill_ended\",\"number\":9}");
    cr_assert_eq(due.last_wall_ms, 0);
}

Test(drill_due, it_is_due_and_overdue_from_the_very_millisecond)
{
    struct md_drill_due due = begun();
    fo_us every_us = 35 * DAY_US, notice_us = 7 * DAY_US;

    cr_assert_eq(md_drill_due_at(&due, every_us), FIRST_MS + 35 * DAY_MS, "from the beginning");
    due.last_wall_ms = FIRST_MS + 3 * DAY_MS;
    fo_wall_ms at_ms = due.last_wall_ms + 35 * DAY_MS;
    cr_assert_eq(md_drill_due_at(&due, every_us), at_ms);
    cr_assert_eq(md_drill_due_state(&due, every_us, notice_us, at_ms - 7 * DAY_MS - 1),
                 FO_DRILL_NOT_DUE);
    cr_assert_eq(md_drill_due_state(&due, every_us, notice_us, at_ms - 7 * DAY_MS),
                 FO_DRILL_DUE_SOON);
    cr_assert_eq(md_drill_due_state(&due, every_us, notice_us, at_ms - 1), FO_DRILL_DUE_SOON);
    cr_assert_eq(md_drill_due_state(&due, every_us, notice_us, at_ms), FO_DRILL_OVERDUE);
}

Test(drill_due, nothing_is_due_where_none_is_demanded_or_nothing_is_known)
{
    struct md_drill_due due = begun(), empty = {0};

    cr_assert_eq(md_drill_due_at(&due, 0), 0);
    cr_assert_eq(md_drill_due_state(&due, 0, 0, FIRST_MS + 1000 * DAY_MS), FO_DRILL_NOT_DUE);
    cr_assert_eq(md_drill_due_state(&empty, DAY_US, FO_HOUR, FIRST_MS), FO_DRILL_NOT_DUE);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of one incident that two monitors have followed while they were cut apart: which two are
 * one, and that nothing anybody said or heard is lost when they are joined. */
#include "failover/merge.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOON_MS 1790000000000

/* The incident as one of the monitors knows it: open, nobody called yet. */
static struct fo_incident line_down(void)
{
    struct fo_incident incident;
    memset(&incident, 0, sizeof incident);
    incident.number = 7;
    incident.state = FO_INCIDENT_OPEN;
    incident.severity = 3;
    incident.epoch = 1;
    incident.cause = FO_REASON_LINE_DOWN;
    incident.subject = (struct fo_subject){FO_SUBJECT_LINE, 1};
    incident.opened_wall_ms = NOON_MS;
    incident.owned_by = FO_NONE;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        incident.branches[i] = (struct fo_climb){.rung = FO_NONE,
                                                 .acked_by = FO_NONE,
                                                 .next_rung_us = FO_NEVER,
                                                 .ack_until_us = FO_NEVER};
    }
    return incident;
}

static struct fo_climb climb(uint8_t rung, uint8_t acked_by, fo_us until_us)
{
    return (struct fo_climb){.rung = rung,
                             .acked_by = acked_by,
                             .next_rung_us = acked_by == FO_NONE ? 50 : FO_NEVER,
                             .ack_until_us = until_us};
}

/* The two are one as they are, and are not with one thing of the second changed. */
#define are_two(...)                                              \
    do {                                                          \
        struct fo_incident a = line_down(), b = line_down();      \
        cr_assert(fo_merge_same(&a, &b));                         \
        __VA_ARGS__;                                              \
        cr_assert_not(fo_merge_same(&a, &b), "%s", #__VA_ARGS__); \
    } while (0)

Test(merge, only_the_same_cause_of_the_same_thing_in_the_same_onset_is_one)
{
    are_two(a.state = FO_INCIDENT_RECOVERED);
    are_two(b.state = FO_INCIDENT_RECOVERED);
    are_two(b.cause = FO_REASON_LINE_DEGRADED);
    are_two(b.subject.index = 0);
    are_two(b.drill = true);
    are_two(b.opened_wall_ms = NOON_MS + 3600 * 1000);
    are_two(b.opened_wall_ms = NOON_MS - 3600 * 1000);
    struct fo_incident a = line_down(), b = line_down();
    b.opened_wall_ms = NOON_MS + 3600 * 1000 - 1;
    cr_assert(fo_merge_same(&a, &b), "within the hour it is one onset");
    b.opened_wall_ms = NOON_MS - 3600 * 1000 + 1;
    cr_assert(fo_merge_same(&a, &b));
}

Test(merge, each_branch_stands_where_it_was_climbed_furthest)
{
    struct fo_incident kept = line_down(), other = line_down();
    kept.branches[0] = climb(1, FO_NONE, FO_NEVER);
    other.branches[0] = climb(2, FO_NONE, FO_NEVER);
    kept.branches[1] = climb(4, FO_NONE, FO_NEVER);
    other.branches[1] = climb(3, FO_NONE, FO_NEVER);
    other.branches[2] = climb(5, FO_NONE, FO_NEVER); /* only the other one called it */
    kept.branches[3] = climb(6, FO_NONE, FO_NEVER);  /* only this one called it */
    fo_merge(&kept, &other);
    cr_assert_eq(kept.branches[0].rung, 2);
    cr_assert_eq(kept.branches[1].rung, 4);
    cr_assert_eq(kept.branches[2].rung, 5);
    cr_assert_eq(kept.branches[3].rung, 6);
}

Test(merge, a_word_given_to_either_stops_both_for_as_long_as_the_longer_lasts)
{
    struct fo_incident kept = line_down(), other = line_down();
    kept.branches[0] = climb(1, FO_NONE, FO_NEVER);
    other.branches[0] = climb(1, 3, 900); /* said to the other one */
    kept.branches[1] = climb(1, 4, 800);  /* said to both, this one lasts longer */
    other.branches[1] = climb(1, 5, 700);
    kept.branches[2] = climb(1, 4, 600); /* said to both, the other one lasts longer */
    other.branches[2] = climb(1, 5, 700);
    kept.branches[3] = climb(1, 6, 500); /* said to this one */
    other.branches[3] = climb(1, FO_NONE, FO_NEVER);
    fo_merge(&kept, &other);
    cr_assert_eq(kept.branches[0].acked_by, 3);
    cr_assert_eq(kept.branches[0].ack_until_us, 900);
    cr_assert_eq(kept.branches[0].next_rung_us, FO_NEVER, "nobody else is called");
    cr_assert_eq(kept.branches[1].acked_by, 4);
    cr_assert_eq(kept.branches[2].acked_by, 5);
    cr_assert_eq(kept.branches[2].ack_until_us, 700);
    cr_assert_eq(kept.branches[3].acked_by, 6);
    cr_assert_eq(kept.branches[3].ack_until_us, 500);
}

Test(merge, a_worse_epoch_is_not_silenced_by_a_word_to_the_one_before)
{
    struct fo_incident kept = line_down(), other = line_down();
    kept.branches[0] = climb(2, 3, 900);
    other.epoch = 2;
    other.branches[0] = climb(1, FO_NONE, FO_NEVER);
    struct fo_incident older = kept, newer = other;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.epoch, 2);
    cr_assert_eq(kept.branches[0].acked_by, FO_NONE);
    cr_assert_eq(kept.branches[0].rung, 1);
    fo_merge(&newer, &older); /* and the other way round */
    cr_assert_eq(newer.epoch, 2);
    cr_assert_eq(newer.branches[0].acked_by, FO_NONE);
    cr_assert_eq(newer.branches[0].rung, 1);
}

Test(merge, nothing_that_was_worse_becomes_better)
{
    struct fo_incident kept = line_down(), other = line_down();
    kept.severity = 2;
    kept.class2 = true;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.severity, 2);
    cr_assert(kept.class2);
    kept = line_down();
    other.severity = 1;
    other.class2 = true;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.severity, 1);
    cr_assert(kept.class2);
    other.class2 = false;
    kept = line_down();
    fo_merge(&kept, &other);
    cr_assert_not(kept.class2);
    cr_assert_eq(kept.number, 7U, "it keeps its number");
}

Test(merge, everybody_who_was_called_reached_or_has_spoken_stays_known)
{
    struct fo_incident kept = line_down(), other = line_down();
    kept.acked = 1, other.acked = 2;
    kept.paged = 4, other.paged = 8;
    kept.wanted = 16, other.wanted = 32;
    kept.accepted[2] = 64, other.accepted[2] = 128;
    kept.refused = 3, other.refused = 2;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.acked, 3U);
    cr_assert_eq(kept.paged, 12U);
    cr_assert_eq(kept.wanted, 48U);
    cr_assert_eq(kept.accepted[2], 192U);
    cr_assert_eq(kept.refused, 2U, "only who cannot for both is left out");
}

Test(merge, whoever_works_on_it_goes_on_and_a_decider_is_absent_only_when_absent_for_both)
{
    struct fo_incident kept = line_down(), other = line_down();
    other.owned_by = 9;
    other.deputy = true;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.owned_by, 9);
    cr_assert_not(kept.deputy, "to this one who decides was not absent");
    other.owned_by = 8;
    kept.deputy = true;
    fo_merge(&kept, &other);
    cr_assert_eq(kept.owned_by, 9, "who took it first here keeps it");
    cr_assert(kept.deputy);
    other.deputy = false;
    fo_merge(&kept, &other);
    cr_assert_not(kept.deputy);
}

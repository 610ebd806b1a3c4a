/* SPDX-License-Identifier: Apache-2.0 */
/* Commands in the queue behind the journal: order, tickets, budgets, bounds. */
#include "monitord/pending.h"

#include <criterion/criterion.h>

static struct fo_command command(uint64_t sequence)
{
    return (struct fo_command){.key = {7, sequence}};
}

Test(pending, only_what_is_on_disk_comes_out_and_in_order)
{
    struct md_pending *pending = md_pending_new();
    struct md_pending_command waited;

    for (uint64_t i = 1; i <= 3; i++) {
        struct fo_command added = command(i);

        cr_assert(md_pending_add(pending, i * 10, FO_NEVER, &added));
    }
    cr_assert_not(md_pending_take_synced(pending, 9, &waited));
    cr_assert(md_pending_take_synced(pending, 20, &waited));
    cr_assert_eq(waited.command.key.sequence, 1);
    cr_assert(md_pending_take_synced(pending, 20, &waited));
    cr_assert_eq(waited.ticket, 20);
    cr_assert_not(md_pending_take_synced(pending, 20, &waited));
    cr_assert_eq(md_pending_count(pending), 1);
    cr_assert(md_pending_take(pending, &waited));
    cr_assert_eq(waited.command.key.sequence, 3);
    cr_assert_not(md_pending_take(pending, &waited));
    md_pending_free(pending);
}

Test(pending, a_budget_that_has_ended_lets_one_go_out_of_turn)
{
    struct md_pending *pending = md_pending_new();
    struct md_pending_command waited;
    struct fo_command page = command(1), choose = command(2);

    md_pending_add(pending, 10, FO_NEVER, &page);
    md_pending_add(pending, 11, 5000, &choose);
    cr_assert_eq(md_pending_next_us(pending), 5000);
    cr_assert_not(md_pending_take_overdue(pending, 4999, &waited));
    cr_assert(md_pending_take_overdue(pending, 5000, &waited));
    cr_assert_eq(waited.command.key.sequence, 2);
    cr_assert_eq(md_pending_next_us(pending), FO_NEVER);
    cr_assert_eq(md_pending_count(pending), 1);
    md_pending_free(pending);
}

Test(pending, what_is_on_disk_at_its_deadline_is_late_and_a_moment_before_it_is_not)
{
    struct md_pending *pending = md_pending_new();
    struct md_pending_command waited;
    struct fo_command act = command(1);

    md_pending_add(pending, 10, 5000, &act);
    cr_assert(md_pending_take_synced(pending, 10, &waited));
    cr_assert_not(md_pending_is_late(&waited, 4999));
    cr_assert(md_pending_is_late(&waited, 5000));
    waited.until_us = FO_NEVER;
    cr_assert_not(md_pending_is_late(&waited, FO_NEVER - 1));
    md_pending_free(pending);
}

Test(pending, it_is_bounded)
{
    struct md_pending *pending = md_pending_new();
    struct fo_command added = command(1);

    for (unsigned i = 0; i < MD_PENDING_MAX; i++) {
        cr_assert(md_pending_add(pending, i, FO_NEVER, &added));
    }
    cr_assert_not(md_pending_add(pending, 1, FO_NEVER, &added));
    md_pending_free(pending);
}

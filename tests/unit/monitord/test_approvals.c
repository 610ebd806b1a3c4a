/* SPDX-License-Identifier: Apache-2.0 */
/* Two persons for one operation: different, once, in time. */
#include "monitord/approvals.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

static struct md_approvals fresh(void)
{
    struct md_approvals approvals;

    cr_assert_geq(sodium_init(), 0);
    md_approvals_init(&approvals, 7);
    return approvals;
}

static struct fo_order order_of(uint8_t person)
{
    return (struct fo_order){.kind = FO_ORDER_SWITCH, .person = person, .server = 1};
}

Test(approvals, a_second_person_completes_the_order)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    const struct md_approval *approval =
        md_approvals_ask(&approvals, &order, "switch to dispatch-2", 1000);

    cr_assert_eq(strlen(approval->id), 8u);
    cr_assert_eq(md_approvals_give(&approvals, approval->id, NULL, 1, 2000, &given),
                 MD_APPROVAL_GIVEN);
    cr_assert(given.person == 0 && given.second == 1 && given.server == 1);
}

Test(approvals, who_asked_cannot_approve_and_the_request_stays)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    const struct md_approval *approval = md_approvals_ask(&approvals, &order, "x", 1000);

    cr_assert_eq(md_approvals_give(&approvals, approval->id, NULL, 0, 2000, &given),
                 MD_APPROVAL_SAME_PERSON);
    cr_assert_eq(md_approvals_give(&approvals, approval->id, NULL, 1, 2000, &given),
                 MD_APPROVAL_GIVEN);
}

Test(approvals, an_approval_is_good_once_and_for_ten_minutes)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    char id[MD_APPROVAL_ID_SIZE];

    strcpy(id, md_approvals_ask(&approvals, &order, "x", 1000)->id);
    cr_assert_eq(md_approvals_give(&approvals, id, NULL, 1, 2000, &given), MD_APPROVAL_GIVEN);
    cr_assert_eq(md_approvals_give(&approvals, id, NULL, 1, 2000, &given), MD_APPROVAL_USED);
    strcpy(id, md_approvals_ask(&approvals, &order, "x", 1000)->id);
    cr_assert_eq(md_approvals_give(&approvals, id, NULL, 1, 1000 + MD_APPROVAL_LIFE_US, &given),
                 MD_APPROVAL_LATE);
    cr_assert_null(md_approvals_at(&approvals, 0, 1000 + MD_APPROVAL_LIFE_US));
}

Test(approvals, the_id_belongs_to_the_text_the_person_and_the_request)
{
    struct md_approvals approvals = fresh();
    struct fo_order one = order_of(0), two = order_of(1);
    char first[MD_APPROVAL_ID_SIZE], second[MD_APPROVAL_ID_SIZE], third[MD_APPROVAL_ID_SIZE];

    strcpy(first, md_approvals_ask(&approvals, &one, "x", 1000)->id);
    strcpy(second, md_approvals_ask(&approvals, &one, "x", 1000)->id);
    strcpy(third, md_approvals_ask(&approvals, &two, "y", 1000)->id);
    cr_assert_str_neq(first, second);
    cr_assert_str_neq(first, third);
    cr_assert_eq(md_approvals_give(&approvals, "00000000", NULL, 1, 2000, &one),
                 MD_APPROVAL_UNKNOWN);
    cr_assert_eq(md_approvals_give(&approvals, "", NULL, 1, 2000, &one), MD_APPROVAL_UNKNOWN);
}

Test(approvals, maintenance_ends_its_length_after_the_approval)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    const struct md_approval *approval;

    order.until_us = FO_HOUR;
    approval = md_approvals_ask(&approvals, &order, "x", 1000);
    cr_assert_eq(md_approvals_give(&approvals, approval->id, NULL, 1, FO_MINUTE, &given),
                 MD_APPROVAL_GIVEN);
    cr_assert_eq(given.until_us, FO_MINUTE + FO_HOUR);
}

Test(approvals, only_who_asked_withdraws)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0);
    char id[MD_APPROVAL_ID_SIZE];

    strcpy(id, md_approvals_ask(&approvals, &order, "x", 1000)->id);
    cr_assert_not(md_approvals_withdraw(&approvals, id, 1));
    cr_assert_not_null(md_approvals_at(&approvals, 0, 2000));
    cr_assert(md_approvals_withdraw(&approvals, id, 0));
    cr_assert_null(md_approvals_at(&approvals, 0, 2000));
    cr_assert_not(md_approvals_withdraw(&approvals, id, 0));
}

Test(approvals, there_are_only_so_many)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0);

    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        cr_assert_not_null(md_approvals_ask(&approvals, &order, "x", 1000));
    }
    cr_assert_null(md_approvals_ask(&approvals, &order, "x", 1000));
    cr_assert_not_null(md_approvals_ask(&approvals, &order, "x", 1000 + MD_APPROVAL_LIFE_US));
}

Test(approvals, an_approval_is_for_the_order_that_was_shown_and_no_other)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    char shown[MD_APPROVAL_HASH_SIZE], id[MD_APPROVAL_ID_SIZE];

    strcpy(shown, md_approvals_ask(&approvals, &order, "switch to dispatch-2", 1000)->hash);
    strcpy(id, md_approvals_ask(&approvals, &order, "switch to dispatch-1", 1000)->id);
    cr_assert_eq(md_approvals_give(&approvals, id, shown, 1, 2000, &given), MD_APPROVAL_CHANGED);
    approvals.list[1].order.server = 0; /* behind everybody's back */
    cr_assert_eq(md_approvals_give(&approvals, id, NULL, 1, 2000, &given), MD_APPROVAL_CHANGED);
    approvals.list[1].order.server = 1;
    cr_assert_eq(md_approvals_give(&approvals, id, approvals.list[1].hash, 1, 2000, &given),
                 MD_APPROVAL_GIVEN);
}

Test(approvals, who_comes_after_a_withdrawal_hears_so)
{
    struct md_approvals approvals = fresh();
    struct fo_order order = order_of(0), given;
    char id[MD_APPROVAL_ID_SIZE];

    strcpy(id, md_approvals_ask(&approvals, &order, "x", 1000)->id);
    cr_assert(md_approvals_withdraw(&approvals, id, 0));
    cr_assert_eq(md_approvals_give(&approvals, id, NULL, 1, 2000, &given), MD_APPROVAL_WITHDRAWN);
}

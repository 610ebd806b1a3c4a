/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the ring of lost and not lost: its first sample, its edge, many at once. */
#include "failover/loss.h"

#include <criterion/criterion.h>

static struct fo_loss loss;

static void lose(unsigned count, bool lost)
{
    for (unsigned i = 0; i < count; i++) {
        fo_loss_count(&loss, lost);
    }
}

Test(loss, nothing_is_unknown_and_one_sample_is_all_or_nothing)
{
    cr_assert_eq(fo_loss_permille(&loss), UINT32_MAX);
    lose(1, true);
    cr_assert_eq(fo_loss_permille(&loss), 1000U);
    lose(1, false);
    cr_assert_eq(fo_loss_permille(&loss), 500U);
}

Test(loss, the_hundred_and_first_sample_pushes_out_the_first)
{
    lose(1, true);
    lose(FO_LOSS_SAMPLES - 1, false);
    cr_assert_eq(fo_loss_permille(&loss), 10U);
    lose(1, false);
    cr_assert_eq(fo_loss_permille(&loss), 0U);
    lose(FO_LOSS_SAMPLES, true);
    cr_assert_eq(fo_loss_permille(&loss), 1000U);
}

Test(loss, many_at_once_are_as_many_samples_and_the_lost_are_the_older)
{
    fo_loss_add(&loss, 0, 0);
    cr_assert_eq(fo_loss_permille(&loss), UINT32_MAX);
    fo_loss_add(&loss, 20, 5);
    cr_assert_eq(loss.filled, 20);
    cr_assert_eq(fo_loss_permille(&loss), 250U);
    lose(FO_LOSS_SAMPLES - 20 + 5, false); /* the five oldest are gone */
    cr_assert_eq(fo_loss_permille(&loss), 0U);
}

Test(loss, more_than_the_ring_holds_keeps_its_share)
{
    fo_loss_add(&loss, FO_LOSS_SAMPLES, FO_LOSS_SAMPLES);
    cr_assert_eq(fo_loss_permille(&loss), 1000U);
    fo_loss_add(&loss, FO_LOSS_SAMPLES + 1, 50);
    cr_assert_eq(fo_loss_permille(&loss), 490U, "50 of 101, rounded down");
    fo_loss_add(&loss, UINT32_MAX, UINT32_MAX / 4);
    cr_assert_eq(fo_loss_permille(&loss), 240U);
    fo_loss_add(&loss, UINT32_MAX, UINT32_MAX);
    cr_assert_eq(fo_loss_permille(&loss), 1000U);
}

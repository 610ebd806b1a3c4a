/* SPDX-License-Identifier: Apache-2.0 */
/* Once per key: new, running, finished, forgotten. */
#include "monitord/key_ledger.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct fo_result ended(uint64_t sequence, enum fo_outcome outcome)
{
    return (struct fo_result){.key = {7, sequence}, .outcome = (uint8_t)outcome, .detail = 3};
}

Test(key_ledger, a_key_is_new_then_running_then_finished_with_its_result)
{
    struct md_key_ledger *ledger = calloc(1, sizeof(*ledger));
    struct fo_key key = {7, 1};
    struct fo_result result, end = ended(1, FO_OUTCOME_DONE);

    cr_assert_eq(md_key_begin(ledger, key, &result), MD_KEY_NEW);
    cr_assert_eq(md_key_begin(ledger, key, &result), MD_KEY_RUNNING);
    cr_assert(md_key_end(ledger, &end));
    cr_assert_eq(md_key_begin(ledger, key, &result), MD_KEY_FINISHED);
    cr_assert_eq(result.detail, 3);
    cr_assert_not(md_key_end(ledger, &end), "it ended twice");
    free(ledger);
}

Test(key_ledger, what_may_be_tried_again_is_new_again)
{
    struct md_key_ledger *ledger = calloc(1, sizeof(*ledger));
    struct fo_key key = {7, 1};
    struct fo_result result, end = ended(1, FO_OUTCOME_RETRY);

    md_key_begin(ledger, key, &result);
    cr_assert(md_key_end(ledger, &end));
    cr_assert_eq(md_key_begin(ledger, key, &result), MD_KEY_NEW);
    free(ledger);
}

Test(key_ledger, the_same_sequence_of_another_boot_is_another_key)
{
    struct md_key_ledger *ledger = calloc(1, sizeof(*ledger));
    struct fo_key one = {7, 1}, other = {8, 1};
    struct fo_result result;

    md_key_begin(ledger, one, &result);
    cr_assert_eq(md_key_begin(ledger, other, &result), MD_KEY_NEW);
    free(ledger);
}

Test(key_ledger, it_is_bounded_and_the_oldest_finished_key_is_forgotten_first)
{
    struct md_key_ledger *ledger = calloc(1, sizeof(*ledger));
    struct fo_result result;

    for (uint64_t i = 1; i <= MD_LEDGER_RUNNING_MAX; i++) {
        cr_assert_eq(md_key_begin(ledger, (struct fo_key){7, i}, &result), MD_KEY_NEW);
    }
    cr_assert_eq(md_key_begin(ledger, (struct fo_key){7, 9999}, &result), MD_KEY_NO_ROOM);
    for (uint64_t i = 1; i <= MD_LEDGER_RUNNING_MAX; i++) {
        struct fo_result end = ended(i, FO_OUTCOME_FAILED);

        cr_assert(md_key_end(ledger, &end));
    }
    cr_assert_eq(md_key_begin(ledger, (struct fo_key){7, 9999}, &result), MD_KEY_NEW);
    result = ended(9999, FO_OUTCOME_DONE);
    cr_assert(md_key_end(ledger, &result));
    cr_assert_eq(md_key_begin(ledger, (struct fo_key){7, 1}, &result), MD_KEY_NEW,
                 "the oldest should be forgotten");
    cr_assert_eq(md_key_begin(ledger, (struct fo_key){7, 2}, &result), MD_KEY_FINISHED);
    free(ledger);
}

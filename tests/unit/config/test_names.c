/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest name for a hint. */
#include "config/names.h"

#include "failover/types.h"

#include <criterion/criterion.h>

Test(names, distance_counts_slips_of_the_hand)
{
    cr_assert_eq(cfg_edit_distance("interval", "interval"), 0);
    cr_assert_eq(cfg_edit_distance("intervall", "interval"), 1);
    cr_assert_eq(cfg_edit_distance("inteval", "interval"), 1);
    cr_assert_eq(cfg_edit_distance("intreval", "interval"), 1); /* swapped neighbours */
    cr_assert_eq(cfg_edit_distance("imterval", "interval"), 1);
    cr_assert_eq(cfg_edit_distance("", "unit"), 4);
    cr_assert_eq(cfg_edit_distance("unit", ""), 4);
    cr_assert_eq(cfg_edit_distance("kitten", "sitting"), 3);
}

Test(names, distance_is_bounded_for_long_names)
{
    char a[300], b[300];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    a[299] = b[299] = '\0';
    cr_assert_eq(cfg_edit_distance(a, b), 64);
}

Test(names, only_a_near_name_is_offered_and_the_nearest_of_them)
{
    const char *best = NULL;
    unsigned distance = 64;
    cfg_name_offer("colour", "unit", &best, &distance);
    cr_assert_null(best);
    cfg_name_offer("timout", "timezone", &best, &distance);
    cfg_name_offer("timout", "timeout", &best, &distance);
    cfg_name_offer("timout", "time", &best, &distance);
    cr_assert_str_eq(best, "timeout");
}

Test(names, a_missing_name_matches_nothing)
{
    struct {
        const char *name;
        int line;
    } list[] = {{"a", 1}, {NULL, 2}, {"b", 3}};
    cr_assert_eq(cfg_name_find(list, sizeof list[0], 3, "b"), 2);
    cr_assert_eq(cfg_name_find(list, sizeof list[0], 3, NULL), FO_NONE);
    cr_assert_eq(cfg_name_find(list, sizeof list[0], 3, "c"), FO_NONE);
    cr_assert_eq(cfg_name_find(list, sizeof list[0], 2, "b"), FO_NONE);
}

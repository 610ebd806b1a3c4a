/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm's chance: streams that do not disturb each other, ranges that are kept. */
#include "sim/storm/random.h"

#include <criterion/criterion.h>

Test(storm_random, a_stream_is_the_same_every_time)
{
    struct storm_random a = storm_random_stream(7, "network", 0);
    struct storm_random b = storm_random_stream(7, "network", 0);
    for (unsigned i = 0; i < 100; i++) {
        cr_assert_eq(storm_random_next(&a), storm_random_next(&b));
    }
}

Test(storm_random, seed_name_and_index_each_make_another_stream)
{
    struct storm_random a = storm_random_stream(7, "network", 0);
    struct storm_random seed = storm_random_stream(8, "network", 0);
    struct storm_random name = storm_random_stream(7, "networks", 0);
    struct storm_random index = storm_random_stream(7, "network", 1);
    uint64_t first = storm_random_next(&a);
    cr_assert_neq(first, storm_random_next(&seed));
    cr_assert_neq(first, storm_random_next(&name));
    cr_assert_neq(first, storm_random_next(&index));
}

Test(storm_random, numbers_are_the_same_on_every_machine)
{
    struct storm_random random = {.state = 0};
    cr_assert_eq(storm_random_next(&random), UINT64_C(0xe220a8397b1dcdaf)); /* splitmix64 of 0 */
}

Test(storm_random, ranges_are_kept_and_reached)
{
    struct storm_random random = storm_random_stream(1, "test", 0);
    bool low = false, high = false;
    for (unsigned i = 0; i < 10000; i++) {
        int64_t drawn = storm_random_between(&random, -3, 3);
        cr_assert(drawn >= -3 && drawn <= 3);
        low = low || drawn == -3;
        high = high || drawn == 3;
        cr_assert_eq(storm_random_below(&random, 0), 0);
    }
    cr_assert(low && high);
}

Test(storm_random, a_scale_gives_small_and_large_alike)
{
    struct storm_random random = storm_random_stream(1, "scale", 0);
    unsigned small = 0, large = 0;
    for (unsigned i = 0; i < 10000; i++) {
        int64_t drawn = storm_random_scale(&random, 1, 1000000);
        cr_assert(drawn >= 1 && drawn <= 1000000);
        small += drawn < 1000 ? 1 : 0;
        large += drawn >= 1000 ? 1 : 0;
    }
    cr_assert(small > 3000 && large > 3000);
}

Test(storm_random, a_chance_of_none_and_of_all)
{
    struct storm_random random = storm_random_stream(1, "chance", 0);
    for (unsigned i = 0; i < 1000; i++) {
        cr_assert_not(storm_random_chance(&random, 0));
        cr_assert(storm_random_chance(&random, 1000));
    }
}

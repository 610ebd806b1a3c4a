/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of the quorum lease (section 1 of its page): the promise, the relations between
 * the parameters, and the numbering of epochs. */
#include "failover/lease.h"

#include <criterion/criterion.h>

static struct fo_lease_params params;

Test(lease_params, the_promise_is_the_one_of_the_page)
{
    params = FO_LEASE_DEFAULTS;
    cr_assert_eq(fo_lease_promise_us(&params, 600000), 603202);
    cr_assert_eq(fo_lease_promise_us(&params, 0), 2000);
    params.drift_ppm = 0;
    cr_assert_eq(fo_lease_promise_us(&params, 600000), 602000);
}

Test(lease_params, both_clocks_may_err_in_opposite_directions)
{
    params = FO_LEASE_DEFAULTS;
    params.margin_us = 0;
    for (uint32_t drift = 0; drift <= FO_LEASE_DRIFT_LIMIT; drift += 1777) {
        params.drift_ppm = drift;
        for (fo_us lease_us = 1; lease_us < FO_LEASE_LMAX_LIMIT; lease_us = lease_us * 3 + 1) {
            fo_us promise_us = fo_lease_promise_us(&params, lease_us);
            /* slowest voter against fastest holder, in millionths of a true microsecond */
            cr_assert_geq(promise_us * (1000000 - (fo_us)drift),
                          lease_us * (1000000 + (fo_us)drift));
            cr_assert_lt((promise_us - 1) * (1000000 - (fo_us)drift),
                         lease_us * (1000000 + (fo_us)drift));
        }
    }
}

Test(lease_params, the_defaults_and_the_benchmarks_are_valid)
{
    params = FO_LEASE_DEFAULTS;
    cr_assert(fo_lease_params_valid(&params));
    params.beat_us = 20000;
    params.lease_us = 250000;
    cr_assert(fo_lease_params_valid(&params));
    params.beat_us = 10000;
    params.lease_us = 120000;
    cr_assert(fo_lease_params_valid(&params));
}

struct relation {
    const char *name;
    struct fo_lease_params wrong, right;
};

#define WITH(...)                                                                         \
    {                                                                                     \
        .beat_us = 50000, .lease_us = 600000, .lease_max_us = 1000000, .margin_us = 2000, \
        .drift_ppm = 1000, __VA_ARGS__                                                    \
    }

Test(lease_params, each_relation_is_enforced_at_its_edge)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
    const struct relation relations[] = {
        {"beat too fast", WITH(.beat_us = 9999), WITH(.beat_us = 10000)},
        {"beat too slow", WITH(.beat_us = 1000001, .lease_us = 7000000, .lease_max_us = 7000000),
         WITH(.beat_us = 1000000, .lease_us = 7000000, .lease_max_us = 7000000)},
        {"no lease", WITH(.lease_us = 0), WITH(.lease_us = 300000)},
        {"negative lease", WITH(.lease_us = -1), WITH(.lease_us = 300000)},
        {"six beats", WITH(.lease_us = 299999), WITH(.lease_us = 300000)},
        {"gate time counts", WITH(.lease_us = 300000, .gate_us = 1),
         WITH(.lease_us = 300001, .gate_us = 1)},
        {"negative gate time", WITH(.gate_us = -1), WITH(.gate_us = 0)},
        {"lease over LMAX", WITH(.lease_us = 1000001), WITH(.lease_us = 1000000)},
        {"no LMAX", WITH(.lease_max_us = 0), WITH(.lease_max_us = 600000)},
        {"LMAX raised for a fast beat", WITH(.beat_us = 80000, .lease_max_us = 1000001),
         WITH(.beat_us = 80001, .lease_max_us = 1000001)},
        {"LMAX over its limit", WITH(.beat_us = 80001, .lease_max_us = FO_LEASE_LMAX_LIMIT + 1),
         WITH(.beat_us = 80001, .lease_max_us = FO_LEASE_LMAX_LIMIT)},
        {"negative margin", WITH(.margin_us = -1), WITH(.margin_us = 0)},
        {"margin too large", WITH(.margin_us = FO_LEASE_MARGIN_LIMIT + 1),
         WITH(.margin_us = FO_LEASE_MARGIN_LIMIT)},
        {"drift too large", WITH(.drift_ppm = FO_LEASE_DRIFT_LIMIT + 1),
         WITH(.drift_ppm = FO_LEASE_DRIFT_LIMIT)},
    };
#pragma GCC diagnostic pop
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
        cr_expect_not(fo_lease_params_valid(&relations[i].wrong), "%s", relations[i].name);
        cr_expect(fo_lease_params_valid(&relations[i].right), "%s", relations[i].name);
    }
}

Test(lease_params, no_two_servers_share_an_epoch_and_each_is_higher_than_all_seen)
{
    for (uint64_t seen = 0; seen < 100; seen++) {
        uint64_t p = fo_lease_next_epoch(seen, FO_VOTER_P);
        uint64_t s = fo_lease_next_epoch(seen, FO_VOTER_S);
        cr_assert_gt(p, seen);
        cr_assert_gt(s, seen);
        cr_assert_eq(p % 2, 0);
        cr_assert_eq(s % 2, 1);
    }
}

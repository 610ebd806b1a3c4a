/* SPDX-License-Identifier: Apache-2.0 */
/* The storm's chance: a seeded generator with streams by name, so that a fault that is added or
 * taken away does not shift what the others draw. Same seed and name, same numbers on every
 * compiler. It owns no state of its own. */
#ifndef SIM_STORM_RANDOM_H
#define SIM_STORM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct storm_random {
    uint64_t state;
};

/* The stream `name` of `seed`; `index` tells streams of one name apart. */
struct storm_random storm_random_stream(uint64_t seed, const char *name, uint64_t index);
uint64_t storm_random_next(struct storm_random *random);
/* 0 … limit - 1; 0 when limit <= 0. */
int64_t storm_random_below(struct storm_random *random, int64_t limit);
/* low … high, both included; low <= high. */
int64_t storm_random_between(struct storm_random *random, int64_t low, int64_t high);
bool storm_random_chance(struct storm_random *random, uint32_t permille);
/* Many small, few large: between low and high, each order of magnitude about as often. low > 0. */
int64_t storm_random_scale(struct storm_random *random, int64_t low, int64_t high);
/* One number into a running hash. */
uint64_t storm_random_mix(uint64_t hash, uint64_t value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of chance (see random.h): splitmix64, integers only. */
#include "sim/storm/random.h"

#include "failover/assert.h"

#define STEP UINT64_C(0x9e3779b97f4a7c15)

static uint64_t scramble(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t storm_random_mix(uint64_t hash, uint64_t value)
{
    return scramble((hash ^ value) + STEP);
}

struct storm_random storm_random_stream(uint64_t seed, const char *name, uint64_t index)
{
    uint64_t state = storm_random_mix(seed, index);
    for (const char *c = name; *c != '\0'; c++) {
        state = storm_random_mix(state, (unsigned char)*c);
    }
    return (struct storm_random){.state = state};
}

uint64_t storm_random_next(struct storm_random *random)
{
    random->state += STEP;
    return scramble(random->state);
}

int64_t storm_random_below(struct storm_random *random, int64_t limit)
{
    if (limit <= 0) {
        return 0;
    }
    /* the high half of a product: no division, and the bias is far below what matters here */
    __extension__ typedef unsigned __int128 wide;
    return (int64_t)(((wide)storm_random_next(random) * (uint64_t)limit) >> 64);
}

int64_t storm_random_between(struct storm_random *random, int64_t low, int64_t high)
{
    FO_ASSERT(low <= high);
    return low + storm_random_below(random, high - low + 1);
}

bool storm_random_chance(struct storm_random *random, uint32_t permille)
{
    return permille != 0 && (uint32_t)storm_random_below(random, 1000) < permille;
}

int64_t storm_random_scale(struct storm_random *random, int64_t low, int64_t high)
{
    FO_ASSERT(low > 0 && low <= high);
    unsigned doublings = 0;
    for (int64_t top = low; top <= high / 2; top *= 2) {
        doublings++;
    }
    int64_t from = low << storm_random_below(random, doublings + 1);
    int64_t to = from <= high / 2 ? 2 * from : high;
    return storm_random_between(random, from, to);
}

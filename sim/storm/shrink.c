/* SPDX-License-Identifier: Apache-2.0 */
/* Shrinking (see shrink.h). */
#include "sim/storm/shrink.h"

#include "sim/storm/run.h"

#define EVENTS_MORE 4 /* a shorter story may take longer to come to its point */

struct search {
    struct storm_world *world;
    struct storm_shrunk *shrunk;
    uint64_t seed, events_max;
    uint32_t runs_max;
    uint8_t law;
};

/* Whether the law breaks under this plan too; then it is the new least. */
static bool try(struct search *search, const struct storm_plan *plan)
{
    if (search->shrunk->runs >= search->runs_max) {
        return false;
    }
    search->shrunk->runs++;
    storm_run(search->world, search->seed, plan, search->events_max, false);
    if (search->world->broken.law != search->law) {
        return false;
    }
    search->shrunk->plan = *plan;
    return true;
}

static void drop_kinds(struct search *search)
{
    uint64_t drawn = search->world->plan.drawn;
    for (unsigned kind = 0; kind < STORM_FAULT_COUNT; kind++) {
        if ((drawn >> kind & 1) != 0) {
            struct storm_plan plan = search->shrunk->plan;
            plan.allowed &= ~STORM_FAULT_BIT(kind);
            try(search, &plan);
        }
    }
}

static void drop_range(struct search *search, uint32_t from, uint32_t count)
{
    struct storm_plan plan = search->shrunk->plan;
    bool any = false;
    for (uint32_t i = from; i < from + count && i < STORM_STRIKES_MAX; i++) {
        uint64_t bit = UINT64_C(1) << (i % 64);
        any = any || (plan.left_out[i / 64] & bit) == 0;
        plan.left_out[i / 64] |= bit;
    }
    if (any) {
        try(search, &plan);
    }
}

/* Halves, quarters, … and at last one by one; the late ones first, they matter least. */
static void drop_strikes(struct search *search, uint32_t strikes)
{
    uint32_t size = 1;
    while (size < strikes) {
        size *= 2;
    }
    for (; size >= 1; size /= 2) {
        for (uint32_t from = strikes / size * size;; from -= size) {
            drop_range(search, from, size);
            if (from == 0) {
                break;
            }
        }
    }
}

static void drop_time(struct search *search, fo_us chaos_us)
{
    for (fo_us less_us = chaos_us / 2; less_us > FO_SECOND; less_us /= 2) {
        struct storm_plan plan = search->shrunk->plan;
        fo_us now_us = plan.chaos_max_us < chaos_us ? plan.chaos_max_us : chaos_us;
        plan.chaos_max_us = now_us - less_us;
        if (plan.chaos_max_us > 0) {
            try(search, &plan);
        }
    }
}

void storm_shrink(struct storm_world *world, const struct storm_plan *plan, uint32_t runs_max,
                  struct storm_shrunk *shrunk)
{
    struct search search = {.world = world,
                            .shrunk = shrunk,
                            .seed = world->seed,
                            .events_max = EVENTS_MORE * world->counts.events + 100000,
                            .runs_max = runs_max,
                            .law = world->broken.law};
    uint32_t strikes = world->strikes;
    fo_us chaos_us = world->chaos_us;
    shrunk->plan = *plan;
    shrunk->runs = 0;
    drop_time(&search, chaos_us);
    drop_kinds(&search);
    drop_strikes(&search, strikes);
    drop_time(&search, chaos_us);
    storm_run(world, search.seed, &shrunk->plan, search.events_max, false);
}

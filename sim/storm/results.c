/* SPDX-License-Identifier: Apache-2.0 */
/* Results on their way (see results.h). */
#include "sim/storm/results.h"

void storm_results_init(struct storm_world *world)
{
    struct storm_daemon *daemon = &world->daemon;
    daemon->result_free_count = STORM_RESULTS_MAX;
    for (unsigned i = 0; i < STORM_RESULTS_MAX; i++) {
        daemon->result_free[i] = (uint16_t)(STORM_RESULTS_MAX - 1 - i);
    }
}

void storm_results_later(struct storm_world *world, struct fo_key key, unsigned outcome,
                         unsigned reason, fo_us delay_us)
{
    struct storm_daemon *daemon = &world->daemon;
    if (outcome >= FO_OUTCOMES || daemon->result_free_count == 0) {
        return; /* nobody ever tells */
    }
    unsigned place = daemon->result_free[--daemon->result_free_count];
    daemon->results[place] = (struct storm_result){
        .boot = world->nodes[FO_VOTER_M].boot,
        .result = {.key = key, .outcome = (uint8_t)outcome, .reason = (uint16_t)reason}};
    storm_queue_set(&world->queue, STORM_PLACE_RESULT + place, world->now_us + delay_us);
}

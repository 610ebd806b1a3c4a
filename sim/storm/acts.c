/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of an act (see acts.h). */
#include "sim/storm/acts.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/executor.h"
#include "sim/storm/paging.h"
#include "sim/storm/people.h"
#include "sim/storm/results.h"
#include "sim/storm/room.h"
#include "sim/storm/safety.h"
#include "sim/storm/shed.h"
#include "sim/storm/trace.h"

static void fence(struct storm_world *world, const struct fo_command *command)
{
    fo_us takes_us = storm_random_scale(&world->disk, 100 * FO_MS, 5 * FO_SECOND);
    unsigned outcome = FO_OUTCOME_DONE;
    if (world->daemon.fence_fails != 0) {
        outcome = storm_random_chance(&world->disk, 500) ? FO_OUTCOME_FAILED : FO_OUTCOMES;
    } else if (world->daemon.fence_lies == 0) {
        storm_room_power_off(world, command->server);
    }
    storm_say(world, "fence server %u: outcome %u", command->server, outcome);
    storm_safety_fence(world, command, outcome == FO_OUTCOME_DONE);
    storm_results_later(world, command->key, outcome, 0, takes_us);
}

void storm_acts_do(struct storm_world *world, const struct fo_command *command, bool synced)
{
    fo_us delay_us = 0;
    unsigned outcome;
    storm_paging_act(world, command, synced);
    switch (command->kind) {
        case FO_COMMAND_CHOOSE:
            outcome = synced ? FO_OUTCOME_DONE : FO_OUTCOME_UNJOURNALLED;
            storm_results_later(world, command->key, outcome, synced ? 0 : FO_REASON_JOURNAL_DEAD,
                                0);
            break;
        case FO_COMMAND_NOTIFY:
            outcome = storm_people_notify(world, &command->notify, &delay_us);
            storm_results_later(world, command->key, outcome, 0, delay_us);
            if (outcome == FO_OUTCOME_ACCEPTED && storm_people_arrives(world, &command->notify)) {
                storm_results_later(world, command->key, FO_OUTCOME_DELIVERED, 0, 3 * delay_us);
            }
            break;
        case FO_COMMAND_FENCE:
            if (world->pair.on) {
                storm_executor_do(world, command, synced);
            } else if (!synced) {
                storm_results_later(world, command->key, FO_OUTCOME_FAILED,
                                    FO_REASON_BLOCKED_JOURNAL, 0);
            } else {
                fence(world, command);
            }
            break;
        case FO_COMMAND_PROMOTE:
        case FO_COMMAND_DEMOTE:
            storm_executor_do(world, command, synced);
            break;
        case FO_COMMAND_SHED:
        case FO_COMMAND_RESTORE:
            storm_results_later(world, command->key, storm_shed_outcome(world, synced), 0,
                                FO_SECOND);
            break;
        default:
            FO_ASSERT(command->kind == FO_COMMAND_ROUTE);
            outcome =
                synced && world->daemon.route_fails == 0 ? FO_OUTCOME_DONE : FO_OUTCOME_FAILED;
            world->room.route = outcome == FO_OUTCOME_DONE ? command->line : world->room.route;
            storm_results_later(world, command->key, outcome, 0, 50 * FO_MS);
            break;
    }
}

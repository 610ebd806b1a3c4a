/* SPDX-License-Identifier: Apache-2.0 */
/* People's own hands (see hand.h). */
#include "sim/storm/hand.h"

#include "sim/storm/executor.h"
#include "sim/storm/pair.h"
#include "sim/storm/proof.h"
#include "sim/storm/room.h"
#include "sim/storm/trace.h"

/* It is people's turn: nobody else can be about to do something. */
static bool is_theirs(const struct storm_world *world)
{
    const struct storm_book *book = &world->safety.book;
    bool away = !world->nodes[FO_VOTER_M].up;
    bool told = (book->hold || book->maintenance_us[FO_SERVERS] > world->now_us) &&
                world->daemon.engine.plan.step == FO_PLAN_NONE;
    return world->pair.on && (away || told) && world->daemon.journal.count == 0 &&
           storm_executor_rests(world);
}

static void move(struct storm_world *world, unsigned server)
{
    unsigned other = 1 - server;
    storm_say(world, "people make server %u serve by hand", server);
    storm_pair_unbind(world, other);
    storm_room_power_off(world, other);
    storm_pair_begin(world, server);
    storm_proof_serves(world, server);
    world->counts.by_hand++;
}

bool storm_hand_move(struct storm_world *world, unsigned server)
{
    if (!is_theirs(world) || !storm_pair_reachable(world, server) ||
        storm_pair_serves(world, server)) {
        return false;
    }
    move(world, server);
    return true;
}

void storm_hand_serve(struct storm_world *world, unsigned server)
{
    if (storm_pair_reachable(world, server)) {
        move(world, server);
    }
}

void storm_hand_part(struct storm_world *world)
{
    uint8_t active = world->daemon.engine.active;
    if (world->pair.serves[0] && world->pair.serves[1]) {
        unsigned one = active == 0 ? 1 : 0;
        storm_say(world, "people end it that two serve: server %u ceases", one);
        storm_pair_cease(world, one);
        storm_pair_unbind(world, one);
    }
}

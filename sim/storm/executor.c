/* SPDX-License-Identifier: Apache-2.0 */
/* Acts on a pair without agents (see executor.h). */
#include "sim/storm/executor.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/pair.h"
#include "sim/storm/proof.h"
#include "sim/storm/results.h"
#include "sim/storm/room.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

#define READ_BACK_US (500 * FO_MS) /* before the end of a fencing the outlet has moved */
#define FAULTS 5                   /* ways in which an act can go wrong */

static struct storm_work *find(struct storm_world *world, struct fo_key key)
{
    for (unsigned i = 0; i < STORM_WORKS; i++) {
        if (fo_key_equal(world->pair.works[i].key, key)) {
            return &world->pair.works[i];
        }
    }
    return NULL;
}

/* A free place, or the one of what ended longest ago; NULL while all are under way. */
static struct storm_work *take_place(struct storm_world *world)
{
    struct storm_pair *pair = &world->pair;
    for (unsigned i = 0; i < STORM_WORKS; i++) {
        struct storm_work *work = &pair->works[(pair->work_next + i) % STORM_WORKS];
        if (work->key.sequence == 0 || (work->ended && work->effect_us == FO_NEVER)) {
            pair->work_next = (unsigned)(work - pair->works + 1) % STORM_WORKS;
            return work;
        }
    }
    return NULL;
}

static void set_due(struct storm_world *world, const struct storm_work *work)
{
    fo_us due_us = work->ended ? FO_NEVER : work->end_us;
    due_us = work->effect_us < due_us ? work->effect_us : due_us;
    storm_queue_set(&world->queue, STORM_PLACE_WORK + (unsigned)(work - world->pair.works), due_us);
}

/* ---- how it will go -------------------------------------------------------------------------- */

/* The outlet moves and is read back. Wrong ways: it refuses, says nothing, moves and reads back as
 * on, is told only when nobody waits any more, moves after it was given up. */
static void draw_fence(struct storm_world *world, struct storm_work *work)
{
    struct storm_random *random = &world->disk;
    fo_us takes_us = storm_random_scale(random, 100 * FO_MS, 5 * FO_SECOND);
    fo_us late_us = storm_random_scale(random, 100 * FO_MS, 10 * FO_SECOND);
    bool fails = world->daemon.fence_fails != 0;
    unsigned way = fails ? (unsigned)storm_random_below(random, FAULTS) : FAULTS;
    work->end_us = world->now_us + takes_us;
    work->effect_us = work->end_us - (takes_us / 2 < READ_BACK_US ? takes_us / 2 : READ_BACK_US);
    work->outcome = way == FAULTS || way == 3 ? FO_OUTCOME_DONE : FO_OUTCOME_FAILED;
    if (way == 0) {
        work->effect_us = FO_NEVER;
    } else if (way == 1) {
        work->effect_us = FO_NEVER;
        work->outcome = FO_OUTCOMES;
    } else if (way == 3) {
        work->end_us = world->now_us + world->policy.fence_us + late_us;
        work->effect_us = work->end_us - 100 * FO_MS;
    } else if (way == 4) {
        work->effect_us = work->end_us + late_us;
    } else if (world->daemon.fence_lies != 0) {
        work->effect_us = FO_NEVER;
    }
}

/* Wrong ways: it fails, with or without having done it; it is killed at its timeout, likewise; or
 * the executor dies with it and nobody tells. */
static void draw_script(struct storm_world *world, struct storm_work *work)
{
    struct storm_random *random = &world->disk;
    const struct storm_server *server = &world->servers[work->server];
    uint8_t stuck = work->kind == FO_COMMAND_DEMOTE ? server->drain_hung : server->stuck;
    bool fails = world->pair.scripts_fail != 0 || stuck != 0;
    unsigned way = fails ? (unsigned)storm_random_below(random, FAULTS) : FAULTS;
    bool hangs = way == 2 || way == 3;
    fo_us takes_us = storm_random_scale(random, 50 * FO_MS, world->pair.script_us);
    takes_us = hangs ? world->pair.script_us : takes_us;
    fo_us effect_us = world->now_us + 1 + storm_random_below(random, takes_us);
    bool works =
        way == FAULTS || way == 1 || way == 3 || (way == 4 && storm_random_chance(random, 500));
    work->end_us = world->now_us + takes_us;
    work->effect_us = works ? effect_us : FO_NEVER;
    work->outcome = way == FAULTS ? FO_OUTCOME_DONE : way == 4 ? FO_OUTCOMES : FO_OUTCOME_FAILED;
}

static void begin(struct storm_world *world, struct storm_work *work,
                  const struct fo_command *command)
{
    *work =
        (struct storm_work){.key = command->key, .kind = command->kind, .server = command->server};
    FO_ASSERT(work->server < FO_SERVERS);
    if (work->kind == FO_COMMAND_FENCE) {
        draw_fence(world, work);
    } else {
        draw_script(world, work);
    }
    world->counts.scripts++;
    storm_say(world, "executor: %s server %u, outcome %u, effect in %" PRId64 " ms",
              work->kind == FO_COMMAND_FENCE     ? "fence"
              : work->kind == FO_COMMAND_PROMOTE ? "promote"
                                                 : "demote",
              work->server, work->outcome,
              work->effect_us == FO_NEVER ? -1 : (work->effect_us - world->now_us) / FO_MS);
    if (work->kind == FO_COMMAND_PROMOTE) {
        storm_proof_promote(world, work->server);
    }
    set_due(world, work);
}

void storm_executor_do(struct storm_world *world, const struct fo_command *command, bool synced)
{
    struct storm_work *work = find(world, command->key);
    if (!synced) {
        storm_results_later(world, command->key, FO_OUTCOME_FAILED, FO_REASON_BLOCKED_JOURNAL, 0);
    } else if (work == NULL) {
        work = take_place(world);
        if (work == NULL) {
            storm_results_later(world, command->key, FO_OUTCOME_RETRY, 0, 0); /* it is busy */
            return;
        }
        begin(world, work, command);
    } else if (work->ended && work->outcome < FO_OUTCOMES) {
        storm_results_later(world, command->key, work->outcome, 0, FO_MS); /* told again */
    } else if (work->ended) {
        begin(world, work, command); /* begun by a process that died: done again */
    }
}

/* ---- it happens ------------------------------------------------------------------------------ */

static void take_effect(struct storm_world *world, struct storm_work *work)
{
    work->effect_us = FO_NEVER;
    if (work->kind == FO_COMMAND_FENCE) {
        storm_say(world, "server %u: its outlet is off", work->server);
        storm_pair_unbind(world, work->server);
        storm_room_power_off(world, work->server);
    } else if (!storm_pair_reachable(world, work->server)) {
        work->outcome = work->outcome == FO_OUTCOME_DONE ? FO_OUTCOME_FAILED : work->outcome;
    } else if (work->kind == FO_COMMAND_PROMOTE) {
        storm_pair_begin(world, work->server);
        storm_proof_serves(world, work->server);
    } else {
        storm_pair_cease(world, work->server);
    }
}

void storm_executor_run(struct storm_world *world, unsigned place)
{
    FO_ASSERT(place < STORM_WORKS);
    struct storm_work *work = &world->pair.works[place];
    if (work->effect_us <= world->now_us) {
        take_effect(world, work);
    }
    if (!work->ended && work->end_us <= world->now_us) {
        work->ended = true;
        storm_results_later(world, work->key, work->outcome,
                            work->outcome == FO_OUTCOME_DONE ? 0 : FO_REASON_BAD_STATUS, 0);
    }
    set_due(world, work);
}

bool storm_executor_rests(const struct storm_world *world)
{
    for (unsigned i = 0; i < STORM_WORKS; i++) {
        const struct storm_work *work = &world->pair.works[i];
        if (work->key.sequence != 0 && (!work->ended || work->effect_us != FO_NEVER)) {
            return false;
        }
    }
    return true;
}

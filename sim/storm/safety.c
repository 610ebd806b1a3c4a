/* SPDX-License-Identifier: Apache-2.0 */
/* The safety laws (see safety.h). */
#include "sim/storm/safety.h"

#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/reason.h"
#include "sim/storm/duty.h"
#include "sim/storm/host.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

#define HOUR_SLACK_US (10 * FO_SECOND) /* clocks that differ by the bound over an hour */
#define PERMILLE 1000

/* ---- I: two gates ---------------------------------------------------------------------------- */

void storm_safety_gate(struct storm_world *world, unsigned server)
{
    unsigned peer = 1 - server;
    if (!storm_host_gate_open(world, server) || !storm_host_gate_open(world, peer)) {
        return;
    }
    bool alone =
        world->servers[server].alone_us != FO_NEVER || world->servers[peer].alone_us != FO_NEVER;
    if (alone) { /* "resume": allowed while every network between the two is cut */
        unsigned one = world->servers[server].alone_us != FO_NEVER ? server : peer;
        const struct storm_server *self = &world->servers[one];
        const struct fo_heard *other = &self->agent.voter.heard[1 - one];
        bool knows = world->safety.heard_us[one][1 - one] > self->alone_us &&
                     other->beat.claim == FO_CLAIM_HOLD && other->beat.epoch > self->agent.epoch &&
                     self->stuck == 0 && /* it would, and cannot: its end comes by the lease */
                     self->next_act == self->output.count; /* or is late by ms with doing so */
        if (!knows) {
            world->counts.alone_overlaps++;
            return;
        }
    }
    if (world->plan.beyond) {
        world->counts.beyond_overlaps++;
        return;
    }
    storm_break_law(world, STORM_LAW_I, "both gates are open, server %u opened last", server);
}

void storm_safety_promote(struct storm_world *world, unsigned server, uint64_t epoch)
{
    if (epoch == 0 || (epoch & 1) != server) {
        storm_break_law(world, STORM_LAW_S1, "server %u is promoted under epoch %" PRIu64, server,
                        epoch);
    }
}

/* ---- S4: what was heard ---------------------------------------------------------------------- */

void storm_safety_heard(struct storm_world *world, uint8_t to, const struct storm_letter *letter,
                        const struct fo_heard *heard)
{
    const struct fo_beat *beat = &letter->datagram.beat;
    if (letter->datagram.kind != FO_DATAGRAM_BEAT || beat->sender >= FO_VOTERS) {
        return;
    }
    const struct fo_stamp *last = &heard[beat->sender].last;
    fo_us *known_us = &world->safety.heard_us[to][beat->sender];
    if (last->boot != beat->stamp.boot || last->seq != beat->stamp.seq) {
        return; /* refused, or older than what is known */
    }
    *known_us = letter->sent_us > *known_us ? letter->sent_us : *known_us;
    if (to == FO_VOTER_M && beat->sender < FO_SERVERS) {
        world->safety.witness_us[beat->sender] = letter->heard_us;
    }
}

/* The silence of which the engine speaks, in true time: a little less for the drift of a clock. */
static fo_us silence_us(const struct storm_world *world)
{
    const struct fo_lease_params *lease = &world->policy.lease;
    fo_us needed_us = lease->lease_us - 2 * lease->beat_us;
    fo_us drift = world->plan.beyond ? 200000 : (fo_us)lease->drift_ppm;
    return needed_us - needed_us * 3 * drift / 1000000 - FO_MS;
}

static void check_witnesses(struct storm_world *world, unsigned from)
{
    const struct storm_safety *safety = &world->safety;
    fo_us own_us = world->now_us - safety->heard_us[FO_VOTER_M][from];
    fo_us other_us = world->now_us - safety->witness_us[1 - from];
    if (own_us < silence_us(world)) {
        storm_break_law(world, STORM_LAW_S4,
                        "server %u is called dead %" PRId64 " us after it was heard", from, own_us);
    }
    if (other_us < silence_us(world)) {
        storm_break_law(world, STORM_LAW_S4,
                        "server %u is called dead, its peer heard it %" PRId64 " us ago", from,
                        other_us);
    }
}

/* ---- S2, S3, S5: what the engine starts ------------------------------------------------------ */

void storm_safety_fence(struct storm_world *world, const struct fo_command *command, bool proven)
{
    if (proven) {
        world->safety.fence_key[command->server] = command->key;
    }
}

void storm_safety_result(struct storm_world *world, const struct fo_result *result)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        const struct fo_key *key = &world->safety.fence_key[i];
        if (key->boot == result->key.boot && key->sequence == result->key.sequence &&
            result->outcome == FO_OUTCOME_DONE) {
            world->safety.fenced_us[i] = world->now_us;
        }
    }
}

static bool under_way(const struct storm_world *world, unsigned scope)
{
    fo_us until_us = world->safety.book.maintenance_us[scope];
    return until_us > world->now_us + HOUR_SLACK_US && !world->room.wall_stepped;
}

static void check_inhibit(struct storm_world *world, unsigned target)
{
    const struct storm_book *book = &world->safety.book;
    if (book->hold) {
        storm_break_law(world, STORM_LAW_S3, "a switchover starts although people hold it");
    }
    if (under_way(world, target) || under_way(world, FO_SERVERS)) {
        storm_break_law(world, STORM_LAW_S3, "a switchover to server %u starts in maintenance",
                        target);
    }
    if (world->safety.frozen) {
        storm_break_law(world, STORM_LAW_S3, "a switchover starts although an assertion failed");
    }
    if (world->nodes[FO_VOTER_M].unwell != 0) {
        storm_break_law(world, STORM_LAW_S3, "a switchover starts on an unwell clock");
    }
}

static void check_hold_down(struct storm_world *world, uint16_t cause, unsigned target)
{
    struct storm_book *book = &world->safety.book;
    const struct fo_policy *policy = &world->policy;
    unsigned hour = 0;
    for (unsigned i = 0; i < STORM_SWITCHES; i++) {
        if (book->switches[i].cause == 0) {
            continue;
        }
        fo_us age_us = world->now_us - book->switches[i].at_us;
        hour += age_us < FO_HOUR - FO_HOUR / 8 ? 1 : 0;
        bool dark = cause == FO_REASON_SERVER_DEAD || cause == FO_REASON_SERVICE_FAILED ||
                    cause == FO_REASON_SERVER_DEAF;
        fo_us up_us = world->now_us - world->nodes[target].up_since_us;
        /* a host without an agent that starts anew between two probes is not seen to */
        bool settled =
            dark && (world->pair.on || up_us >= policy->settled_us - policy->settled_us / 8);
        if (book->switches[i].cause == cause && !settled && !world->room.wall_stepped &&
            age_us < policy->block_us - policy->block_us / 8) {
            storm_break_law(world, STORM_LAW_S5, "again for %s within the block period",
                            fo_reason_name(cause));
        }
    }
    if (hour >= policy->switchovers_per_hour && !world->room.wall_stepped) {
        storm_break_law(world, STORM_LAW_S5, "more than %u switchovers in an hour",
                        policy->switchovers_per_hour);
    }
    book->switches[book->switch_next].at_us = world->now_us;
    book->switches[book->switch_next].cause = cause;
    book->switches[book->switch_next].target = (uint8_t)target;
    book->switch_next = (book->switch_next + 1) % STORM_SWITCHES;
}

static void check_start(struct storm_world *world, const struct fo_record *record)
{
    unsigned target = (unsigned)record->a;
    FO_ASSERT(target < FO_SERVERS);
    if (record->why == FO_REASON_OPERATOR_ORDER) {
        return;
    }
    check_inhibit(world, target);
    if (record->why == FO_REASON_SERVER_DEAD && !world->pair.on) {
        check_witnesses(world, 1 - target);
    }
    if (record->why != FO_REASON_MONITOR_RESTARTED) {
        check_hold_down(world, record->why, target);
    }
}

static void check_choice(struct storm_world *world, const struct fo_record *record)
{
    unsigned target = (unsigned)record->a;
    FO_ASSERT(target < FO_SERVERS);
    unsigned from = 1 - target;
    if ((record->b & 1) != record->a) {
        storm_break_law(world, STORM_LAW_S1, "server %u is chosen under epoch %" PRId64, target,
                        record->b);
    }
    if (record->why == FO_REASON_SERVER_DEAD && world->policy.servers[from].fence_required &&
        world->safety.fenced_us[from] < world->nodes[from].up_since_us) {
        storm_break_law(world, STORM_LAW_S2, "server %u is chosen, the other was never proven off",
                        target);
    }
}

/* ---- orders ---------------------------------------------------------------------------------- */

static bool is_taken(const struct fo_output *out, const struct fo_order *order)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == FO_REASON_OPERATOR_ORDER &&
            out->records[i].a == order->kind) {
            return true;
        }
    }
    return false;
}

/* P10: two humans, the second one no substitute whom nobody has approved; or one alone, who says
 * so.
 */
static void check_second(struct storm_world *world, const struct fo_order *order)
{
    bool may_break = order->kind == FO_ORDER_SWITCH || order->kind == FO_ORDER_MAINTENANCE_BEGIN;
    bool two = may_break || order->kind == FO_ORDER_DRILL_BEGIN ||
               order->kind == FO_ORDER_ADOPT_LADDER || order->kind == FO_ORDER_RESTORE;
    bool second = order->second < STORM_PERSONS &&
                  (world->safety.book.duty.extra >> order->second & 1) == 0 &&
                  storm_duty_human(world, order->second) != storm_duty_human(world, order->person);
    if (two && !second && !(may_break && order->alone)) {
        storm_break_law(world, STORM_LAW_P10, "an order of kind %u without the persons it needs",
                        order->kind);
    }
}

static void check_order(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out)
{
    const struct fo_order *order = &event->order;
    struct storm_book *book = &world->safety.book;
    unsigned scope = order->server < FO_SERVERS ? order->server : FO_SERVERS;
    if (order->kind <= FO_ORDER_RESOLVE || !is_taken(out, order)) {
        return;
    }
    if (order->person >= STORM_PERSONS) {
        storm_break_law(world, STORM_LAW_P10, "an order of kind %u by nobody", order->kind);
        return;
    }
    check_second(world, order);
    switch (order->kind) {
        case FO_ORDER_HOLD:
            book->hold = true;
            break;
        case FO_ORDER_RELEASE:
            book->hold = false;
            break;
        case FO_ORDER_MAINTENANCE_BEGIN:
            book->maintenance_us[scope] = world->now_us + order->until_us - event->now_us;
            break;
        case FO_ORDER_MAINTENANCE_END:
            book->maintenance_us[scope] = 0;
            break;
        default:
            break;
    }
}

/* ---- one step -------------------------------------------------------------------------------- */

/* S1: a new grant goes to the chosen server only. An old one may be said again (V2). */
static void check_answer(struct storm_world *world, const struct fo_datagram *datagram)
{
    const struct fo_answer *answer = &datagram->answer;
    if (!answer->given || datagram->to >= FO_SERVERS) {
        return;
    }
    struct fo_stamp *last = &world->safety.granted[datagram->to];
    bool again = last->boot == answer->of.boot && last->seq == answer->of.seq;
    bool chosen =
        datagram->to == world->daemon.engine.monitor.choice || datagram->to == world->safety.choice;
    *last = answer->of;
    if (!again && !chosen) {
        storm_break_law(world, STORM_LAW_S1, "server %u is granted and was not chosen",
                        datagram->to);
    }
}

static void check_commands(struct storm_world *world, const struct fo_output *out)
{
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        if (command->kind == FO_COMMAND_POLL) {
            continue;
        }
        if (command->kind != FO_COMMAND_SEND) {
            if (!out->durable) {
                storm_break_law(world, STORM_LAW_S6, "a command of kind %u without a snapshot",
                                command->kind);
            }
            continue;
        }
        if (command->datagram.kind == FO_DATAGRAM_ANSWER) {
            check_answer(world, &command->datagram);
        }
    }
}

static void check_records(struct storm_world *world, const struct fo_output *out)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        if (record->reason == FO_REASON_SWITCHOVER_STARTED) {
            check_start(world, record);
        } else if (record->reason == FO_REASON_SWITCHOVER_CHOSE && !world->pair.on) {
            check_choice(world, record);
        } else if (record->reason == FO_REASON_MODE_CHANGED &&
                   record->why == FO_REASON_DRILL_ABORTED) {
            world->safety.book.maintenance_us[FO_SERVERS] = 0; /* given up with its drill */
        }
    }
}

void storm_safety_step(struct storm_world *world, const struct fo_event *event,
                       const struct fo_output *out)
{
    const struct fo_engine *engine = &world->daemon.engine;
    if (world->safety.letter != NULL) {
        storm_safety_heard(world, FO_VOTER_M, world->safety.letter, engine->monitor.voter.heard);
    }
    if (out->command_count > 0) {
        check_commands(world, out);
    }
    if (event->kind == FO_EVENT_ORDER) {
        check_order(world, event, out);
    }
    if (out->record_count > 0) {
        check_records(world, out);
    }
    world->safety.choice = engine->monitor.choice;
    if (engine->plan.step != FO_PLAN_NONE && engine->plan.deadline_us < event->now_us &&
        !engine->self.frozen && out->record_count < FO_RECORDS_MAX / 2) {
        storm_break_law(world, STORM_LAW_L3, "the plan in step %u is %" PRId64 " us late",
                        engine->plan.step, event->now_us - engine->plan.deadline_us);
    }
}

/* ---- crashes --------------------------------------------------------------------------------- */

/* What may change between two snapshots without one: what is read anew anyway. */
static void forget_readings(struct fo_engine *engine)
{
    engine->monitor.epoch_seen = 0;
    for (unsigned i = 0; i < FO_DEVICES_MAX; i++) {
        engine->devices[i].runtime_us = 0;
        engine->devices[i].runtime_at_us = 0;
        engine->devices[i].dying = false;
        engine->devices[i].said_battery = fo_battery_is_sure(&engine->devices[i]) ? UINT8_MAX : 0;
    }
}

/* Static: two engines and their bytes are too much for a stack. One world at a time. */
static struct fo_engine engines[2];
static uint8_t encoded[2][FO_SNAPSHOT_MAX];

static const struct storm_image *newest_image(const struct storm_journal *journal)
{
    if (journal->images[journal->queued].length > 0) {
        return &journal->images[journal->queued];
    }
    return &journal->images[journal->in_flight ? journal->flying : journal->disk];
}

void storm_safety_crash(struct storm_world *world)
{
    const struct storm_journal *journal = &world->daemon.journal;
    const struct storm_image *image = newest_image(journal);
    size_t length[2];
    if (!journal->alive || image->length == 0 || !world->daemon.engine.booted) {
        return;
    }
    engines[0] = world->daemon.engine;
    fo_engine_init(&engines[1], &world->policy);
    if (!fo_snapshot_decode(&engines[1], image->bytes, image->length)) {
        storm_break_law(world, STORM_LAW_L5, "the engine refuses its own snapshot");
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        forget_readings(&engines[i]);
        length[i] = fo_snapshot_encode(&engines[i], 0, 0, encoded[i]);
    }
    if (length[0] != length[1] || memcmp(encoded[0], encoded[1], length[0]) != 0) {
        storm_break_law(world, STORM_LAW_L5, "durable state has changed since the newest snapshot");
    }
}

void storm_safety_restored(struct storm_world *world, const struct storm_image *image)
{
    const struct fo_engine *engine = &world->daemon.engine;
    size_t length = fo_snapshot_encode(engine, engine->saved_us, engine->saved_wall_ms, encoded[0]);
    if (length != image->length || memcmp(encoded[0], image->bytes, length) != 0) {
        storm_break_law(world, STORM_LAW_S9, "a snapshot read back gives other bytes");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of conduct (see conduct.h). */
#include "sim/storm/conduct.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/host.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

#define CAUSE_FIRST 100
#define BIT(cause) (UINT64_C(1) << (FO_REASON_##cause - CAUSE_FIRST))
#define SILENT_INTERVALS 16 /* N of P13: the longest window, a good run, and as long again */
#define SILENT_SLACK_US (10 * FO_SECOND)

static uint64_t raised(const struct storm_world *world, unsigned kind, unsigned index)
{
    return world->daemon.engine.raised[kind][index];
}

/* ---- P9: outside ----------------------------------------------------------------------------- */

static void check_outside(struct storm_world *world, const struct fo_event *event,
                          const struct fo_record *record)
{
    bool named = event->kind == FO_EVENT_ORDER && event->order.kind == FO_ORDER_OUTSIDE &&
                 event->order.person == record->person && record->person < STORM_PERSONS;
    bool drill = false;
    for (unsigned i = 0; i < STORM_CASES; i++) {
        const struct storm_case *known = &world->contact.cases[i];
        drill = drill || (known->number == record->incident && known->drill);
    }
    if (!named || drill) {
        storm_break_law(world, STORM_LAW_P9,
                        "a call outside about incident %u, drill %d, person %u", record->incident,
                        drill, record->person);
    }
}

/* ---- P11: keys ------------------------------------------------------------------------------- */

static uint64_t act_of(const struct fo_command *command)
{
    const struct fo_notify *notify = &command->notify;
    uint64_t what = (uint64_t)command->kind << 56 | (uint64_t)command->server << 48 |
                    (uint64_t)command->line << 40;
    if (command->kind == FO_COMMAND_SHED || command->kind == FO_COMMAND_RESTORE) {
        what ^= (uint64_t)command->stage << 32 | (uint64_t)command->act << 24;
    }
    if (command->kind == FO_COMMAND_NOTIFY) {
        what ^= (uint64_t)notify->incident << 32 | (uint64_t)notify->epoch << 24 |
                (uint64_t)notify->person << 16 | (uint64_t)notify->channel << 8 | notify->message;
    }
    return what;
}

/* Returns whether the key is new: after a crash the same act is done again under it. */
static bool check_key(struct storm_world *world, const struct fo_command *command)
{
    struct fo_key key = command->key;
    uint64_t act = act_of(command);
    struct storm_named *named =
        &world->conduct.keys[storm_random_mix(key.boot, key.sequence) % STORM_KEYS];
    bool known = named->key.boot == key.boot && named->key.sequence == key.sequence;
    if (key.sequence == 0 || (known && named->act != act)) {
        storm_break_law(world, STORM_LAW_P11, "key %" PRIu64 " names two acts, or none",
                        key.sequence);
    }
    named->key = key;
    named->act = act;
    return !known;
}

/* ---- P12: failing back ----------------------------------------------------------------------- */

/* By itself the engine moves only away from what is dead, has given up, or loses its power. */
static void check_cause(struct storm_world *world, const struct fo_record *record)
{
    unsigned target = (unsigned)record->a;
    bool known = record->why == FO_REASON_SERVER_DEAD || record->why == FO_REASON_SERVICE_FAILED ||
                 record->why == FO_REASON_SERVER_DEAF || record->why == FO_REASON_UPS_LOW ||
                 record->why == FO_REASON_MONITOR_RESTARTED ||
                 record->why == FO_REASON_OPERATOR_ORDER;
    const struct fo_server *old = &world->daemon.engine.servers[1 - target];
    bool serves = old->claim == FO_CLAIM_HOLD && old->hearing == FO_HEARING_WELL;
    bool gives_up = record->why == FO_REASON_SERVICE_FAILED ||
                    record->why == FO_REASON_SERVER_DEAF ||
                    record->why == FO_REASON_MONITOR_RESTARTED;
    if (!known || (serves && gives_up)) {
        storm_break_law(world, STORM_LAW_P12, "a move to server %u because of %s, the other serves",
                        target, fo_reason_name(record->why));
    }
}

/* Losses as this checker has counted them; too few samples say nothing. */
static bool is_lossy(const struct storm_world *world, unsigned line, uint32_t limit_permille)
{
    const struct fo_loss *loss = &world->conduct.losses[line];
    return loss->filled >= FO_LOSS_FILLED_MIN && fo_loss_permille(loss) >= limit_permille;
}

/* From a line that works the traffic goes back to the preferred one, or away from a lossy one to a
 * better one: to what has worked for a while, and never to what is worse. */
static void check_move(struct storm_world *world, unsigned line, unsigned left)
{
    const struct fo_line_policy *policy = world->policy.lines;
    const struct fo_loss *losses = world->conduct.losses;
    bool leaves = is_lossy(world, left, policy[left].loss_degraded_permille / 2);
    bool returns = policy[line].preferred;
    fo_us hold_us = leaves ? policy[left].leave_us : policy[line].return_us;
    hold_us = returns && policy[line].return_us < hold_us ? policy[line].return_us : hold_us;
    fo_us since_us = world->now_us - world->conduct.line_down_us[line];
    if (!leaves && !returns) {
        storm_break_law(world, STORM_LAW_P12, "line %u, which is well, is left for line %u", left,
                        line);
    }
    if (world->conduct.line_down_us[line] != 0 && since_us < hold_us - hold_us / 8) {
        storm_break_law(world, STORM_LAW_P12, "to line %u, which was down %" PRId64 " s ago", line,
                        since_us / FO_SECOND);
    }
    if (is_lossy(world, line, policy[line].loss_degraded_permille) &&
        2 * losses[line].count * losses[left].filled > losses[left].count * losses[line].filled) {
        storm_break_law(world, STORM_LAW_P12,
                        "from line %u, which lost %u of %u, to line %u, which lost %u of %u", left,
                        losses[left].count, losses[left].filled, line, losses[line].count,
                        losses[line].filled);
    }
}

static void check_route(struct storm_world *world, const struct fo_command *command)
{
    unsigned line = command->line;
    FO_ASSERT(line < STORM_LINES);
    if (world->safety.frozen) {
        storm_break_law(world, STORM_LAW_P12, "line %u is chosen although an assertion failed",
                        line);
    }
    if ((raised(world, FO_SUBJECT_LINE, 1 - line) & BIT(LINE_DOWN)) == 0) {
        check_move(world, line, 1 - line);
    }
}

static void note_lines(struct storm_world *world, const struct fo_event *event)
{
    if (event->kind == FO_EVENT_BOOT) { /* who starts has counted nothing */
        memset(world->conduct.losses, 0, sizeof world->conduct.losses);
    } else if (event->kind == FO_EVENT_PROBE && event->probe.kind == FO_PROBE_TARGET &&
               event->probe.quality != FO_ABSENT) {
        fo_loss_count(&world->conduct.losses[event->probe.index], !event->probe.ok);
    }
    for (unsigned i = 0; i < STORM_LINES; i++) {
        if ((raised(world, FO_SUBJECT_LINE, i) & BIT(LINE_DOWN)) != 0) {
            world->conduct.line_down_us[i] = world->now_us;
        }
    }
}

/* ---- P13: silence ---------------------------------------------------------------------------- */

static void hear_all(struct storm_world *world)
{
    for (unsigned i = 0; i < STORM_DEVICES; i++) {
        world->conduct.device_us[i] = world->now_us;
    }
}

static void note_heard(struct storm_world *world, const struct fo_event *event)
{
    bool stalled = event->kind == FO_EVENT_SELF && event->self.kind == FO_SELF_STALL;
    if (event->kind == FO_EVENT_READING && event->reading.quality == FO_GOOD) {
        world->conduct.device_us[event->reading.device] = world->now_us;
    } else if (event->kind == FO_EVENT_BOOT || stalled) {
        hear_all(world);
    }
}

void storm_conduct_look(struct storm_world *world)
{
    static const uint64_t silent = BIT(UPS_SILENT) | BIT(UPS_SILENT_ON_BATTERY) |
                                   BIT(UPS_EXHAUSTED) | BIT(GENERATOR_SILENT) |
                                   BIT(TRANSFER_SWITCH_SILENT);
    if (!storm_host_awake(world, &world->nodes[FO_VOTER_M]) || world->room.own_network != 0) {
        hear_all(world);
        return;
    }
    for (unsigned i = 0; i < STORM_DEVICES; i++) {
        fo_us bound_us = SILENT_INTERVALS * world->policy.devices[i].interval_us + SILENT_SLACK_US;
        bool said = (raised(world, FO_SUBJECT_DEVICE, i) & silent) != 0 ||
                    (raised(world, FO_SUBJECT_MONITOR, 0) & BIT(MONITOR_NETWORK)) != 0;
        fo_us silence_us = world->now_us - world->conduct.device_us[i];
        if (!said && silence_us > bound_us) {
            storm_break_law(world, STORM_LAW_P13, "device %u is silent for %" PRId64 " s, unsaid",
                            i, silence_us / FO_SECOND);
        }
    }
}

/* ---- P16: duty ------------------------------------------------------------------------------- */

static void check_gaps(struct storm_world *world, const struct fo_roster *roster)
{
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && roster->on[i] == 0;
        bool said = (raised(world, FO_SUBJECT_ROLE, i) & BIT(ROSTER_GAP)) != 0;
        if (gap != said) {
            storm_break_law(world, STORM_LAW_P16, "role %u: nobody is on duty %d, said %d", i, gap,
                            said);
        }
    }
}

/* ---- one step -------------------------------------------------------------------------------- */

void storm_conduct_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out)
{
    note_heard(world, event);
    note_lines(world, event);
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        if (record->reason == FO_REASON_OUTSIDE_CALLED) {
            check_outside(world, event, record);
        } else if (record->reason == FO_REASON_SWITCHOVER_STARTED) {
            check_cause(world, record);
        }
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        bool keyed = command->kind != FO_COMMAND_SEND && command->kind != FO_COMMAND_POLL;
        if (keyed && check_key(world, command) && command->kind == FO_COMMAND_ROUTE) {
            check_route(world, command);
        }
    }
    if (event->kind == FO_EVENT_ROSTER && out->record_count < FO_RECORDS_MAX / 2) {
        check_gaps(world, &event->roster);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The shell around the engine (see daemon.h). */
#include "sim/storm/daemon.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/acts.h"
#include "sim/storm/check.h"
#include "sim/storm/contact.h"
#include "sim/storm/host.h"
#include "sim/storm/journal.h"
#include "sim/storm/network.h"
#include "sim/storm/paging.h"
#include "sim/storm/results.h"
#include "sim/storm/room.h"
#include "sim/storm/roster.h"
#include "sim/storm/safety.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

#define SAME_INSTANT_MAX 2000 /* steps; more is a loop that never ends */

static struct storm_node *node_of(struct storm_world *world)
{
    return &world->nodes[FO_VOTER_M];
}

void storm_daemon_init(struct storm_world *world)
{
    storm_results_init(world);
    storm_journal_init(world);
}

static fo_wall_ms wall_now(const struct storm_world *world, fo_us local_us)
{
    return world->room.wall_ms + local_us / FO_MS;
}

/* ---- results --------------------------------------------------------------------------------- */

void storm_daemon_result(struct storm_world *world, unsigned place)
{
    struct storm_daemon *daemon = &world->daemon;
    const struct storm_result *waits = &daemon->results[place];
    struct storm_node *node = node_of(world);
    if (waits->boot == node->boot && node->up && node->until_us > world->now_us) {
        storm_queue_set(&world->queue, STORM_PLACE_RESULT + place, node->until_us);
        return;
    }
    storm_queue_set(&world->queue, STORM_PLACE_RESULT + place, FO_NEVER);
    daemon->result_free[daemon->result_free_count++] = (uint16_t)place;
    if (waits->boot != node->boot || !node->up) {
        return; /* the process that asked is gone */
    }
    struct fo_event event = {.kind = FO_EVENT_RESULT, .result = waits->result};
    storm_safety_result(world, &event.result);
    storm_paging_result(world, &event.result);
    storm_daemon_give(world, &event);
}

/* ---- acting ---------------------------------------------------------------------------------- */

static void act_on_pending(struct storm_world *world)
{
    struct fo_command command;
    bool synced = false;
    while (storm_journal_take(world, &command, &synced)) {
        storm_acts_do(world, &command, synced);
    }
}

/* ---- one event ------------------------------------------------------------------------------- */

static void say_command(const struct storm_world *world, const struct fo_command *command)
{
    if (command->kind == FO_COMMAND_NOTIFY) {
        const struct fo_notify *notify = &command->notify;
        storm_say(world,
                  "engine: notify %" PRIu64
                  " incident %u epoch %u rung %u person %u channel %u "
                  "message %u try %u%s",
                  command->key.sequence, notify->incident, notify->epoch, notify->rung,
                  notify->person, notify->channel, notify->message, notify->attempt,
                  notify->resend ? " again" : "");
        return;
    }
    static const char *const kinds[FO_COMMAND_KINDS] = {"send",   "choose", "fence", "route",
                                                        "notify", "poll",   "shed",  "promote",
                                                        "demote", "restore"};
    storm_say(world, "engine: %s %" PRIu64 " server %d line %d because %s", kinds[command->kind],
              command->key.sequence, command->server, command->line,
              fo_reason_name(command->reason));
}

static void say_records(const struct storm_world *world)
{
    const struct fo_output *out = &world->daemon.out;
    for (uint32_t i = 0; world->trace && i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        storm_say(world, "  %s why %s subject %u/%u incident %u a %" PRId64 " b %" PRId64,
                  fo_reason_name(record->reason), fo_reason_name(record->why), record->subject.kind,
                  record->subject.index, record->incident, record->a, record->b);
    }
}

static bool goes_at_once(const struct fo_command *command)
{
    return command->kind == FO_COMMAND_SEND || command->kind == FO_COMMAND_POLL;
}

static void take_output(struct storm_world *world, const struct fo_event *event)
{
    struct fo_output *out = &world->daemon.out;
    uint64_t ticket = 0;
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        if (command->kind == FO_COMMAND_SEND) {
            storm_network_send(world, FO_VOTER_M, &command->datagram);
        } else if (command->kind == FO_COMMAND_POLL) {
            storm_room_poll(world, command->device);
        }
    }
    if (out->durable) {
        ticket = storm_journal_append(world, event->now_us, event->wall_ms);
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        if (goes_at_once(command)) {
            continue;
        }
        say_command(world, command);
        if (command->kind != FO_COMMAND_ROUTE) {
            /* the return to the preferred line has its own date: no unrest (S5 judges it) */
            world->quiet_us = world->now_us;
        }
        fo_us until_us = command->kind == FO_COMMAND_CHOOSE
                             ? world->now_us + world->policy.choose_budget_us
                             : FO_NEVER;
        if (ticket == 0 || !storm_journal_wait(world, ticket, until_us, command)) {
            storm_acts_do(world, command, false);
        }
    }
}

static void mix_output(struct storm_world *world, const struct fo_event *event)
{
    const struct fo_output *out = &world->daemon.out;
    uint64_t hash =
        storm_random_mix(world->hash, (uint64_t)event->now_us << 8 | event->kind << 2 | FO_VOTER_M);
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        hash = storm_random_mix(hash, command->key.sequence << 8 | command->kind);
    }
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        hash = storm_random_mix(
            hash, (uint64_t)record->reason << 48 ^ (uint64_t)record->a << 16 ^ record->incident);
    }
    world->hash = hash;
}

void storm_daemon_give(struct storm_world *world, struct fo_event *event)
{
    struct storm_daemon *daemon = &world->daemon;
    struct storm_node *node = node_of(world);
    if (!node->up || world->broken.law != STORM_LAW_NONE) {
        return;
    }
    event->now_us = storm_clock_now(world, node);
    event->now_us = event->now_us > daemon->last_us ? event->now_us : daemon->last_us;
    event->wall_ms = wall_now(world, event->now_us);
    daemon->same_instant = event->now_us == daemon->last_us ? daemon->same_instant + 1 : 0;
    daemon->last_us = event->now_us;
    fo_step(&daemon->engine, event, &daemon->out);
    world->counts.events++;
    mix_output(world, event);
    say_records(world);
    if (daemon->same_instant > SAME_INSTANT_MAX) {
        storm_break_law(world, STORM_LAW_S7, "the engine steps for ever at one instant");
    }
    storm_check_step(world, event, &daemon->out);
    take_output(world, event);
    storm_daemon_touch(world);
}

void storm_daemon_tell(struct storm_world *world, enum fo_self_kind kind, uint8_t index,
                       int64_t value)
{
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .self = {.kind = (uint8_t)kind, .index = index, .value = value}};
    storm_say(world, "monitor: about itself: kind %u, %u, %" PRId64, kind, index, value);
    storm_daemon_give(world, &event);
}

void storm_daemon_roster(struct storm_world *world, bool again)
{
    struct fo_event event = {.kind = FO_EVENT_ROSTER};
    if (storm_host_awake(world, node_of(world)) && storm_roster_take(world, again, &event.roster)) {
        storm_daemon_give(world, &event);
    }
}

void storm_daemon_assertion(struct storm_world *world)
{
    if (storm_host_awake(world, node_of(world))) {
        world->safety.frozen = true;
        storm_daemon_tell(world, FO_SELF_ASSERTION, 0, 0);
    }
}

void storm_daemon_watch(struct storm_world *world)
{
    unsigned answers = storm_room_answers(world);
    if (answers == world->daemon.answers_said || world->room.own_network != 0 ||
        !storm_host_awake(world, node_of(world))) {
        return;
    }
    world->daemon.answers_said = (uint8_t)answers;
    storm_daemon_tell(world, FO_SELF_ANSWERS, 0, answers);
}

/* ---- the process ----------------------------------------------------------------------------- */

static void restore(struct storm_world *world, const struct storm_image *image)
{
    struct storm_daemon *daemon = &world->daemon;
    fo_engine_init(&daemon->engine, &world->policy);
    world->safety.book = (struct storm_book){0};
    if (image->length == 0) {
        return;
    }
    if (!fo_snapshot_decode(&daemon->engine, image->bytes, image->length)) {
        storm_break_law(world, STORM_LAW_L5, "the engine refuses its own snapshot");
        return;
    }
    world->safety.book = image->book;
    storm_safety_restored(world, image);
}

static void start(struct storm_world *world)
{
    struct storm_daemon *daemon = &world->daemon;
    struct storm_node *node = node_of(world);
    const struct storm_image *image = &daemon->journal.images[daemon->journal.disk];
    node->up = true;
    node->host_up = true;
    node->boot = storm_host_boot(world);
    node->until_us = world->now_us;
    node->froze_us = FO_NEVER;
    node->up_since_us = world->now_us;
    node->inbox_count = 0;
    daemon->last_us = 0;
    world->safety.frozen = false;
    restore(world, image);
    struct fo_event event = {
        .kind = FO_EVENT_BOOT,
        .boot = {.boot = node->boot,
                 .same_host_boot = image->length > 0 && image->host_boot == daemon->host_boots}};
    daemon->incarnations++;
    storm_say(world, "monitor: daemon starts");
    storm_paging_restart(world);
    storm_contact_restart(world);
    storm_daemon_give(world, &event);
    if (node->unwell != 0) {
        storm_daemon_tell(world, FO_SELF_CLOCK, 0, 0);
    }
    for (uint8_t i = 0; i < STORM_CHANNELS; i++) {
        storm_daemon_tell(world, FO_SELF_CHANNEL, i, world->people.channel_dead[i] == 0 ? 1 : 0);
    }
    storm_daemon_roster(world, true);
    daemon->answers_said = 0;
    storm_daemon_watch(world);
}

void storm_daemon_kill(struct storm_world *world, bool host, fo_us back_us)
{
    struct storm_daemon *daemon = &world->daemon;
    struct storm_node *node = node_of(world);
    if (node->up) {
        storm_safety_crash(world);
        storm_journal_crash(world);
        storm_paging_crash(world);
        world->counts.crashes++;
    }
    node->up = false;
    if (host) {
        daemon->host_boots++;
        node->host_up = false;
        world->room.wall_ms += storm_clock_now(world, node) / FO_MS;
        node->clock.base_us = 0;
        node->clock.at_us = world->now_us;
    }
    fo_us start_us = world->now_us + back_us;
    node->start_us = start_us > node->start_us ? start_us : node->start_us;
    storm_daemon_touch(world);
}

void storm_daemon_touch(struct storm_world *world)
{
    struct storm_node *node = node_of(world);
    if (!node->up) {
        storm_queue_set(&world->queue, STORM_PLACE_NODE + FO_VOTER_M,
                        node->stays_down ? FO_NEVER : node->start_us);
        return;
    }
    fo_us due_us = world->now_us;
    if (node->inbox_count == 0) {
        due_us = storm_clock_true(world, node, fo_next_deadline(&world->daemon.engine));
    }
    storm_queue_set(&world->queue, STORM_PLACE_NODE + FO_VOTER_M,
                    due_us > node->until_us ? due_us : node->until_us);
}

/* The loop stood still: the engine hears it before anything else (lease.md M3). */
static void look_for_stall(struct storm_world *world)
{
    struct storm_node *node = node_of(world);
    if (node->froze_us == FO_NEVER) {
        return;
    }
    fo_us gap_us = world->now_us - node->froze_us;
    node->froze_us = FO_NEVER;
    if (gap_us > world->policy.stall_us) {
        storm_daemon_tell(world, FO_SELF_STALL, 0, gap_us);
    }
}

static void give_letter(struct storm_world *world, const struct storm_letter *letter)
{
    struct fo_event event = {.kind = FO_EVENT_DATAGRAM};
    event.datagram.net = letter->net;
    event.datagram.datagram = letter->datagram;
    world->safety.letter = letter;
    storm_daemon_give(world, &event);
    world->safety.letter = NULL;
}

void storm_daemon_run(struct storm_world *world)
{
    struct storm_node *node = node_of(world);
    if (!node->up) {
        start(world);
        return;
    }
    look_for_stall(world);
    act_on_pending(world);
    for (unsigned turn = 0; turn < STORM_INBOX_MAX && node->inbox_count > 0; turn++) {
        struct storm_letter letter = *storm_inbox_take(node);
        give_letter(world, &letter);
    }
    if (fo_next_deadline(&world->daemon.engine) <= storm_clock_now(world, node)) {
        struct fo_event event = {.kind = FO_EVENT_TICK};
        storm_daemon_give(world, &event);
    }
    storm_daemon_touch(world);
}

void storm_daemon_arrive(struct storm_world *world, const struct storm_letter *letter)
{
    struct storm_node *node = node_of(world);
    if (!node->up) {
        return;
    }
    fo_us late_us = 0;
    if (storm_host_awake(world, node) && node->inbox_count == 0) {
        late_us = storm_host_lateness(world);
        if (late_us == 0) {
            struct storm_letter copy = *letter;
            give_letter(world, &copy);
            return;
        }
        node->until_us = world->now_us + late_us;
    }
    if (!storm_inbox_put(node, letter)) {
        world->counts.letters_lost++;
    }
    storm_daemon_touch(world);
}

bool storm_daemon_offer(struct storm_world *world, struct fo_event *event)
{
    if (!storm_host_awake(world, node_of(world))) {
        return false;
    }
    storm_daemon_give(world, event);
    return true;
}

/* The writer is a thread of its own: it goes on while the loop is late, the loop hears it later. */
void storm_daemon_synced(struct storm_world *world)
{
    struct storm_node *node = node_of(world);
    bool taken = storm_journal_synced(world);
    if (!node->up) {
        return;
    }
    if (!taken) {
        storm_daemon_tell(world, FO_SELF_JOURNAL, 0, 0);
    }
    if (storm_host_awake(world, node)) {
        act_on_pending(world);
    } else {
        storm_queue_set(&world->queue, STORM_PLACE_NODE + FO_VOTER_M, node->until_us);
    }
}

void storm_daemon_overdue(struct storm_world *world)
{
    struct storm_node *node = node_of(world);
    if (!storm_host_awake(world, node)) {
        storm_queue_set(&world->queue, STORM_PLACE_OVERDUE, node->until_us);
        return;
    }
    storm_queue_set(&world->queue, STORM_PLACE_OVERDUE, FO_NEVER);
    act_on_pending(world);
}

void storm_daemon_disk_well(struct storm_world *world)
{
    fo_us local_us = storm_clock_now(world, node_of(world));
    if (!node_of(world)->up) {
        return;
    }
    local_us = local_us > world->daemon.last_us ? local_us : world->daemon.last_us;
    if (storm_journal_revive(world, local_us, wall_now(world, local_us))) {
        storm_daemon_tell(world, FO_SELF_JOURNAL, 0, 1);
    }
}

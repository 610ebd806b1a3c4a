/* SPDX-License-Identifier: Apache-2.0 */
/* The engine beside its durable part, field by field (see walk.h): what probes and heartbeats made
 * known, timers, the lease core. Also the hash over all of it: two engines that were given the same
 * events have the same hash on every compiler; replay and the storm compare it. */
#include "failover/assert.h"
#include "failover/durable.h"
#include "failover/engine.h"
#include "failover/walk.h"

static void walk_source(struct fo_codec *codec, struct fo_source *source)
{
    FO_FIELD(codec, source->bad);
    FO_FIELD(codec, source->filled);
    FO_FIELD(codec, source->good_run);
    FO_FIELD(codec, source->state);
    fo_codec_bool(codec, &source->stale);
    FO_FIELD(codec, source->last_us);
    FO_FIELD(codec, source->good_us);
}

static void walk_device(struct fo_codec *codec, struct fo_device *device)
{
    walk_source(codec, &device->communication);
    FO_FIELD(codec, device->good_us);
    FO_FIELD(codec, device->reason);
    FO_FIELD(codec, device->signs);
    for (unsigned i = 0; i < FO_SIGNS; i++) {
        FO_FIELD(codec, device->against[i]);
    }
    FO_FIELD(codec, device->vote);
    FO_FIELD(codec, device->present_us);
    fo_codec_bool(codec, &device->eco);
    fo_codec_bool(codec, &device->low_said);
    fo_codec_bool(codec, &device->exhausted);
    FO_FIELD(codec, device->low_us);
    FO_FIELD(codec, device->silent_us);
    FO_FIELD(codec, device->charge_milli);
    fo_codec_bool(codec, &device->voltage);
    fo_codec_bool(codec, &device->loaded);
    fo_codec_bool(codec, &device->start_failed);
    FO_FIELD(codec, device->status);
    FO_FIELD(codec, device->voltage_us);
    FO_FIELD(codec, device->loaded_us);
    FO_FIELD(codec, device->fuel_us);
    FO_FIELD(codec, device->fuel_step);
    FO_FIELD(codec, device->work_us);
}

static void walk_loss(struct fo_codec *codec, struct fo_loss *loss)
{
    for (unsigned i = 0; i < FO_LOSS_SAMPLES; i++) {
        FO_FIELD(codec, loss->lost[i]);
    }
    FO_FIELD(codec, loss->next);
    FO_FIELD(codec, loss->filled);
    FO_FIELD(codec, loss->count);
}

static void walk_line(struct fo_codec *codec, struct fo_line *line)
{
    for (unsigned i = 0; i < FO_TARGETS_MAX; i++) {
        walk_source(codec, &line->targets[i]);
    }
    walk_loss(codec, &line->loss);
    walk_loss(codec, &line->direction.out);
    walk_loss(codec, &line->direction.back);
    FO_FIELD(codec, line->direction.unanswered);
    FO_FIELD(codec, line->direction.reason);
    FO_FIELD(codec, line->direction.said_us);
    FO_FIELD(codec, line->state);
    FO_FIELD(codec, line->reason);
    fo_codec_bool(codec, &line->lossy);
    fo_codec_bool(codec, &line->slow);
    fo_codec_bool(codec, &line->unsteady);
    FO_FIELD(codec, line->rtt_us);
    FO_FIELD(codec, line->jitter_us);
    for (unsigned i = 0; i < FO_TARGETS_MAX; i++) {
        FO_FIELD(codec, line->target_rtt_us[i]);
    }
    FO_FIELD(codec, line->ok_us);
    FO_FIELD(codec, line->poor_us);
    FO_FIELD(codec, line->better_us);
    for (unsigned i = 0; i < FO_LINE_CHANGES; i++) {
        FO_FIELD(codec, line->down_us[i]);
    }
    FO_FIELD(codec, line->down_next);
}

static void walk_server(struct fo_codec *codec, struct fo_server *server)
{
    walk_source(codec, &server->host);
    FO_FIELD(codec, server->stamp.boot);
    FO_FIELD(codec, server->stamp.seq);
    FO_FIELD(codec, server->hearing);
    FO_FIELD(codec, server->hearing_us);
    FO_FIELD(codec, server->claim);
    FO_FIELD(codec, server->health);
    fo_codec_bool(codec, &server->offer);
    fo_codec_bool(codec, &server->draining);
    fo_codec_bool(codec, &server->leaving);
    fo_codec_bool(codec, &server->alone);
    fo_codec_bool(codec, &server->forced);
    fo_codec_bool(codec, &server->lapsed);
    fo_codec_bool(codec, &server->fell);
    FO_FIELD(codec, server->epoch);
    FO_FIELD(codec, server->held_epoch);
    FO_FIELD(codec, server->position);
    FO_FIELD(codec, server->claim_us);
    FO_FIELD(codec, server->healthy_us);
    FO_FIELD(codec, server->held_us);
}

static void walk_heard(struct fo_codec *codec, struct fo_heard *heard)
{
    fo_walk_stamp(codec, &heard->newest);
    fo_walk_stamp(codec, &heard->last);
    FO_FIELD(codec, heard->last_us);
    for (unsigned i = 0; i < sizeof heard->refused / sizeof heard->refused[0]; i++) {
        FO_FIELD(codec, heard->refused[i]);
        FO_FIELD(codec, heard->refused_seq[i]);
    }
    FO_FIELD(codec, heard->refused_next);
    fo_codec_bool(codec, &heard->answered);
    fo_walk_answer(codec, &heard->answer);
    fo_walk_beat(codec, &heard->beat);
}

static void walk_voter(struct fo_codec *codec, struct fo_voter_state *voter)
{
    FO_FIELD(codec, voter->self);
    FO_FIELD(codec, voter->vote);
    FO_FIELD(codec, voter->vote_to);
    fo_codec_bool(codec, &voter->clock_well);
    fo_codec_bool(codec, &voter->vote_any_boot);
    FO_FIELD(codec, voter->vote_boot);
    FO_FIELD(codec, voter->vote_seq);
    FO_FIELD(codec, voter->vote_until_us);
    FO_FIELD(codec, voter->boot);
    FO_FIELD(codec, voter->seq);
    for (unsigned i = 0; i < FO_ECHO_RING; i++) {
        FO_FIELD(codec, voter->sent_us[i]);
    }
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        walk_heard(codec, &voter->heard[i]);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fo_walk_stamp(codec, &voter->freed[i]);
    }
}

static void walk_monitor(struct fo_codec *codec, struct fo_monitor *monitor)
{
    walk_voter(codec, &monitor->voter);
    FO_FIELD(codec, monitor->choice);
    FO_FIELD(codec, monitor->next);
    FO_FIELD(codec, monitor->choice_epoch);
    FO_FIELD(codec, monitor->fenced[0]);
    FO_FIELD(codec, monitor->fenced[1]);
    fo_walk_beat(codec, &monitor->ask);
    fo_codec_bool(codec, &monitor->asked);
    FO_FIELD(codec, monitor->next_beat_us);
    FO_FIELD(codec, monitor->quiet_until_us);
    FO_FIELD(codec, monitor->started_us);
    FO_FIELD(codec, monitor->burst);
}

static void walk_whole(struct fo_codec *codec, struct fo_engine *engine)
{
    fo_codec_bool(codec, &engine->booted);
    FO_FIELD(codec, engine->boot);
    FO_FIELD(codec, engine->sequence);
    FO_FIELD(codec, engine->now_us);
    FO_FIELD(codec, engine->started_us);
    FO_FIELD(codec, engine->warm_us);
    FO_FIELD(codec, engine->wall_ms);
    FO_FIELD(codec, engine->saved_us);
    FO_FIELD(codec, engine->saved_wall_ms);
    for (unsigned i = 0; i < FO_TIMERS; i++) {
        FO_FIELD(codec, engine->deadlines.due_us[i]);
    }
    FO_FIELD(codec, engine->mains.mixed_us);
    FO_FIELD(codec, engine->mains.asked_us);
    FO_FIELD(codec, engine->mains.back_us);
    fo_codec_bool(codec, &engine->route.emit);
    FO_FIELD(codec, engine->route.retry_us);
    FO_FIELD(codec, engine->route.left_us);
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        walk_source(codec, &engine->services[i].check);
        FO_FIELD(codec, engine->services[i].state);
        FO_FIELD(codec, engine->services[i].reason);
        FO_FIELD(codec, engine->services[i].good_us);
        fo_codec_bool(codec, &engine->services[i].overloaded);
        FO_FIELD(codec, engine->services[i].load_run);
    }
    for (unsigned i = 0; i < FO_STAGES_MAX; i++) {
        fo_codec_bool(codec, &engine->stages[i].emit);
        FO_FIELD(codec, engine->stages[i].low_us);
        FO_FIELD(codec, engine->stages[i].back_us);
    }
    FO_FIELD(codec, engine->restore.count);
    fo_codec_bool(codec, &engine->restore.halt);
    FO_FIELD(codec, engine->restore.key.boot);
    FO_FIELD(codec, engine->restore.key.sequence);
    FO_FIELD(codec, engine->restore.deadline_us);
    FO_FIELD(codec, engine->restore.next_us);
    FO_FIELD(codec, engine->need.cause);
    FO_FIELD(codec, engine->need.from);
    FO_FIELD(codec, engine->need.target);
    fo_codec_bool(codec, &engine->need.planned);
    FO_FIELD(codec, engine->need.noted_us);
    fo_codec_bool(codec, &engine->need.looked);
    for (unsigned i = 0; i < FO_CHECKS; i++) {
        FO_FIELD(codec, engine->need.failed[i]);
    }
    fo_codec_bool(codec, &engine->after_fence_emit);
    fo_codec_bool(codec, &engine->self.clock_unwell);
    fo_codec_bool(codec, &engine->self.journal_dead);
    fo_codec_bool(codec, &engine->self.frozen);
    FO_FIELD(codec, engine->self.channels_down);
    FO_FIELD(codec, engine->self.channels_known);
    FO_FIELD(codec, engine->self.nets_down);
    FO_FIELD(codec, engine->self.nets_known);
    fo_codec_bool(codec, &engine->self.cut_off);
    fo_codec_bool(codec, &engine->self.cut_known);
    FO_FIELD(codec, engine->self.heard_us);
    FO_FIELD(codec, engine->self.answers);
    for (unsigned i = 0; i < FO_STATIONS; i++) {
        FO_FIELD(codec, engine->self.stations[i]);
    }
    FO_FIELD(codec, engine->self.sources_ok);
    FO_FIELD(codec, engine->self.sources_down);
    FO_FIELD(codec, engine->wall_offset_ms);
    FO_FIELD(codec, engine->poll);
    FO_FIELD(codec, engine->attempt_order);
    fo_codec_bool(codec, &engine->attempts_starved);
}

void fo_walk_rest(struct fo_codec *codec, struct fo_engine *engine)
{
    walk_whole(codec, engine);
    walk_monitor(codec, &engine->monitor);
    for (unsigned i = 0; i < FO_DEVICES_MAX; i++) {
        walk_device(codec, &engine->devices[i]);
    }
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        walk_line(codec, &engine->lines[i]);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        walk_server(codec, &engine->servers[i]);
    }
    for (unsigned i = 0; i < FO_SUBJECT_KINDS; i++) {
        for (unsigned j = 0; j < 64; j++) {
            FO_FIELD(codec, engine->raised[i][j]);
        }
    }
}

uint64_t fo_engine_hash(const struct fo_engine *engine)
{
    struct fo_codec codec = {.mode = FO_CODEC_HASH};
    /* hashing reads; the walks take a plain pointer because they also decode */
    struct fo_engine *walked = (struct fo_engine *)(uintptr_t)engine;
    FO_ASSERT(engine != NULL);
    fo_durable_walk(&codec, walked);
    fo_walk_rest(&codec, walked);
    return codec.hash;
}

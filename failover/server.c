/* SPDX-License-Identifier: Apache-2.0 */
/* What the agents say (see server.h). A statement is taken in only when the lease core has accepted
 * its beat: hash, boot and order are judged there. */
#include "failover/server.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/network.h"
#include "failover/record.h"

void fo_server_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        engine->servers[i] =
            (struct fo_server){.claim_us = FO_NEVER, .healthy_us = FO_NEVER, .held_us = FO_NEVER};
        fo_source_init(&engine->servers[i].host);
    }
    engine->active = FO_NONE;
}

void fo_server_touch(struct fo_engine *engine)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
}

bool fo_server_is_heard(const struct fo_engine *engine, unsigned server)
{
    FO_ASSERT(server < FO_SERVERS);
    uint8_t hearing = engine->servers[server].hearing;
    return hearing == FO_HEARING_WELL || hearing == FO_HEARING_PATH;
}

bool fo_server_serves(const struct fo_engine *engine)
{
    if (engine->active == FO_NONE) {
        return false;
    }
    FO_ASSERT(engine->active < FO_SERVERS);
    const struct fo_server *server = &engine->servers[engine->active];
    return fo_server_is_heard(engine, engine->active) && server->claim == FO_CLAIM_HOLD;
}

/* It held, the gate shut with all alive, and it has it back: a lapse, not a failover. */
static void watch_lapse(struct fo_engine *engine, unsigned index, const struct fo_beat *beat,
                        bool same_process)
{
    struct fo_server *server = &engine->servers[index];
    bool holds = beat->claim == FO_CLAIM_HOLD;
    if (!same_process || beat->claim == FO_CLAIM_NONE || beat->epoch != server->epoch) {
        server->lapsed = false;
    } else if (server->claim == FO_CLAIM_HOLD && !holds) {
        server->lapsed = true;
    } else if (server->lapsed && holds) {
        server->lapsed = false;
        fo_note(engine, FO_REASON_LEASE_LAPSED, 0, fo_subject_of(FO_SUBJECT_SERVER, index),
                engine->now_us - server->claim_us, (int64_t)beat->epoch);
    }
}

/* Its process held, or had lapsed, and ended without a word; another one, which has to abstain
 * first, is up so soon that no death was seen. What it held by its own vote alone no promise of
 * others bounds: the kernel may keep that gate open yet, and the ordinary wait has to do. */
static void watch_fall(struct fo_server *server, const struct fo_beat *beat, bool same_process)
{
    if (beat->claim == FO_CLAIM_HOLD) {
        server->fell = false;
    } else if (!same_process) {
        bool bounded = !server->alone && !server->forced;
        server->fell = server->fell || (server->claim != FO_CLAIM_NONE && bounded);
    }
}

static void take_hold(struct fo_engine *engine, unsigned index, const struct fo_beat *beat)
{
    struct fo_server *server = &engine->servers[index];
    const struct fo_server *other = &engine->servers[1 - index];
    server->held_us = engine->now_us;
    server->held_epoch = beat->epoch;
    bool outranked = fo_server_is_heard(engine, 1 - index) && other->claim == FO_CLAIM_HOLD &&
                     other->epoch > beat->epoch;
    if (engine->active != index && !outranked) {
        engine->active = (uint8_t)index;
        fo_durable(engine);
        fo_server_touch(engine);
    }
}

static void watch_health(struct fo_engine *engine, unsigned index, const struct fo_beat *beat)
{
    struct fo_server *server = &engine->servers[index];
    struct fo_subject subject = fo_subject_of(FO_SUBJECT_SERVER, index);
    if (beat->health == FO_HEALTH_FAILED) {
        server->healthy_us = FO_NEVER;
    } else if (server->healthy_us == FO_NEVER) {
        server->healthy_us = engine->now_us;
    }
    if (beat->offer && beat->health == FO_HEALTH_FAILED) {
        fo_condition_set(engine, FO_REASON_SERVICE_FAILED, subject, true);
    } else if (beat->health == FO_HEALTH_OK) {
        fo_condition_set(engine, FO_REASON_SERVICE_FAILED, subject, false);
    }
    fo_condition_set(engine, FO_REASON_SERVED_ALONE, subject, beat->alone);
    fo_condition_set(engine, FO_REASON_FORCED, subject, beat->forced);
}

static void take_beat(struct fo_engine *engine, unsigned index, const struct fo_beat *beat)
{
    struct fo_server *server = &engine->servers[index];
    bool same_process = server->stamp.boot == beat->stamp.boot;
    bool claim_changed = server->claim != beat->claim || server->claim_us == FO_NEVER;
    bool changed = claim_changed || server->health != beat->health ||
                   server->offer != beat->offer || server->leaving != beat->leaving ||
                   server->epoch != beat->epoch || !same_process;
    watch_lapse(engine, index, beat, same_process);
    watch_fall(server, beat, same_process);
    if (!same_process) {
        server->healthy_us = FO_NEVER; /* a new process has yet to show that it stays well */
    }
    if (claim_changed || !same_process) {
        server->claim_us = engine->now_us;
    }
    server->stamp = beat->stamp;
    server->claim = beat->claim;
    server->health = beat->health;
    server->offer = beat->offer;
    server->draining = beat->draining;
    server->leaving = beat->leaving;
    server->alone = beat->alone;
    server->forced = beat->forced;
    server->epoch = beat->epoch;
    server->position = beat->position;
    if (beat->claim == FO_CLAIM_HOLD) {
        take_hold(engine, index, beat);
    }
    watch_health(engine, index, beat);
    if (changed) {
        fo_server_touch(engine);
    } else if (engine->plan.step != FO_PLAN_NONE || engine->need.cause != 0) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
}

/* Cut from us and alive through its peer: what the peer last heard of it is what it says. */
static void take_relayed(struct fo_engine *engine, unsigned index, const struct fo_relayed *relayed)
{
    struct fo_beat said = engine->monitor.voter.heard[index].beat;
    if (engine->servers[index].hearing != FO_HEARING_PATH || !relayed->known) {
        return;
    }
    said.claim = relayed->claim;
    said.health = relayed->health;
    said.offer = relayed->offer;
    said.leaving = relayed->leaving;
    said.alone = relayed->alone;
    said.forced = relayed->forced;
    take_beat(engine, index, &said);
}

void fo_server_datagram(struct fo_engine *engine, const struct fo_datagram_event *event)
{
    const struct fo_datagram *datagram = &event->datagram;
    struct fo_monitor *monitor = &engine->monitor;
    struct fo_monitor_output sends;
    uint8_t choice = monitor->choice;
    uint64_t epoch_seen = monitor->epoch_seen;
    fo_monitor_receive(monitor, datagram, engine->now_us, &sends);
    if (monitor->epoch_seen != epoch_seen) {
        fo_durable(engine);
    }
    if (choice == FO_VOTER_NONE && monitor->choice != FO_VOTER_NONE) {
        fo_note(engine, FO_REASON_ADOPTED_HOLDER, 0,
                fo_subject_of(FO_SUBJECT_SERVER, monitor->choice), (int64_t)monitor->choice_epoch,
                0);
        fo_server_touch(engine);
    }
    if (datagram->kind == FO_DATAGRAM_BEAT && datagram->beat.sender < FO_SERVERS) {
        unsigned index = datagram->beat.sender;
        const struct fo_heard *heard = &monitor->voter.heard[index];
        const struct fo_stamp *known = &engine->servers[index].stamp;
        if (heard->last_us != FO_NEVER &&
            (heard->last.boot != known->boot || heard->last.seq != known->seq)) {
            take_beat(engine, index, &heard->beat);
            take_relayed(engine, 1 - index, &heard->beat.relayed);
        }
    }
    fo_monitor_emit(engine, &sends);
}

void fo_server_probe(struct fo_engine *engine, const struct fo_probe *probe)
{
    FO_ASSERT(probe->index < FO_SERVERS);
    if (probe->quality == FO_ABSENT) {
        return;
    }
    struct fo_source *host = &engine->servers[probe->index].host;
    uint8_t before = host->state;
    if (fo_source_sample(host, &engine->policy.servers[probe->index].host, probe->ok,
                         engine->now_us)) {
        fo_network_source(engine, before, host->state);
        fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_SERVER + probe->index,
                    fo_source_due(host, &engine->policy.servers[probe->index].host));
}

fo_us fo_server_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_SERVERS);
    struct fo_source *host = &engine->servers[index].host;
    const struct fo_health_policy *policy = &engine->policy.servers[index].host;
    uint8_t before = host->state;
    if (host->state == FO_STATE_UNKNOWN) {
        return FO_NEVER;
    }
    if (fo_source_expire(host, policy, engine->now_us)) {
        fo_network_source(engine, before, host->state);
        fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    }
    return fo_source_due(host, policy);
}

void fo_server_forget(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        uint8_t before = engine->servers[i].host.state;
        fo_source_forget(&engine->servers[i].host);
        fo_network_source(engine, before, FO_STATE_UNKNOWN);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
}

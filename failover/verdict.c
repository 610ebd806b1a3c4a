/* SPDX-License-Identifier: Apache-2.0 */
/* What silence means (see verdict.h). One witness never makes a death; our own deafness never makes
 * one either. */
#include "failover/verdict.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/lease_voter.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/server.h"

#define ALARM_US (3 * FO_SECOND)  /* an alarm, not an action: let a stumble pass */
#define BOTH_US (1 * FO_SECOND)   /* both gone: people at once */
#define FIRST_US (10 * FO_SECOND) /* after a start an agent has this long to be heard first */
#define FRESH_BEATS 4             /* M2: a statement at most 4h old */

fo_us fo_verdict_silence_us(const struct fo_engine *engine)
{
    return engine->policy.lease.lease_us - 2 * engine->policy.lease.beat_us;
}

static struct fo_subject subject_of(unsigned server)
{
    return fo_subject_of(FO_SUBJECT_SERVER, server);
}

/* How long the peer has not heard the server, by its fresh statement; -1 without one. */
static fo_us peer_silence_us(const struct fo_engine *engine, unsigned server)
{
    unsigned peer = 1 - server;
    fo_us age_us = fo_monitor_silence_us(&engine->monitor, (enum fo_voter)peer, engine->now_us);
    if (age_us == FO_NEVER || age_us > FRESH_BEATS * engine->policy.lease.beat_us) {
        return -1;
    }
    fo_us silence_us = engine->monitor.voter.heard[peer].beat.silence_us;
    return silence_us >= FO_NEVER - age_us ? FO_NEVER : silence_us + age_us;
}

bool fo_verdict_peer_confirms(const struct fo_engine *engine, unsigned server)
{
    FO_ASSERT(server < FO_SERVERS);
    return peer_silence_us(engine, server) >= fo_verdict_silence_us(engine);
}

bool fo_verdict_is_ready(const struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_SERVERS);
    const struct fo_server *server = &engine->servers[index];
    return server->hearing == FO_HEARING_WELL && server->health != FO_HEALTH_FAILED &&
           !server->leaving;
}

static uint8_t judge(const struct fo_engine *engine, unsigned server)
{
    if (fo_agentless(engine)) {
        return fo_agentless_hearing(engine, server);
    }
    fo_us silence_us =
        fo_monitor_silence_us(&engine->monitor, (enum fo_voter)server, engine->now_us);
    if (silence_us < fo_verdict_silence_us(engine)) {
        return FO_HEARING_WELL;
    }
    if (engine->now_us < engine->monitor.quiet_until_us) {
        return engine->servers[server].hearing; /* M3: we stood still; silence means nothing yet */
    }
    if (fo_monitor_verdict_dead(&engine->monitor, (enum fo_voter)server, engine->now_us)) {
        return FO_HEARING_DEAD;
    }
    fo_us peer_us = peer_silence_us(engine, server);
    if (peer_us >= 0) {
        FO_ASSERT(peer_us < fo_verdict_silence_us(engine)); /* else there are two witnesses */
        return FO_HEARING_PATH;
    }
    if (silence_us == FO_NEVER) {
        return FO_HEARING_NEVER;
    }
    /* a death stays one while its witness only blinks; hearing it again ends it */
    return engine->servers[server].hearing == FO_HEARING_DEAD ? FO_HEARING_DEAD : FO_HEARING_SILENT;
}

static bool is_gone(const struct fo_server *server)
{
    return server->hearing == FO_HEARING_SILENT || server->hearing == FO_HEARING_DEAD ||
           server->hearing == FO_HEARING_NEVER;
}

/* Whether something has lasted; says when it will have, while it has not. */
static bool lasted(const struct fo_engine *engine, fo_us since_us, fo_us length_us, fo_us *due_us)
{
    if (engine->now_us - since_us >= length_us) {
        return true;
    }
    *due_us = since_us + length_us;
    return false;
}

/* When the present hearing of a server began, a start of ours counted generously. */
static fo_us since_us(const struct fo_engine *engine, unsigned server)
{
    return engine->servers[server].hearing == FO_HEARING_NEVER
               ? engine->warm_us + FIRST_US - ALARM_US
               : engine->servers[server].hearing_us;
}

static fo_us alarm_one(struct fo_engine *engine, unsigned index, bool both)
{
    const struct fo_server *server = &engine->servers[index];
    fo_us due_us = FO_NEVER;
    bool dead = server->hearing == FO_HEARING_DEAD;
    bool path = server->hearing == FO_HEARING_PATH;
    bool silent = server->hearing == FO_HEARING_SILENT || server->hearing == FO_HEARING_NEVER;
    fo_us hold_us = dead && engine->active == index ? 0 : ALARM_US;
    bool held =
        (dead || path || silent) && lasted(engine, since_us(engine, index), hold_us, &due_us);
    if (!held && (dead || path || silent)) {
        return due_us;
    }
    /* silence ends no alarm: a death stays one until the server is heard again, also over a start
     * of ours; a silence that turns out to be a death is not over; and behind both being gone it is
     * no news */
    bool was = fo_condition_holds(engine, FO_REASON_SERVER_DEAD, subject_of(index));
    bool said = fo_condition_holds(engine, FO_REASON_SERVER_UNREACHABLE, subject_of(index));
    bool gone = dead || (silent && was);
    fo_condition_set(engine, FO_REASON_SERVER_DEAD, subject_of(index), gone);
    fo_condition_set(engine, FO_REASON_SERVER_HEARTBEAT_PATH, subject_of(index), path);
    fo_condition_set(engine, FO_REASON_SERVER_UNREACHABLE, subject_of(index),
                     (silent && !gone && !both) || ((silent || dead) && said));
    return due_us;
}

/* We hear it, and its newest beat names one of ours. */
static bool hears_us(const struct fo_engine *engine, unsigned index)
{
    const struct fo_voter_state *voter = &engine->monitor.voter;
    return engine->servers[index].hearing == FO_HEARING_WELL &&
           fo_voter_echo_fresh(voter, &voter->heard[index].beat, engine->now_us);
}

/* It wants the lease, and does not hear us; or we do not hear it, and cannot vote for it. */
static bool gets_nothing(const struct fo_engine *engine, unsigned index)
{
    return fo_server_is_heard(engine, index) && engine->servers[index].claim == FO_CLAIM_WANT &&
           !hears_us(engine, index);
}

bool fo_verdict_is_deaf(const struct fo_engine *engine, unsigned server)
{
    FO_ASSERT(server < FO_SERVERS);
    /* the other one hears us: it is not our own sending that has died */
    return gets_nothing(engine, server) && hears_us(engine, 1 - server) &&
           engine->now_us - engine->servers[server].claim_us >= engine->policy.take_over_us;
}

/* Neither silence nor the going of the other server ends it: only being heard to hear us, or to
 * want nothing. */
static fo_us alarm_deaf(struct fo_engine *engine, unsigned index)
{
    const struct fo_server *server = &engine->servers[index];
    fo_us due_us = FO_NEVER;
    bool deaf = fo_verdict_is_deaf(engine, index);
    bool said = fo_condition_holds(engine, FO_REASON_SERVER_DEAF, subject_of(index));
    bool over = fo_server_is_heard(engine, index) && !gets_nothing(engine, index);
    if (gets_nothing(engine, index)) {
        lasted(engine, server->claim_us, engine->policy.take_over_us, &due_us);
    }
    if (said ? over : deaf) {
        fo_condition_set(engine, FO_REASON_SERVER_DEAF, subject_of(index), deaf);
        fo_server_touch(engine);
    }
    return due_us;
}

static bool hosts_answer(const struct fo_engine *engine)
{
    return engine->servers[0].host.state == FO_STATE_OK ||
           engine->servers[1].host.state == FO_STATE_OK;
}

static fo_us alarm_both(struct fo_engine *engine, bool *both)
{
    struct fo_subject site = fo_subject_of(FO_SUBJECT_SITE, 0);
    fo_us due_us = FO_NEVER;
    const struct fo_server *servers = engine->servers;
    bool gone = is_gone(&servers[0]) && is_gone(&servers[1]) && !hosts_answer(engine);
    fo_us a_us = since_us(engine, 0);
    fo_us b_us = since_us(engine, 1);
    fo_us since = a_us > b_us ? a_us : b_us;
    /* that our own network works is shown by whatever answers since; without anything else to
     * hear, by the time in which it would have been found cut */
    bool heard = engine->self.heard_us != FO_NEVER && engine->self.heard_us > since;
    bool said = fo_condition_holds(engine, FO_REASON_BOTH_SERVERS_DEAD, site); /* before a start */
    *both = gone && (said || lasted(engine, since, heard ? BOTH_US : FIRST_US, &due_us));
    fo_condition_set(engine, FO_REASON_BOTH_SERVERS_DEAD, site, *both);
    return due_us;
}

static fo_us alarm_redundancy(struct fo_engine *engine)
{
    struct fo_subject site = fo_subject_of(FO_SUBJECT_SITE, 0);
    fo_us due_us = FO_NEVER;
    bool lost = false;
    if (engine->active != FO_NONE && engine->plan.step == FO_PLAN_NONE) {
        unsigned standby = 1U - engine->active;
        const struct fo_server *server = &engine->servers[standby];
        bool unready = !fo_verdict_is_ready(engine, standby) && server->hearing != FO_HEARING_PATH;
        fo_us from_us =
            server->hearing == FO_HEARING_WELL ? server->claim_us : since_us(engine, standby);
        lost = unready && lasted(engine, from_us, ALARM_US, &due_us);
        if (unready && !lost) {
            return due_us;
        }
    }
    bool known = fo_condition_holds(engine, FO_REASON_REDUNDANCY_LOST, site);
    if (engine->plan.step == FO_PLAN_NONE && known != lost) {
        fo_condition_set(engine, FO_REASON_REDUNDANCY_LOST, site, lost);
        fo_server_touch(engine);
    }
    return due_us;
}

static void changed(struct fo_engine *engine, unsigned index, uint8_t hearing)
{
    struct fo_server *server = &engine->servers[index];
    server->hearing = hearing;
    server->hearing_us = engine->now_us;
    if (hearing != FO_HEARING_WELL) {
        server->healthy_us = FO_NEVER;
        server->lapsed = false;
    } else if (server->health != FO_HEALTH_FAILED && server->healthy_us == FO_NEVER) {
        server->healthy_us = engine->now_us;
    }
    fo_server_touch(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_NETWORK, engine->now_us);
}

/* When silence alone may change the judgement of a server. */
static fo_us next_look_us(const struct fo_engine *engine, unsigned index)
{
    enum fo_voter voter = (enum fo_voter)index;
    fo_us silence_us = fo_monitor_silence_us(&engine->monitor, voter, engine->now_us);
    fo_us due_us = FO_NEVER;
    if (fo_agentless(engine)) {
        return FO_NEVER; /* the next probe says more, silence does not */
    }
    if (silence_us < fo_verdict_silence_us(engine)) {
        due_us = engine->now_us - silence_us + fo_verdict_silence_us(engine);
    } else if (engine->servers[index].hearing != FO_HEARING_DEAD) {
        due_us = fo_monitor_verdict_us(&engine->monitor, voter);
    }
    return due_us > engine->now_us ? due_us : FO_NEVER;
}

fo_us fo_verdict_run(struct fo_engine *engine)
{
    fo_us due_us = FO_NEVER;
    FO_ASSERT(engine->active == FO_NONE || engine->active < FO_SERVERS);
    if (engine->now_us < engine->monitor.quiet_until_us) {
        due_us = engine->monitor.quiet_until_us;
    }
    if (fo_agentless(engine)) {
        fo_agentless_look(engine);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        uint8_t hearing = judge(engine, i);
        if (hearing != engine->servers[i].hearing) {
            changed(engine, i, hearing);
        }
        due_us = fo_earlier(due_us, next_look_us(engine, i));
    }
    if (fo_network_is_cut(engine)) {
        return due_us; /* it is we who hear nothing */
    }
    if (engine->now_us < engine->warm_us) {
        return fo_earlier(due_us, engine->warm_us);
    }
    bool both = false;
    due_us = fo_earlier(due_us, alarm_both(engine, &both));
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        due_us = fo_earlier(due_us, alarm_one(engine, i, both));
        due_us = fo_earlier(due_us, alarm_deaf(engine, i));
    }
    return fo_earlier(due_us, alarm_redundancy(engine));
}

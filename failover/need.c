/* SPDX-License-Identifier: Apache-2.0 */
/* The need for a switchover (see need.h). Causes: SERVER_DEAD, SERVICE_FAILED (released, fell, or
 * does not claim), SERVER_DEAF (nothing we grant reaches it), UPS_LOW (planned), OPERATOR_ORDER
 * (the agent leaves in order), MONITOR_RESTARTED (nobody holds after a start). */
#include "failover/need.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/inhibit.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/supply.h"
#include "failover/verdict.h"
#include "failover/window.h"

#include <string.h>

#define NOTE_US (10 * FO_SECOND)         /* checks that change are recorded at most this often */
#define FIRST_CHOICE_US (10 * FO_SECOND) /* the preferred server may come up a little later */

static struct fo_need need_of(uint16_t cause, uint8_t from, unsigned target, bool planned)
{
    return (struct fo_need){
        .cause = cause, .from = from, .target = (uint8_t)target, .planned = planned};
}

static unsigned preferred(const struct fo_engine *engine)
{
    return engine->policy.servers[1].preferred && !engine->policy.servers[0].preferred ? 1 : 0;
}

/* The other server counts as the old one when it is not heard: proof may be demanded that it is
 * off. */
static struct fo_need need_first(const struct fo_engine *engine, unsigned target)
{
    unsigned other = 1 - target;
    bool heard = fo_server_is_heard(engine, other);
    return need_of(FO_REASON_MONITOR_RESTARTED, heard ? FO_NONE : (uint8_t)other, target, false);
}

/* Nobody has held since our start: the preferred server first, the other when it does not come. */
static struct fo_need find_first(const struct fo_engine *engine)
{
    struct fo_need none = {0};
    unsigned first = preferred(engine);
    if (engine->now_us < engine->warm_us || fo_server_serves(engine)) {
        return none; /* one that only its peer hears is not adopted, and serves all the same */
    }
    if (fo_verdict_is_ready(engine, first)) {
        return need_first(engine, first);
    }
    bool waited = engine->now_us - engine->warm_us >= FIRST_CHOICE_US;
    const struct fo_server *server = &engine->servers[first];
    bool known = server->stamp.boot != 0 || engine->active != FO_NONE; /* no cold start */
    bool hopeless =
        server->hearing == FO_HEARING_WELL || (server->hearing == FO_HEARING_DEAD && known);
    if (fo_verdict_is_ready(engine, 1 - first) && (waited || hopeless)) {
        return need_first(engine, 1 - first);
    }
    return none;
}

static bool is_dying(const struct fo_engine *engine, uint64_t devices)
{
    return fo_supply_set(engine, devices) >= FO_SUPPLY_DYING;
}

static bool is_better_powered(const struct fo_engine *engine, unsigned active)
{
    uint64_t power = engine->policy.servers[active].power;
    /* what dies under the hands of those who work on it moves nothing by itself */
    return is_dying(engine, power) && is_dying(engine, power & ~fo_window_devices(engine)) &&
           fo_supply_set(engine, engine->policy.servers[1 - active].power) < FO_SUPPLY_DYING;
}

struct fo_need fo_need_find(const struct fo_engine *engine)
{
    struct fo_need none = {0};
    uint8_t active = engine->active;
    if (engine->monitor.choice == FO_VOTER_NONE && !fo_agentless(engine)) {
        return find_first(engine);
    }
    if (active == FO_NONE) {
        return none; /* chosen, and not heard to hold yet */
    }
    FO_ASSERT(active < FO_SERVERS);
    unsigned standby = 1U - active;
    const struct fo_server *server = &engine->servers[active];
    if (engine->servers[standby].claim == FO_CLAIM_HOLD && fo_server_is_heard(engine, standby)) {
        return none; /* somebody serves */
    }
    if (server->hearing == FO_HEARING_DEAD) {
        return need_of(FO_REASON_SERVER_DEAD, active, standby, false);
    }
    if (!fo_server_is_heard(engine, active)) {
        return none;
    }
    if (server->claim == FO_CLAIM_HOLD) {
        return is_better_powered(engine, active) ? need_of(FO_REASON_UPS_LOW, active, standby, true)
                                                 : none;
    }
    if (server->fell) {
        return need_of(FO_REASON_SERVICE_FAILED, active, standby, false);
    }
    if (server->claim == FO_CLAIM_WANT) { /* a lapse heals itself, unless it cannot hear of it */
        return fo_verdict_is_deaf(engine, active)
                   ? need_of(FO_REASON_SERVER_DEAF, active, standby, false)
                   : none;
    }
    if (server->leaving) {
        return need_of(FO_REASON_OPERATOR_ORDER, active, standby, false);
    }
    bool idle = engine->now_us - server->claim_us >= engine->policy.take_over_us &&
                !(fo_agentless(engine) && fo_agentless_recovers(engine));
    return server->offer || idle ? need_of(FO_REASON_SERVICE_FAILED, active, standby, false) : none;
}

void fo_need_note(struct fo_engine *engine, const struct fo_need *need)
{
    for (unsigned i = 1; i < FO_CHECKS; i++) {
        uint16_t reason = need->failed[i];
        fo_note(engine, reason != 0 ? (enum fo_reason)reason : FO_REASON_CHECK_PASSED, need->cause,
                fo_subject_of(FO_SUBJECT_SERVER, need->target), i, need->target);
    }
}

/* The one that released, or does not claim, is well again: chosen anew it may claim again. */
static bool find_same_again(const struct fo_engine *engine, struct fo_need *need)
{
    if (need->cause != FO_REASON_SERVICE_FAILED) {
        return false;
    }
    const struct fo_server *server = &engine->servers[need->from];
    struct fo_need again = need_of(FO_REASON_MONITOR_RESTARTED, FO_NONE, need->from, false);
    if (server->health != FO_HEALTH_OK ||
        engine->now_us - server->claim_us < engine->policy.take_over_us ||
        !fo_inhibit_check(engine, &again, again.failed)) {
        return false;
    }
    *need = again;
    return true;
}

bool fo_need_look(struct fo_engine *engine)
{
    struct fo_need now = fo_need_find(engine);
    struct fo_need *kept = &engine->need;
    if (now.cause == FO_REASON_NONE) {
        memset(kept, 0, sizeof *kept);
        return false;
    }
    bool passed = fo_inhibit_check(engine, &now, now.failed) || find_same_again(engine, &now);
    bool same = kept->cause == now.cause && kept->from == now.from && kept->target == now.target &&
                kept->looked && memcmp(kept->failed, now.failed, sizeof now.failed) == 0;
    /* a witness that blinks on a lossy network must not fill the journal */
    bool known = kept->looked && kept->cause == now.cause && kept->target == now.target;
    bool note = !same && (!known || passed || engine->now_us - kept->noted_us >= NOTE_US);
    now.noted_us = note ? engine->now_us : kept->noted_us;
    if (known && !same && !note) {
        memcpy(now.failed, kept->failed, sizeof now.failed); /* as recorded; looked at again */
    }
    now.looked = true;
    *kept = now;
    if (note) {
        fo_need_note(engine, kept);
    }
    return passed;
}

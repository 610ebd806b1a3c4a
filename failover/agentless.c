/* SPDX-License-Identifier: Apache-2.0 */
/* Servers without agents (see agentless.h). It never takes silence for a death by one witness, and
 * it never moves who is active: a promotion does that. */
#include "failover/agentless.h"

#include "failover/assert.h"
#include "failover/record.h"
#include "failover/server.h"

bool fo_agentless(const struct fo_engine *engine)
{
    return engine->policy.servers[0].agentless;
}

/* What the probes through the service address say of whoever is active: failed when one of them
 * does, well when all are; in between it is not known. */
static uint8_t service_health(const struct fo_engine *engine, fo_us *good_us)
{
    unsigned asked = 0, well = 0;
    *good_us = FO_NEVER;
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        const struct fo_service_policy *policy = &engine->policy.services[i];
        const struct fo_service *service = &engine->services[i];
        if (!policy->checked || !policy->needs_server) {
            continue;
        }
        if (service->check.state == FO_STATE_DOWN) {
            return FO_HEALTH_FAILED;
        }
        asked++;
        well += service->check.state == FO_STATE_OK ? 1 : 0;
        *good_us = service->good_us;
    }
    return asked > 0 && well == asked ? FO_HEALTH_OK : FO_HEALTH_UNKNOWN;
}

/* Somebody answers and nobody is known to be active: the preferred one is taken to be. */
static void adopt(struct fo_engine *engine, uint8_t health)
{
    if (engine->active != FO_NONE || health != FO_HEALTH_OK || engine->now_us < engine->warm_us) {
        return;
    }
    engine->active = engine->policy.servers[1].preferred ? 1 : 0;
    fo_note(engine, FO_REASON_ADOPTED_HOLDER, 0, fo_subject_of(FO_SUBJECT_SERVER, engine->active),
            0, 0);
    fo_durable(engine);
    fo_server_touch(engine);
}

void fo_agentless_look(struct fo_engine *engine)
{
    FO_ASSERT(fo_agentless(engine));
    fo_us good_us;
    uint8_t said = service_health(engine, &good_us);
    adopt(engine, said);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        struct fo_server *server = &engine->servers[i];
        bool active = engine->active == i;
        uint8_t health = active ? said : FO_HEALTH_UNKNOWN;
        uint8_t claim = active && health != FO_HEALTH_FAILED ? FO_CLAIM_HOLD : FO_CLAIM_NONE;
        bool changed = server->claim != claim || server->health != health;
        if (server->claim != claim || server->claim_us == FO_NEVER) {
            server->claim_us = engine->now_us;
        }
        if (claim == FO_CLAIM_HOLD) {
            server->held_us = good_us;
        }
        server->claim = claim;
        server->health = health;
        if (changed) {
            fo_server_touch(engine);
        }
    }
}

uint8_t fo_agentless_hearing(const struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_SERVERS);
    const struct fo_server *server = &engine->servers[index];
    if (server->host.state == FO_STATE_OK) {
        return FO_HEARING_WELL;
    }
    bool silent = server->host.state == FO_STATE_DOWN;
    bool unanswered = engine->active == index && server->health == FO_HEALTH_FAILED;
    bool serves = engine->active == index && server->health == FO_HEALTH_OK;
    if ((server->hearing == FO_HEARING_DEAD && !serves) || (silent && unanswered)) {
        return FO_HEARING_DEAD;
    }
    return server->hearing == FO_HEARING_NEVER && !silent ? FO_HEARING_NEVER : FO_HEARING_SILENT;
}

bool fo_agentless_recovers(const struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        const struct fo_service_policy *policy = &engine->policy.services[i];
        const struct fo_source *check = &engine->services[i].check;
        if (policy->checked && policy->needs_server && check->state == FO_STATE_DOWN &&
            check->good_run == 0) {
            return false;
        }
    }
    return true;
}

bool fo_agentless_lacks_proof(const struct fo_engine *engine, const struct fo_plan *plan)
{
    FO_ASSERT(plan->from < FO_SERVERS);
    /* the way back to the one that demoted in order: nobody else has been promoted */
    return engine->policy.servers[plan->from].fence_required && !plan->proven && !plan->undo;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* X2 and F1 of the quorum lease: when the gate may follow the own vote alone. It never opens the
 * gate itself and never claims; it marks the agent, and lease_agent.c does the rest. */
#include "failover/lease_alone.h"

#include "failover/assert.h"
#include "failover/lease_claim.h"
#include "failover/lease_pledge.h"
#include "failover/lease_voter.h"

/* X2: the probes take up to two seconds; nobody is asked again before they can have ended, and a
 * client that calls in between must soon find an ear. */
#define ASK_AGAIN_US (2 * FO_SECOND)

static bool lapsed_holder(const struct fo_agent *agent)
{
    return agent->held && !agent->gate_open && !agent->shutting && !agent->on_own_vote &&
           !agent->forced && agent->top_holder == agent->voter.self;
}

static bool silent_for_alone(const struct fo_agent *agent, fo_us now_us)
{
    return now_us - agent->alone_since_us >= fo_voter_abstention_us(&agent->voter.params);
}

bool fo_alone_heard(struct fo_agent *agent, fo_us now_us)
{
    bool ends = agent->forced && !agent->on_own_vote;

    agent->alone_since_us = now_us;
    agent->address_asked = false;
    if (ends) {
        agent->forced = false;
    }
    return ends;
}

bool fo_alone_force(struct fo_agent *agent, fo_us now_us)
{
    bool heard = now_us - agent->alone_since_us < agent->voter.params.lease_us;

    if (heard || agent->gate_open || agent->shutting) {
        return false;
    }
    uint64_t epoch = 0;
    agent->forced = true;
    agent->forced = fo_claim_ground(agent, now_us, &epoch) == FO_GROUND_FORCED;
    return agent->forced;
}

void fo_alone_lapsed(struct fo_agent *agent)
{
    if (agent->on_own_vote) {
        agent->alone = false;
        agent->forced = false;
        agent->on_own_vote = false;
        agent->own_until_us = 0;
    }
}

void fo_alone_stepped(struct fo_agent *agent, fo_us now_us)
{
    if (now_us - agent->stepped_us > agent->voter.params.lease_us) {
        agent->alone_since_us = now_us;
        agent->address_asked = false;
    }
    agent->stepped_us = now_us;
}

fo_us fo_alone_deadline(const struct fo_agent *agent)
{
    const struct fo_lease_params *params = &agent->voter.params;

    if (!agent->forced || agent->on_own_vote || agent->voter.vote != FO_VOTE_SELF) {
        return FO_NEVER;
    }
    return agent->alone_since_us + fo_lease_promise_us(params, params->lease_us);
}

bool fo_alone_asks(struct fo_agent *agent, fo_us now_us)
{
    if (!agent->voter.params.alone_resumes || !lapsed_holder(agent) ||
        !silent_for_alone(agent, now_us) || now_us < agent->alone_ask_us) {
        return false;
    }
    agent->address_asked = true;
    agent->alone_ask_us = now_us + ASK_AGAIN_US;
    return true;
}

bool fo_alone_answered(struct fo_agent *agent, bool nobody_answered, fo_us now_us)
{
    bool asked = agent->address_asked;

    agent->address_asked = false;
    if (!asked || !nobody_answered || !lapsed_holder(agent)) {
        return false;
    }
    FO_ASSERT(silent_for_alone(agent, now_us)); /* whatever is heard forgets the question */
    agent->alone = true;
    agent->on_own_vote = true;
    return true;
}

void fo_alone_settle(struct fo_agent *agent, fo_us now_us)
{
    bool majority = agent->voter.vote == FO_VOTE_SELF && fo_agent_lease_until(agent) > now_us;

    if (majority) {
        agent->alone = false;
        agent->forced = false;
        agent->on_own_vote = false;
        agent->own_until_us = 0;
    } else if (now_us >= fo_alone_deadline(agent)) {
        agent->on_own_vote = true;
    }
    bool own = agent->on_own_vote || fo_pledge_taken(agent);
    if (own && (agent->own_until_us == 0 || now_us >= agent->next_beat_us)) {
        agent->own_until_us = now_us + agent->voter.params.lease_us;
    }
    FO_ASSERT(!agent->alone || agent->on_own_vote);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* X1 of the quorum lease (see lease_standing.h). It owns the agent's `standing` and the serial
 * numbers of what is on disk; the vote itself is the voter's. */
#include "failover/lease_standing.h"

#include "failover/assert.h"
#include "failover/lease_beat.h"
#include "failover/lease_claim.h"
#include "failover/lease_pledge.h"
#include "failover/lease_voter.h"

bool fo_agent_may_end(const struct fo_agent *agent)
{
    const struct fo_beat *peer = &agent->voter.heard[fo_claim_peer(agent)].beat;
    bool told = agent->claim == FO_CLAIM_NONE && agent->burst == 0;
    return told && fo_pledge_kept(agent) && /* what a person has freed stays free */
           (agent->standing != FO_STANDING_GIVEN || peer->relies);
}

void fo_standing_persist(struct fo_agent *agent, struct fo_agent_output *out)
{
    struct fo_agent_act *act = fo_agent_push(out, FO_AGENT_ACT_PERSIST);
    act->epoch = agent->top;
    act->holder = agent->top_holder;
    act->standing = agent->standing;
    act->serial = ++agent->persist_serial;
}

static void want(struct fo_agent *agent, enum fo_standing standing, struct fo_agent_output *out)
{
    agent->standing = (uint8_t)standing;
    fo_standing_persist(agent, out);
    agent->standing_serial = agent->persist_serial;
}

/* The beat was accepted, so every beat of a process before it is refused from now on. */
static void let_go(const struct fo_agent *agent, const struct fo_beat *beat,
                   struct fo_agent_output *out)
{
    struct fo_datagram *answer = &fo_agent_push(out, FO_AGENT_ACT_SEND)->datagram;
    answer->kind = FO_DATAGRAM_ANSWER;
    answer->to = beat->sender;
    answer->answer = (struct fo_answer){
        .sender = agent->voter.self,
        .stamp = {.boot = agent->voter.boot, .seq = agent->voter.seq},
        .of = beat->stamp,
        .reason = FO_ANSWER_LET_GO,
        .holder = FO_VOTER_NONE,
        .lease_us = agent->voter.params.lease_us,
    };
}

/* The other one is back and bound by its disk until it is let go, but it abstains yet (V1), or its
 * first answers are lost: its ordinary grant, or M's, comes first. Without that a start that takes
 * long would cost the lease. Who is back without its disk is bound by nothing. */
static bool still_needs(const struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us)
{
    return beat->rejoin && agent->claim == FO_CLAIM_HOLD && fo_agent_lease_until(agent) <= now_us;
}

void fo_standing_heard(struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us,
                       struct fo_agent_output *out)
{
    bool offered = beat->rejoin && beat->leaving;

    FO_ASSERT(beat->sender == fo_claim_peer(agent));
    if (offered && agent->standing == FO_STANDING_NONE && fo_pledge_kept(agent) &&
        agent->claim == FO_CLAIM_HOLD && fo_voter_echo_fresh(&agent->voter, beat, now_us)) {
        want(agent, FO_STANDING_TAKEN, out);
    } else if (!offered && agent->standing == FO_STANDING_TAKEN &&
               !still_needs(agent, beat, now_us)) {
        want(agent, FO_STANDING_NONE, out); /* it is back; or back without its disk */
    } else if (!offered && beat->rejoin && agent->standing != FO_STANDING_TAKEN &&
               fo_pledge_kept(agent)) {
        let_go(agent, beat, out);
    }
}

void fo_standing_answered(struct fo_agent *agent, const struct fo_answer *answer,
                          struct fo_agent_output *out)
{
    const struct fo_voter_state *voter = &agent->voter;

    if (answer->reason == FO_ANSWER_LET_GO && answer->sender == fo_claim_peer(agent) &&
        answer->of.boot == voter->boot && answer->of.seq <= voter->seq && fo_pledge_stands(agent) &&
        !agent->leaving) {
        want(agent, FO_STANDING_NONE, out);
    }
}

bool fo_standing_force(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    fo_us silence_us = fo_voter_silence_us(&agent->voter, fo_claim_peer(agent), now_us);

    if (agent->standing != FO_STANDING_GIVEN || silence_us <= agent->voter.params.lease_us) {
        return false;
    }
    want(agent, FO_STANDING_NONE, out);
    return true;
}

/* This server leaves, the other one serves, and M is not there to be its second vote. */
static bool is_needed(const struct fo_agent *agent, fo_us now_us)
{
    const struct fo_voter_state *voter = &agent->voter;
    const struct fo_beat *peer =
        fo_voter_beat_of(voter, fo_claim_peer(agent), voter->params.lease_us, now_us);

    FO_ASSERT(agent->claim != FO_CLAIM_NONE || voter->vote != FO_VOTE_SELF);
    return agent->leaving && agent->claim == FO_CLAIM_NONE && voter->vote != FO_VOTE_ABSTAIN &&
           peer != NULL && peer->claim == FO_CLAIM_HOLD && !peer->leaving &&
           fo_claim_monitor(agent, now_us) == NULL;
}

void fo_standing_settle(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    if (agent->standing == FO_STANDING_NONE && fo_pledge_kept(agent) && is_needed(agent, now_us)) {
        want(agent, FO_STANDING_GIVEN, out);
    }
    if (!fo_pledge_kept(agent)) {
        return;
    }
    if (agent->standing == FO_STANDING_GIVEN) {
        fo_voter_stand(&agent->voter, fo_claim_peer(agent));
    } else {
        fo_voter_stand_no_longer(&agent->voter, now_us);
    }
    FO_ASSERT(!agent->voter.vote_any_boot || agent->claim == FO_CLAIM_NONE);
}

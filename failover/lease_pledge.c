/* SPDX-License-Identifier: Apache-2.0 */
/* X1 of the quorum lease: what of the standing vote is on the disk and so counts. It reads the
 * agent and changes nothing; lease_standing.c does the changing. */
#include "failover/lease_pledge.h"

#include "failover/assert.h"

void fo_agent_init_standing(struct fo_agent *agent, enum fo_standing standing)
{
    FO_ASSERT(agent->persist_serial == 0 && standing <= FO_STANDING_TAKEN);
    agent->standing = (uint8_t)standing;
}

bool fo_pledge_kept(const struct fo_agent *agent)
{
    return agent->kept_serial >= agent->standing_serial;
}

bool fo_pledge_taken(const struct fo_agent *agent)
{
    return agent->standing == FO_STANDING_TAKEN && fo_pledge_kept(agent);
}

bool fo_pledge_bound(const struct fo_agent *agent)
{
    return agent->standing == FO_STANDING_GIVEN || agent->voter.vote_any_boot;
}

bool fo_pledge_stands(const struct fo_agent *agent)
{
    return agent->standing == FO_STANDING_GIVEN && fo_pledge_kept(agent) &&
           agent->voter.vote_any_boot;
}

void fo_pledge_say(const struct fo_agent *agent, struct fo_beat *beat)
{
    beat->rejoin = agent->standing == FO_STANDING_GIVEN && fo_pledge_kept(agent);
    beat->relies = fo_pledge_taken(agent);
}

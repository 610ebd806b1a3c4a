/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a person's word does: who must speak when a recovery time is broken, words that are
 * taken back and given again, and the time a word lasts. */
#include "tests/lib/people_fixture.h"

/* The calls are not answered until their recovery time is broken; everybody has been paged. */
static void begin_breach(const struct fo_policy *policy)
{
    people_begin_with(policy);
    world.answers_silent = true;
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), 3 * FO_MINUTE);
    step_for(FO_SECOND);
    mark();
}

static const struct fo_incident *down(void)
{
    return incident_of(FO_REASON_SERVICE_DOWN);
}

Test(answer, a_breach_is_stopped_in_every_branch_by_who_decides_and_goes_on_when_he_cannot)
{
    struct fo_policy policy = people_policy();
    begin_breach(&policy);
    say_about(down(), FO_ORDER_ACKNOWLEDGE, MANAGER);
    cr_assert_not(is_stopped(down(), 0), "he does not decide");
    say_about(down(), FO_ORDER_ACKNOWLEDGE, DECIDER);
    cr_assert(is_stopped(down(), 0));
    cr_assert(is_stopped(down(), 1), "although he is none of that branch");
    say_about(down(), FO_ORDER_CANNOT, DECIDER);
    cr_assert_neq(down()->branches[0].acked_by, DECIDER);
    cr_assert_neq(down()->branches[1].acked_by, DECIDER);
    cr_assert_neq(down()->branches[1].next_rung_us, FO_NEVER);
    cr_assert(down()->deputy, "from now on the deputy's word counts");
    cr_assert(seen(FO_REASON_DECIDER_ABSENT));
    say_about(down(), FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert(is_stopped(down(), 0));
}

Test(answer, somebody_else_who_cannot_makes_no_deputy)
{
    struct fo_policy policy = people_policy();
    begin_breach(&policy);
    say_about(down(), FO_ORDER_CANNOT, MANAGER);
    cr_assert_not(down()->deputy);
    say_about(down(), FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert_not(is_stopped(down(), 0));
}

Test(answer, a_site_where_nobody_decides_is_stopped_by_anybody)
{
    struct fo_policy policy = people_policy();
    policy.roles[ROLE_DECIDER] = (struct fo_role_policy){.decides = false};
    begin_breach(&policy);
    say_about(down(), FO_ORDER_ACKNOWLEDGE, MANAGER);
    cr_assert(is_stopped(down(), 0));
    say_about(down(), FO_ORDER_CANNOT, MANAGER);
    cr_assert_not(down()->deputy, "there is nobody to be the deputy of");
}

Test(answer, who_could_not_and_then_can_and_then_cannot_again_sends_it_up_at_once)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    const struct fo_incident *it = incident_of(FO_REASON_UPS_ON_BATTERY);
    say_about(it, FO_ORDER_CANNOT, CHIEF);
    step_for(FO_SECOND);
    cr_assert_eq(it->branches[0].rung, 1);
    say_about(it, FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert(is_stopped(it, 0));
    say_about(it, FO_ORDER_CANNOT, CHIEF);
    step_for(FO_SECOND);
    cr_assert_eq(it->branches[0].rung, 2, "his second no counts: he had taken it meanwhile");
    uint8_t rung = it->branches[0].rung;
    say_about(it, FO_ORDER_CANNOT, CHIEF);
    step_for(FO_SECOND);
    cr_assert_eq(it->branches[0].rung, rung, "and a third one in a row says nothing new");
}

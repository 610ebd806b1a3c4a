/* SPDX-License-Identifier: Apache-2.0 */
/* More tests of the contact network: what is over when it begins, information where the first rung
 * is empty, a duty that changes under an incident, and words whose giver is not known. */
#include "failover/escalation.h"
#include "tests/lib/people_fixture.h"
#include "tests/unit/failover/condition_bench.h"

static struct fo_incident *it(enum fo_reason cause)
{
    cr_assert_not_null(incident_of(cause));
    return (struct fo_incident *)(uintptr_t)incident_of(cause);
}

/* Within one step: the condition holds and is over. */
static void pulse(enum fo_reason cause, struct fo_subject subject)
{
    world.out.record_count = world.out.command_count = 0;
    world.engine.out = &world.out;
    fo_condition_pulse(&world.engine, (uint16_t)cause, subject);
    world.engine.out = NULL;
}

/* ---- over when it begins --------------------------------------------------------------------- */

Test(escalation_more, what_is_over_when_it_begins_is_told_once_however_grave)
{
    begin();
    pulse(FO_REASON_UPS_BYPASS, device(0));
    give_tick();
    cr_assert_eq(it(FO_REASON_UPS_BYPASS)->message, FO_MESSAGE_BRIEF);
    cr_assert_eq(it(FO_REASON_UPS_BYPASS)->branches[0].next_rung_us, FO_NEVER);
    cr_assert_geq(paged(CHIEF, FO_NONE), 1U);
}

Test(escalation_more, what_got_worse_before_it_was_over_is_told_as_worse)
{
    begin();
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    pulse(FO_REASON_UPS_LOW, device(0));
    world.engine.out = &world.out;
    fo_condition_set(&world.engine, FO_REASON_UPS_ON_BATTERY, device(0), false);
    world.engine.out = NULL;
    give_tick();
    cr_assert_eq(it(FO_REASON_UPS_ON_BATTERY)->epoch, 2);
    cr_assert_eq(it(FO_REASON_UPS_ON_BATTERY)->message, FO_MESSAGE_WORSENED);
}

Test(escalation_more, what_is_left_behind_a_root_that_is_gone_is_not_over)
{
    begin();
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_UPS_ON_BATTERY, device(1), true);
    set(FO_REASON_UPS_ON_BATTERY, device(1), false);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_MAINS_LOST, site, false);
    it(FO_REASON_MAINS_LOST)->fresh = true;
    it(FO_REASON_MAINS_LOST)->epoch = 1;
    it(FO_REASON_MAINS_LOST)->message = FO_MESSAGE_OPENED;
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_INCIDENT, world.now_us);
    give_tick();
    cr_assert_not(it(FO_REASON_MAINS_LOST)->fresh);
    cr_assert_eq(it(FO_REASON_MAINS_LOST)->message, FO_MESSAGE_OPENED);
    cr_assert_neq(it(FO_REASON_MAINS_LOST)->branches[0].next_rung_us, FO_NEVER);
}

Test(escalation_more, in_an_engine_of_drills_what_is_over_is_drilled_all_the_same)
{
    struct fo_policy policy = fixture_policy();
    policy.drill = true;
    begin_with(&policy);
    pulse(FO_REASON_UPS_BYPASS, device(0));
    give_tick();
    cr_assert_eq(it(FO_REASON_UPS_BYPASS)->message, FO_MESSAGE_OPENED);
    cr_assert_neq(it(FO_REASON_UPS_BYPASS)->branches[0].next_rung_us, FO_NEVER);
}

/* ---- information ----------------------------------------------------------------------------- */

Test(escalation_more, information_passes_over_an_empty_rung_and_still_chases_nobody)
{
    struct fo_policy policy = fixture_policy();
    policy.rungs[0].roles = 1U << 20;
    begin_with(&policy);
    set(FO_REASON_UPS_REPLACE_BATTERY, device(0), true);
    step_for(FO_SECOND);
    cr_assert_eq(it(FO_REASON_UPS_REPLACE_BATTERY)->severity, FO_SEVERITY_INFORMATION);
    cr_assert_geq(paged(MANAGER, FO_NONE), 1U, "the first who is there is told");
    mark();
    step_for(FO_HOUR);
    cr_assert_eq(paged(HEAD, FO_NONE), 0U);
    cr_assert_not(seen(FO_REASON_LADDER_LOOPED));
}

/* ---- duty ------------------------------------------------------------------------------------ */

static void change_chief(void)
{
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B);
    give_roster();
}

Test(escalation_more, who_comes_on_duty_hears_of_what_is_open)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
    mark();
    change_chief();
    step_for(FO_SECOND);
    cr_assert_not_null(page_to(CHIEF_B));
    cr_assert_eq(page_to(CHIEF_B)->message, FO_MESSAGE_HANDOVER);
}

Test(escalation_more, who_comes_on_duty_is_not_told_of_old_information)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(RB);
    step_until(incident_of(FO_REASON_UPS_REPLACE_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
    mark();
    change_chief();
    step_for(FO_SECOND);
    cr_assert_null(page_to(CHIEF_B));
}

Test(escalation_more, what_has_not_begun_begins_with_those_who_are_on_duty_then)
{
    people_begin();
    strike(true);
    struct fo_incident *struck_now = it(FO_REASON_TWO_ANSWERS);
    struck_now->fresh = true;
    struck_now->wanted = struck_now->paged = 0;
    fo_deadline_set(&world.engine.deadlines,
                    FO_TIMER_INCIDENT + (unsigned)(struck_now - world.engine.incidents),
                    world.now_us);
    mark();
    change_chief();
    step_for(FO_SECOND);
    cr_assert_not_null(page_to(CHIEF_B));
    cr_assert_neq(page_to(CHIEF_B)->message, FO_MESSAGE_HANDOVER, "it is new to everybody");
    cr_assert_null(page_to(CHIEF));
}

/* ---- at the edges ---------------------------------------------------------------------------- */

Test(escalation_more, a_word_that_runs_out_and_whose_giver_is_not_known_calls_the_rung_again)
{
    people_begin();
    strike(true);
    struct fo_incident *struck_now = it(FO_REASON_TWO_ANSWERS);
    struck_now->branches[0].acked_by = FO_NONE;
    struck_now->branches[0].ack_until_us = world.now_us + FO_SECOND;
    fo_deadline_set(&world.engine.deadlines,
                    FO_TIMER_INCIDENT + (unsigned)(struck_now - world.engine.incidents),
                    world.now_us + FO_SECOND);
    mark();
    step_for(2 * FO_SECOND);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_EXPIRED));
    cr_assert_eq(seen(FO_REASON_ACKNOWLEDGE_EXPIRED)->person, FO_NONE);
    cr_assert_eq(struck_now->round, 1);
    cr_assert_neq(struck_now->branches[0].next_rung_us, FO_NEVER);
}

Test(escalation_more, the_end_waits_for_a_free_attempt_like_everything_else)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    step_for(FO_SECOND);
    struct fo_incident *incident = it(FO_REASON_UPS_BYPASS);
    unsigned slot = (unsigned)(incident - world.engine.incidents);
    incident->state = FO_INCIDENT_RECOVERED;
    incident->recovering = person_bit(CHIEF);
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        world.engine.attempts[i].state = FO_ATTEMPT_QUEUED;
    }
    world.engine.out = &world.out;
    cr_assert_eq(fo_escalation_run(&world.engine, slot), FO_NEVER, "called when one is free");
    world.engine.out = NULL;
    cr_assert_eq(incident->recovering, person_bit(CHIEF), "nobody is forgotten");
    cr_assert(world.engine.attempts_starved);
}

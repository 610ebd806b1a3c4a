/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of drills and roll calls: what may be drilled and for how long, how they end, and that they
 * stand beside the real room without touching it. */
#include "failover/drill_begin.h"
#include "failover/incident.h"
#include "tests/lib/people_fixture.h"

static const struct fo_subject calls = {FO_SUBJECT_SERVICE, CALLS};

static void drill_for(uint32_t cause, struct fo_subject subject, fo_us length_us)
{
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .value = cause,
                                 .subject = subject,
                                 .until_us = world.now_us + length_us});
}

static void drill(enum fo_reason cause, struct fo_subject subject)
{
    drill_for(cause, subject, FO_HOUR);
}

static void roll_call(void)
{
    drill(FO_REASON_DRILL, (struct fo_subject){FO_SUBJECT_SITE, 0});
    give_tick();
}

static bool is_refused(unsigned why)
{
    return seen_why(FO_REASON_ORDER_REFUSED, why) != NULL;
}

static void end_of(uint32_t number)
{
    mark();
    give_order((struct fo_order){
        .kind = FO_ORDER_DRILL_END, .person = OFFICER, .second = FO_NONE, .incident = number});
}

Test(drill, only_what_can_fail_here_can_be_drilled)
{
    people_begin();
    drill(FO_REASON_SERVER_DEAD, (struct fo_subject){FO_SUBJECT_SERVER, FO_SERVERS});
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    drill(FO_REASON_ACKNOWLEDGED, calls);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT), "no cause");
    drill_for(65536U + FO_REASON_SERVICE_DOWN, calls, FO_HOUR);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT), "no reason at all");
    cr_assert_eq(open_incidents(), 0U);
}

Test(drill, a_drill_has_an_end_that_is_ahead_and_not_far)
{
    people_begin();
    drill_for(FO_REASON_SERVICE_DOWN, calls, 0);
    cr_assert(is_refused(FO_REASON_TOO_LATE));
    drill_for(FO_REASON_SERVICE_DOWN, calls, FO_DRILL_MAX_US + 1);
    cr_assert(is_refused(FO_REASON_TOO_LATE));
    drill_for(FO_REASON_SERVICE_DOWN, calls, FO_DRILL_MAX_US);
    cr_assert(seen(FO_REASON_DRILL_STARTED));
}

Test(drill, it_ends_by_itself_and_who_was_reached_hears_so)
{
    people_begin();
    drill_for(FO_REASON_SERVICE_DOWN, calls, FO_MINUTE);
    step_for(59 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1U);
    mark();
    step_until(seen(FO_REASON_DRILL_ENDED), 2 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(open_incidents(), 0U);
    cr_assert_eq(page_to(CHIEF)->message, FO_MESSAGE_RECOVERED);
    cr_assert(page_to(CHIEF)->drill);
    cr_assert_null(page_to(MANAGER), "who was not called does not hear of it");
}

Test(drill, it_can_be_ended_and_something_real_cannot_be_ended_as_one)
{
    people_begin();
    drill(FO_REASON_SERVICE_DOWN, calls);
    uint32_t number = world.engine.last_number;
    end_of(number);
    cr_assert(seen(FO_REASON_DRILL_ENDED));
    end_of(number);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT), "it is over");
    end_of(99);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    strike(true);
    end_of(struck()->number);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT), "it is real");
    cr_assert_not_null(struck());
}

Test(drill, to_confirm_the_restoration_of_a_drill_ends_it)
{
    people_begin();
    drill(FO_REASON_SERVICE_DOWN, calls);
    say_about(incident_of(FO_REASON_SERVICE_DOWN), FO_ORDER_RESOLVE, OFFICER);
    cr_assert(seen(FO_REASON_DRILL_ENDED));
    cr_assert_eq(open_incidents(), 0U);
}

Test(drill, information_stands_in_no_drills_way_and_a_drill_in_none_of_another)
{
    people_begin();
    give_self(FO_SELF_STALL, 0, 5 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_not_null(incident_of(FO_REASON_MONITOR_STALLED));
    drill(FO_REASON_SERVICE_DOWN, calls);
    cr_assert(seen(FO_REASON_DRILL_STARTED));
    drill(FO_REASON_MAINS_LOST, (struct fo_subject){FO_SUBJECT_SITE, 0});
    cr_assert(seen(FO_REASON_DRILL_STARTED));
    strike(true);
    drill(FO_REASON_MAINS_LOST, (struct fo_subject){FO_SUBJECT_SITE, 0});
    cr_assert(is_refused(FO_REASON_BLOCKED_IN_PROGRESS));
}

Test(drill, information_comes_and_goes_beside_it)
{
    people_begin();
    drill(FO_REASON_SERVICE_DOWN, calls);
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(RB);
    step_until(incident_of(FO_REASON_UPS_REPLACE_BATTERY), 5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(!incident_of(FO_REASON_UPS_REPLACE_BATTERY), FO_MINUTE);
    cr_assert_not_null(incident_of(FO_REASON_SERVICE_DOWN), "the drill goes on");
    cr_assert(incident_of(FO_REASON_SERVICE_DOWN)->active);
}

Test(drill, nothing_it_says_holds_not_even_after_a_crash)
{
    people_begin();
    drill(FO_REASON_SERVICE_DOWN, calls);
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_SERVICE_DOWN, calls));
    cr_assert_eq(fo_incident_find(&world.engine, FO_REASON_SERVICE_DOWN, calls), FO_NONE);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_SERVICE_DOWN, calls));
    cr_assert_eq(open_incidents(), 1U, "and it goes on");
    step_for(30 * FO_SECOND);
    world.answers_silent = true;
    step_until(seen(FO_REASON_DRILL_ABORTED), 20 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_SERVICE_DOWN)->drill, "the same thing for real");
    world.answers_silent = false;
    step_until(!incident_of(FO_REASON_SERVICE_DOWN), 2 * FO_MINUTE);
}

/* ---- roll call ------------------------------------------------------------------------------- */

Test(drill, a_roll_call_pages_everybody_on_the_list_at_once_and_chases_nobody)
{
    struct fo_policy policy = people_policy();
    policy.persons[TEAM].drill = false;
    people_begin_with(&policy);
    roll_call();
    step_for(5 * FO_SECOND);
    cr_assert_eq(paged_persons(), (person_bit(PEOPLE) - 1) & ~person_bit(TEAM));
    step_for(5 * FO_MINUTE);
    mark();
    step_for(40 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 0U);
}

Test(drill, a_roll_call_is_over_when_the_last_has_spoken)
{
    people_begin();
    roll_call();
    uint32_t number = world.engine.last_number;
    for (uint8_t i = 0; i < PEOPLE; i++) {
        cr_assert_eq(open_incidents(), 1U, "person %u has not spoken", i);
        give_order((struct fo_order){.kind = i == MANAGER ? FO_ORDER_CANNOT : FO_ORDER_ACKNOWLEDGE,
                                     .person = i,
                                     .second = FO_NONE,
                                     .incident = number});
    }
    cr_assert(seen(FO_REASON_DRILL_ENDED));
    cr_assert_eq(seen_count(FO_REASON_ACKNOWLEDGED), PEOPLE - 1U);
    cr_assert_eq(open_incidents(), 0U);
}

Test(drill, who_is_not_on_the_list_is_not_heard_in_a_roll_call)
{
    struct fo_policy policy = people_policy();
    policy.persons[TEAM].drill = false;
    people_begin_with(&policy);
    roll_call();
    say_about(incident_of(FO_REASON_DRILL), FO_ORDER_ACKNOWLEDGE, TEAM);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED));
    cr_assert_eq(incident_of(FO_REASON_DRILL)->acked, 0U);
}

Test(drill, a_change_of_duty_changes_nothing_in_a_roll_call)
{
    people_begin();
    roll_call();
    uint64_t wanted = incident_of(FO_REASON_DRILL)->wanted;
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B);
    give_roster();
    cr_assert_eq(incident_of(FO_REASON_DRILL)->wanted, wanted);
}

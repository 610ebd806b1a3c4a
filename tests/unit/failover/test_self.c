/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what the monitor says about itself. */
#include "failover/drill.h"
#include "failover/incident.h"
#include "failover/record.h"
#include "tests/lib/engine_fixture.h"

Test(self, a_long_stall_makes_everything_stale_first)
{
    world_begin();
    mark();
    world.probing = false;
    give_self(FO_SELF_STALL, 0, 2 * FO_SECOND);
    cr_assert_eq(world.engine.self.sources_ok, 0);
    cr_assert_eq(look()->devices[UPS_A].reason, FO_REASON_TOO_OLD);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_UNKNOWN);
    cr_assert_eq(told_count(FO_COMMAND_POLL), WORLD_DEVICES, "and then looks again");
    cr_assert_eq(seen(FO_REASON_MONITOR_STALLED)->a, 2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_MONITOR_STALLED)->severity, 4);
    cr_assert(is_blocked(FO_REASON_BLOCKED_MONITOR_UNWELL));
    world.probing = true;
    step_until(!incident_of(FO_REASON_MONITOR_STALLED), FO_MINUTE);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(self, a_short_stall_only_keeps_verdicts_quiet)
{
    world_begin();
    give_self(FO_SELF_STALL, 0, 200 * FO_MS);
    cr_assert_gt(world.engine.self.sources_ok, 0);
    cr_assert(seen(FO_REASON_MONITOR_STALLED));
    cr_assert_eq(open_incidents(), 0);
    cr_assert(is_blocked(FO_REASON_BLOCKED_MONITOR_UNWELL));
}

Test(self, a_dead_journal_calls_people_and_promotion_goes_on)
{
    world_begin();
    give_self(FO_SELF_JOURNAL, 0, 0);
    world.choose = FO_OUTCOME_UNJOURNALLED;
    cr_assert(incident_of(FO_REASON_JOURNAL_DEAD));
    cr_assert(is_blocked(FO_REASON_BLOCKED_JOURNAL));
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    give_self(FO_SELF_JOURNAL, 0, 1);
    step_until(!incident_of(FO_REASON_JOURNAL_DEAD), FO_MINUTE);
}

Test(self, a_failed_assertion_freezes_once_and_waits_for_a_person)
{
    world_begin();
    give_self(FO_SELF_ASSERTION, 0, 0);
    give_self(FO_SELF_ASSERTION, 0, 0);
    cr_assert_eq(seen_count(FO_REASON_MODE_CHANGED), 1);
    cr_assert_eq(look()->mode, FO_MODE_FROZEN);
    cr_assert_not(look()->acting);
    cr_assert(is_blocked(FO_REASON_BLOCKED_ASSERTION));
    step_for(5 * FO_MINUTE);
    cr_assert(incident_of(FO_REASON_ENGINE_ASSERTION));
    give_order((struct fo_order){.kind = FO_ORDER_RESOLVE,
                                 .person = CHIEF,
                                 .incident = incident_of(FO_REASON_ENGINE_ASSERTION)->number});
    step_until(!incident_of(FO_REASON_ENGINE_ASSERTION), FO_MINUTE);
}

Test(self, a_channel_that_fails_its_quiet_test_is_an_incident)
{
    world_begin();
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    cr_assert(incident_of(FO_REASON_CHANNEL_DOWN));
    give_self(FO_SELF_CHANNEL, 77, 0);
    give_self(FO_SELF_CHANNEL, MAIL, 1);
    step_until(!incident_of(FO_REASON_CHANNEL_DOWN), FO_MINUTE);
}

Test(self, two_answers_for_the_address_are_the_gravest_alarm)
{
    world_begin();
    give_self(FO_SELF_ANSWERS, 0, 1);
    cr_assert_eq(open_incidents(), 0);
    give_self(FO_SELF_ANSWERS, 0, 2);
    cr_assert_eq(incident_of(FO_REASON_TWO_ANSWERS)->severity, 1);
    give((struct fo_event){
        .kind = FO_EVENT_SELF,
        .self = {
            .kind = FO_SELF_ANSWERS, .value = 2, .stations = {0x020000000001, 0x020000000002}}});
    cr_assert_eq(look()->stations[0], 0x020000000001);
    cr_assert_eq(look()->stations[1], 0x020000000002, "both are named to people");
    give_self(FO_SELF_ANSWERS, 0, 1);
    step_until(!incident_of(FO_REASON_TWO_ANSWERS), FO_MINUTE);
}

Test(self, a_person_nothing_has_proven_and_a_gap_to_come_are_incidents_and_end_with_their_cause)
{
    world_begin();
    give_self(FO_SELF_PROVEN, 1, 0);
    give_self(FO_SELF_PROVEN, 63, 0); /* nobody: harmless */
    cr_assert_eq(incident_of(FO_REASON_CONTACT_UNPROVEN)->subject.index, 1);
    cr_assert_eq(incident_of(FO_REASON_CONTACT_UNPROVEN)->subject.kind, FO_SUBJECT_PERSON);
    give_self(FO_SELF_PROVEN, 1, 1);
    cr_assert_not(incident_of(FO_REASON_CONTACT_UNPROVEN)->active);
    struct fo_policy policy = fixture_policy();
    policy.role_count = 2;
    world_begin_with(&policy);
    give_self(FO_SELF_AHEAD, 1, 0);
    give_self(FO_SELF_AHEAD, 2, 0);
    const struct fo_incident *gap = incident_of(FO_REASON_ROSTER_GAP_AHEAD);
    cr_assert(gap->subject.kind == FO_SUBJECT_ROLE && gap->subject.index == 1);
    give_self(FO_SELF_AHEAD, 1, 1);
    cr_assert_not(gap->active);
}

Test(self, a_drill_that_is_due_and_then_overdue_is_one_quiet_story_that_ends_with_the_drill)
{
    world_begin();
    give_self(FO_SELF_DRILL, 0, FO_DRILL_NOT_DUE);
    cr_assert_eq(open_incidents(), 0);
    give_self(FO_SELF_DRILL, 0, FO_DRILL_DUE_SOON);
    cr_assert_eq(incident_of(FO_REASON_DRILL_DUE)->severity, FO_SEVERITY_INFORMATION);
    step_for(5 * FO_MINUTE);
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U);
    mark();
    step_for(11 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 0, "told once, nobody is chased");
    cr_assert_not(fo_drill_is_forbidden(&world.engine), "it may be carried out");
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(incident_of(FO_REASON_DRILL_OVERDUE)->severity, FO_SEVERITY_INFORMATION);
    cr_assert(child_of(FO_REASON_DRILL_OVERDUE, FO_REASON_DRILL_DUE));
    step_for(FO_MINUTE);
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U, "that is told, too");
    cr_assert_not(seen(FO_REASON_INCIDENT_RECOVERED), "and nobody hears that it was over");
    give_self(FO_SELF_DRILL, 0, FO_DRILL_NOT_DUE);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    step_for(FO_MINUTE);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_RECOVERED), 1);
    cr_assert_eq(open_incidents(), 0);
}

Test(self, a_drill_found_overdue_at_once_is_told_once_and_acknowledged_like_anything)
{
    world_begin();
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    step_for(FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_OPENED), 1);
    cr_assert_eq(incident_of(FO_REASON_DRILL_OVERDUE)->epoch, 1);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE,
                                 .person = CHIEF,
                                 .second = FO_NONE,
                                 .incident = incident_of(FO_REASON_DRILL_OVERDUE)->number});
    cr_assert(seen(FO_REASON_ACKNOWLEDGED));
}

Test(self, a_drill_that_is_due_later_than_it_was_is_only_due)
{
    world_begin();
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    give_self(FO_SELF_DRILL, 0, FO_DRILL_DUE_SOON);
    step_until(incident_of(FO_REASON_DRILL_DUE), FO_MINUTE);
    step_until(!incident_of(FO_REASON_DRILL_OVERDUE), FO_MINUTE);
}

Test(self, a_drill_that_is_due_has_nothing_to_do_with_the_cause_that_shares_its_bit)
{
    world_begin();
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    give_self(FO_SELF_DRILL, 0, FO_DRILL_NOT_DUE);
    step_until(!incident_of(FO_REASON_DRILL_OVERDUE), 2 * FO_MINUTE);
    cr_assert(incident_of(FO_REASON_UPS_ON_BATTERY)->active);
}

Test(self, a_notice_whose_story_is_too_long_to_be_joined_stays_its_own)
{
    world_begin();
    give_self(FO_SELF_DRILL, 0, FO_DRILL_DUE_SOON);
    step_for(16 * FO_MINUTE);
    uint8_t slot =
        fo_incident_find(&world.engine, FO_REASON_DRILL_DUE, fo_subject_of(FO_SUBJECT_SITE, 0));
    struct fo_incident *due = &world.engine.incidents[slot];
    for (unsigned i = 0; i < FO_CHILDREN_MAX; i++) {
        due->children[i] = (struct fo_child){.cause = FO_REASON_UPS_SILENT,
                                             .subject = fo_subject_of(FO_SUBJECT_DEVICE, i),
                                             .open = true};
    }
    due->child_count = FO_CHILDREN_MAX;
    give_self(FO_SELF_DRILL, 0, FO_DRILL_OVERDUE);
    cr_assert_eq(open_incidents(), 2);
}

Test(self, what_was_unwell_before_a_restart_is_said_anew)
{
    world_begin();
    give_self(FO_SELF_CLOCK, 0, 0);
    give_self(FO_SELF_CHANNEL, SMS, 0);
    cr_assert_eq(open_incidents(), 2);
    monitor_die();
    monitor_restart();
    step_until(open_incidents() == 0, FO_MINUTE);
}

Test(self, a_fact_of_no_kind_is_harmless)
{
    world_begin();
    give_self(FO_SELF_KINDS, 0, 1);
    cr_assert_eq(open_incidents(), 0);
}

Test(self, a_stall_that_the_site_calls_short_makes_nothing_stale)
{
    struct fo_policy policy = fixture_policy();
    policy.stall_us = 3 * FO_SECOND;
    world_begin_with(&policy);
    give_self(FO_SELF_STALL, 0, 2 * FO_SECOND);
    cr_assert(seen(FO_REASON_MONITOR_STALLED));
    cr_assert_null(incident_of(FO_REASON_MONITOR_STALLED));
    cr_assert_eq(world.engine.devices[UPS_A].communication.state, FO_STATE_OK);
    give_self(FO_SELF_STALL, 0, 4 * FO_SECOND);
    cr_assert_not_null(incident_of(FO_REASON_MONITOR_STALLED));
}

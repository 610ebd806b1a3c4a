/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of maintenance windows of lines, power devices and services: who may open them and for how
 * long, which acts they stop and which alarms they do not, and what their end brings. */
#include "failover/cause.h"
#include "failover/record.h"
#include "failover/window.h"
#include "tests/lib/people_fixture.h"

static struct fo_subject thing(uint8_t kind, uint8_t index)
{
    return (struct fo_subject){kind, index};
}

static void window_by(uint8_t second, struct fo_subject subject, fo_us length_us)
{
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = second,
                                 .server = FO_NONE,
                                 .subject = subject,
                                 .until_us = world.now_us + length_us});
}

static void window(struct fo_subject subject)
{
    window_by(HEAD, subject, FO_HOUR);
}

static void end_window(struct fo_subject subject)
{
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_END,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .server = FO_NONE,
                                 .subject = subject});
}

static void set_line(unsigned line, bool ok)
{
    world.target_ok[line][0] = ok;
    world.target_ok[line][1] = ok;
}

static unsigned severity_of(uint16_t cause, struct fo_subject subject)
{
    return fo_cause_severity(&world.engine, cause, subject);
}

Test(window, each_thing_has_one_place_and_each_place_one_thing)
{
    for (unsigned place = 0; place < FO_WINDOWS; place++) {
        cr_assert_eq(fo_window_place(fo_window_subject(place)), place);
    }
    cr_assert_eq(fo_window_place(thing(FO_SUBJECT_SITE, 0)), (unsigned)FO_MAINTENANCE_SITE);
    cr_assert_eq(fo_window_place(thing(FO_SUBJECT_LINE, FO_LINES_MAX)), (unsigned)FO_WINDOWS);
    cr_assert_eq(fo_window_place(thing(FO_SUBJECT_PERSON, 0)), (unsigned)FO_WINDOWS);
}

Test(window, it_needs_two_persons_an_end_within_a_day_and_a_thing_of_the_site)
{
    struct fo_subject line = thing(FO_SUBJECT_LINE, LINE_B);
    people_begin();
    window_by(FO_NONE, line, FO_HOUR);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_ONE_WITNESS));
    window_by(HEAD, line, FO_MAINTENANCE_MAX_US + 1);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_MAINTENANCE));
    window_by(HEAD, line, 0);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_MAINTENANCE));
    window(thing(FO_SUBJECT_LINE, WORLD_LINES));
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_NO_SUCH_OBJECT));
    window(thing(FO_SUBJECT_PERSON, CHIEF));
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_NO_SUCH_OBJECT));
    cr_assert_eq(look()->mode, FO_MODE_NORMAL);
    window_by(HEAD, line, FO_MAINTENANCE_MAX_US);
    cr_assert(fo_window_is_open(&world.engine, line));
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE);
    cr_assert(look()->acting, "elsewhere the machine acts");
    end_window(line);
    cr_assert_eq(look()->mode, FO_MODE_NORMAL);
}

Test(window, nothing_goes_to_a_line_that_is_worked_on_and_away_from_it_it_does)
{
    people_begin();
    window(thing(FO_SUBJECT_LINE, LINE_B));
    set_line(LINE_A, false);
    step_for(20 * FO_SECOND);
    cr_assert_eq(world.engine.route.active, LINE_A);
    end_window(thing(FO_SUBJECT_LINE, LINE_B));
    step_until(world.engine.route.active == LINE_B, 10 * FO_SECOND);
    window(thing(FO_SUBJECT_LINE, LINE_B));
    set_line(LINE_A, true);
    step_for(20 * FO_SECOND);
    set_line(LINE_B, false);
    step_until(world.engine.route.active == LINE_A, 30 * FO_SECOND);
}

Test(window, a_line_that_is_worked_on_calls_nobody_and_the_loss_of_both_does)
{
    people_begin();
    window(thing(FO_SUBJECT_LINE, LINE_B));
    set_line(LINE_B, false);
    step_until(incident_of(FO_REASON_LINE_DOWN), 30 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_LINE_DOWN)->severity, FO_SEVERITY_INFORMATION);
    set_line(LINE_A, false);
    step_until(incident_of(FO_REASON_LINES_ALL_DOWN), 30 * FO_SECOND);
    cr_assert_lt(incident_of(FO_REASON_LINES_ALL_DOWN)->severity, 2U);
}

Test(window, the_end_tells_what_is_still_bad_and_that_the_work_runs_over)
{
    struct fo_subject line = thing(FO_SUBJECT_LINE, LINE_B);
    people_begin();
    window_by(HEAD, line, FO_MINUTE);
    set_line(LINE_B, false);
    step_for(50 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_LINE_DOWN)->severity, FO_SEVERITY_INFORMATION);
    step_until(incident_of(FO_REASON_MAINTENANCE_OVERRUN), 20 * FO_SECOND);
    cr_assert_lt(incident_of(FO_REASON_LINE_DOWN)->severity, FO_SEVERITY_INFORMATION);
    cr_assert(fo_subject_equal(incident_of(FO_REASON_MAINTENANCE_OVERRUN)->subject, line));
    cr_assert(fo_window_holds(&world.engine, line), "still nothing goes there");
    cr_assert_not(fo_window_is_open(&world.engine, line));
    set_line(LINE_B, true);
    step_until(!fo_window_holds(&world.engine, line), FO_MINUTE);
}

Test(window, a_window_that_ends_in_order_leaves_nothing)
{
    people_begin();
    window_by(HEAD, thing(FO_SUBJECT_DEVICE, UPS_B), FO_MINUTE);
    step_for(2 * FO_MINUTE);
    cr_assert_null(incident_of(FO_REASON_MAINTENANCE_OVERRUN));
    cr_assert_not(fo_window_holds(&world.engine, thing(FO_SUBJECT_DEVICE, UPS_B)));
}

Test(window, a_ups_that_dies_under_the_hands_of_people_moves_nothing_and_its_end_is_told)
{
    people_begin();
    window(thing(FO_SUBJECT_DEVICE, UPS_A));
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_for(30 * FO_SECOND);
    cr_assert_eq(world.engine.active, 0U);
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
    cr_assert_eq(severity_of(FO_REASON_UPS_LOW, thing(FO_SUBJECT_DEVICE, UPS_A)), 1U);
    end_window(thing(FO_SUBJECT_DEVICE, UPS_A));
    step_until(world.engine.active == 1, 20 * FO_SECOND);
}

Test(window, when_the_mains_are_lost_it_is_no_work_any_more)
{
    struct fo_subject ups = thing(FO_SUBJECT_DEVICE, UPS_A);
    people_begin();
    window(ups);
    cr_assert_eq(severity_of(FO_REASON_UPS_OFF, ups), FO_SEVERITY_INFORMATION);
    cr_assert_eq(fo_window_devices(&world.engine), 1U << UPS_A);
    world.engine.mains.lost = true;
    cr_assert_eq(severity_of(FO_REASON_UPS_OFF, ups), 2U);
    cr_assert_eq(fo_window_devices(&world.engine), 0U);
}

Test(window, another_device_is_not_excused)
{
    people_begin();
    window(thing(FO_SUBJECT_DEVICE, UPS_B));
    cr_assert_eq(severity_of(FO_REASON_UPS_OFF, thing(FO_SUBJECT_DEVICE, UPS_A)), 2U);
}

Test(window, a_service_that_is_worked_on_does_not_move_and_class_2_is_told_all_the_same)
{
    struct fo_subject calls = thing(FO_SUBJECT_SERVICE, CALLS);
    people_begin();
    window(calls);
    cr_assert_eq(severity_of(FO_REASON_SERVICE_DOWN, calls), 1U);
    cr_assert_eq(severity_of(FO_REASON_SERVICE_RTO_BREACHED, calls), 1U);
    cr_assert_eq(severity_of(FO_REASON_SERVICE_OVERLOADED, calls), FO_SEVERITY_INFORMATION);
    agent_health(0, FO_HEALTH_FAILED);
    step_for(5 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
    cr_assert(seen(FO_REASON_BLOCKED_MAINTENANCE));
    end_window(calls);
    step_until(gate_is_open(1), 5 * FO_SECOND);
}

Test(window, a_dead_server_is_replaced_although_a_service_is_worked_on)
{
    people_begin();
    window(thing(FO_SUBJECT_SERVICE, CALLS));
    host_die(0);
    step_until(gate_is_open(1), 5 * FO_SECOND);
}

Test(window, what_a_person_reports_is_never_excused)
{
    people_begin();
    window(thing(FO_SUBJECT_LINE, LINE_B));
    cr_assert_eq(severity_of(FO_REASON_REPORTED, thing(FO_SUBJECT_LINE, LINE_B)), 2U);
}

Test(window, windows_survive_a_crash)
{
    struct fo_subject last = thing(FO_SUBJECT_DEVICE, WORLD_DEVICES - 1);
    people_begin();
    window(last);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    cr_assert(fo_window_is_open(&world.engine, last));
}

/* Its time runs out with these readings, the last there were. */
static void run_out(void)
{
    world.probing = false;
    step_for(FO_SECOND + FO_MS);
}

Test(window, work_is_finished_when_what_was_worked_on_is_as_it_should_be)
{
    const uint8_t states[] = {FO_STATE_OK, FO_STATE_DEGRADED, FO_STATE_DOWN};
    struct fo_subject line = thing(FO_SUBJECT_LINE, LINE_B);
    struct fo_subject service = thing(FO_SUBJECT_SERVICE, ORDERS);
    for (unsigned round = 0; round < 3; round++) {
        people_begin();
        window_by(HEAD, line, FO_MINUTE);
        window_by(HEAD, service, FO_MINUTE);
        step_for(59 * FO_SECOND);
        world.engine.lines[LINE_B].state = states[round];
        world.engine.services[ORDERS].state = states[round];
        run_out();
        cr_assert_eq(fo_window_holds(&world.engine, line), states[round] == FO_STATE_DOWN);
        cr_assert_eq(fo_window_holds(&world.engine, service), states[round] == FO_STATE_DOWN);
    }
}

Test(window, a_device_is_finished_when_it_answers_runs_on_mains_and_shows_no_sign_of_trouble)
{
    struct fo_subject ups = thing(FO_SUBJECT_DEVICE, UPS_B);
    for (unsigned trouble = 0; trouble < 4; trouble++) {
        people_begin();
        window_by(HEAD, ups, FO_MINUTE);
        step_for(59 * FO_SECOND);
        struct fo_device *device = &world.engine.devices[UPS_B];
        device->on_battery = trouble == 1;
        device->outage_us = trouble == 1 ? world.now_us : FO_NEVER;
        device->signs = trouble == 2 ? 1 : 0;
        device->communication.state = trouble == 3 ? FO_STATE_DOWN : FO_STATE_OK;
        run_out();
        cr_assert_eq(fo_window_holds(&world.engine, ups), trouble != 0, "%u", trouble);
    }
}

Test(window, the_end_of_a_battery_is_grave_and_a_class_1_service_is_excused)
{
    struct fo_subject ups = thing(FO_SUBJECT_DEVICE, UPS_B);
    struct fo_subject orders = thing(FO_SUBJECT_SERVICE, ORDERS);
    people_begin();
    window(ups);
    window(orders);
    cr_assert_not(fo_window_excuses(&world.engine, FO_REASON_UPS_EXHAUSTED, ups));
    cr_assert_not(fo_window_excuses(&world.engine, FO_REASON_UPS_LOW, ups));
    cr_assert(fo_window_excuses(&world.engine, FO_REASON_UPS_SILENT, ups));
    cr_assert(fo_window_excuses(&world.engine, FO_REASON_SERVICE_DOWN, orders));
    cr_assert_not(fo_window_holds(&world.engine, thing(FO_SUBJECT_ROLE, 0)), "nobody works on it");
}

Test(window, the_traffic_does_not_return_to_a_line_that_is_worked_on)
{
    struct fo_subject line = thing(FO_SUBJECT_LINE, LINE_A);
    people_begin();
    set_line(LINE_A, false);
    step_until(world.engine.route.active == LINE_B, FO_MINUTE);
    window(line);
    set_line(LINE_A, true);
    step_for(30 * FO_MINUTE);
    cr_assert_eq(world.engine.route.active, LINE_B);
    end_window(line);
    step_until(world.engine.route.active == LINE_A, 30 * FO_MINUTE);
}

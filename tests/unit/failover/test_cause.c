/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the tables of causes: severity, explanation, and what a class-2 service hangs on. */
#include "failover/cause.h"
#include "tests/lib/engine_fixture.h"

static struct fo_subject of(enum fo_subject_kind kind, uint8_t index)
{
    return (struct fo_subject){(uint8_t)kind, index};
}

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
}

static enum fo_explains explains(enum fo_reason root, struct fo_subject root_subject,
                                 enum fo_reason cause, struct fo_subject subject)
{
    return fo_cause_explains(&world.engine, (uint16_t)root, root_subject, (uint16_t)cause, subject);
}

Test(cause, every_cause_has_a_severity_from_1_to_4)
{
    begin();
    for (unsigned reason = 100; reason < 200; reason++) {
        if (fo_reason_is_cause(reason)) {
            uint8_t severity =
                fo_cause_severity(&world.engine, (uint16_t)reason, of(FO_SUBJECT_SITE, 0));
            cr_assert(severity >= 1 && severity <= 4, "%s", fo_reason_name(reason));
        }
    }
}

Test(cause, an_outage_of_class_1_is_less_grave_than_of_class_2)
{
    begin();
    cr_assert_eq(
        fo_cause_severity(&world.engine, FO_REASON_SERVICE_DOWN, of(FO_SUBJECT_SERVICE, CALLS)), 1);
    cr_assert_eq(
        fo_cause_severity(&world.engine, FO_REASON_SERVICE_DOWN, of(FO_SUBJECT_SERVICE, ORDERS)),
        3);
}

Test(cause, what_is_under_maintenance_is_information)
{
    begin();
    struct fo_subject server = of(FO_SUBJECT_SERVER, 1);
    cr_assert_eq(fo_cause_severity(&world.engine, FO_REASON_SERVER_DEAD, server), 2);
    world.engine.inhibit.maintenance_us[1] = world.now_us + FO_HOUR;
    cr_assert_eq(fo_cause_severity(&world.engine, FO_REASON_SERVER_DEAD, server), 4);
    cr_assert_eq(fo_cause_severity(&world.engine, FO_REASON_SERVER_DEAD, of(FO_SUBJECT_SERVER, 0)),
                 2);
    cr_assert_eq(
        fo_cause_severity(&world.engine, FO_REASON_REDUNDANCY_LOST, of(FO_SUBJECT_SITE, 0)), 4);
    cr_assert_eq(
        fo_cause_severity(&world.engine, FO_REASON_BOTH_SERVERS_DEAD, of(FO_SUBJECT_SITE, 0)), 1,
        "total loss never is");
}

Test(cause, the_mains_explain_what_power_does_and_nothing_else)
{
    begin();
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    struct fo_subject ups = of(FO_SUBJECT_DEVICE, UPS_A);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_UPS_LOW, ups), FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_UPS_SILENT, ups), FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_GENERATOR_NO_START, ups),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_JOURNAL_DEAD, site),
                 FO_EXPLAINS_NOT);
    struct fo_subject line = of(FO_SUBJECT_LINE, LINE_A);
    struct fo_subject server = of(FO_SUBJECT_SERVER, 0);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_LINE_DOWN, line), FO_EXPLAINS_NOT,
                 "its power is well");
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_LINE_DOWN, line),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVER_DEAD, server),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVER_DEAD, of(FO_SUBJECT_SERVER, 1)),
        FO_EXPLAINS_NOT);
}

Test(cause, a_ups_explains_itself_and_what_it_carries)
{
    begin();
    struct fo_subject ups = of(FO_SUBJECT_DEVICE, UPS_A);
    cr_assert_eq(explains(FO_REASON_UPS_ON_BATTERY, ups, FO_REASON_UPS_LOW, ups),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        explains(FO_REASON_UPS_ON_BATTERY, ups, FO_REASON_UPS_LOW, of(FO_SUBJECT_DEVICE, UPS_B)),
        FO_EXPLAINS_NOT);
    world.engine.devices[UPS_A].exhausted = true;
    cr_assert_eq(
        explains(FO_REASON_UPS_ON_BATTERY, ups, FO_REASON_LINE_DOWN, of(FO_SUBJECT_LINE, LINE_A)),
        FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        explains(FO_REASON_UPS_ON_BATTERY, ups, FO_REASON_LINE_DOWN, of(FO_SUBJECT_LINE, LINE_B)),
        FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_UPS_ON_BATTERY, ups, FO_REASON_SERVICE_DOWN,
                          of(FO_SUBJECT_SERVICE, CALLS)),
                 FO_EXPLAINS_NOT);
}

Test(cause, a_dead_server_explains_what_it_takes_with_it)
{
    begin();
    struct fo_subject p = of(FO_SUBJECT_SERVER, 0);
    struct fo_subject s = of(FO_SUBJECT_SERVER, 1);
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    cr_assert_eq(explains(FO_REASON_SERVER_DEAD, p, FO_REASON_REDUNDANCY_LOST, site),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_SERVER_DEAD, p, FO_REASON_SERVER_UNREACHABLE, p),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_SERVER_DEAD, p, FO_REASON_SERVER_UNREACHABLE, s),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_SERVER_DEAD, p, FO_REASON_SERVER_DEAD, s), FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_BOTH_SERVERS_DEAD, site, FO_REASON_SERVER_DEAD, s),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        explains(FO_REASON_SERVER_DEAD, p, FO_REASON_LINE_DOWN, of(FO_SUBJECT_LINE, LINE_A)),
        FO_EXPLAINS_NOT);
}

Test(cause, lines_and_services_explain_their_own)
{
    begin();
    struct fo_subject a = of(FO_SUBJECT_LINE, LINE_A);
    struct fo_subject b = of(FO_SUBJECT_LINE, LINE_B);
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    struct fo_subject calls = of(FO_SUBJECT_SERVICE, CALLS);
    struct fo_subject orders = of(FO_SUBJECT_SERVICE, ORDERS);
    cr_assert_eq(explains(FO_REASON_LINE_DOWN, a, FO_REASON_LINE_DEGRADED, a), FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_LINE_DOWN, a, FO_REASON_LINE_DEGRADED, b), FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_SERVICE_DOWN, orders),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_SERVICE_DOWN, calls),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_SERVICE_DOWN, calls, FO_REASON_SERVICE_RTO_HALF, calls),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_SERVICE_DOWN, calls, FO_REASON_SERVICE_RTO_HALF, orders),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_SERVICE_DOWN, calls, FO_REASON_SERVICE_DOWN, orders),
                 FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_SERVICE_DOWN, calls, FO_REASON_LINE_DOWN, a), FO_EXPLAINS_NOT);
    cr_assert_eq(
        explains(FO_REASON_MONITOR_NETWORK, of(FO_SUBJECT_MONITOR, 0), FO_REASON_LINE_DOWN, a),
        FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_MONITOR_NETWORK, of(FO_SUBJECT_MONITOR, 0), FO_REASON_UPS_LOW,
                          of(FO_SUBJECT_DEVICE, UPS_A)),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_JOURNAL_DEAD, of(FO_SUBJECT_MONITOR, 0),
                          FO_REASON_MONITOR_CLOCK, of(FO_SUBJECT_MONITOR, 0)),
                 FO_EXPLAINS_NOT);
}

Test(cause, class_2_hangs_on_what_its_service_needs)
{
    begin();
    cr_assert(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_SERVICE, CALLS)));
    cr_assert_not(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_SERVICE, ORDERS)));
    cr_assert(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_SERVER, 1)));
    cr_assert_not(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_LINE, LINE_A)));
    cr_assert(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_DEVICE, UPS_A)));
    cr_assert(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_SITE, 0)));
    cr_assert_not(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_CHANNEL, MAIL)));
    world.engine.policy.services[CALLS].needs_lines = 1;
    cr_assert(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_LINE, LINE_A)));
    world.engine.policy.services[CALLS].needs_server = false;
    cr_assert_not(fo_cause_touches_class2(&world.engine, of(FO_SUBJECT_SERVER, 1)));
}

Test(cause, some_things_are_over_only_when_a_person_says_so)
{
    static const enum fo_reason sticky[] = {FO_REASON_SWITCHOVER_FAILED, FO_REASON_ENGINE_ASSERTION,
                                            FO_REASON_SERVICE_FAILED, FO_REASON_REPORTED,
                                            FO_REASON_BREAK_GLASS};
    for (unsigned i = 0; i < sizeof sticky / sizeof sticky[0]; i++) {
        cr_assert(fo_cause_is_sticky((uint16_t)sticky[i]), "%s", fo_reason_name(sticky[i]));
    }
    cr_assert_not(fo_cause_is_sticky(FO_REASON_LINE_DOWN));
    cr_assert_not(fo_cause_is_sticky(FO_REASON_FORCED));
}

Test(cause, the_mains_explain_both_lines_only_when_the_power_of_both_fails)
{
    begin();
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_LINES_ALL_DOWN, site),
                 FO_EXPLAINS_NOT);
    world.engine.devices[UPS_B].dying = true;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_LINES_ALL_DOWN, site),
                 FO_EXPLAINS_ALWAYS);
    world.engine.policy.line_count = 0;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_LINES_ALL_DOWN, site),
                 FO_EXPLAINS_NOT, "without lines there is nothing to explain");
}

Test(cause, the_mains_explain_a_service_only_when_the_power_of_all_it_needs_fails)
{
    begin();
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    struct fo_subject calls = of(FO_SUBJECT_SERVICE, CALLS);
    struct fo_subject orders = of(FO_SUBJECT_SERVICE, ORDERS);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVICE_DOWN, calls),
                 FO_EXPLAINS_NOT);
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVICE_DOWN, calls),
                 FO_EXPLAINS_NOT, "the other server has power");
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVICE_DOWN, orders),
                 FO_EXPLAINS_NOT, "the other line has power");
    world.engine.devices[UPS_B].dying = true;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVICE_DOWN, calls),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_SERVICE_RTO_HALF, orders),
                 FO_EXPLAINS_ALWAYS);
}

Test(cause, a_ups_that_the_site_does_not_have_fails_nobody)
{
    begin();
    struct fo_subject line = of(FO_SUBJECT_LINE, LINE_A);
    world.engine.policy.lines[LINE_A].power = (uint64_t)1 << WORLD_DEVICES;
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, of(FO_SUBJECT_SITE, 0), FO_REASON_LINE_DOWN, line),
                 FO_EXPLAINS_NOT);
}

Test(cause, all_lines_down_explain_each_line_and_that_nobody_outside_is_in_reach)
{
    begin();
    struct fo_subject site = of(FO_SUBJECT_SITE, 0);
    cr_assert_eq(
        explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_LINE_DOWN, of(FO_SUBJECT_LINE, LINE_A)),
        FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_LINE_DEGRADED,
                          of(FO_SUBJECT_LINE, LINE_A)),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_CONTACTS_CUT, site),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_UPS_LOW, of(FO_SUBJECT_DEVICE, UPS_A)),
        FO_EXPLAINS_NOT);
}

Test(cause, what_a_person_has_seen_is_explained_by_nothing)
{
    begin();
    struct fo_subject ups = of(FO_SUBJECT_DEVICE, UPS_A);
    struct fo_subject line = of(FO_SUBJECT_LINE, LINE_A);
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(explains(FO_REASON_UPS_LOW, ups, FO_REASON_REPORTED, line), FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_REPORTED, ups, FO_REASON_REPORTED, ups), FO_EXPLAINS_NOT);
}

Test(cause, a_place_tells_its_own_story)
{
    begin();
    struct fo_subject here = of(FO_SUBJECT_PLACE, 0), there = of(FO_SUBJECT_PLACE, 1);
    struct fo_subject ups = of(FO_SUBJECT_DEVICE, UPS_A);
    cr_assert_eq(explains(FO_REASON_UPS_LOW, here, FO_REASON_UPS_LOW, there), FO_EXPLAINS_NEAR,
                 "the same at several places at once");
    cr_assert_eq(explains(FO_REASON_UPS_LOW, here, FO_REASON_UPS_LOW, ups), FO_EXPLAINS_NOT,
                 "the room is no place");
    cr_assert_eq(explains(FO_REASON_UPS_LOW, ups, FO_REASON_UPS_LOW, here), FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_UPS_ON_BATTERY, here, FO_REASON_UPS_LOW, here),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(explains(FO_REASON_UPS_ON_BATTERY, here, FO_REASON_UPS_LOW, there),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_GENERATOR_FAULT, here, FO_REASON_UPS_LOW, here),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_UPS_ON_BATTERY, here, FO_REASON_GENERATOR_FAULT, here),
                 FO_EXPLAINS_NOT);
}

Test(cause, a_blackout_of_the_region_and_our_own_blindness_tell_the_story_of_all_places)
{
    begin();
    struct fo_subject site = of(FO_SUBJECT_SITE, 0), monitor = of(FO_SUBJECT_MONITOR, 0);
    struct fo_subject place = of(FO_SUBJECT_PLACE, 0);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_UPS_ON_BATTERY, place),
                 FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_UPS_SILENT, place),
                 FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_MAINS_LOST, site, FO_REASON_UPS_OVERLOAD, place),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_MONITOR_NETWORK, monitor, FO_REASON_GENERATOR_SILENT, place),
                 FO_EXPLAINS_NEAR);
    cr_assert_eq(explains(FO_REASON_MONITOR_NETWORK, monitor, FO_REASON_UPS_LOW, place),
                 FO_EXPLAINS_NOT);
    cr_assert_eq(explains(FO_REASON_LINES_ALL_DOWN, site, FO_REASON_UPS_SILENT, place),
                 FO_EXPLAINS_NEAR);
    cr_assert_eq(
        explains(FO_REASON_SERVER_DEAD, of(FO_SUBJECT_SERVER, 0), FO_REASON_UPS_LOW, place),
        FO_EXPLAINS_NOT);
}

Test(cause, our_own_blindness_tells_every_silence_and_what_it_looks_like)
{
    struct fo_subject monitor = of(FO_SUBJECT_MONITOR, 0);
    static const uint16_t silences[] = {
        FO_REASON_UPS_SILENT,         FO_REASON_GENERATOR_SILENT,
        FO_REASON_LINE_DOWN,          FO_REASON_TRANSFER_SWITCH_SILENT,
        FO_REASON_LINES_ALL_DOWN,     FO_REASON_LINE_DEGRADED,
        FO_REASON_SERVER_UNREACHABLE, FO_REASON_SERVICE_DOWN};
    for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++) {
        cr_assert_eq(explains(FO_REASON_MONITOR_NETWORK, monitor, silences[i], monitor),
                     FO_EXPLAINS_NEAR, "%u", silences[i]);
    }
    cr_assert_eq(explains(FO_REASON_MONITOR_NETWORK, monitor, FO_REASON_SERVER_DEAD, monitor),
                 FO_EXPLAINS_NOT);
}

Test(cause, what_people_must_hear_of_even_behind_its_explanation)
{
    const enum fo_reason told[] = {
        FO_REASON_SERVICE_DOWN,      FO_REASON_SERVICE_RTO_HALF,   FO_REASON_SERVICE_RTO_BREACHED,
        FO_REASON_SWITCHOVER_FAILED, FO_REASON_UPS_EXHAUSTED,      FO_REASON_BOTH_SERVERS_DEAD,
        FO_REASON_LINES_ALL_DOWN,    FO_REASON_GENERATOR_NO_START, FO_REASON_GENERATOR_REFUSED,
        FO_REASON_SHED_DUE,          FO_REASON_SHED_FAILED};
    for (unsigned i = 0; i < sizeof told / sizeof told[0]; i++) {
        cr_assert(fo_cause_repages(told[i]), "%s", fo_reason_name(told[i]));
    }
    cr_assert_not(fo_cause_repages(FO_REASON_UPS_ON_BATTERY));
    cr_assert_not(fo_cause_repages(FO_REASON_LINE_DOWN));
}

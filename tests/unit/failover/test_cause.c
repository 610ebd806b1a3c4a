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

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the engine as a whole: a well site, the two doors, and the ways in which events are
 * refused. */
#include "tests/lib/engine_fixture.h"

Test(engine, a_well_site_is_ok_and_silent)
{
    world_begin();
    step_for(10 * FO_MINUTE);
    cr_assert_eq(open_incidents(), 0);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 0);
    cr_assert_eq(look()->state, FO_STATE_OK);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_STANDBY);
    cr_assert(look()->acting);
}

Test(engine, a_dead_active_is_replaced_by_its_standby)
{
    world_begin();
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
    cr_assert(incident_of(FO_REASON_SERVER_DEAD));
    cr_assert(paged(CHIEF, TERMINAL) == 1);
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_REDUNDANCY_LOST), 5 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
    cr_assert_lt(look()->services[CALLS].last_outage_us, 2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->did, FO_REASON_SWITCHOVER_VERIFIED);
}

Test(engine, a_loss_of_the_mains_is_one_incident_and_one_page_each)
{
    world_begin();
    mains_fail();
    step_until(incident_of(FO_REASON_MAINS_LOST), 2 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    mains_return();
    step_until(seen(FO_REASON_MAINS_RETURNED), 3 * FO_SECOND);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), 2 * FO_MINUTE);
    cr_assert_eq(look()->state, FO_STATE_OK);
}

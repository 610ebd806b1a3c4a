/* SPDX-License-Identifier: Apache-2.0 */
/* An agent with a watchdog device: fed while the agent can vouch for its host, disarmed when it
 * leaves in order, and no reason not to serve. A file stands for the device. */
#include "monitord/agent/address.h"
#include "tests/integration/monitord/agent_world.h"
#include "tests/lib/signal_child.h"
#include "tests/lib/watchdog_driver.h"

/* A kernel that does not take the service address away any more. */
static bool address_stays;

int __real_md_address_remove(const struct md_service_address *address);
int __wrap_md_address_remove(const struct md_service_address *address);

int __wrap_md_address_remove(const struct md_service_address *address)
{
    return address_stays ? EPERM : __real_md_address_remove(address);
}

static struct world world;
static const char *served;

static void make_world(void)
{
    driver.present = driver.magic = true;
    driver.longest_s = 600;
    world_make(&world);
    world_write(&world, "watchdog0", "", 0600);
    served = world_path(&world, "watchdog0");
    world.config[FO_VOTER_P].watchdog = served;
    world.config[FO_VOTER_P].watchdog_timeout_us = 30 * FO_SECOND;
}

static void stop_world(void)
{
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

static bool is_fed_again(void *context)
{
    char last;
    return written(served, &last) > *(size_t *)context;
}

static bool wait_until_fed(void)
{
    char last;
    size_t before = written(served, &last);
    return room_wait(is_fed_again, &before, 5000 * WORLD_SLOW);
}

static void start_and_wait(void)
{
    world_start_agent(&world, FO_VOTER_P);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
    cr_assert(wait_until_fed());
}

Test(agent_watchdog, an_agent_feeds_it_and_disarms_it_when_it_leaves_in_order, .init = make_world,
     .fini = stop_world, .timeout = 60)
{
    char last;
    start_and_wait();
    json_t *status = world_status(&world, FO_VOTER_P);
    json_t *shown = json_object_get(status, "watchdog");
    cr_assert(json_is_true(json_object_get(shown, "armed")));
    cr_assert_eq(json_integer_value(json_object_get(shown, "timeout_s")), 30);
    json_decref(status);
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 0);
    written(served, &last);
    cr_assert_eq(last, 'V');
}

Test(agent_watchdog, a_stop_leaves_it_armed_where_the_site_says_so, .init = make_world,
     .fini = stop_world, .timeout = 60)
{
    char last;
    world.config[FO_VOTER_P].watchdog_keeps = true;
    start_and_wait();
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 0);
    written(served, &last);
    cr_assert_neq(last, 'V');
}

static bool is_leaving(void *context)
{
    (void)context;
    json_t *status = world_status(&world, FO_VOTER_P);
    bool leaving = json_is_true(json_object_get(status, "leaving"));
    json_decref(status);
    return leaving;
}

Test(agent_watchdog, a_leave_that_is_not_in_order_leaves_it_armed, .init = make_world,
     .fini = stop_world, .timeout = 60)
{
    char last;
    world_write(&world, "slow", "#!/bin/sh\nexec sleep 60\n", 0755);
    world.config[FO_VOTER_P].demote = world_path(&world, "slow");
    start_and_wait();
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    cr_assert(room_wait(is_leaving, NULL, 3000 * WORLD_SLOW)); /* else one swallows the other */
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 1);
    written(served, &last);
    cr_assert_neq(last, 'V');
}

Test(agent_watchdog, a_frozen_or_killed_agent_feeds_nothing, .init = make_world, .fini = stop_world,
     .timeout = 60)
{
    char last;
    start_and_wait();
    signal_child(world.agent[FO_VOTER_P], SIGSTOP);
    size_t frozen = written(served, &last);
    cr_assert_not(room_wait(is_fed_again, &frozen, 2500), "two ticks have gone by");
    signal_child(world.agent[FO_VOTER_P], SIGCONT);
    cr_assert(wait_until_fed(), "it lives again");
    signal_child(world.agent[FO_VOTER_P], SIGKILL);
    world_reap(&world, FO_VOTER_P);
    written(served, &last);
    cr_assert_neq(last, 'V', "its clock runs on");
    start_and_wait(); /* as systemd starts it anew: the host is spared */
}

static bool is_withheld_twice(void *context)
{
    (void)context;
    json_t *status = world_status(&world, FO_VOTER_P);
    json_t *shown = json_object_get(status, "watchdog");
    bool twice = json_integer_value(json_object_get(shown, "withheld")) >= 2;
    json_decref(status);
    return twice;
}

Test(agent_watchdog, an_agent_with_the_address_and_without_its_gate_feeds_nothing,
     .init = make_world, .fini = stop_world, .timeout = 60)
{
    address_stays = true;
    world_serve(&world);
    cr_assert(wait_until_fed());
    /* no interface of this name: the gate can be neither seen nor attached */
    room_shell(world.space[FO_VOTER_P],
               "ip link set lan1 down; ip link set lan1 name gone0; ip link set gone0 up");
    cr_assert(room_wait(is_withheld_twice, NULL, 10000 * WORLD_SLOW));
    room_shell(world.space[FO_VOTER_P],
               "ip link set gone0 down; ip link set gone0 name lan1; ip link set lan1 up");
    cr_assert(wait_until_fed(), "the gate is back");
}

Test(agent_watchdog, an_agent_serves_without_the_one_it_cannot_open, .init = make_world,
     .fini = stop_world, .timeout = 60)
{
    world.config[FO_VOTER_P].watchdog = "/tmp/nowhere/watchdog0";
    world_serve(&world);
    json_t *status = world_status(&world, FO_VOTER_P);
    json_t *shown = json_object_get(status, "watchdog");
    cr_assert(json_is_false(json_object_get(shown, "armed")));
    const char *error = json_string_value(json_object_get(shown, "error"));
    cr_assert_not_null(error);
    cr_assert_not_null(strstr(error, "is its driver loaded?"), "%s", error);
    json_decref(status);
}

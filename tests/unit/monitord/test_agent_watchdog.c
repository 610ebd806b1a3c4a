/* SPDX-License-Identifier: Apache-2.0 */
/* When the watchdog device is fed, disarmed and left armed, and what is no such device; a file
 * stands for it. */
#include "monitord/agent/watchdog.h"
#include "probes/clock.h"
#include "tests/lib/watchdog_driver.h"

#include <stdlib.h>
#include <string.h>

static char device[] = "/tmp/noroshi-watchdog-XXXXXX";
static uv_loop_t loop;
static uv_timer_t turn;
static struct md_worker worker;
static struct md_watchdog watchdog;

static void on_turn(uv_timer_t *timer)
{
    (void)timer; /* only turns the loop, so that a wait has a bound */
}

static void make(void)
{
    int fd = mkstemp(device);
    cr_assert_geq(fd, 0);
    close(fd);
    driver.present = driver.magic = true;
    driver.longest_s = 600;
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_worker_start(&worker, &loop));
    uv_timer_init(&loop, &turn);
    uv_timer_start(&turn, on_turn, 10, 10);
}

static void close_device(bool disarm)
{
    md_worker_stop(&worker);
    md_watchdog_close(&watchdog, disarm);
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle was left open");
}

static void stop(void)
{
    unlink(device);
}

static void feed_once(void)
{
    uint64_t fed = watchdog.fed;
    fo_us end_us = pb_clock_us() + 5 * FO_SECOND;
    md_watchdog_look(&watchdog, true);
    while (watchdog.fed == fed && pb_clock_us() < end_us) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    cr_assert_eq(watchdog.fed, fed + 1);
}

Test(agent_watchdog, it_is_fed_while_well_and_disarmed_at_the_end, .init = make, .fini = stop,
     .timeout = 30)
{
    char last;
    md_watchdog_arm(&watchdog, &worker, device, 29500 * FO_MS);
    cr_assert_eq(watchdog.timeout_s, 30, "whole seconds, rounded up");
    cr_assert_eq(driver.timeout_s, 30);
    cr_assert_eq(written(device, &last), 0);
    feed_once();
    feed_once();
    cr_assert_eq(written(device, &last), 2);
    cr_assert_neq(last, 'V');
    md_watchdog_look(&watchdog, false);
    cr_assert_eq(watchdog.withheld, 1);
    cr_assert_not(watchdog.busy);
    feed_once();
    close_device(true);
    cr_assert_eq(written(device, &last), 4);
    cr_assert_eq(last, 'V');
    cr_assert_eq(watchdog.fd, -1);
}

Test(agent_watchdog, one_that_is_left_armed_gets_no_magic_byte, .init = make, .fini = stop,
     .timeout = 30)
{
    char last;
    md_watchdog_arm(&watchdog, &worker, device, 30 * FO_SECOND);
    feed_once();
    close_device(false);
    cr_assert_eq(written(device, &last), 1);
    cr_assert_neq(last, 'V');
}

Test(agent_watchdog, the_timeout_is_what_the_device_made_of_it, .init = make, .fini = stop,
     .timeout = 30)
{
    driver.longest_s = 16;
    md_watchdog_arm(&watchdog, &worker, device, 30 * FO_SECOND);
    cr_assert_eq(watchdog.timeout_s, 16);
    md_watchdog_close(&watchdog, true);
    driver.fixed = true;
    driver.timeout_s = MD_WATCHDOG_TIMEOUT_MIN_S;
    md_watchdog_arm(&watchdog, &worker, device, 30 * FO_SECOND);
    cr_assert_eq(watchdog.timeout_s, MD_WATCHDOG_TIMEOUT_MIN_S, "a fixed one");
    close_device(true);
}

Test(agent_watchdog, one_that_is_too_fast_is_disarmed_and_left, .init = make, .fini = stop,
     .timeout = 30)
{
    char last;
    driver.longest_s = MD_WATCHDOG_TIMEOUT_MIN_S - 1;
    md_watchdog_arm(&watchdog, &worker, device, 30 * FO_SECOND);
    cr_assert_eq(watchdog.fd, -1);
    cr_assert_not_null(strstr(watchdog.error, "must be 3 s at least"), "%s", watchdog.error);
    cr_assert_eq(written(device, &last), 1);
    cr_assert_eq(last, 'V');
    md_watchdog_look(&watchdog, true);
    cr_assert_not(watchdog.busy);
    close_device(true);
}

Test(agent_watchdog, what_is_no_watchdog_or_not_there_is_said_with_a_hint, .init = make,
     .fini = stop, .timeout = 30)
{
    driver.present = false;
    md_watchdog_arm(&watchdog, &worker, device, 30 * FO_SECOND);
    cr_assert_eq(watchdog.fd, -1);
    cr_assert_not_null(strstr(watchdog.error, "is no watchdog device"), "%s", watchdog.error);
    md_watchdog_arm(&watchdog, &worker, "/tmp/nowhere/watchdog0", 30 * FO_SECOND);
    cr_assert_eq(watchdog.fd, -1);
    cr_assert_not_null(strstr(watchdog.error, "is its driver loaded?"), "%s", watchdog.error);
    md_watchdog_arm(&watchdog, &worker, NULL, 30 * FO_SECOND);
    cr_assert_str_eq(watchdog.error, "", "none is named: nothing is wrong");
    md_watchdog_look(&watchdog, true);
    close_device(true);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The joined health of process and check, with a real process and a real connection on loopback. */
#include "monitord/agent/service_watch.h"
#include "probes/clock.h"
#include "tests/lib/signal_child.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static uv_loop_t loop;
static uv_timer_t turn;
static struct md_service_watch watch;
static struct cfg_agent config;
static char pid_file[64];
static unsigned changes;
static enum fo_health wanted;
static int listener = -1;

static void on_health(void *context, enum fo_health health)
{
    cr_assert_eq(context, &watch);
    cr_assert_eq(health, md_service_watch_health(&watch));
    changes++;
}

static void make(void)
{
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &turn);
    snprintf(pid_file, sizeof pid_file, "/tmp/noroshi-pid-XXXXXX");
    int fd = mkstemp(pid_file);
    cr_assert_geq(fd, 0);
    close(fd);
    config.check_interval_us = 20 * FO_MS;
    config.check_timeout_us = 50 * FO_MS;
    config.check_health = (struct fo_health_policy){
        .bad_of = 2, .window = 3, .good_run = 2, .stale_us = 5 * FO_SECOND};
}

static void stop(void)
{
    md_service_watch_close(&watch);
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle was left open");
    unlink(pid_file);
}

static void on_turn(uv_timer_t *timer)
{
    (void)timer;
}

static bool comes_to(enum fo_health health)
{
    wanted = health;
    fo_us end_us = pb_clock_us() + 5 * FO_SECOND;
    uv_timer_start(&turn, on_turn, 5, 5);
    while (md_service_watch_health(&watch) != wanted && pb_clock_us() < end_us) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&turn);
    return md_service_watch_health(&watch) == wanted;
}

static pid_t start_process(void)
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        for (;;) {
            pause();
        }
    }
    FILE *file = fopen(pid_file, "w");
    cr_assert_not_null(file);
    fprintf(file, "%d\n", (int)pid);
    fclose(file);
    return pid;
}

static void end_process(pid_t pid)
{
    signal_child(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void open_door(void)
{
    struct sockaddr_in *address = (struct sockaddr_in *)&config.check_address.storage;
    socklen_t length = sizeof *address;
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    cr_assert_eq(bind(listener, (struct sockaddr *)address, sizeof *address), 0);
    cr_assert_eq(listen(listener, 64), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)address, &length), 0);
    config.check = CFG_CHECK_TCP;
    config.check_address.length = length;
}

Test(agent_service_watch, with_nothing_to_watch_the_service_counts_as_well, .init = make,
     .fini = stop)
{
    md_service_watch_start(&watch, &loop, &config, on_health, &watch);
    cr_assert_eq(md_service_watch_health(&watch), FO_HEALTH_OK);
}

Test(agent_service_watch, a_process_that_dies_is_noticed_at_once_and_its_successor_found,
     .init = make, .fini = stop, .timeout = 30)
{
    pid_t pid = start_process();
    config.pid_file = pid_file;
    md_service_watch_start(&watch, &loop, &config, on_health, &watch);
    cr_assert_eq(md_service_watch_health(&watch), FO_HEALTH_OK);
    cr_assert_eq(watch.pid, pid);
    end_process(pid);
    fo_us died_us = pb_clock_us();
    cr_assert(comes_to(FO_HEALTH_FAILED));
    cr_assert_lt(pb_clock_us() - died_us, 100 * FO_MS, "not by looking now and then");
    pid = start_process();
    cr_assert(comes_to(FO_HEALTH_OK));
    cr_assert_eq(watch.pid, pid);
    end_process(pid);
    cr_assert_eq(changes, 2);
}

Test(agent_service_watch, a_pid_file_that_names_nobody_is_a_service_that_is_not_there, .init = make,
     .fini = stop, .timeout = 30)
{
    config.pid_file = pid_file; /* empty */
    md_service_watch_start(&watch, &loop, &config, on_health, &watch);
    cr_assert_eq(md_service_watch_health(&watch), FO_HEALTH_FAILED);
}

Test(agent_service_watch, a_check_is_unknown_until_it_has_answered_then_judged_n_of_m, .init = make,
     .fini = stop, .timeout = 30)
{
    open_door();
    md_service_watch_start(&watch, &loop, &config, on_health, &watch);
    cr_assert_eq(md_service_watch_health(&watch), FO_HEALTH_UNKNOWN);
    cr_assert(comes_to(FO_HEALTH_OK));
    close(listener);
    cr_assert(comes_to(FO_HEALTH_FAILED));
    cr_assert_geq(watch.checks_failed, 2, "one sample never decides");
    cr_assert_eq(watch.check_reason, FO_REASON_REFUSED);
}

Test(agent_service_watch, after_the_process_died_an_old_good_check_counts_for_nothing, .init = make,
     .fini = stop, .timeout = 30)
{
    open_door();
    pid_t pid = start_process();
    config.pid_file = pid_file;
    md_service_watch_start(&watch, &loop, &config, on_health, &watch);
    cr_assert(comes_to(FO_HEALTH_OK));
    close(listener);
    end_process(pid);
    cr_assert(comes_to(FO_HEALTH_FAILED));
    pid = start_process();
    cr_assert_not(comes_to(FO_HEALTH_OK), "the new process has not answered yet");
    end_process(pid);
}

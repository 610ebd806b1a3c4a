/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent does on its own host: the service's process and check, the site's steps, the
 * address, the calls to people, a start without a network, a restart over what a former process
 * left, and serving alone. Whole agents in namespaces; who answers is asked by ARP, as a client
 * would. */
#include "tests/integration/monitord/agent_world.h"
#include "tests/lib/signal_child.h"

#include <netinet/in.h>

static struct world world;
static pid_t service;

static void make(void)
{
    world_make(&world);
    /* each step leaves the name it was called with and what it was told */
    world_write(&world, "step", "#!/bin/sh\ncat >>$0.log\necho >>$0.log\n", 0755);
    world_write(&world, "alarm", "#!/bin/sh\ncat >>$0.log\necho >>$0.log\n", 0755);
}

static void stop(void)
{
    if (service > 0) {
        signal_child(service, SIGKILL);
        waitpid(service, NULL, 0);
        service = 0;
    }
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

/* How many lines of the file contain the text. */
static int lines_with(const char *name, const char *text)
{
    char path[128], line[4096];
    int count = 0;
    snprintf(path, sizeof path, "%s/%s", world.directory, name);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, text) != NULL ? 1 : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

struct wanted_line {
    const char *name, *text;
};
static bool line_is_there(void *context)
{
    const struct wanted_line *wanted = context;
    return lines_with(wanted->name, wanted->text) > 0;
}
#define EXPECT_LINE(name, text)                                                               \
    cr_assert(room_wait(line_is_there, &(struct wanted_line){name, text}, 5000 * WORLD_SLOW), \
              "%s never said %s", name, text)

static pid_t start_sleeper(void)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            pause();
        }
    }
    return child;
}

static void write_pid(const char *name, pid_t pid)
{
    char text[32];
    snprintf(text, sizeof text, "%d\n", (int)pid);
    world_write(&world, name, text, 0644);
}

/* Answers "200 OK" to whatever is asked, in the space of P. */
static pid_t start_http(int port)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child > 0) {
        return child;
    }
    static const char reply[] = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1;
    char request[1024];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    room_enter(world.space[FO_VOTER_P]);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0) {
        _exit(1);
    }
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && read(fd, request, sizeof request) > 0 &&
            write(fd, reply, sizeof reply - 1) > 0) {
            shutdown(fd, SHUT_WR);
        }
        close(fd);
    }
}

static void check_by_http(int port)
{
    struct cfg_agent *config = &world.config[FO_VOTER_P];
    struct sockaddr_in *address = (struct sockaddr_in *)&config->check_address.storage;
    config->check = CFG_CHECK_HTTP;
    config->check_http_path = "/health";
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    config->check_address.length = sizeof *address;
    config->check_interval_us = 100 * FO_MS;
    config->check_timeout_us = 150 * FO_MS;
}

/* ---- the service --------------------------------------------------------------------------- */
Test(agent_host, the_death_of_the_service_process_moves_the_service_at_once, .init = make,
     .fini = stop, .timeout = 90)
{
    service = start_sleeper();
    write_pid("service.pid", service);
    world.config[FO_VOTER_P].pid_file = world_path(&world, "service.pid");
    world_serve(&world);
    world_watch(&world, 100);
    fo_us killed_us = pb_clock_us();
    signal_child(service, SIGKILL);
    waitpid(service, NULL, 0);
    service = 0;
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000));
    fo_us took_us = world.first_us[FO_VOTER_S] - killed_us;
    cr_log_info("the other server answered after %lld us\n", (long long)took_us);
    world_watch(&world, 200);
    cr_assert_eq(world.changes, 1);
    cr_assert_lt(took_us, 150 * FO_MS * WORLD_SLOW);
    cr_assert(world_says(&world, FO_VOTER_P, "health", "failed"));
    cr_assert(world_says(&world, FO_VOTER_P, "health_why", "service"));
    cr_assert(world_says(&world, FO_VOTER_P, "gate_why", "server_unwell"));
    service = start_sleeper();
    write_pid("service.pid", service);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "health", "ok", 3000));
}

Test(agent_host, a_service_that_hangs_is_found_by_its_check, .init = make, .fini = stop,
     .timeout = 90)
{
    service = start_http(11900);
    check_by_http(11900);
    world_serve(&world);
    world_watch(&world, 100);
    fo_us stopped_us = pb_clock_us();
    signal_child(service, SIGSTOP);
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000));
    fo_us took_us = world.first_us[FO_VOTER_S] - stopped_us;
    cr_log_info("the other server answered after %lld us\n", (long long)took_us);
    cr_assert_lt(took_us, 800 * FO_MS * WORLD_SLOW);
    cr_assert_gt(took_us, 100 * FO_MS, "one failed check must not move the service");
}

Test(agent_host, a_service_that_is_not_there_yet_is_never_served, .init = make, .fini = stop,
     .timeout = 90)
{
    check_by_http(11900);
    world_start_monitor(&world);
    world_start_agent(&world, FO_VOTER_P);
    world_start_agent(&world, FO_VOTER_S);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "health", "failed", 5000));
    world_watch(&world, 1500);
    cr_assert_eq(world.answers[FO_VOTER_P], 0);
    service = start_http(11900);
    cr_assert(world_watch_until(&world, FO_VOTER_P, 5000), "it is there now");
}

/* ---- steps and address --------------------------------------------------------------------- */
Test(agent_host, the_steps_are_told_in_order_what_happens, .init = make, .fini = stop,
     .timeout = 90)
{
    struct cfg_agent *config = &world.config[FO_VOTER_P];
    config->promote = config->demote = config->drain = world_path(&world, "step");
    world_serve(&world);
    EXPECT_LINE("step.log", "\"step\":\"promote\"");
    cr_assert_eq(lines_with("step.log", "\"step\":\"demote\""), 1, "once at the start");
    cr_assert_eq(lines_with("step.log", "\"start\":true"), 1);
    cr_assert_eq(lines_with("step.log", "\"service_address4\":\"10.77.1.100\""), 2);
    world_order(&world, 'S');
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000));
    EXPECT_LINE("step.log", "\"step\":\"drain\"");
    cr_assert(world_wait_says(&world, FO_VOTER_P, "claim", "none", 5000));
    fo_us end_us = pb_clock_us() + 5 * FO_SECOND;
    while (lines_with("step.log", "\"step\":\"demote\"") < 2 && pb_clock_us() < end_us) {
        poll(NULL, 0, 10);
    }
    cr_assert_eq(lines_with("step.log", "\"step\":\"demote\""), 2);
}

Test(agent_host, a_drain_that_fails_moves_nothing, .init = make, .fini = stop, .timeout = 90)
{
    world_write(&world, "drain", "#!/bin/sh\nexit 1\n", 0755);
    world.config[FO_VOTER_P].drain = world_path(&world, "drain");
    world_serve(&world);
    world_order(&world, 'S');
    EXPECT_LINE("dispatch-1.log", "drain step failed: exit 1");
    world_watch(&world, 500);
    cr_assert_eq(world.changes, 0);
    cr_assert_gt(world.answers[FO_VOTER_P], 10);
}

Test(agent_host, a_promotion_that_fails_gives_the_lease_to_the_other_server, .init = make,
     .fini = stop, .timeout = 90)
{
    world_write(&world, "fail", "#!/bin/sh\nsleep 0.2\nexit 3\n", 0755);
    world.config[FO_VOTER_P].promote = world_path(&world, "fail");
    world_start_monitor(&world);
    world_start_agent(&world, FO_VOTER_P);
    world_start_agent(&world, FO_VOTER_S);
    cr_assert(world_watch_until(&world, FO_VOTER_S, 8000));
    cr_assert(world_says(&world, FO_VOTER_P, "health_why", "promote step"));
    EXPECT_LINE("dispatch-1.log", "promote step failed: exit 3");
}

Test(agent_host, an_address_that_somebody_takes_away_is_put_back, .init = make, .fini = stop,
     .timeout = 90)
{
    world_serve(&world);
    room_shell(world.space[FO_VOTER_P], "ip address del " WORLD_SERVICE "/24 dev lan1");
    room_enter(world.space[3]);
    world_watch(&world, 50);
    world_forget(&world);
    cr_assert(world_watch_until(&world, FO_VOTER_P, 4000));
    EXPECT_LINE("dispatch-1.log", "had been taken away");
    cr_assert_eq(world.answers[FO_VOTER_S], 0);
}

/* ---- starting ------------------------------------------------------------------------------ */
Test(agent_host, without_its_interface_it_claims_nothing_and_goes_on_trying, .init = make,
     .fini = stop, .timeout = 90)
{
    struct cfg_agent *config = &world.config[FO_VOTER_P];
    config->service_interface = "late0";
    config->alarm_command = world_path(&world, "alarm");
    world_start_agent(&world, FO_VOTER_P);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "missing", 5000));
    cr_assert(world_says(&world, FO_VOTER_P, "health", "failed"));
    EXPECT_LINE("alarm.log", "\"reason\":\"gate_lost\"");
    room_shell(world.space[FO_VOTER_P], "ip link add late0 type veth peer name late1");
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
    cr_assert(world_wait_says(&world, FO_VOTER_P, "health", "ok", 5000));
}

Test(agent_host, a_second_process_on_the_host_is_refused, .init = make, .fini = stop, .timeout = 90)
{
    world_start_agent(&world, FO_VOTER_P);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
    pid_t first = world.agent[FO_VOTER_P];
    world_start_agent(&world, FO_VOTER_P);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 1);
    world.agent[FO_VOTER_P] = first;
    EXPECT_LINE("dispatch-1.log", "another process runs on this state directory");
    cr_assert(world_says(&world, FO_VOTER_P, "gate", "shut"), "the first one is not disturbed");
}

Test(agent_host, a_restart_clears_what_a_killed_process_left, .init = make, .fini = stop,
     .timeout = 90)
{
    world_serve(&world);
    signal_child(world.agent[FO_VOTER_P], SIGKILL);
    world_reap(&world, FO_VOTER_P);
    room_shell(world.space[FO_VOTER_P], "ip address show dev lan1 | grep -q " WORLD_SERVICE);
    room_enter(world.space[3]);
    fo_us started_us = pb_clock_us();
    world_start_agent(&world, FO_VOTER_P);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
    world_forget(&world);
    room_shell(world.space[FO_VOTER_P], "! ip address show dev lan1 | grep -q " WORLD_SERVICE);
    /* it may have promised before it died: it abstains, and serves again only after that */
    cr_assert(world_says(&world, FO_VOTER_P, "vote", "abstaining"));
    cr_assert(world_watch_until(&world, FO_VOTER_P, 5000));
    cr_assert_gt(world.first_us[FO_VOTER_P] - started_us, FO_SECOND);
    json_t *status = world_status(&world, FO_VOTER_P);
    json_int_t top = json_integer_value(json_object_get(json_object_get(status, "top"), "epoch"));
    cr_assert_geq(top, 2, "what was held is known from the disk or from the other");
    json_decref(status);
}

/* ---- people, and being alone --------------------------------------------------------------- */
static void kill_monitor(void)
{
    signal_child(world.monitor, SIGKILL);
    waitpid(world.monitor, NULL, 0);
    world.monitor = 0;
}

Test(agent_host, people_are_called_when_the_monitor_is_missed, .init = make, .fini = stop,
     .timeout = 90)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.config[i].monitor_missed_us = 2 * FO_SECOND * WORLD_SLOW;
    }
    world.config[FO_VOTER_S].alarm_command = world_path(&world, "alarm");
    world_serve(&world);
    cr_assert_eq(lines_with("alarm.log", "monitor_missed"), 0);
    kill_monitor();
    EXPECT_LINE("alarm.log", "\"reason\":\"monitor_missed\"");
    EXPECT_LINE("dispatch-1.log", "ALARM monitor_missed");
    cr_assert_eq(lines_with("alarm.log", "\"server\":\"dispatch-2\""), 1);
    world_forget(&world);
    world_watch(&world, 300);
    cr_assert_gt(world.answers[FO_VOTER_P], 10, "nothing else changes");
}

static bool nothing_waits(void *context)
{
    (void)context;
    json_t *status = world_status(&world, FO_VOTER_P);
    json_t *waiting = json_object_get(json_object_get(status, "alarms"), "waiting");
    bool none = json_is_integer(waiting) && json_integer_value(waiting) == 0;
    json_decref(status);
    return none;
}

Test(agent_host, a_second_death_of_the_monitor_soon_after_the_first_is_owed_to_people, .init = make,
     .fini = stop, .timeout = 90)
{
    world.config[FO_VOTER_P].monitor_missed_us = 2 * FO_SECOND * WORLD_SLOW;
    world.config[FO_VOTER_P].alarm_command = world_path(&world, "alarm");
    world_serve(&world);
    kill_monitor();
    EXPECT_LINE("alarm.log", "\"reason\":\"monitor_missed\"");
    world_start_monitor(&world);
    EXPECT_LINE("dispatch-1.log", "the monitor is heard again");
    kill_monitor();
    EXPECT_LINE("dispatch-1.log", "people were called for it shortly before");
    cr_assert_not(nothing_waits(NULL));
    cr_assert_eq(lines_with("alarm.log", "monitor_missed"), 1);
    world_start_monitor(&world);
    cr_assert(room_wait(nothing_waits, NULL, 5000 * WORLD_SLOW), "it is over: nothing is owed");
}

static bool alone_no_more(void *context)
{
    (void)context;
    json_t *status = world_status(&world, FO_VOTER_P);
    bool ended = json_is_false(json_object_get(status, "alone"));
    json_decref(status);
    return ended;
}

static void leave_p_alone(void)
{
    pid_t gone[] = {world.monitor, world.agent[FO_VOTER_S]};
    for (size_t i = 0; i < 2; i++) {
        signal_child(gone[i], SIGKILL);
        waitpid(gone[i], NULL, 0);
    }
    world.monitor = world.agent[FO_VOTER_S] = 0;
}

Test(agent_host, the_last_holder_resumes_alone_and_calls_people, .init = make, .fini = stop,
     .timeout = 90)
{
    world.config[FO_VOTER_P].alarm_command = world_path(&world, "alarm");
    world_serve(&world);
    leave_p_alone();
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000), "first it lapses");
    world_forget(&world);
    cr_assert(world_watch_until(&world, FO_VOTER_P, 15000), "it never resumed");
    EXPECT_LINE("alarm.log", "\"reason\":\"served_alone\"");
    world_start_agent(&world, FO_VOTER_S);
    world_start_monitor(&world);
    cr_assert(world_wait_says(&world, FO_VOTER_S, "choice", "peer", 8000));
    cr_assert(room_wait(alone_no_more, NULL, 5000 * WORLD_SLOW), "a majority is there again");
}

Test(agent_host, the_last_holder_stays_shut_while_somebody_answers_for_the_address, .init = make,
     .fini = stop, .timeout = 90)
{
    world_serve(&world);
    leave_p_alone();
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
    room_shell(world.space[3], "ip address add " WORLD_SERVICE "/24 dev lan1");
    EXPECT_LINE("dispatch-1.log", "somebody else answers");
    cr_assert(world_says(&world, FO_VOTER_P, "gate_why", "asking_address"));
    cr_assert(world_says(&world, FO_VOTER_P, "gate", "shut"));
    cr_assert_eq(lines_with("dispatch-1.log", "nobody answers"), 0);
}

Test(agent_host, with_when_alone_stop_the_last_holder_stays_shut_and_calls_people, .init = make,
     .fini = stop, .timeout = 90)
{
    struct cfg_agent *config = &world.config[FO_VOTER_P];
    config->lease.alone_resumes = false;
    config->monitor_missed_us = 2 * FO_SECOND;
    config->alarm_command = world_path(&world, "alarm");
    world_serve(&world);
    leave_p_alone();
    EXPECT_LINE("alarm.log", "\"reason\":\"lease_lapsed\"");
    cr_assert(world_says(&world, FO_VOTER_P, "gate_why", "alone_stop"));
    world_forget(&world);
    world_watch(&world, 700);
    cr_assert_eq(world.answers[FO_VOTER_P], 0);
}

/* ---- the cable ---------------------------------------------------------------------------------
 */
Test(agent_host, a_cable_that_is_pulled_moves_the_service_if_the_other_server_is_well, .init = make,
     .fini = stop, .timeout = 90)
{
    world_serve(&world);
    world_watch(&world, 100);
    /* the other end of the cable: the heartbeats of the second network go on */
    room_shell(world.switch_space, "ip link set p1 down");
    room_enter(world.space[3]);
    fo_us pulled_us = pb_clock_us();
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000));
    cr_log_info("the other server answered after %lld us\n",
                (long long)(world.first_us[FO_VOTER_S] - pulled_us));
    cr_assert_lt(world.first_us[FO_VOTER_S] - pulled_us, 600 * FO_MS * WORLD_SLOW);
    cr_assert(world_says(&world, FO_VOTER_P, "health_why", "link"));
    room_shell(world.switch_space, "ip link set p1 up");
    cr_assert(world_wait_says(&world, FO_VOTER_P, "health", "ok", 5000));
}

Test(agent_host, cables_that_are_pulled_on_both_servers_leave_the_holder_where_it_is, .init = make,
     .fini = stop, .timeout = 90)
{
    world_serve(&world);
    room_shell(world.switch_space, "ip link set s1 down");
    json_t *status = NULL;
    fo_us end_us = pb_clock_us() + 5 * FO_SECOND;
    do { /* the standby's own cable is no reason for anything while P is well … */
        json_decref(status);
        status = world_status(&world, FO_VOTER_S);
    } while (json_is_true(json_object_get(status, "link")) && pb_clock_us() < end_us);
    cr_assert(json_is_false(json_object_get(status, "link")));
    json_decref(status);
    cr_assert(world_wait_says(&world, FO_VOTER_S, "health_why", "link", 3000));
    room_shell(world.switch_space, "ip link set p1 down");
    end_us = pb_clock_us() + FO_SECOND * WORLD_SLOW;
    while (pb_clock_us() < end_us) { /* … and P has nobody better */
        cr_assert(world_says(&world, FO_VOTER_P, "role", "active"));
        poll(NULL, 0, 20);
    }
    room_shell(world.switch_space, "ip link set p1 up");
    room_enter(world.space[3]);
    world_forget(&world);
    cr_assert(world_watch_until(&world, FO_VOTER_P, 5000));
    cr_assert_eq(world.answers[FO_VOTER_S], 0);
}

Test(agent_host, the_position_of_the_data_is_read_from_the_command, .init = make, .fini = stop,
     .timeout = 90)
{
    world_write(&world, "position", "#!/bin/sh\ncat ${0%/*}/number\n", 0755);
    world_write(&world, "number", "42\n", 0644);
    world.config[FO_VOTER_P].position_command = world_path(&world, "position");
    world_start_agent(&world, FO_VOTER_P);
    json_int_t position = 0;
    fo_us end_us = pb_clock_us() + 8 * FO_SECOND;
    while (position != 42 && pb_clock_us() < end_us) {
        json_t *status = world_status(&world, FO_VOTER_P);
        position = json_integer_value(json_object_get(status, "position"));
        json_decref(status);
        poll(NULL, 0, 20);
    }
    cr_assert_eq(position, 42);
}

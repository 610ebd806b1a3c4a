/* SPDX-License-Identifier: Apache-2.0 */
/* Whole drills against a real room and a small daemon of this test's own, which streams a status
 * made from the room's true state as monitord would. */
#include "tests/integration/sim/room_process.h"
#include "tests/lib/signal_child.h"

#include <sys/socket.h>
#include <sys/un.h>

static struct room_process room;
static char daemon_path[96], drill_path[96];
static pid_t daemon_pid;

/* {"services":…,"power":[{"name":"ups-a","on_battery":…}],"mode":"normal"} from the room. */
static json_t *status_make(void)
{
    bool battery = room_says(&room, "devices", "ups-a", "status", "on-battery");
    return json_pack("{s:b s:{s:s s:[{s:s s:b}] s:[{s:s s:s}]}}", "ok", 1, "status", "mode",
                     "normal", "power", "name", "ups-a", "on_battery", (int)battery, "services",
                     "name", "119番受付", "state", battery ? "degraded" : "ok");
}

/* In a child: takes "watch" and sends a status every 50 ms until it is killed. */
static void daemon_serve(int listener)
{
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        char line[256];
        int fd = accept(listener, NULL, NULL);
        bool good = fd >= 0 && recv(fd, line, sizeof(line), 0) > 0;
        while (good) {
            json_t *status = status_make();
            char *text = json_dumps(status, JSON_COMPACT);
            good = dprintf(fd, "%s\n", text) > 0;
            free(text);
            json_decref(status);
            struct timespec pause = {.tv_nsec = 50000000};
            nanosleep(&pause, NULL);
        }
        close(fd);
    }
}

static void daemon_start(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(daemon_path, sizeof(daemon_path), "%s/daemon.sock", room.directory);
    strcpy(address.sun_path, daemon_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(listen(listener, 4), 0);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        daemon_serve(listener);
    }
    close(listener);
}

static void begin(void)
{
    room_start(&room, "ups = ( { name = \"ups-a\"; return = \"200ms\"; } );\n");
    snprintf(drill_path, sizeof(drill_path), "%s/drill.conf", room.directory);
    daemon_start();
}

static void end(void)
{
    int status;
    signal_child(daemon_pid, SIGKILL);
    waitpid(daemon_pid, &status, 0);
    room_end(&room);
}

TestSuite(drill, .init = begin, .fini = end, .timeout = 60);

/* Starts `monitorsim drill` on these steps; its JSON goes to report.json. */
static pid_t drill_start(const char *steps)
{
    FILE *stream = fopen(drill_path, "w");
    fprintf(stream, "drill = { name = \"trial\"; steps = (\n%s ); };\n", steps);
    fclose(stream);
    char report[96];
    snprintf(report, sizeof(report), "%s/report.json", room.directory);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int quiet = open("/dev/null", O_WRONLY);
        dup2(fd, STDOUT_FILENO);
        dup2(quiet, STDERR_FILENO);
        execl(MONITORSIM, MONITORSIM, "drill", drill_path, "--room", room.control, "--control",
              daemon_path, "--json", (char *)NULL);
        _exit(127);
    }
    return pid;
}

static int exit_code(pid_t pid)
{
    int status;
    WAIT_UNTIL(20000, waitpid(pid, &status, WNOHANG) == pid);
    cr_assert(WIFEXITED(status), "drill ended with %#x", status);
    return WEXITSTATUS(status);
}

/* New reference. */
static json_t *report_read(void)
{
    char path[96];
    snprintf(path, sizeof(path), "%s/report.json", room.directory);
    json_t *report = json_load_file(path, 0, NULL);
    cr_assert_not_null(report);
    return report;
}

static const char *verdict(const json_t *report, size_t step)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(report, "steps"), step), "verdict"));
}

Test(drill, holds_when_everything_comes_true_in_time_and_measures_it)
{
    pid_t pid = drill_start(
        "{ at = \"0s\"; expect = \"service 119番受付 state=ok\"; within = \"2s\"; },\n"
        "{ at = \"500ms\"; fault = \"mains state=lost\"; },\n"
        "{ at = \"500ms\"; expect = \"power ups-a on_battery=true\"; within = \"3s\"; },\n"
        "{ at = \"500ms\"; expect-not = \"service 119番受付 state=down\"; for = \"1s\"; },\n"
        "{ at = \"2s\"; fault = \"mains state=ok\"; },\n"
        "{ at = \"2s\"; expect = \"power ups-a on_battery=false\"; within = \"5s\"; }");
    cr_assert_eq(exit_code(pid), 0);
    json_t *report = report_read();
    cr_assert(json_is_true(json_object_get(report, "held")));
    cr_assert_eq(json_array_size(json_object_get(report, "injected")), 0);
    const json_t *steps = json_object_get(report, "steps");
    double took = json_real_value(json_object_get(json_array_get(steps, 2), "measured_s"));
    cr_assert_gt(took, 0.0);
    cr_assert_lt(took, 1.5);
    cr_assert_str_eq(verdict(report, 1), "done");
    json_decref(report);
}

Test(drill, fails_when_something_does_not_come_true_and_leaves_the_fault_injected)
{
    pid_t pid = drill_start(
        "{ at = \"0s\"; fault = \"mains state=lost\"; },\n"
        "{ at = \"0s\"; expect = \"power ups-a on_battery=true\"; within = \"3s\"; },\n"
        "{ at = \"0s\"; expect = \"service 119番受付 state=down\"; within = \"700ms\"; }");
    cr_assert_eq(exit_code(pid), 1);
    json_t *report = report_read();
    cr_assert_str_eq(verdict(report, 1), "held");
    cr_assert_str_eq(verdict(report, 2), "failed");
    const json_t *failed = json_array_get(json_object_get(report, "steps"), 2);
    cr_assert_str_eq(json_string_value(json_object_get(failed, "seen")), "state=degraded");
    const json_t *left = json_array_get(json_object_get(report, "injected"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(left, "name")), "mains");
    json_decref(report);
}

Test(drill, what_must_never_be_fails_at_the_first_sight_of_it)
{
    pid_t pid = drill_start(
        "{ at = \"0s\"; expect-not = \"power ups-a on_battery=true\"; for = \"15s\"; },\n"
        "{ at = \"300ms\"; fault = \"mains state=lost\"; }");
    int64_t began_ms = test_now_ms();
    cr_assert_eq(exit_code(pid), 1);
    cr_assert_lt(test_now_ms() - began_ms, 8000);
    json_t *report = report_read();
    cr_assert_str_eq(verdict(report, 0), "failed");
    json_decref(report);
}

Test(drill, a_refused_fault_ends_it)
{
    pid_t pid = drill_start(
        "{ at = \"0s\"; fault = \"moon state=full\"; },\n"
        "{ at = \"1s\"; expect = \"mode normal\"; within = \"5s\"; }");
    cr_assert_eq(exit_code(pid), 1);
    json_t *report = report_read();
    cr_assert_str_eq(verdict(report, 0), "failed");
    cr_assert_str_eq(verdict(report, 1), "not-reached");
    json_decref(report);
}

Test(drill, silence_of_the_daemon_proves_nothing)
{
    int status;
    signal_child(daemon_pid, SIGKILL);
    waitpid(daemon_pid, &status, 0);
    unlink(daemon_path);
    pid_t pid = drill_start(
        "{ at = \"0s\"; expect-not = \"service 119番受付 state=down\"; for = \"500ms\"; }");
    cr_assert_eq(exit_code(pid), 1);
    daemon_start();
}

Test(drill, goes_on_with_a_daemon_that_was_restarted)
{
    int status;
    pid_t pid = drill_start(
        "{ at = \"0s\"; expect = \"mode normal\"; within = \"3s\"; },\n"
        "{ at = \"0s\"; expect = \"power ups-a on_battery=true\"; within = \"10s\"; },\n"
        "{ at = \"2s\"; fault = \"mains state=lost\"; }");
    WAIT_UNTIL(2000, access(daemon_path, F_OK) == 0);
    signal_child(daemon_pid, SIGKILL);
    waitpid(daemon_pid, &status, 0);
    unlink(daemon_path);
    daemon_start();
    cr_assert_eq(exit_code(pid), 0);
}

Test(drill, an_interrupt_ends_it_and_says_what_is_left)
{
    pid_t pid = drill_start(
        "{ at = \"0s\"; fault = \"ups-a comms=silent\"; },\n"
        "{ at = \"30s\"; expect = \"mode normal\"; within = \"5s\"; }");
    WAIT_UNTIL(5000, room_says(&room, "devices", "ups-a", "comms", "silent"));
    signal_child(pid, SIGINT);
    cr_assert_eq(exit_code(pid), 1);
    json_t *report = report_read();
    cr_assert_eq(json_array_size(json_object_get(report, "injected")), 1);
    cr_assert_str_eq(verdict(report, 1), "not-reached");
    json_decref(report);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated hosts and lines in real network namespaces: two of them, joined by two cables, made and
 * removed by the test. Needs root; without it the tests are skipped and say so. */
#include "sim/netns.h"
#include "tests/integration/sim/room_process.h"
#include "tests/lib/signal_child.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

static struct room_process room;
static char inside[32], outside[32];

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...)
{
    char command[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof(command), format, arguments);
    va_end(arguments);
    return system(command);
}

static void spaces_make(void)
{
    snprintf(inside, sizeof(inside), "nst-in-%ld", (long)getpid());
    snprintf(outside, sizeof(outside), "nst-out-%ld", (long)getpid());
    cr_assert_eq(
        shell("set -e; ip netns add %s; ip netns add %s\n"
              "ip -n %s link set lo up\n"
              "ip -n %s link add lan1 type veth peer name lan1 netns %s\n"
              "ip -n %s link add line-a type veth peer name line-a netns %s\n"
              "ip -n %s addr add 10.79.1.11/24 dev lan1\n"
              "ip -n %s addr add 10.79.1.12/24 dev lan1\n"
              "ip -n %s -6 addr add fd00:79::11/64 dev lan1 nodad\n"
              "ip -n %s addr add 10.79.2.11/24 dev line-a\n"
              "ip -n %s addr add 10.79.2.12/24 dev line-a\n"
              "for l in lan1 line-a; do ip -n %s link set $l up; ip -n %s link set $l up; done\n"
              "ip -n %s route add 10.99.0.0/16 via 10.79.1.12\n",
              inside, outside, inside, inside, outside, inside, outside, inside, outside, inside,
              inside, outside, inside, outside, inside),
        0);
}

static void begin(void)
{
    char text[2048];
    if (geteuid() != 0) {
        cr_skip_test("network namespaces need root");
    }
    spaces_make();
    snprintf(text, sizeof(text),
             "ups = ( { name = \"ups-a\"; load_w = 500; capacity_wh = 1; return = \"300ms\"; } );\n"
             "hosts = ( { name = \"dispatch-1\"; netns = \"%s\"; power = [\"ups-a\"];\n"
             "  listen = \"10.79.1.11:7322\"; interfaces = [\"lan1\"]; boot = \"200ms\";\n"
             "  addresses = [\"10.79.1.11\", \"fd00:79::11\"];\n"
             "  run = ( { name = \"agent\"; command = [\"/bin/sh\", \"-c\",\n"
             "              \"sleep 60 & wait\"]; log = \"/dev/null\"; restart = \"200ms\"; },\n"
             "          { name = \"service\"; command = [\"" MONITORSIM
             "\", \"service\",\n"
             "              \"--name\", \"dispatch-1\", \"--listen\", \"10.79.1.11:11900\"];\n"
             "            log = \"/dev/null\"; restart = \"200ms\"; } ); } );\n"
             "lines = ( { name = \"line-a\"; netns = \"%s\"; interface = \"line-a\";\n"
             "            reflector = \"10.79.2.12:862\"; } );\n",
             inside, outside);
    room_start(&room, text);
}

static void end(void)
{
    if (geteuid() == 0) {
        room_end(&room);
        cr_assert_eq(shell("ip netns del %s; ip netns del %s", inside, outside), 0);
    }
}

TestSuite(hosts, .init = begin, .fini = end, .timeout = 90);

/* Whether a TCP connect from outside succeeds within 300 ms. */
static bool answers(const char *host, uint16_t port)
{
    struct sim_netns_visit visit;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    cr_assert(sim_netns_enter(&visit, outside));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sim_netns_leave(&visit);
    connect(fd, (struct sockaddr *)&address, sizeof(address));
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int error = 1;
    socklen_t length = sizeof(error);
    if (poll(&writable, 1, 300) == 1) {
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    }
    close(fd);
    return error == 0;
}

/* Of 200 datagrams over the line to a host behind it, how many arrive. */
static unsigned arrivals(const char *from, const char *to, const char *host)
{
    struct sim_netns_visit visit;
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(7007)};
    inet_pton(AF_INET, host, &there.sin_addr);
    cr_assert(sim_netns_enter(&visit, to));
    int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    sim_netns_leave(&visit);
    cr_assert(sim_netns_enter(&visit, from));
    int sender = socket(AF_INET, SOCK_DGRAM, 0);
    sim_netns_leave(&visit);
    cr_assert_eq(bind(receiver, (struct sockaddr *)&there, sizeof(there)), 0);
    unsigned arrived = 0;
    char byte;
    for (int i = 0; i < 200; i++) {
        sendto(sender, "x", 1, 0, (struct sockaddr *)&there, sizeof(there));
        struct pollfd readable = {.fd = receiver, .events = POLLIN};
        while (poll(&readable, 1, 0) == 1 && recv(receiver, &byte, 1, 0) == 1) {
            arrived++;
        }
    }
    struct pollfd readable = {.fd = receiver, .events = POLLIN};
    while (poll(&readable, 1, 200) == 1 && recv(receiver, &byte, 1, 0) == 1) {
        arrived++;
    }
    close(receiver);
    close(sender);
    return arrived;
}

static unsigned line_arrivals(void)
{
    return arrivals(inside, outside, "10.79.2.12");
}

static unsigned line_returns(void)
{
    return arrivals(outside, inside, "10.79.2.11");
}

/* {"status","pid"} of a process of the host; pid 0 when it is not running. */
static pid_t process_pid(const char *name, const char *status)
{
    json_t *state = room_state(&room);
    json_t *runs = json_object_get(json_array_get(json_object_get(state, "hosts"), 0), "processes");
    pid_t pid = -1;
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        if (strcmp(json_string_value(json_object_get(run, "name")), name) == 0 &&
            strcmp(json_string_value(json_object_get(run, "status")), status) == 0) {
            pid = (pid_t)json_integer_value(json_object_get(run, "pid"));
        }
    }
    json_decref(state);
    return pid;
}

/* Another process of that name runs than the one known so far; its pid is then in *pid. */
static bool another_runs(const char *name, pid_t *pid)
{
    pid_t now = process_pid(name, "running");
    if (now <= 0 || now == *pid) {
        return false;
    }
    *pid = now;
    return true;
}

/* Processes whose session is this one: a process of the host and what it started. */
static int family_size(pid_t pid)
{
    char command[64], text[32] = "";
    snprintf(command, sizeof(command), "ps -o pid= -s %ld | wc -l", (long)pid);
    FILE *stream = popen(command, "r");
    cr_assert_not_null(fgets(text, sizeof(text), stream));
    pclose(stream);
    return atoi(text);
}

Test(hosts, a_dead_host_is_off_the_network_and_comes_back_without_what_a_restart_loses)
{
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
    cr_assert(answers("10.79.1.11", 7322));
    pid_t agent = process_pid("agent", "running");
    WAIT_UNTIL(5000, family_size(agent) == 2);
    cr_assert_eq(shell("ip -n %s addr add 10.79.1.100/32 dev lan1 && "
                       "ip netns exec %s tc qdisc add dev lan1 clsact",
                       inside, inside),
                 0);
    cr_assert(room_fault(&room, "dispatch-1 state=dead"));
    cr_assert_not(answers("10.79.1.11", 7322));
    WAIT_UNTIL(5000, process_pid("agent", "ended") == 0 && process_pid("service", "ended") == 0);
    WAIT_UNTIL(5000, family_size(agent) == 0);
    cr_assert_eq(shell("ip -n %s link show dev lan1 | grep -q NO-CARRIER", outside), 0);
    cr_assert(room_fault(&room, "dispatch-1 state=well"));
    WAIT_UNTIL(10000, answers("10.79.1.11", 11900));
    cr_assert(answers("10.79.1.11", 7322));
    cr_assert_neq(shell("ip -n %s addr | grep -q 10.79.1.100", inside), 0, "service address");
    cr_assert_neq(shell("ip netns exec %s tc qdisc show dev lan1 | grep -q clsact", inside), 0);
    cr_assert_eq(shell("ip -n %s addr | grep -q fd00:79::11", inside), 0, "own IPv6 address");
    cr_assert_eq(shell("ip -n %s route | grep -q 10.99.0.0/16", inside), 0, "static route");
}

Test(hosts, a_frozen_host_answers_again_when_it_thaws)
{
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
    pid_t service = process_pid("service", "running");
    cr_assert(room_fault(&room, "dispatch-1 state=frozen"));
    cr_assert_eq(process_pid("service", "stopped"), service);
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)service);
    WAIT_UNTIL(2000, shell("grep -q ') T ' %s", path) == 0);
    cr_assert(room_fault(&room, "dispatch-1 state=well"));
    cr_assert_eq(process_pid("service", "running"), service);
    WAIT_UNTIL(2000, shell("grep -q ') T ' %s", path) != 0);
}

Test(hosts, a_killed_process_is_started_again_and_a_dead_one_is_not_until_it_is_well)
{
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
    pid_t service = 0;
    WAIT_UNTIL(5000, another_runs("service", &service));
    cr_assert(room_fault(&room, "dispatch-1 service=killed"));
    WAIT_UNTIL(5000, another_runs("service", &service));
    cr_assert_eq(signal_child(service, SIGKILL), 0);
    WAIT_UNTIL(5000, another_runs("service", &service));
    cr_assert(room_fault(&room, "dispatch-1 service=dead"));
    WAIT_UNTIL(5000, process_pid("service", "ended") == 0);
    int64_t end_ms = test_now_ms() + 600; /* three restart delays */
    while (test_now_ms() < end_ms) {
        cr_assert_eq(process_pid("service", "ended"), 0);
        test_pause();
    }
    cr_assert(room_fault(&room, "dispatch-1 service=well"));
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
}

Test(hosts, a_host_dies_with_its_last_ups_and_boots_when_power_returns)
{
    WAIT_UNTIL(5000, answers("10.79.1.11", 7322));
    cr_assert(room_fault(&room, "ups-a charge=1%"));
    cr_assert(room_fault(&room, "mains state=lost"));
    WAIT_UNTIL(10000, room_says(&room, "hosts", "dispatch-1", "status", "dead"));
    cr_assert_not(answers("10.79.1.11", 7322));
    cr_assert(room_fault(&room, "mains state=ok"));
    WAIT_UNTIL(10000, room_says(&room, "hosts", "dispatch-1", "status", "well"));
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
}

Test(hosts, a_lost_network_leaves_the_processes_alone)
{
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
    pid_t service = process_pid("service", "running");
    cr_assert(room_fault(&room, "dispatch-1 network=lost"));
    cr_assert_not(answers("10.79.1.11", 11900));
    cr_assert(room_fault(&room, "dispatch-1 network=ok lan1=down"));
    cr_assert_not(answers("10.79.1.11", 11900));
    cr_assert(room_fault(&room, "dispatch-1 lan1=up"));
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
    cr_assert_eq(process_pid("service", "running"), service);
}

Test(hosts, a_line_loses_what_it_is_told_to_lose)
{
    cr_assert_eq(line_arrivals(), 200);
    cr_assert(room_fault(&room, "line-a loss=30%"));
    unsigned arrived = line_arrivals();
    cr_assert_gt(arrived, 100); /* 140 +- 6 */
    cr_assert_lt(arrived, 180);
    cr_assert(room_fault(&room, "line-a loss=100%"));
    cr_assert_eq(line_arrivals(), 0);
    cr_assert(room_fault(&room, "line-a loss=0%"));
    cr_assert_eq(line_arrivals(), 200);
    cr_assert(room_fault(&room, "line-a state=down"));
    cr_assert_eq(line_arrivals(), 0);
    cr_assert(room_fault(&room, "line-a state=up"));
    WAIT_UNTIL(5000, line_arrivals() == 200);
}

Test(hosts, a_line_loses_in_the_direction_it_is_told_and_not_in_the_other)
{
    cr_assert(room_fault(&room, "line-a loss-back=30%"));
    cr_assert_eq(line_arrivals(), 200);
    unsigned returned = line_returns();
    cr_assert_gt(returned, 100); /* 140 +- 6 */
    cr_assert_lt(returned, 180);
    cr_assert(room_fault(&room, "line-a loss=100%"));
    cr_assert_eq(line_arrivals(), 0);
    cr_assert_gt(line_returns(), 100, "the one does not take the other back");
    cr_assert(room_fault(&room, "line-a loss=0% loss-back=100%"));
    cr_assert_eq(line_arrivals(), 200);
    cr_assert_eq(line_returns(), 0);
    cr_assert(room_fault(&room, "line-a loss-back=0%"));
    cr_assert_eq(line_returns(), 200);
}

/* What the far end answers to a packet of number 9 and time `mark`, its own number; UINT32_MAX
 * nothing. The layout is that of RFC 8762, sections 4.2.1 and 4.3.1, written here once more. */
static uint32_t far_end_says(int sender, uint8_t mark)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(862)};
    uint8_t packet[44] = {0, 0, 0, 9, mark, mark, mark, mark, mark, mark, mark, mark, 0x20, 1};
    uint8_t reply[64];
    uint32_t number;
    inet_pton(AF_INET, "10.79.2.12", &there.sin_addr);
    cr_assert_eq(sendto(sender, packet, 44, 0, (struct sockaddr *)&there, sizeof(there)), 44);
    struct pollfd readable = {.fd = sender, .events = POLLIN};
    if (poll(&readable, 1, 500) != 1) {
        return UINT32_MAX;
    }
    cr_assert_eq(recv(sender, reply, sizeof(reply), 0), 44, "as long as what was sent");
    cr_assert_arr_eq(reply + 24, packet, 14, "number, time and error estimate come back");
    cr_assert_neq(reply[13], 0, "an error estimate has a multiplier");
    memcpy(&number, reply, sizeof(number));
    return ntohl(number);
}

Test(hosts, the_far_end_of_a_line_counts_what_reaches_it)
{
    struct sim_netns_visit visit;
    cr_assert(sim_netns_enter(&visit, inside));
    int sender = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
    sim_netns_leave(&visit);
    cr_assert_eq(far_end_says(sender, 1), 0U);
    cr_assert_eq(far_end_says(sender, 2), 1U);
    cr_assert_eq(far_end_says(other, 3), 0U, "each sender for itself");
    cr_assert(room_fault(&room, "line-a loss-back=100%"));
    cr_assert_eq(far_end_says(sender, 4), UINT32_MAX);
    cr_assert(room_fault(&room, "line-a loss-back=0% loss=100%"));
    cr_assert_eq(far_end_says(sender, 5), UINT32_MAX);
    cr_assert(room_fault(&room, "line-a loss=0%"));
    cr_assert_eq(far_end_says(sender, 6), 3U, "what was lost on the way back had come to it");
    cr_assert(room_fault(&room, "line-a reflector=copies"));
    cr_assert_eq(far_end_says(sender, 7), 9U);
    cr_assert(room_fault(&room, "line-a reflector=silent"));
    cr_assert_eq(far_end_says(sender, 8), UINT32_MAX);
    cr_assert(room_fault(&room, "line-a reflector=counts reflector-restart=yes"));
    cr_assert_eq(far_end_says(sender, 9), 0U);
    close(sender);
    close(other);
}

Test(hosts, no_process_outlives_a_room_that_was_killed)
{
    pid_t agent = process_pid("agent", "running");
    pid_t service = process_pid("service", "running");
    cr_assert_eq(signal_child(room.pid, SIGKILL), 0);
    int status;
    cr_assert_eq(waitpid(room.pid, &status, 0), room.pid);
    char command[128];
    /* nobody may be there to reap them: a zombie has ended, too */
    snprintf(command, sizeof(command), "ps -o stat= -p %ld,%ld | grep -qv '^Z'", (long)agent,
             (long)service);
    WAIT_UNTIL(5000, system(command) != 0);
    char file[96];
    snprintf(file, sizeof(file), "%s/room.conf", room.directory);
    char *const again[] = {MONITORSIM, "room", file, NULL};
    room.pid = ready_start(again); /* the old socket file is in nobody's way */
    WAIT_UNTIL(5000, answers("10.79.1.11", 11900));
}

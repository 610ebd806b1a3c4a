/* SPDX-License-Identifier: Apache-2.0 */
/* Two whole agents, a monitor made of the real lease core, two networks and a client that asks by
 * ARP who answers for the service address: the world of the agent's tests. Every process of it is a
 * child of the test. It judges nothing; the tests do. */
#ifndef TESTS_INTEGRATION_MONITORD_AGENT_WORLD_H
#define TESTS_INTEGRATION_MONITORD_AGENT_WORLD_H

#include "monitord/agent/agent.h"
#include "monitord/agent/frames.h"
#include "monitord/agent/packet.h"
#include "tests/integration/monitord/agent_monitor.h"
#include "tests/integration/monitord/agent_room.h"
#include "tests/lib/signal_child.h"

#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define WORLD_SLOW 3 /* a sanitizer's processes take so much longer */
#else
#define WORLD_SLOW 1
#endif

#define WORLD_PROGRAM NOROSHI_BINARY_DIR "/bin/dispatch-agent"
#define WORLD_SERVICE "10.77.1.100"
#define WORLD_NONE 2 /* neither P nor S */

struct world {
    char directory[64];
    int space[4];     /* P, S, M, client */
    int switch_space; /* its ports: p1 p2 s1 s2 m1 m2 c1 c2 */
    uint8_t mac[FO_SERVERS][MD_MAC_SIZE];
    struct cfg_agent config[FO_SERVERS];
    pid_t agent[FO_SERVERS], monitor;
    int monitor_orders; /* a pipe: 'p' and 's' choose, 'P' and 'S' hand over */
    struct md_packet client;
    /* what the client has seen */
    fo_us first_us[FO_SERVERS], last_us[FO_SERVERS];
    unsigned answers[FO_SERVERS], changes; /* changes of who answered last */
    unsigned answered_last;
};

/* ---- the ground ---------------------------------------------------------------------------- */
static inline void world_cable(int switch_space, int space, const char *name, int net, int host)
{
    char command[512];
    snprintf(command, sizeof command,
             "ip link add %s%d type veth peer name lan%d netns /proc/%d/fd/%d && "
             "ip link set %s%d master lan%d up",
             name, net, net, getpid(), space, name, net, net);
    room_shell(switch_space, command);
    snprintf(command, sizeof command,
             "ip address add 10.77.%d.%d/24 dev lan%d && ip link set lan%d up", net, host, net,
             net);
    room_shell(space, command);
}

static inline void world_write(const struct world *world, const char *name, const char *text,
                               mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", world->directory, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    cr_assert_eq(chmod(path, mode), 0);
}

/* A path in the world's directory; lives as long as the test. */
static inline const char *world_path(const struct world *world, const char *name)
{
    char *path = malloc(128);
    cr_assert_not_null(path);
    snprintf(path, 128, "%s/%s", world->directory, name);
    return path;
}

static inline void world_configure(struct world *world, unsigned self)
{
    static const int hosts[] = {11, 12, 20};
    static const char *const names[] = {"dispatch-1", "dispatch-2"};
    struct cfg_agent *config = &world->config[self];
    char name[32];
    memset(config, 0, sizeof *config);
    config->name = names[self];
    config->self = (uint8_t)self;
    config->language = CFG_LANGUAGE_EN;
    config->lease = FO_LEASE_DEFAULTS;
    config->lease.beat_us = 20 * FO_MS * WORLD_SLOW;
    config->lease.lease_us = 250 * FO_MS * WORLD_SLOW;
    config->state_directory = world_path(world, names[self]);
    cr_assert_eq(mkdir(config->state_directory, 0700), 0);
    snprintf(name, sizeof name, "%s.sock", names[self]);
    config->control_socket = world_path(world, name);
    config->net_count = 2;
    for (int net = 0; net < 2; net++) {
        config->nets[net].name = config->nets[net].interface = net == 0 ? "lan1" : "lan2";
        config->nets[net].bind = world_address(net + 1, hosts[self]);
        config->monitor[net] = world_address(net + 1, hosts[FO_VOTER_M]);
        config->peer[net] = world_address(net + 1, hosts[1 - self]);
    }
    inet_pton(AF_INET, WORLD_SERVICE, &config->service_address4);
    config->service_prefix4 = 24;
    config->service_interface = "lan1";
    config->step_timeout_us = 5 * FO_SECOND;
    config->monitor_missed_us = 60 * FO_SECOND;
    config->check_health =
        (struct fo_health_policy){.bad_of = 2, .window = 3, .good_run = 2, .stale_us = FO_SECOND};
}

static inline void world_read_mac(struct world *world, unsigned self)
{
    struct md_packet packet;
    room_enter(world->space[self]);
    cr_assert_eq(md_packet_open(&packet, "lan1", false, false), 0);
    memcpy(world->mac[self], packet.mac, MD_MAC_SIZE);
    md_packet_close(&packet);
}

/* The kernel works off link changes once a second; until then an interface that is up still drops.
 */
static inline void world_settle(int space)
{
    room_shell(space,
               "for i in $(seq 200); do "
               "[ -z \"$(ip -o link show | grep -v ' lo:' | grep -v 'state UP')\" ] && exit 0;"
               "sleep 0.02; done; ip link show; exit 1");
}

static inline void world_make(struct world *world)
{
    static const int hosts[] = {11, 12, 20, 10};
    static const char *const names[] = {"p", "s", "m", "c"};
    room_require_root();
    memset(world, 0, sizeof *world);
    snprintf(world->directory, sizeof world->directory, "/tmp/noroshi-agent-XXXXXX");
    cr_assert_not_null(mkdtemp(world->directory));
    int switch_space = world->switch_space = room_new_space();
    room_shell(switch_space,
               "for n in 1 2; do ip link add lan$n type bridge forward_delay 0;"
               "ip link set lan$n up; done");
    for (unsigned i = 0; i < 4; i++) {
        world->space[i] = room_new_space();
        for (int net = 1; net <= 2; net++) {
            world_cable(switch_space, world->space[i], names[i], net, hosts[i]);
        }
    }
    world_settle(switch_space);
    for (unsigned i = 0; i < 4; i++) {
        world_settle(world->space[i]);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world_configure(world, i);
        world_read_mac(world, i);
    }
    room_enter(world->space[3]);
    cr_assert_eq(md_packet_open(&world->client, "lan1", true, false), 0);
}

/* ---- the agents ---------------------------------------------------------------------------- */
static inline void world_start_agent(struct world *world, unsigned self)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child > 0) {
        world->agent[self] = child;
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    room_enter(world->space[self]);
    char log[160];
    snprintf(log, sizeof log, "%s.log", world->config[self].state_directory);
    if (freopen(log, "a", stderr) == NULL) {
        _exit(98);
    }
    int status = md_agent_run(&world->config[self], world_key);
#if defined(__SANITIZE_ADDRESS__)
    if (__lsan_do_recoverable_leak_check() != 0) {
        status = 99;
    }
#endif
    _exit(status);
}

/* Runs dispatch-agent with these arguments in a shell; its exit code. Its output goes to a file of
 * the world. */
static inline int world_run(const struct world *world, const char *arguments)
{
    char command[512];
    snprintf(command, sizeof command, "%s %s >%s/out 2>&1", WORLD_PROGRAM, arguments,
             world->directory);
    cr_assert_eq(access(WORLD_PROGRAM, X_OK), 0, "%s is not built", WORLD_PROGRAM);
    int status = system(command);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Whether the last run put this text out. */
static inline bool world_out_says(const struct world *world, const char *text)
{
    static char bytes[65536];
    char path[128];
    snprintf(path, sizeof path, "%s/out", world->directory);
    FILE *file = fopen(path, "r");
    size_t length = file != NULL ? fread(bytes, 1, sizeof bytes - 1, file) : 0;
    bytes[length] = '\0';
    if (file != NULL) {
        fclose(file);
    }
    return strstr(bytes, text) != NULL;
}

/* Waits for the end of an agent that was told to go; its exit status, or -1 after a signal. */
static inline int world_reap(struct world *world, unsigned self)
{
    int status = 0;
    cr_assert_eq(waitpid(world->agent[self], &status, 0), world->agent[self]);
    world->agent[self] = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The agent's own status; NULL when it does not answer. New reference. */
static inline json_t *world_status(const struct world *world, unsigned self)
{
    static char answer[65536];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t filled = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", world->config[self].control_socket);
    struct timeval wait = {.tv_sec = 3};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        send(fd, "{\"order\":\"status\"}\n", 19, MSG_NOSIGNAL) == 19) {
        ssize_t count;
        while (memchr(answer, '\n', filled) == NULL &&
               (count = recv(fd, answer + filled, sizeof answer - filled, 0)) > 0) {
            filled += (size_t)count;
        }
    }
    close(fd);
    json_t *whole = json_loadb(answer, filled, JSON_DISABLE_EOF_CHECK, NULL);
    json_t *status = json_incref(json_object_get(whole, "status"));
    json_decref(whole);
    return status;
}

/* Whether `key` of the status has this text now. */
static inline bool world_says(const struct world *world, unsigned self, const char *key,
                              const char *text)
{
    json_t *status = world_status(world, self);
    const char *value = json_string_value(json_object_get(status, key));
    bool same = value != NULL && strcmp(value, text) == 0;
    json_decref(status);
    return same;
}

static inline bool world_wait_says(const struct world *world, unsigned self, const char *key,
                                   const char *text, int within_ms)
{
    fo_us end_us = pb_clock_us() + within_ms * FO_MS * WORLD_SLOW;
    while (!world_says(world, self, key, text)) {
        if (pb_clock_us() > end_us) {
            return false;
        }
        poll(NULL, 0, 5);
    }
    return true;
}

/* Prints what the agents logged: called before a failure is reported. */
static inline void world_print_logs(const struct world *world)
{
    char command[200];
    snprintf(command, sizeof command, "for f in %s/*.log; do echo \"== $f\"; cat \"$f\"; done >&2",
             world->directory);
    if (system(command) != 0) {
        fprintf(stderr, "no logs\n");
    }
}

/* ---- the client ---------------------------------------------------------------------------- */
/* Asks once by ARP, to everybody, and listens for 5 ms: who answers? */
static inline void world_ask_once(struct world *world)
{
    uint8_t frame[2048];
    struct in_addr address, sender;
    inet_pton(AF_INET, WORLD_SERVICE, &address);
    inet_pton(AF_INET, "10.77.1.10", &sender);
    size_t length = md_frame_arp_probe(frame, world->client.mac, address);
    memcpy(frame + 28, &sender, sizeof sender);
    fo_us end_us = pb_clock_us() + 5 * FO_MS;
    md_packet_send(&world->client, frame, length);
    for (fo_us now_us; (now_us = pb_clock_us()) < end_us;) {
        struct pollfd waiting = {.fd = world->client.fd, .events = POLLIN};
        poll(&waiting, 1, (int)((end_us - now_us + 999) / 1000));
        ssize_t count = read(world->client.fd, frame, sizeof frame);
        struct in6_addr none = IN6ADDR_ANY_INIT;
        if (count <= 0 ||
            !md_frame_claims_address(frame, (size_t)count, world->client.mac, address, &none)) {
            continue;
        }
        for (unsigned i = 0; i < FO_SERVERS; i++) {
            if (memcmp(frame + 6, world->mac[i], MD_MAC_SIZE) == 0) {
                now_us = pb_clock_us();
                world->first_us[i] = world->answers[i] == 0 ? now_us : world->first_us[i];
                world->last_us[i] = now_us;
                world->answers[i]++;
                world->changes += world->answered_last != i ? 1 : 0;
                world->answered_last = i;
            }
        }
    }
}

/* Forgets what was seen, and what has arrived but was not looked at. */
static inline void world_forget(struct world *world)
{
    uint8_t frame[2048];
    while (read(world->client.fd, frame, sizeof frame) >= 0) {
    }
    memset(world->answers, 0, sizeof world->answers);
    world->changes = 0;
}

/* Asks for so long. */
static inline void world_watch(struct world *world, int for_ms)
{
    fo_us end_us = pb_clock_us() + for_ms * FO_MS * WORLD_SLOW;
    while (pb_clock_us() < end_us) {
        world_ask_once(world);
    }
}

/* Asks until `self` has answered since the last world_forget; false after the time. */
static inline bool world_watch_until(struct world *world, unsigned self, int within_ms)
{
    fo_us end_us = pb_clock_us() + within_ms * FO_MS * WORLD_SLOW;
    while (world->answers[self] == 0) {
        if (pb_clock_us() > end_us) {
            world_print_logs(world);
            return false;
        }
        world_ask_once(world);
    }
    return true;
}

/* ---- the monitor --------------------------------------------------------------------------- */
static inline void world_start_monitor(struct world *world)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    world->monitor = fork();
    cr_assert_geq(world->monitor, 0);
    if (world->monitor == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        room_enter(world->space[FO_VOTER_M]);
        monitor_run(&world->config[0].lease, ends[0]);
        _exit(0);
    }
    world->monitor_orders = ends[1];
}

static inline void world_order(const struct world *world, char order)
{
    cr_assert_eq(write(world->monitor_orders, &order, 1), 1);
}

/* ---- beginning and end --------------------------------------------------------------------- */
/* Everything runs and P serves. */
static inline void world_serve(struct world *world)
{
    world_start_monitor(world);
    world_start_agent(world, FO_VOTER_P);
    world_start_agent(world, FO_VOTER_S);
    cr_assert(world_watch_until(world, FO_VOTER_P, 10000), "P never came to serve");
    cr_assert(world_wait_says(world, FO_VOTER_S, "choice", "peer", 5000));
    cr_assert_eq(world->answers[FO_VOTER_S], 0);
    world_forget(world);
}

static inline void world_end(struct world *world)
{
    char command[100];
    pid_t children[] = {world->agent[0], world->agent[1], world->monitor};
    for (size_t i = 0; i < 3; i++) {
        if (children[i] > 0) {
            signal_child(children[i], SIGKILL);
            waitpid(children[i], NULL, 0);
        }
    }
    md_packet_close(&world->client);
    snprintf(command, sizeof command, "rm -rf %s", world->directory);
    cr_assert_eq(system(command), 0);
}

#endif

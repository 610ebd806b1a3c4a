/* SPDX-License-Identifier: Apache-2.0 */
/* SNMP notifications to the whole daemon, sent by Debian's snmptrap and snmpinform and by one who
 * does not keep to the protocol: they bring a poll forward and never decide anything. */
#include "tests/lib/daemon_fixture.h"
#include "tests/lib/free_port.h"
#include "tests/lib/signal_child.h"
#include "tests/lib/snmp_agent.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define DAEMON NOROSHI_BINARY_DIR "/bin/monitord"
#define U "1.3.6.1.2.1.33.1."
/* The device's own pace is far longer than any test: what asks it sooner is the hint. */
#define TEMPLATE_UPS "ups = ( "
#define SITE_UPS                                                                                   \
    "ups = ( { name = \"ups-h\"; driver = \"snmp\"; address = \"127.0.0.1:%d\"; timeout = \"1s\";" \
    " interval = \"10min\"; profile = \"rfc1628\"; snmp = { community = \"public\"; }; }, "
#define SOON_MS 3000
#define GAP_MS 1000

struct world {
    struct place place;
    struct snmp_agent agent;
    int port; /* of the traps */
    pid_t pid;
    unsigned poll; /* requests one poll takes */
};
static struct world world;

static void write_site(int trap_port)
{
    static char text[20480], ups[256];
    char *site = place_read(&world.place, "site.conf");
    char *at = strstr(site, TEMPLATE_UPS);

    cr_assert_not_null(at);
    snprintf(ups, sizeof ups, SITE_UPS, world.agent.port);
    snprintf(text, sizeof text, "%.*s%s%s\nmonitor = { trap_port = \"127.0.0.1:%d\"; };\n",
             (int)(at - site), site, ups, at + strlen(TEMPLATE_UPS), trap_port);
    free(site);
    place_write(&world.place, "site.conf", text, 0640);
}

static void start_daemon(void)
{
    char site[160], out[160];

    snprintf(site, sizeof site, "%s/site.conf", world.place.directory);
    snprintf(out, sizeof out, "%s/out", world.place.directory);
    world.pid = fork();
    if (world.pid == 0) {
        int fd = open(out, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(fd, 1);
        dup2(fd, 2);
        execl(DAEMON, "monitord", "--config", site, (char *)NULL);
        _exit(99);
    }
}

static unsigned requests(void)
{
    return atomic_load(&world.agent.requests);
}

static bool asked_more(void *than)
{
    return requests() > *(unsigned *)than;
}

static bool asked_since(unsigned before, unsigned ms)
{
    return place_wait(&world.place, asked_more, &before, ms);
}

/* Version 2c, community "public", one empty notification; the tag of its PDU decides which. */
#define NOTICE(tag)                                                                                \
    {                                                                                              \
        0x30, 0x18, 0x02, 0x01, 0x01, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i', 'c', (tag), 0x0b, 0x02, \
            0x01, 0x07, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00                             \
    }
static const uint8_t trap[] = NOTICE(0xa7), inform[] = NOTICE(0xa6);

static void send_bytes(const char *from, const void *bytes, size_t length)
{
    struct sockaddr_in source = {.sin_family = AF_INET}, target = source;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, from, &source.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
    target.sin_port = htons((uint16_t)world.port);
    cr_assert_eq(bind(fd, (struct sockaddr *)&source, sizeof source), 0);
    cr_assert_eq(sendto(fd, bytes, length, 0, (struct sockaddr *)&target, sizeof target), length);
    close(fd);
}

static void open_world(void)
{
    memset(&world, 0, sizeof world);
    place_make(&world.place, 0);
    cr_assert(agent_start(&world.agent, "public"));
    agent_set_number(&world.agent, U "2.1.0", ASN_INTEGER, 2);
    agent_set_number(&world.agent, U "2.4.0", ASN_INTEGER, 98);
    agent_set_number(&world.agent, U "4.1.0", ASN_INTEGER, 3);
    world.port = free_port(SOCK_DGRAM, "127.0.0.1");
    write_site(world.port);
    start_daemon();
    cr_assert(asked_since(0, 10000), "the daemon never polls");
    place_turn(&world.place, GAP_MS); /* the first poll ends: it also learns what there is not */
    unsigned before = requests();
    send_bytes("127.0.0.1", trap, sizeof trap);
    cr_assert(asked_since(before, SOON_MS), "a trap is not heard");
    place_turn(&world.place, GAP_MS + GAP_MS / 10); /* the next hint is free again */
    world.poll = requests() - before;
}

static void close_world(void)
{
    int status = -1;

    signal_child(world.pid, SIGTERM);
    cr_assert_eq(waitpid(world.pid, &status, 0), world.pid);
    char *out = place_read(&world.place, "out");
    cr_assert_eq(status, 0, "the daemon ended with wait status %d: %s", status, out);
    free(out);
    agent_stop(&world.agent);
    place_remove(&world.place);
}

/* Runs snmptrap or snmpinform towards the daemon; its exit code. */
static int send_notice(const char *program, const char *options)
{
    char command[512];
    snprintf(command, sizeof command,
             "MIBS= SNMP_PERSISTENT_DIR=%s %s -r 0 -t 2 %s 127.0.0.1:%d '' "
             ".1.3.6.1.2.1.33.2.1 >/dev/null 2>&1",
             world.place.directory, program, options, world.port);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(trap_port, a_trap_of_each_version_and_an_inform_cause_a_poll_long_before_its_turn)
{
    static const struct {
        const char *program, *options;
    } notices[] = {
        {"snmptrap", "-v 2c -c any"},
        {"snmpinform", "-v 2c -c any"},
        {"snmptrap",
         "-v 3 -e 0x8000000001020304 -u x -l authPriv -a SHA -A password -x AES "
         "-X password"},
    };
    open_world();
    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        unsigned before = requests();
        cr_assert_eq(send_notice(notices[i].program, notices[i].options), 0,
                     "%s is not content: no confirmation", notices[i].program);
        cr_assert(asked_since(before, SOON_MS), "%s %s", notices[i].program, notices[i].options);
        place_turn(&world.place, GAP_MS + GAP_MS / 10);
    }
    unsigned before = requests();
    char command[256];
    snprintf(command, sizeof command,
             "MIBS= snmptrap -v 1 -c any 127.0.0.1:%d .1.3.6.1.2.1.33.2 127.0.0.1 6 1 1",
             world.port);
    cr_assert_eq(system(command), 0);
    cr_assert(asked_since(before, SOON_MS), "a trap of v1");
    close_world();
}

Test(trap_port, a_storm_of_traps_costs_one_poll_a_second)
{
    open_world();
    unsigned before = requests();
    uint64_t start_ns = uv_hrtime();
    for (unsigned i = 0; i < 300; i++) { /* three seconds or more */
        send_bytes("127.0.0.1", trap, sizeof trap);
        place_turn(&world.place, 10);
    }
    place_turn(&world.place, GAP_MS);
    unsigned polls = (requests() - before) / world.poll;
    unsigned seconds = (unsigned)((uv_hrtime() - start_ns) / 1000000000);
    cr_assert_geq(polls, 3u, "%u polls in %u s", polls, seconds);
    cr_assert_leq(polls, seconds + 2, "%u polls in %u s", polls, seconds);
    close_world();
}

Test(trap_port, garbage_strangers_and_torn_messages_are_dropped_without_an_answer_or_a_poll)
{
    static uint8_t noise[60000];

    open_world();
    unsigned before = requests();
    send_bytes("127.0.0.2", inform, sizeof inform); /* nobody we know */
    cr_assert_neq(send_notice("snmpinform", "-v 2c -c any --clientaddr=127.0.0.2"), 0,
                  "a stranger is answered");
    send_bytes("127.0.0.1", inform, 0);
    for (size_t length = 1; length < sizeof inform; length++) {
        send_bytes("127.0.0.1", inform, length);
    }
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)(i * 131 + i / 7);
    }
    for (size_t length = 1; length < sizeof noise; length = length * 3 + 1) {
        send_bytes("127.0.0.1", noise, length);
    }
    memset(noise, 0x30, sizeof noise); /* a sequence in a sequence in a sequence … */
    send_bytes("127.0.0.1", noise, sizeof noise);
    cr_assert_not(asked_since(before, GAP_MS), "something of it was believed");
    cr_assert_eq(send_notice("snmpinform", "-v 2c -c any"), 0, "it does not hear any more");
    cr_assert(asked_since(before, SOON_MS));
    close_world();
}

Test(trap_port, a_port_that_is_taken_is_told_and_had_as_soon_as_it_is_free)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    memset(&world, 0, sizeof world);
    place_make(&world.place, 0);
    cr_assert(agent_start(&world.agent, "public"));
    agent_set_number(&world.agent, U "4.1.0", ASN_INTEGER, 3);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    world.port = ntohs(address.sin_port);
    write_site(world.port);
    start_daemon();
    cr_assert(asked_since(0, 10000), "without the port nothing else works");
    char *text = place_read(&world.place, "out");
    cr_assert_not_null(strstr(text, "trap_port cannot be had"), "%s", text);
    free(text);
    close(fd);
    place_turn(&world.place, 2 * GAP_MS);
    unsigned before = requests();
    cr_assert_eq(send_notice("snmptrap", "-v 2c -c any"), 0);
    cr_assert(asked_since(before, SOON_MS));
    close_world();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The gate in a real kernel: what it lets through, in which direction, and until when, whoever has
 * died. Frames are sent through a cable between two namespaces; a frame that must not pass is
 * followed by one that must, so that nothing is concluded from silence alone. */
#include "monitord/agent/gate.h"
#include "monitord/agent/packet.h"
#include "tests/integration/monitord/agent_room.h"
#include "tests/lib/signal_child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define HOST "g0"
#define CLIENT "g1"
#define SERVICE4 "10.77.1.100"
#define OTHER4 "10.77.1.101"
#define HIGH4 "192.0.2.200" /* above 127: the compare must not extend a sign */
#define CLIENT4 "10.77.1.10"
#define SERVICE6 "2001:db8:77::100"
#define OTHER6 "2001:db8:77::101"
#define CLIENT6 "2001:db8:77::10"
#define WITHIN_MS 5000

static int host_space, client_space;
static struct md_packet host_side, client_side;
static struct md_gate gate;

static void make_cable(void)
{
    room_require_root();
    gate.map_fd = gate.program_fd = -1; /* nothing to close yet */
    client_space = room_new_space();
    host_space = room_new_space();
    char command[200];
    snprintf(command, sizeof command,
             "ip link add " HOST " type veth peer name " CLIENT " netns /proc/%d/fd/%d", getpid(),
             client_space);
    room_shell(host_space, command);
    room_shell(host_space, "ip link set " HOST " up");
    room_shell(client_space, "ip link set " CLIENT " up");
    cr_assert_eq(md_packet_open(&client_side, CLIENT, true, false), 0);
    room_enter(host_space);
    cr_assert_eq(md_packet_open(&host_side, HOST, false, false), 0);
}

static struct md_gate_address address_of(const char *text4, const char *text6)
{
    struct md_gate_address address;
    memset(&address, 0, sizeof address);
    if (text4 != NULL) {
        inet_pton(AF_INET, text4, &address.address4);
    }
    if (text6 != NULL) {
        inet_pton(AF_INET6, text6, &address.address6);
    }
    return address;
}

static void attach_gate(struct md_gate *which, const char *text4, const char *text6)
{
    char error[200] = "";
    struct md_gate_address address = address_of(text4, text6);
    cr_assert(md_gate_load(which, &address, error, sizeof error), "%s", error);
    cr_assert(md_gate_guard(which, HOST));
    cr_assert(md_gate_attach(which, 0, error, sizeof error), "%s", error);
}

static void start(void)
{
    make_cable();
    attach_gate(&gate, SERVICE4, SERVICE6);
}

static void stop(void)
{
    md_gate_close(&gate);
    md_packet_close(&host_side);
    md_packet_close(&client_side);
}

/* ---- frames -------------------------------------------------------------------------------- */
enum kind { IP4, ARP, IP6, SOLICIT, ADVERTISE, SOLICIT_SHORT, LLDP };
struct frame {
    enum kind kind;
    const char *from, *to; /* ND: `to` is the target */
    bool ours;             /* concerns the service address */
};
static const struct frame frames[] = {
    {IP4, SERVICE4, CLIENT4, true},      {IP4, CLIENT4, SERVICE4, true},
    {IP4, OTHER4, CLIENT4, false},       {IP4, CLIENT4, OTHER4, false},
    {ARP, SERVICE4, CLIENT4, true},      {ARP, CLIENT4, SERVICE4, true},
    {ARP, SERVICE4, SERVICE4, true},     {ARP, OTHER4, CLIENT4, false},
    {ARP, CLIENT4, OTHER4, false},       {IP6, SERVICE6, CLIENT6, true},
    {IP6, CLIENT6, SERVICE6, true},      {IP6, OTHER6, CLIENT6, false},
    {IP6, CLIENT6, OTHER6, false},       {SOLICIT, CLIENT6, SERVICE6, true},
    {SOLICIT, CLIENT6, OTHER6, false},   {ADVERTISE, CLIENT6, SERVICE6, true},
    {ADVERTISE, CLIENT6, OTHER6, false}, {SOLICIT_SHORT, CLIENT6, OTHER6, true},
    {LLDP, CLIENT4, SERVICE4, false},
};
#define FRAMES (sizeof frames / sizeof frames[0])

static uint16_t type_of(enum kind kind)
{
    return kind == IP4 ? ETH_P_IP : kind == ARP ? ETH_P_ARP : kind == LLDP ? 0x88cc : ETH_P_IPV6;
}

/* mark: carried in the last two bytes, to know it again. */
static size_t build(const struct frame *frame, uint16_t mark, uint8_t *bytes)
{
    uint16_t type = type_of(frame->kind);
    size_t size = 90;
    memset(bytes, 0, 128);
    memset(bytes, 0xff, 6); /* to everybody */
    memset(bytes + 6, 2, 6);
    bytes[12] = (uint8_t)(type >> 8);
    bytes[13] = (uint8_t)type;
    if (frame->kind == IP4) {
        bytes[14] = 0x45;
        bytes[23] = IPPROTO_UDP;
        inet_pton(AF_INET, frame->from, bytes + 26);
        inet_pton(AF_INET, frame->to, bytes + 30);
    } else if (frame->kind == ARP) {
        static const uint8_t head[] = {0, 1, 8, 0, 6, 4, 0, 1};
        memcpy(bytes + 14, head, sizeof head);
        inet_pton(AF_INET, frame->from, bytes + 28);
        inet_pton(AF_INET, frame->to, bytes + 38);
    } else if (frame->kind != LLDP) {
        bytes[14] = 0x60;
        bytes[20] = frame->kind == IP6 ? IPPROTO_UDP : IPPROTO_ICMPV6;
        inet_pton(AF_INET6, frame->from, bytes + 22);
        inet_pton(AF_INET6, frame->kind == IP6 ? frame->to : "ff02::1", bytes + 38);
        if (frame->kind != IP6) {
            bytes[54] = frame->kind == ADVERTISE ? 136 : 135;
            inet_pton(AF_INET6, frame->to, bytes + 62);
        }
        size = frame->kind == SOLICIT_SHORT ? 66 : 90;
    }
    memcpy(bytes + size - 2, &mark, 2);
    return size;
}

/* A socket that hears one kind of frame behind the filters of the interface. */
static int listen_behind(const char *interface, uint16_t type)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_ll link = {.sll_family = AF_PACKET,
                               .sll_protocol = htons(type),
                               .sll_ifindex = (int)if_nametoindex(interface)};
    cr_assert_geq(fd, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&link, sizeof link), 0);
    return fd;
}

/* The mark of the next frame of ours; own sendings and the kernel's chatter are passed over. */
static uint16_t next_mark(int fd)
{
    uint8_t bytes[2048];
    static const uint8_t ours[6] = {2, 2, 2, 2, 2, 2};
    fo_us end_us = pb_clock_us() + WITHIN_MS * FO_MS;
    while (pb_clock_us() < end_us) {
        struct sockaddr_ll from;
        socklen_t from_length = sizeof from;
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        poll(&waiting, 1, 50);
        ssize_t length =
            recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_length);
        if (length > 14 && from.sll_pkttype != PACKET_OUTGOING && memcmp(bytes + 6, ours, 6) == 0) {
            uint16_t mark;
            memcpy(&mark, bytes + length - 2, 2);
            return mark;
        }
    }
    return 0;
}

/* Sends the frame and then one about another address; tells whether the first one arrived. */
static bool crosses(const struct frame *frame, bool inward)
{
    static uint16_t mark;
    struct frame after = {frame->kind == SOLICIT_SHORT ? SOLICIT : frame->kind,
                          frame->kind <= ARP ? OTHER4 : OTHER6,
                          frame->kind <= ARP ? OTHER4 : OTHER6, false};
    uint8_t bytes[128];
    const struct md_packet *from = inward ? &client_side : &host_side;
    room_enter(inward ? host_space : client_space);
    int fd = listen_behind(inward ? HOST : CLIENT, type_of(frame->kind));
    room_enter(host_space);
    mark++;
    cr_assert(md_packet_send(from, bytes, build(frame, (uint16_t)(mark * 2), bytes)) || !inward);
    cr_assert(md_packet_send(from, bytes, build(&after, (uint16_t)(mark * 2 + 1), bytes)));
    uint16_t first = next_mark(fd);
    cr_assert_neq(first, 0, "not even the frame that must pass has passed");
    if (first == (uint16_t)(mark * 2)) {
        cr_assert_eq(next_mark(fd), (uint16_t)(mark * 2 + 1));
    }
    close(fd);
    return first == (uint16_t)(mark * 2);
}

static const struct frame to_service = {IP4, CLIENT4, SERVICE4, true};

static void expect_all(bool open)
{
    for (size_t i = 0; i < FRAMES; i++) {
        for (int inward = 0; inward <= 1; inward++) {
            bool expected = open || !frames[i].ours;
            cr_assert_eq(crosses(&frames[i], inward != 0), expected,
                         "%s gate, %s: kind %d from %s to %s", open ? "open" : "shut",
                         inward ? "inward" : "outward", (int)frames[i].kind, frames[i].from,
                         frames[i].to);
        }
    }
}

/* ---- the tests ----------------------------------------------------------------------------- */
Test(agent_gate, shut_it_drops_what_is_about_the_service_address_and_nothing_else, .init = start,
     .fini = stop, .timeout = 60)
{
    expect_all(false);
}

Test(agent_gate, open_it_drops_nothing, .init = start, .fini = stop, .timeout = 60)
{
    md_gate_open_until(&gate, pb_clock_us() + 60 * FO_SECOND);
    expect_all(true);
}

Test(agent_gate, an_address_above_127_is_compared_without_its_sign, .init = make_cable,
     .fini = stop, .timeout = 60)
{
    struct frame frame = {IP4, CLIENT4, HIGH4, true};
    attach_gate(&gate, HIGH4, NULL);
    cr_assert(!crosses(&frame, true));
    cr_assert(!crosses(&(struct frame){ARP, HIGH4, CLIENT4, true}, false));
    cr_assert(crosses(&to_service, true));
    cr_assert(crosses(&(struct frame){IP6, CLIENT6, SERVICE6, true}, true));
}

Test(agent_gate, with_ipv6_alone_it_leaves_ipv4_and_arp, .init = make_cable, .fini = stop,
     .timeout = 60)
{
    attach_gate(&gate, NULL, SERVICE6);
    cr_assert(crosses(&to_service, true));
    cr_assert(crosses(&(struct frame){ARP, CLIENT4, SERVICE4, true}, true));
    cr_assert(!crosses(&(struct frame){SOLICIT, CLIENT6, SERVICE6, true}, true));
}

Test(agent_gate, it_shuts_at_its_absolute_end_with_the_loader_killed, .init = make_cable,
     .fini = stop, .timeout = 60)
{
    int ready[2];
    fo_us end_us = 0;
    cr_assert_eq(pipe(ready), 0);
    pid_t loader = fork();
    if (loader == 0) {
        attach_gate(&gate, SERVICE4, SERVICE6);
        end_us = pb_clock_us() + 400 * FO_MS;
        md_gate_open_until(&gate, end_us);
        if (write(ready[1], &end_us, sizeof end_us) != sizeof end_us) {
            _exit(1);
        }
        for (;;) {
            pause();
        }
    }
    cr_assert_eq(read(ready[0], &end_us, sizeof end_us), (ssize_t)sizeof end_us);
    signal_child(loader, SIGKILL);
    cr_assert_eq(waitpid(loader, NULL, 0), loader);
    bool was_open = false, is_open = true;
    while (is_open) {
        fo_us before_us = pb_clock_us();
        is_open = crosses(&to_service, true);
        fo_us after_us = pb_clock_us();
        was_open = was_open || is_open;
        cr_assert(!is_open || before_us < end_us, "open %lld us after its end",
                  (long long)(before_us - end_us));
        cr_assert(is_open || after_us >= end_us, "shut before its end");
    }
    cr_assert(was_open);
    expect_all(false);
}

Test(agent_gate, a_refresh_with_an_end_that_is_past_opens_nothing, .init = start, .fini = stop,
     .timeout = 60)
{
    fo_us end_us = pb_clock_us() + 50 * FO_MS;
    md_gate_open_until(&gate, end_us);
    while (pb_clock_us() < end_us) {
        poll(NULL, 0, 5);
    }
    md_gate_open_until(&gate, end_us); /* as a process would that was frozen before the store */
    cr_assert(!crosses(&to_service, true));
    cr_assert(!crosses(&(struct frame){ARP, SERVICE4, CLIENT4, true}, false));
}

Test(agent_gate, a_new_process_shuts_the_gate_of_the_old_one, .init = start, .fini = stop,
     .timeout = 60)
{
    struct md_gate second;
    md_gate_open_until(&gate, pb_clock_us() + 60 * FO_SECOND);
    cr_assert(crosses(&to_service, true));
    attach_gate(&second, SERVICE4, SERVICE6);
    cr_assert(!crosses(&to_service, true));
    cr_assert(!md_gate_attached(&gate, 0));
    cr_assert(md_gate_attached(&second, 0));
    md_gate_open_until(&gate, pb_clock_us() + 60 * FO_SECOND); /* the old one has no say any more */
    cr_assert(!crosses(&to_service, true));
    md_gate_close(&second);
    cr_assert(!crosses(&to_service, true), "closing the handles must not open");
}

Test(agent_gate, shutting_reads_the_kernel_back, .init = start, .fini = stop, .timeout = 60)
{
    fo_us end_us = pb_clock_us() + 60 * FO_SECOND;
    md_gate_open_until(&gate, end_us);
    cr_assert_eq(md_gate_until_us(&gate), end_us);
    cr_assert(md_gate_shut(&gate));
    cr_assert_eq(md_gate_until_us(&gate), 0);
    md_gate_open_until(&gate, FO_NEVER);
    cr_assert_eq(md_gate_until_us(&gate), FO_NEVER);
    cr_assert(crosses(&to_service, true));
    room_shell(host_space, "tc qdisc del dev " HOST " clsact");
    cr_assert(!md_gate_attached(&gate, 0), "the filter was flushed: nothing is shut");
}

Test(agent_gate, a_filter_that_was_flushed_is_missed_and_put_back_shut, .init = start, .fini = stop,
     .timeout = 60)
{
    char error[200] = "";
    cr_assert(md_gate_attached(&gate, 0));
    room_shell(host_space, "tc filter del dev " HOST " egress");
    cr_assert(!md_gate_attached(&gate, 0));
    md_gate_open_until(&gate, 0);
    cr_assert(md_gate_attach(&gate, 0, error, sizeof error), "%s", error);
    cr_assert(md_gate_attached(&gate, 0));
    cr_assert(!crosses(&(struct frame){IP4, SERVICE4, CLIENT4, true}, false));
}

Test(agent_gate, an_interface_that_was_replaced_is_not_taken_for_the_guarded_one, .init = start,
     .fini = stop, .timeout = 60)
{
    char error[200] = "";
    room_shell(host_space, "ip link del " HOST);
    cr_assert(!md_gate_attached(&gate, 0));
    cr_assert(!md_gate_attach(&gate, 0, error, sizeof error));
    cr_assert(strstr(error, HOST) != NULL, "%s", error);
    room_shell(host_space, "ip link add " HOST " type veth peer name g9");
    cr_assert(!md_gate_attached(&gate, 0));
    cr_assert(md_gate_attach(&gate, 0, error, sizeof error), "%s", error);
}

Test(agent_gate, an_interface_without_ethernet_frames_is_refused, .init = make_cable, .fini = stop,
     .timeout = 60)
{
    char error[200] = "";
    struct md_gate_address address = address_of(SERVICE4, NULL);
    room_shell(host_space, "ip tuntap add t0 mode tun");
    cr_assert(md_gate_load(&gate, &address, error, sizeof error), "%s", error);
    cr_assert(md_gate_guard(&gate, "t0"));
    cr_assert(!md_gate_attach(&gate, 0, error, sizeof error));
    cr_assert(strstr(error, "ethernet") != NULL, "%s", error);
}

Test(agent_gate, it_is_removed_only_on_purpose, .init = start, .fini = stop, .timeout = 60)
{
    char error[200] = "";
    md_gate_close(&gate);
    cr_assert(!crosses(&to_service, true));
    cr_assert(md_gate_remove(HOST, error, sizeof error), "%s", error);
    cr_assert(crosses(&to_service, true));
    cr_assert(md_gate_remove(HOST, error, sizeof error), "removing nothing is no error: %s", error);
    cr_assert(!md_gate_remove("nowhere0", error, sizeof error));
}

Test(agent_gate, a_refresh_costs_less_than_a_microsecond, .init = start, .fini = stop,
     .timeout = 60)
{
    enum { TIMES = 100000 };
    fo_us end_us = pb_clock_us() + FO_SECOND;
    fo_us began_us = pb_clock_us();
    for (int i = 0; i < TIMES; i++) {
        md_gate_open_until(&gate, end_us + i);
    }
    fo_us took_us = pb_clock_us() - began_us;
    cr_log_info("%d refreshes in %lld us\n", TIMES, (long long)took_us);
    cr_assert_lt(took_us, (fo_us)TIMES);
    cr_assert_eq(md_gate_until_us(&gate), end_us + TIMES - 1);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The service address on a real interface, and the question whether somebody else answers for it,
 * asked from behind a gate that is shut. */
#include "monitord/agent/address.h"
#include "monitord/agent/address_probe.h"
#include "monitord/agent/gate.h"
#include "monitord/agent/packet.h"
#include "tests/integration/monitord/agent_room.h"
#include "tests/lib/signal_child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static int host_space, other_space;
static struct md_service_address address;
static struct md_address_probe probe;
static struct md_gate gate;

static void start(void)
{
    char command[300], error[200] = "";
    room_require_root();
    other_space = room_new_space();
    host_space = room_new_space();
    snprintf(command, sizeof command,
             "for n in 0 1; do ip link add h$n type veth peer name o$n netns /proc/%d/fd/%d;"
             "ip link set h$n up; done",
             getpid(), other_space);
    room_shell(host_space, command);
    room_shell(other_space,
               "ip link set o0 up; ip link set o1 up;"
               "echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore");
    room_enter(host_space);
    inet_pton(AF_INET, "192.0.2.100", &address.address.address4);
    inet_pton(AF_INET6, "2001:db8:77::100", &address.address.address6);
    address.prefix4 = 24;
    address.prefix6 = 64;
    address.interface = "h0";
    probe.address = address.address;
    md_address_probe_add(&probe, "h0");
    md_address_probe_add(&probe, "h1");
    md_address_probe_add(&probe, "h0");
    cr_assert_eq(probe.interface_count, 2);
    cr_assert(md_gate_load(&gate, &address.address, error, sizeof error), "%s", error);
    for (unsigned i = 0; i < 2; i++) {
        cr_assert(md_gate_guard(&gate, probe.interfaces[i]));
        cr_assert(md_gate_attach(&gate, i, error, sizeof error), "%s", error);
    }
}

static pid_t client;

/* Somebody at the other end of the service interface who asks for the address, after so long; from
 * then on the other end also answers for what it has. */
static void client_asks_after(int wait_ms)
{
    client = fork();
    if (client == 0) {
        uint8_t frame[MD_FRAME_MAX];
        struct md_packet packet;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        poll(NULL, 0, wait_ms);
        room_shell(other_space, "echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore");
        room_enter(other_space);
        bool open = md_packet_open(&packet, "o0", false, false) == 0;
        while (open) {
            md_packet_send(&packet, frame,
                           md_frame_arp_probe(frame, packet.mac, address.address.address4));
            poll(NULL, 0, 100);
        }
        _exit(1);
    }
}

static void client_asks(void)
{
    client_asks_after(0);
}

static void stop(void)
{
    if (client > 0) {
        signal_child(client, SIGKILL);
        waitpid(client, NULL, 0);
    }
    md_gate_close(&gate);
}

static bool link_is_ready(void *context)
{
    (void)context;
    return system("ip -o link show dev h0 | grep -q 'state UP'") == 0 &&
           system("ip -o link show dev h1 | grep -q 'state UP'") == 0;
}

/* The kernel may take a second to say that a cable is gone; a probe comes later than that (AB). */
static bool link_is_lost(void *context)
{
    return !link_is_ready(context);
}

static void wait_for_link(void)
{
    cr_assert(room_wait(link_is_ready, NULL, 5000));
}

Test(agent_address, it_comes_and_goes_and_twice_is_no_error, .init = start, .fini = stop,
     .timeout = 30)
{
    cr_assert_not(md_address_present(&address));
    cr_assert_eq(md_address_remove(&address), 0, "nothing to remove");
    cr_assert_eq(md_address_add(&address), 0);
    cr_assert_eq(md_address_add(&address), 0);
    cr_assert(md_address_present(&address));
    room_shell(host_space, "ip address del 192.0.2.100/24 dev h0");
    cr_assert_not(md_address_present(&address), "one of the two is not both");
    cr_assert_eq(md_address_add(&address), 0);
    cr_assert_eq(md_address_remove(&address), 0);
    cr_assert_not(md_address_present(&address));
}

Test(agent_address, without_its_interface_it_cannot_come_and_need_not_go, .init = start,
     .fini = stop, .timeout = 30)
{
    address.interface = "nowhere0";
    cr_assert_eq(md_address_add(&address), ENODEV);
    cr_assert_eq(md_address_remove(&address), 0);
    cr_assert_not(md_address_present(&address));
}

Test(agent_address, nobody_answers_for_a_free_address, .init = start, .fini = stop, .timeout = 30)
{
    wait_for_link();
    client_asks();
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_FREE);
    cr_assert_eq(md_address_add(&address), 0);
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_FREE,
                 "our own address, behind our own gate, is no answer");
}

Test(agent_address, a_host_that_nobody_reaches_learns_nothing_from_silence, .init = start,
     .fini = stop, .timeout = 30)
{
    wait_for_link();
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_DEAF);
    client_asks();
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_FREE);
}

Test(agent_address, a_host_that_begins_to_hear_asks_anew_before_silence_proves_anything,
     .init = start, .fini = stop, .timeout = 30)
{
    wait_for_link();
    room_shell(other_space,
               "echo 8 >/proc/sys/net/ipv4/conf/all/arp_ignore;" /* none of them heard */
               "ip address add 192.0.2.100/24 dev o0");
    room_enter(host_space);
    client_asks_after(800);
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_ANSWERED,
                 "the three questions were over when the ear came back");
}

Test(agent_address, an_answer_over_ipv4_is_heard_behind_a_shut_gate, .init = start, .fini = stop,
     .timeout = 30)
{
    wait_for_link();
    room_shell(other_space, "ip address add 192.0.2.100/24 dev o0");
    room_enter(host_space);
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_ANSWERED);
}

Test(agent_address, an_answer_over_ipv6_is_heard_behind_a_shut_gate, .init = start, .fini = stop,
     .timeout = 30)
{
    wait_for_link();
    room_shell(other_space, "ip -6 address add 2001:db8:77::100/64 dev o0 nodad");
    room_enter(host_space);
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_ANSWERED);
}

Test(agent_address, an_answer_on_another_network_counts, .init = start, .fini = stop, .timeout = 30)
{
    wait_for_link();
    room_shell(other_space, "ip address add 192.0.2.100/24 dev o1");
    room_enter(host_space);
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_ANSWERED);
}

Test(agent_address, without_the_cable_silence_proves_nothing, .init = start, .fini = stop,
     .timeout = 30)
{
    wait_for_link();
    room_shell(other_space, "ip link set o0 down");
    room_enter(host_space);
    cr_assert(room_wait(link_is_lost, NULL, 5000));
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_NOT_ASKED);
    room_shell(other_space, "ip link set o0 up; ip link set o1 down");
    room_enter(host_space);
    client_asks();
    fo_us end_us = pb_clock_us() + 5 * FO_SECOND;
    while (md_address_probe_run(&probe) != MD_ADDRESS_FREE && pb_clock_us() < end_us) {
        poll(NULL, 0, 20);
    }
    cr_assert_eq(md_address_probe_run(&probe), MD_ADDRESS_FREE,
                 "only the service interface must have its cable");
}

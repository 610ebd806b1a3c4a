/* SPDX-License-Identifier: Apache-2.0 */
/* Break-glass, ordered as a person on the server would, and a service with an IPv6 address, which
 * the other tests leave out. Whole agents in namespaces. */
#include "tests/integration/monitord/agent_world.h"
#include "tests/lib/signal_child.h"

#include <errno.h>

#define SERVICE6 "2001:db8:77::100"

static struct world world;

static void stop(void)
{
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

static void make(void)
{
    world_make(&world);
}

static bool answers(void *context)
{
    return world_run(&world, context) == 0;
}

Test(agent_force, a_force_is_refused_while_another_voter_is_heard, .init = make, .fini = stop,
     .timeout = 90)
{
    char force[256];
    world_serve(&world);
    snprintf(force, sizeof force, "force --peer-is-off --socket %s",
             world.config[FO_VOTER_S].control_socket);
    cr_assert_eq(world_run(&world, force), 1);
    cr_assert(world_out_says(&world, "refused"));
}

Test(agent_force, a_forced_server_serves_when_the_others_are_gone, .init = make, .fini = stop,
     .timeout = 90)
{
    char force[256];
    world_serve(&world);
    signal_child(world.monitor, SIGKILL);
    signal_child(world.agent[FO_VOTER_P], SIGKILL);
    waitpid(world.monitor, NULL, 0);
    world_reap(&world, FO_VOTER_P);
    world.monitor = 0;
    snprintf(force, sizeof force, "force --peer-is-off --socket %s",
             world.config[FO_VOTER_S].control_socket);
    cr_assert(room_wait(answers, force, 10000 * WORLD_SLOW));
    world_forget(&world);
    cr_assert(world_watch_until(&world, FO_VOTER_S, 8000));
    cr_assert_eq(world.answers[FO_VOTER_P], 0);
}

/* ---- IPv6 ---------------------------------------------------------------------------------- */
/* Whether the host of the service address answers a connection to a closed port. */
static bool refuses6(void *context)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
    (void)context;
    inet_pton(AF_INET6, SERVICE6, &address.sin6_addr);
    room_enter(world.space[3]);
    if (system("ip -6 neigh flush all") != 0) {
        return false;
    }
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect(fd, (struct sockaddr *)&address, sizeof address);
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t length = sizeof error;
    bool refused = poll(&waiting, 1, 300) == 1 &&
                   getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 &&
                   error == ECONNREFUSED;
    close(fd);
    return refused;
}

static bool refuses6_no_more(void *context)
{
    return !refuses6(context);
}

Test(agent_force, an_ipv6_address_is_served_and_shut_like_an_ipv4_one, .init = make, .fini = stop,
     .timeout = 90)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        inet_pton(AF_INET6, SERVICE6, &world.config[i].service_address6);
        world.config[i].service_prefix6 = 64;
    }
    room_shell(world.space[3], "ip -6 address add 2001:db8:77::10/64 dev lan1 nodad");
    room_shell(world.space[0], "ip -6 address add 2001:db8:77::11/64 dev lan1 nodad");
    cr_assert_not(refuses6(NULL));
    world_serve(&world);
    cr_assert(room_wait(refuses6, NULL, 5000));
    room_shell(world.space[0], "ip -6 address show dev lan1 | grep -A1 '" SERVICE6
                               "' | grep -q 'preferred_lft 0sec'");
    signal_child(world.agent[FO_VOTER_S], SIGKILL);
    signal_child(world.agent[FO_VOTER_P], SIGKILL);
    world_reap(&world, FO_VOTER_P);
    room_shell(world.space[0], "ip -6 address show dev lan1 | grep -q '" SERVICE6 "'");
    cr_assert(room_wait(refuses6_no_more, NULL, 5000), "the kernel's gate shuts IPv6 too");
}

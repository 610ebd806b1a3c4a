/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lines and of our own interfaces. Raw sockets and network namespaces need root; without
 * it these tests say that they were skipped. */
#include "failover/reason.h"
#include "probes/line_probe.h"
#include "probes/own_network.h"
#include "tests/integration/probes/loop_room.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define STATEMENTS_MAX 256
struct statements {
    unsigned count;
    struct fo_probe list[STATEMENTS_MAX];
    unsigned want;
};

static void on_statement(void *context, const struct fo_probe *probe)
{
    struct statements *statements = context;
    if (statements->count < STATEMENTS_MAX) {
        statements->list[statements->count++] = *probe;
    }
}

static bool have_wanted(void *context)
{
    struct statements *statements = context;
    return statements->count >= statements->want;
}

static const struct fo_probe *last_of(const struct statements *statements)
{
    cr_assert_gt(statements->count, 0);
    return &statements->list[statements->count - 1];
}

/* Its own network namespace, with lo up and two veth pairs: line0 (ours) - far0, line1 - far1. */
static void enter_namespace(void)
{
    if (geteuid() != 0) {
        cr_skip_test("needs root: raw sockets and a network namespace");
    }
    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("needs root: no network namespace can be made here");
    }
    cr_assert_eq(system("ip link set lo up && ip link add line0 type veth peer name far0 && "
                        "ip link set line0 up && ip link set far0 up && "
                        "ip addr add 192.0.2.1/24 dev line0"),
                 0);
}

static void probe_until(struct statements *statements, const struct cfg_line *line,
                        unsigned targets, unsigned want)
{
    struct room room;
    bool stopped = false;
    statements->count = 0;
    statements->want = want;
    room_open(&room);
    struct pb_line_probe *probe =
        pb_line_probe_start(&room.loop, line, 3, targets, on_statement, statements);
    cr_assert_not_null(probe);
    cr_assert(room_wait(&room, have_wanted, statements, 5000));
    pb_line_probe_stop(probe, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&room);
    room_close(&room);
}

static struct cfg_line line_to(const char *interface, const char *first, const char *second)
{
    struct cfg_line line = {.name = "line-a",
                            .interface = interface,
                            .interval_us = 100 * FO_MS,
                            .timeout_us = 80 * FO_MS};
    inet_pton(AF_INET, first, &line.targets[0]);
    inet_pton(AF_INET, second, &line.targets[1]);
    return line;
}

Test(line_probe, each_far_target_that_answers_is_one_good_statement)
{
    struct statements statements;
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.1", "127.0.0.9");
    probe_until(&statements, &line, 2, 8);
    bool seen[2] = {false, false};
    for (unsigned i = 0; i < statements.count; i++) {
        const struct fo_probe *p = &statements.list[i];
        cr_assert_eq(p->kind, FO_PROBE_TARGET);
        cr_assert_eq(p->index, 3);
        cr_assert_lt(p->target, 2);
        cr_assert_eq(p->quality, FO_GOOD);
        cr_assert(p->ok, "%s", fo_reason_name(p->reason));
        cr_assert_lt(p->rtt_us, 80 * FO_MS);
        seen[p->target] = true;
    }
    cr_assert(seen[0] && seen[1]);
}

Test(line_probe, a_target_that_is_silent_does_not_spoil_the_one_beside_it)
{
    struct statements statements;
    enter_namespace();
    /* 192.0.2.50 is behind line0, where nobody is */
    struct cfg_line line = line_to("line0", "192.0.2.50", "192.0.2.51");
    probe_until(&statements, &line, 2, 6);
    for (unsigned i = 0; i < statements.count; i++) {
        cr_assert_eq(statements.list[i].quality, FO_GOOD);
        cr_assert_not(statements.list[i].ok);
        cr_assert(statements.list[i].reason == FO_REASON_NO_ANSWER ||
                  statements.list[i].reason == FO_REASON_UNREACHABLE);
    }
}

Test(line_probe, a_target_that_only_another_interface_reaches_is_not_reached_by_this_line)
{
    struct statements statements;
    enter_namespace();
    cr_assert_eq(system("ip addr add 203.0.113.5/32 dev lo"), 0);
    struct cfg_line line = line_to("line0", "203.0.113.5", "203.0.113.5");
    probe_until(&statements, &line, 1, 3);
    for (unsigned i = 0; i < statements.count; i++) {
        cr_assert_not(statements.list[i].ok, "it went around the line");
    }
    line.interface = "lo";
    probe_until(&statements, &line, 1, 3);
    cr_assert(last_of(&statements)->ok);
}

Test(line_probe, an_interface_that_is_not_there_says_nothing_about_the_targets)
{
    struct statements statements;
    enter_namespace();
    struct cfg_line line = line_to("line9", "192.0.2.50", "192.0.2.51");
    probe_until(&statements, &line, 2, 4);
    for (unsigned i = 0; i < statements.count; i++) {
        cr_assert_eq(statements.list[i].quality, FO_ABSENT);
        cr_assert_eq(statements.list[i].reason, FO_REASON_NO_ROUTE);
    }
}

Test(line_probe, an_interface_that_is_down_makes_the_line_bad_and_one_that_comes_is_used)
{
    struct room room;
    struct statements statements = {.want = 2};
    bool stopped = false;

    enter_namespace();
    struct cfg_line line = line_to("line1", "198.51.100.1", "198.51.100.1");
    room_open(&room);
    struct pb_line_probe *probe =
        pb_line_probe_start(&room.loop, &line, 0, 1, on_statement, &statements);
    cr_assert(room_wait(&room, have_wanted, &statements, 3000));
    cr_assert_eq(last_of(&statements)->quality, FO_ABSENT);

    cr_assert_eq(system("ip link add line1 type veth peer name far1 && "
                        "ip addr add 198.51.100.1/24 dev line1 && "
                        "ip link set far1 up && ip link set line1 up"),
                 0);
    statements.want = statements.count + 3;
    cr_assert(room_wait(&room, have_wanted, &statements, 3000));
    /* our own address is answered by lo, not by line1: a good statement, but not ok */
    cr_assert_eq(last_of(&statements)->quality, FO_GOOD);

    cr_assert_eq(system("ip link set line1 down"), 0);
    statements.want = statements.count + 3;
    cr_assert(room_wait(&room, have_wanted, &statements, 3000));
    cr_assert_eq(last_of(&statements)->quality, FO_GOOD);
    cr_assert_not(last_of(&statements)->ok);
    cr_assert_eq(last_of(&statements)->reason, FO_REASON_NO_ROUTE);

    cr_assert_eq(system("ip link del line1"), 0);
    statements.want = statements.count + 3;
    cr_assert(room_wait(&room, have_wanted, &statements, 3000));
    cr_assert_eq(last_of(&statements)->quality, FO_ABSENT);
    pb_line_probe_stop(probe, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&room);
    room_close(&room);
}

/* ---- our own interfaces ---------------------------------------------------------------------- */
static bool last_is_ok(void *context)
{
    struct statements *s = context;
    return s->count > 0 && s->list[s->count - 1].ok;
}

static bool last_is_not_ok(void *context)
{
    struct statements *s = context;
    return s->count > 0 && !s->list[s->count - 1].ok;
}

Test(own_network, losing_carrier_or_address_is_said_at_once_and_so_is_getting_it_back)
{
    struct room room;
    struct statements statements = {.count = 0};
    struct cfg_net net = {.name = "net-a", .interface = "line0"};
    bool stopped = false;

    enter_namespace();
    net.bind = room_address("192.0.2.1", 4500);
    room_open(&room);
    struct pb_own_network *own =
        pb_own_network_start(&room.loop, &net, 1, on_statement, &statements);
    cr_assert(room_wait(&room, last_is_ok, &statements, 2000));
    cr_assert_eq(last_of(&statements)->kind, FO_PROBE_OWN_NETWORK);

    uint64_t start = uv_hrtime();
    cr_assert_eq(system("ip link set far0 down"), 0);
    cr_assert(room_wait(&room, last_is_not_ok, &statements, 3000), "carrier lost, nothing said");
    cr_assert_eq(last_of(&statements)->reason, FO_REASON_NO_ROUTE);
    cr_assert_eq(last_of(&statements)->quality, FO_GOOD);
    cr_assert_lt((uv_hrtime() - start) / 1000000, 900, "not by the slow timer");
    cr_assert_eq(system("ip link set far0 up"), 0);
    cr_assert(room_wait(&room, last_is_ok, &statements, 3000));

    cr_assert_eq(system("ip addr del 192.0.2.1/24 dev line0"), 0);
    cr_assert(room_wait(&room, last_is_not_ok, &statements, 3000));
    cr_assert_eq(system("ip addr add 192.0.2.1/24 dev line0"), 0);
    cr_assert(room_wait(&room, last_is_ok, &statements, 3000));
    pb_own_network_stop(own, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&room);
    room_close(&room);
}

Test(own_network, an_interface_that_does_not_exist_is_not_well_and_an_unwatched_net_is_silent)
{
    struct room room;
    struct statements statements = {.want = 1};
    struct cfg_net nets[2] = {{.name = "net-a"}, {.name = "net-b", .interface = "none9"}};
    bool stopped = false;

    nets[1].bind = room_address("192.0.2.1", 4500);
    room_open(&room);
    struct pb_own_network *own =
        pb_own_network_start(&room.loop, nets, 2, on_statement, &statements);
    cr_assert(room_wait(&room, have_wanted, &statements, 2000));
    for (unsigned i = 0; i < statements.count; i++) {
        cr_assert_eq(statements.list[i].index, 1);
        cr_assert_not(statements.list[i].ok);
    }
    pb_own_network_stop(own, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_close(&room);
}

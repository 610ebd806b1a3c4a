/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a far end that is asked over real sockets: a reflector of our own writing behind one
 * interface. Binding to an interface and network namespaces need root; without it these tests say
 * that they were skipped. */
#include "failover/reason.h"
#include "probes/stamp_probe.h"
#include "tests/integration/probes/loop_room.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TWAMP_REPLY 41 /* RFC 5357: the layout without padding */

/* What a far end does with the packets it gets, in turn. */
struct far {
    int fd;
    uv_poll_t poll;
    const char *fates; /* '.' answers, 'o' lost on the way out, 'b' on the way back; repeated */
    bool copies;
    bool twice; /* every packet comes to it doubled */
    unsigned seen, answered;
    uint32_t count;
    uint8_t hops;
    size_t length; /* of the last packet */
};

struct sums {
    uint32_t statements, sent, out, back;
    unsigned unproven, uncounted, unanswered, absent;
    uint32_t want_sent;
    unsigned want_statements;
};

static void on_statement(void *context, const struct fo_probe *said)
{
    struct sums *sums = context;
    cr_assert_eq(said->kind, FO_PROBE_DIRECTION);
    cr_assert_eq(said->index, 2);
    sums->statements++;
    sums->sent += said->sent;
    sums->out += said->lost_out;
    sums->back += said->lost_back;
    sums->unproven += said->reason == FO_REASON_NOT_READ_YET;
    sums->uncounted += said->reason == FO_REASON_UNCOUNTED;
    sums->unanswered += said->reason == FO_REASON_NO_ANSWER;
    sums->absent += said->quality == FO_ABSENT && said->reason == FO_REASON_NO_ROUTE;
    cr_assert_eq(said->ok, said->quality == FO_GOOD && said->reason == FO_REASON_NONE);
}

static bool have_sent(void *context)
{
    const struct sums *sums = context;
    return sums->sent >= sums->want_sent && sums->statements >= sums->want_statements;
}

static void answer(struct far *far, const uint8_t *packet, const struct sockaddr_in *from)
{
    uint8_t reply[TWAMP_REPLY] = {0};
    uint32_t number = htonl(far->count++);
    memcpy(reply, far->copies ? packet : (const uint8_t *)&number, 4);
    memcpy(reply + 24, packet, 14); /* number, timestamp, error estimate of the sender */
    (void)!sendto(far->fd, reply, sizeof reply, 0, (const struct sockaddr *)from, sizeof *from);
    far->answered++;
}

static void on_packet(uv_poll_t *poll, int status, int events)
{
    struct far *far = poll->data;
    struct sockaddr_in from;
    uint8_t packet[256], control[64];
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
    struct msghdr message = {.msg_name = &from,
                             .msg_namelen = sizeof from,
                             .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(far->fd, &message, MSG_DONTWAIT);
    (void)status;
    (void)events;
    if (length < 0) {
        return;
    }
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    int hops = 0;
    if (head != NULL && head->cmsg_type == IP_TTL) {
        memcpy(&hops, CMSG_DATA(head), sizeof hops);
    }
    far->hops = (uint8_t)hops;
    far->length = (size_t)length;
    char fate = far->fates[far->seen++ % strlen(far->fates)];
    if (fate == '.') {
        answer(far, packet, &from);
        if (far->twice) {
            answer(far, packet, &from);
        }
    } else if (fate == 'b') {
        far->count++;
    }
}

static void far_open(struct far *far, uv_loop_t *loop, const char *host, uint16_t port)
{
    const int on = 1;
    struct cfg_address at = room_address(host, port);
    far->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    cr_assert_eq(setsockopt(far->fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof on), 0);
    cr_assert_eq(bind(far->fd, (const struct sockaddr *)&at.storage, at.length), 0);
    cr_assert_eq(uv_poll_init(loop, &far->poll, far->fd), 0);
    far->poll.data = far;
    uv_poll_start(&far->poll, UV_READABLE, on_packet);
}

static void far_close(struct far *far)
{
    uv_close((uv_handle_t *)&far->poll, NULL);
    close(far->fd);
}

/* Its own network namespace with lo up. */
static void enter_namespace(void)
{
    if (geteuid() != 0) {
        cr_skip_test("needs root: an interface to bind to and a network namespace");
    }
    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("needs root: no network namespace can be made here");
    }
    cr_assert_eq(system("ip link set lo up"), 0);
}

static struct cfg_line line_to(const char *interface, const char *host)
{
    struct cfg_line line = {.name = "line-a",
                            .interface = interface,
                            .interval_us = 100 * FO_MS,
                            .timeout_us = 50 * FO_MS};
    line.reflector = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(862)};
    inet_pton(AF_INET, host, &line.reflector.sin_addr);
    return line;
}

/* Asks until so many packets are accounted for, and so many statements made. */
static void ask(struct far *far, const struct cfg_line *line, struct sums *sums)
{
    struct room room;
    bool stopped = false;
    room_open(&room);
    if (far != NULL) {
        far_open(far, &room.loop, "127.0.0.5", 862);
    }
    struct pb_stamp_probe *probe = pb_stamp_probe_start(&room.loop, line, 2, on_statement, sums);
    cr_assert_not_null(probe);
    cr_assert(room_wait(&room, have_sent, sums, 15000), "%u of %u packets, %u statements",
              sums->sent, sums->want_sent, sums->statements);
    if (far != NULL) {
        far_close(far);
    }
    pb_stamp_probe_stop(probe, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&room);
    room_close(&room);
}

Test(stamp_probe, each_direction_is_stated_as_it_was)
{
    struct far far = {.fates = "..o.b.o..b"}; /* of ten: two on the way out, two of eight back */
    struct sums sums = {.want_sent = 40};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5");
    ask(&far, &line, &sums);
    cr_assert_eq(far.length, 44U, "RFC 8762: 44 octets");
    cr_assert_eq(far.hops, 255);
    cr_assert(sums.out >= 6 && sums.out <= 10, "lost out %u of %u", sums.out, sums.sent);
    cr_assert(sums.back >= 6 && sums.back <= 10, "lost back %u of %u", sums.back, sums.sent);
    cr_assert_eq(sums.uncounted, 0U);
}

Test(stamp_probe, a_good_line_loses_nothing_and_one_number_is_left_out)
{
    struct far far = {.fates = "."};
    struct sums sums = {.want_sent = 10};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5");
    ask(&far, &line, &sums);
    cr_assert(sums.out == 0 && sums.back == 0 && sums.unanswered == 0);
    cr_assert_leq(sums.unproven, 2U);
}

Test(stamp_probe, a_reflector_that_copies_our_number_states_no_direction)
{
    struct far far = {.fates = "..b.o", .copies = true};
    struct sums sums = {.want_statements = 25};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5");
    ask(&far, &line, &sums);
    cr_assert(sums.sent == 0 && sums.out == 0 && sums.back == 0);
    cr_assert_gt(sums.uncounted, 5U);
}

Test(stamp_probe, packets_doubled_on_the_way_are_no_loss)
{
    struct far far = {.fates = ".", .twice = true};
    struct sums sums = {.want_statements = 25};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5");
    ask(&far, &line, &sums);
    cr_assert(sums.out == 0 && sums.back == 0, "out %u back %u", sums.out, sums.back);
}

Test(stamp_probe, nobody_there_is_no_answer_and_no_direction)
{
    struct sums sums = {.want_statements = 8};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5"); /* the kernel says: port unreachable */
    ask(NULL, &line, &sums);
    cr_assert_eq(sums.unanswered, sums.statements);
    cr_assert_eq(sums.sent, 0U);
}

Test(stamp_probe, a_silent_one_is_no_answer_either)
{
    struct far far = {.fates = "o"};
    struct sums sums = {.want_statements = 8};
    enter_namespace();
    struct cfg_line line = line_to("lo", "127.0.0.5");
    ask(&far, &line, &sums);
    cr_assert_eq(sums.unanswered, sums.statements);
    cr_assert_geq(far.seen, 7U);
}

Test(stamp_probe, an_interface_that_is_not_there_says_nothing_and_one_that_comes_is_used)
{
    struct room room;
    struct sums sums = {.want_statements = 3};
    bool stopped = false;
    enter_namespace();
    struct cfg_line line = line_to("line1", "198.51.100.2");
    room_open(&room);
    struct pb_stamp_probe *probe = pb_stamp_probe_start(&room.loop, &line, 2, on_statement, &sums);
    cr_assert(room_wait(&room, have_sent, &sums, 5000));
    cr_assert_eq(sums.absent, sums.statements);
    cr_assert_eq(system("ip link add line1 type veth peer name far1 && "
                        "ip addr add 198.51.100.1/24 dev line1 && "
                        "ip link set far1 up && ip link set line1 up"),
                 0);
    sums.want_statements = sums.statements + 5;
    cr_assert(room_wait(&room, have_sent, &sums, 5000));
    cr_assert_gt(sums.unanswered, 0U, "sent, and nobody is behind it");
    unsigned absent = sums.absent;
    cr_assert_eq(system("ip link del line1"), 0);
    sums.want_statements = sums.statements + 5;
    cr_assert(room_wait(&room, have_sent, &sums, 5000));
    cr_assert_gt(sums.absent, absent);
    pb_stamp_probe_stop(probe, room_set_flag, &stopped);
    cr_assert(room_wait(&room, room_is_true, &stopped, 2000));
    room_expect_never_blocked(&room);
    room_close(&room);
}

Test(stamp_probe, it_goes_through_the_line_and_not_where_the_routes_lead)
{
    struct far far = {.fates = "."};
    struct sums sums = {.want_statements = 5};
    enter_namespace();
    cr_assert_eq(system("ip link add line0 type veth peer name far0 && "
                        "ip link set line0 up && ip link set far0 up && "
                        "ip addr add 192.0.2.1/24 dev line0"),
                 0);
    struct cfg_line line = line_to("line0", "127.0.0.5"); /* lo has it, the line does not */
    ask(&far, &line, &sums);
    cr_assert_eq(far.seen, 0U);
    cr_assert_eq(sums.unanswered + sums.absent, sums.statements);
}

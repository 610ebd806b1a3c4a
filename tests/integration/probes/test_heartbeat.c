/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of heartbeats over real sockets on two networks. */
#include "probes/clock.h"
#include "probes/heartbeat.h"
#include "probes/heartbeat_wire.h"
#include "tests/integration/probes/loop_room.h"
#include "tests/lib/free_port.h"

struct end {
    struct pb_heartbeat_config config;
    struct cfg_net nets[2];
    struct pb_heartbeat *heartbeat;
    unsigned received[2];
    struct fo_datagram last;
    fo_us last_us;
};

static void on_datagram(void *context, uint8_t net, fo_us now_us,
                        const struct fo_datagram *datagram)
{
    struct end *end = context;
    end->received[net]++;
    end->last = *datagram;
    end->last_us = now_us;
}

static bool both_nets_heard(void *context)
{
    struct end *end = context;
    return end->received[0] > 0 && end->received[1] > 0;
}

static struct fo_datagram beat_of(uint8_t sender, uint8_t to)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_BEAT, .to = to};
    datagram.beat.sender = sender;
    datagram.beat.stamp = (struct fo_stamp){77, 1};
    datagram.beat.choice = FO_VOTER_NONE;
    datagram.beat.next = FO_VOTER_NONE;
    datagram.beat.lease_us = 600000;
    return datagram;
}

/* M, P and S, each with an address on two networks. */
static void open_ends(struct room *room, struct end ends[FO_VOTERS])
{
    struct cfg_address addresses[FO_VOTERS][2];
    memset(ends, 0, FO_VOTERS * sizeof *ends);
    for (int v = 0; v < FO_VOTERS; v++) {
        addresses[v][0] = room_address("127.0.0.1", free_port(SOCK_DGRAM, "127.0.0.1"));
        addresses[v][1] = room_address("127.0.0.2", free_port(SOCK_DGRAM, "127.0.0.2"));
    }
    for (int v = 0; v < FO_VOTERS; v++) {
        struct end *end = &ends[v];
        end->config.self = (uint8_t)v;
        end->config.net_count = 2;
        end->config.nets = end->nets;
        memset(end->config.key, 0x5a, sizeof end->config.key);
        for (int n = 0; n < 2; n++) {
            end->nets[n].bind = addresses[v][n];
            for (int peer = 0; peer < FO_VOTERS; peer++) {
                end->config.peers[peer][n] = addresses[peer][n];
            }
        }
        end->heartbeat = pb_heartbeat_start(&room->loop, &end->config, on_datagram, end);
        cr_assert_not_null(end->heartbeat);
    }
}

static void close_ends(struct room *room, struct end ends[FO_VOTERS])
{
    for (int v = 0; v < FO_VOTERS; v++) {
        pb_heartbeat_stop(ends[v].heartbeat, NULL);
    }
    room_expect_never_blocked(room);
    room_close(room);
}

Test(heartbeat, a_beat_reaches_both_others_on_every_network_and_not_its_sender)
{
    struct room room;
    struct end ends[FO_VOTERS];
    struct fo_datagram beat = beat_of(FO_VOTER_P, FO_VOTER_NONE);

    room_open(&room);
    open_ends(&room, ends);
    fo_us before = pb_clock_us();
    pb_heartbeat_send(ends[FO_VOTER_P].heartbeat, &beat);
    cr_assert(room_wait(&room, both_nets_heard, &ends[FO_VOTER_S], 2000));
    cr_assert(room_wait(&room, both_nets_heard, &ends[FO_VOTER_M], 2000));
    cr_assert_eq(ends[FO_VOTER_M].last.beat.stamp.boot, 77);
    cr_assert_geq(ends[FO_VOTER_M].last_us, before);
    cr_assert_leq(ends[FO_VOTER_M].last_us, pb_clock_us());
    cr_assert_eq(ends[FO_VOTER_P].received[0] + ends[FO_VOTER_P].received[1], 0);
    cr_assert_eq(pb_heartbeat_count(ends[FO_VOTER_P].heartbeat)->sent, 4);
    close_ends(&room, ends);
}

Test(heartbeat, an_answer_goes_to_its_addressee_only)
{
    struct room room;
    struct end ends[FO_VOTERS];
    struct fo_datagram answer = {.kind = FO_DATAGRAM_ANSWER, .to = FO_VOTER_S};

    answer.answer = (struct fo_answer){.sender = FO_VOTER_M,
                                       .stamp = {9, 9},
                                       .of = {1, 1},
                                       .given = true,
                                       .holder = FO_VOTER_S,
                                       .lease_us = 1};
    room_open(&room);
    open_ends(&room, ends);
    pb_heartbeat_send(ends[FO_VOTER_M].heartbeat, &answer);
    cr_assert(room_wait(&room, both_nets_heard, &ends[FO_VOTER_S], 2000));
    cr_assert_eq(ends[FO_VOTER_P].received[0] + ends[FO_VOTER_P].received[1], 0);
    cr_assert_eq(pb_heartbeat_count(ends[FO_VOTER_M].heartbeat)->sent, 2);
    close_ends(&room, ends);
}

static bool eight_refused(void *context)
{
    const struct pb_heartbeat_counts *counts = context;
    return counts->bad_size + counts->bad_hash + counts->bad_version + counts->not_for_us +
               counts->bad_field >=
           8;
}

Test(heartbeat, strangers_reflections_and_misaddressed_datagrams_are_counted_and_dropped)
{
    struct room room;
    struct end ends[FO_VOTERS];
    uint8_t bytes[PB_WIRE_SIZE + 40] = {0}, wrong_key[32] = {1};
    const uint8_t *key = ends[FO_VOTER_M].config.key;

    room_open(&room);
    open_ends(&room, ends);
    const struct cfg_address *to = &ends[FO_VOTER_M].nets[0].bind;
    const struct sockaddr *address = (const struct sockaddr *)&to->storage;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct fo_datagram beat = beat_of(FO_VOTER_P, FO_VOTER_NONE);
    pb_wire_encode(&beat, wrong_key, bytes);
    sendto(fd, bytes, PB_WIRE_SIZE, 0, address, to->length); /* another key */
    pb_wire_encode(&beat, key, bytes);
    sendto(fd, bytes, PB_WIRE_SIZE + 1, 0, address, to->length);
    sendto(fd, bytes, PB_WIRE_SIZE - 1, 0, address, to->length);
    sendto(fd, bytes, 0, 0, address, to->length);
    bytes[4]++;
    sendto(fd, bytes, PB_WIRE_SIZE, 0, address, to->length); /* another version */
    beat = beat_of(FO_VOTER_M, FO_VOTER_NONE);
    pb_wire_encode(&beat, key, bytes);
    sendto(fd, bytes, PB_WIRE_SIZE, 0, address, to->length); /* our own, reflected */
    beat = beat_of(FO_VOTER_P, FO_VOTER_S);
    pb_wire_encode(&beat, key, bytes);
    sendto(fd, bytes, PB_WIRE_SIZE, 0, address, to->length); /* for another */
    beat.beat.claim = 9;
    pb_wire_encode(&beat, key, bytes);
    sendto(fd, bytes, PB_WIRE_SIZE, 0, address, to->length); /* no such claim */
    close(fd);
    const struct pb_heartbeat_counts *counts = pb_heartbeat_count(ends[FO_VOTER_M].heartbeat);
    cr_assert(room_wait(&room, eight_refused, (void *)(uintptr_t)counts, 2000));
    cr_assert_eq(counts->bad_hash, 1);
    cr_assert_eq(counts->bad_size, 3);
    cr_assert_eq(counts->bad_version, 1);
    cr_assert_eq(counts->not_for_us, 2);
    cr_assert_eq(counts->bad_field, 1);
    cr_assert_eq(counts->received, 0);
    cr_assert_eq(ends[FO_VOTER_M].received[0], 0);
    close_ends(&room, ends);
}

Test(heartbeat, a_network_whose_address_is_not_there_yet_does_not_hold_up_the_other)
{
    struct room room;
    struct end ends[FO_VOTERS];
    struct fo_datagram beat = beat_of(FO_VOTER_P, FO_VOTER_NONE);

    room_open(&room);
    open_ends(&room, ends);
    pb_heartbeat_stop(ends[FO_VOTER_P].heartbeat, NULL);
    ends[FO_VOTER_P].nets[1].bind = room_address("192.0.2.77", 4500);
    ends[FO_VOTER_P].heartbeat =
        pb_heartbeat_start(&room.loop, &ends[FO_VOTER_P].config, on_datagram, &ends[FO_VOTER_P]);
    for (int i = 0; i < 3; i++) {
        pb_heartbeat_send(ends[FO_VOTER_P].heartbeat, &beat);
    }
    room_turn(&room, 50);
    cr_assert_eq(ends[FO_VOTER_S].received[0], 3);
    cr_assert_eq(ends[FO_VOTER_S].received[1], 0);
    close_ends(&room, ends);
}

static bool heard_on_first(void *context)
{
    return ((struct end *)context)->received[0] > 0;
}

Test(heartbeat, a_port_that_is_taken_is_bound_as_soon_as_it_is_free)
{
    struct room room;
    struct end ends[FO_VOTERS];
    struct fo_datagram beat = beat_of(FO_VOTER_P, FO_VOTER_M);

    room_open(&room);
    open_ends(&room, ends);
    struct pb_heartbeat_config second = ends[FO_VOTER_M].config;
    struct end late = {.config = second};
    late.heartbeat = pb_heartbeat_start(&room.loop, &second, on_datagram, &late);
    pb_heartbeat_stop(ends[FO_VOTER_M].heartbeat,
                      NULL); /* frees the port in the loop's next turn */
    bool heard = false;
    for (int i = 0; i < 40 && !heard; i++) {
        pb_heartbeat_send(ends[FO_VOTER_P].heartbeat, &beat);
        heard = room_wait(&room, heard_on_first, &late, 100);
    }
    cr_assert(heard, "the socket was never bound again");
    ends[FO_VOTER_M].heartbeat = late.heartbeat;
    close_ends(&room, ends);
}

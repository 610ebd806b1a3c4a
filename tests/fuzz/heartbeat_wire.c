/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the heartbeat wire and the lease core behind it. Each input is a course of datagrams: most
 * are sealed with the right key after the bytes were chosen, as a peer gone mad would send them, so
 * that they pass the hash; what decodes must encode to the same bytes, and no agent and no monitor
 * may ever trap on it. Run by tests/fuzz/run. */
#include "probes/heartbeat_wire.h"
#include "failover/lease.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define HASH_AT (PB_WIRE_SIZE - 32)
#define BODY (HASH_AT - 5) /* what stands between the version and the hash */
#define START_US (10 * FO_SECOND)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[32] = "a key that both sides have.....";

static struct fo_agent agents[FO_SERVERS];
static struct fo_monitor monitor;
static struct fo_agent_output acts;
static struct fo_monitor_output sends;
static fo_us now_us;

static void begin(void)
{
    const struct fo_lease_params params = FO_LEASE_DEFAULTS;
    now_us = START_US;
    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        fo_agent_init(&agents[i], &params, (enum fo_voter)i, 7 + i, 0, FO_VOTER_NONE, now_us);
    }
    fo_monitor_init(&monitor, &params, 9, now_us);
}

static void tell(struct fo_agent_event event)
{
    event.now_us = now_us;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fo_agent_step(&agents[i], &event, &acts);
    }
}

/* The sealed bytes were read: then they are what the struct is written as, and all may hear it. */
static void hear(const struct fo_datagram *datagram, const uint8_t bytes[PB_WIRE_SIZE])
{
    uint8_t again[PB_WIRE_SIZE];
    pb_wire_encode(datagram, key, again);
    if (memcmp(again, bytes, PB_WIRE_SIZE) != 0) {
        abort();
    }
    tell((struct fo_agent_event){.kind = FO_AGENT_DATAGRAM, .datagram = *datagram});
    fo_monitor_receive(&monitor, datagram, now_us, &sends);
}

/* A datagram for one of the three, made from the newest that they themselves would expect: its echo
 * is fresh, so that it is not only refused. */
static void freshen(uint8_t bytes[PB_WIRE_SIZE])
{
    const uint64_t echoes[FO_VOTERS][2] = {
        {7, agents[0].voter.seq}, {8, agents[1].voter.seq}, {9, monitor.voter.seq}};
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        for (unsigned j = 0; j < 8; j++) {
            bytes[24 + 16 * i + j] = (uint8_t)(echoes[i][0] >> (56 - 8 * j));
            bytes[32 + 16 * i + j] = (uint8_t)(echoes[i][1] >> (56 - 8 * j));
        }
    }
}

static void receive(const uint8_t *body, size_t length, uint8_t how)
{
    uint8_t bytes[PB_WIRE_SIZE] = {'N', 'R', 'S', 'H', PB_WIRE_VERSION};
    struct fo_datagram datagram;
    memcpy(bytes + 5, body, length < BODY ? length : BODY);
    if ((how & 1) != 0 && bytes[5] == FO_DATAGRAM_BEAT) {
        freshen(bytes);
    }
    crypto_generichash(bytes + HASH_AT, 32, bytes, HASH_AT, key, sizeof key);
    if (pb_wire_decode(bytes, PB_WIRE_SIZE, key, &datagram) == PB_WIRE_OK) {
        hear(&datagram, bytes);
    }
    bytes[how % PB_WIRE_SIZE] ^= 1; /* one bit of it changed on the way */
    if (pb_wire_decode(bytes, PB_WIRE_SIZE, key, &datagram) == PB_WIRE_OK) {
        abort();
    }
}

/* Something else that happens to the servers between two datagrams. */
static void happen(uint8_t what)
{
    switch (what % 8) {
        case 0:
            tell((struct fo_agent_event){.kind = FO_AGENT_SERVICE,
                                         .health = (uint8_t)(what / 8 % 3)});
            break;
        case 1:
            tell((struct fo_agent_event){.kind = FO_AGENT_GATE_SHUT});
            break;
        case 2:
            tell((struct fo_agent_event){.kind = FO_AGENT_LEAVE});
            break;
        case 3:
            fo_monitor_choose(&monitor, (enum fo_voter)(what / 8 % FO_SERVERS), now_us, &sends);
            break;
        case 4:
            fo_monitor_tick(&monitor, now_us, &sends);
            break;
        default:
            tell((struct fo_agent_event){.kind = FO_AGENT_TIMER});
            break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fo_datagram datagram;
    if (pb_wire_decode(data, size, key, &datagram) == PB_WIRE_OK) {
        abort(); /* nobody guesses the key */
    }
    begin();
    for (size_t at = 0; at + 4 <= size;) {
        uint8_t how = data[at], length = data[at + 3];
        now_us += (fo_us)data[at + 1] * 10 * FO_MS;
        happen(data[at + 2]);
        at += 4;
        size_t piece = length < size - at ? length : size - at;
        receive(data + at, piece, how);
        at += piece;
    }
    return 0;
}

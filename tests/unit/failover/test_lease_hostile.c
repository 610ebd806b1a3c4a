/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams that pass the wire's own checks and still make no sense: whatever numbers they carry,
 * agent and monitor refuse or follow them, and no assertion of the engine fails. Deterministic. */
#include "failover/assert.h"
#include "failover/lease.h"

#include <criterion/criterion.h>
#include <string.h>

#define ROUNDS 100000

static uint64_t state;
static struct fo_agent agent;
static struct fo_monitor monitor;

static uint64_t random_next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) ^ (state << 20);
}

/* One of the numbers at which arithmetic breaks, or one near what the other side uses. */
static uint64_t odd_number(uint64_t near)
{
    const uint64_t edges[] = {0,
                              1,
                              UINT64_MAX,
                              UINT64_MAX - 1,
                              INT64_MAX,
                              (uint64_t)INT64_MAX + 1,
                              FO_EPOCH_LIMIT,
                              FO_EPOCH_LIMIT - 1,
                              near,
                              near + 1,
                              near - 1,
                              near + 2};
    return edges[random_next() % (sizeof edges / sizeof edges[0])];
}

static uint8_t odd_voter(void)
{
    const uint8_t voters[] = {FO_VOTER_P, FO_VOTER_S, FO_VOTER_M, FO_VOTER_NONE, FO_VOTER_P};
    return voters[random_next() % sizeof voters];
}

static struct fo_stamp odd_stamp(uint64_t boot, uint64_t seq)
{
    return (struct fo_stamp){random_next() % 3 == 0 ? odd_number(boot) : boot, odd_number(seq)};
}

/* What a sound peer of this voter would send now; its process is replaced from time to time, else
 * one absurd seq would make the voter deaf to it for good. */
static struct fo_beat sound_beat(const struct fo_voter_state *voter)
{
    static uint64_t sent;
    sent++;
    struct fo_beat beat = {
        .sender = (uint8_t)((voter->self + 1 + random_next() % 2) % FO_VOTERS),
        .stamp = {.boot = 40 + sent / 64, .seq = sent},
        .claim = (uint8_t)(random_next() % 3),
        .held = random_next() % 2,
        .offer = random_next() % 2,
        .health = FO_HEALTH_OK,
        .lease_us = voter->params.lease_us,
        .epoch = agent.epoch + random_next() % 3,
        .silence_us = FO_NEVER,
        .choice = FO_VOTER_NONE,
        .next = FO_VOTER_NONE,
    };
    if (beat.sender == FO_VOTER_M) {
        beat.claim = FO_CLAIM_NONE;
        beat.choice = random_next() % 4 == 0 ? 1 - voter->self : voter->self;
        beat.choice_epoch = agent.order_epoch + random_next() % 3;
    }
    beat.echo[voter->self] = (struct fo_stamp){voter->boot, voter->seq};
    return beat;
}

static void beat_spoil(struct fo_beat *beat, const struct fo_voter_state *voter)
{
    size_t server = random_next() % FO_SERVERS;
    switch (random_next() % 12) {
        case 0:
            beat->sender = odd_voter();
            break;
        case 1:
            beat->stamp = odd_stamp(beat->stamp.boot, beat->stamp.seq);
            break;
        case 2:
            beat->echo[voter->self] = odd_stamp(voter->boot, voter->seq);
            break;
        case 3:
            beat->claim = (uint8_t)(random_next() % 3);
            break;
        case 4:
            beat->forced = random_next() % 2;
            beat->alone = random_next() % 2;
            beat->draining = random_next() % 2;
            break;
        case 5:
            beat->lease_us = (fo_us)odd_number((uint64_t)voter->params.lease_us);
            break;
        case 6:
            beat->epoch = odd_number(agent.epoch);
            break;
        case 7:
            beat->silence_us = (fo_us)odd_number(600000);
            break;
        case 8:
            beat->freed[server] = odd_stamp(voter->vote_boot, voter->vote_seq);
            break;
        case 9:
            beat->fenced[server] = odd_number(voter->vote_boot);
            break;
        case 10:
            beat->choice = odd_voter();
            beat->next = odd_voter();
            break;
        default:
            beat->choice_epoch = odd_number(monitor.choice_epoch);
            break;
    }
}

static struct fo_datagram odd_datagram(const struct fo_voter_state *voter)
{
    struct fo_datagram datagram;
    memset(&datagram, 0, sizeof datagram);
    datagram.to = random_next() % 8 == 0 ? odd_voter() : FO_VOTER_NONE;
    if (random_next() % 4 != 0) {
        datagram.kind = FO_DATAGRAM_BEAT;
        datagram.beat = sound_beat(voter);
        for (uint64_t spoiled = random_next() % 3; spoiled > 0; spoiled--) {
            beat_spoil(&datagram.beat, voter);
        }
        return datagram;
    }
    datagram.kind = FO_DATAGRAM_ANSWER;
    datagram.answer.sender = odd_voter();
    datagram.answer.of = odd_stamp(voter->boot, voter->seq);
    datagram.answer.given = random_next() % 4 != 0;
    datagram.answer.reason = (uint8_t)(random_next() % FO_ANSWER_REASONS);
    datagram.answer.holder = odd_voter();
    datagram.answer.lease_us = (fo_us)odd_number((uint64_t)voter->params.lease_us);
    return datagram;
}

/* What happens besides datagrams: time, the service, the gate's answers, orders. */
static void agent_event(struct fo_agent_event *event)
{
    const uint8_t kinds[] = {FO_AGENT_TIMER,   FO_AGENT_SERVICE,      FO_AGENT_GATE_SHUT,
                             FO_AGENT_DRAINED, FO_AGENT_ADDRESS_FREE, FO_AGENT_FORCE,
                             FO_AGENT_CLOCK,   FO_AGENT_GATE_LOST};
    event->kind = kinds[random_next() % sizeof kinds];
    event->health = random_next() % 4 == 0 ? FO_HEALTH_FAILED : FO_HEALTH_OK;
    event->well = random_next() % 4 != 0;
}

Test(lease_hostile, nothing_an_agent_hears_breaks_an_invariant_of_its_own)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    struct fo_agent_output out;
    fo_us now_us = 0;
    uint32_t opened = 0;

    for (uint64_t seed = 1; seed <= 200; seed++) {
        state = seed;
        fo_agent_init(&agent, &params, (enum fo_voter)(seed % 2), 7, odd_number(10),
                      (enum fo_voter)odd_voter(), now_us);
        for (int i = 0; i < ROUNDS / 200; i++) {
            struct fo_agent_event event = {.kind = FO_AGENT_DATAGRAM};
            now_us += (fo_us)(random_next() % 20000);
            event.now_us = now_us;
            event.datagram = odd_datagram(&agent.voter);
            if (i % 8 == 0) {
                agent_event(&event);
            }
            fo_agent_step(&agent, &event, &out);
            opened += agent.gate_open;
            cr_assert_leq(out.count, FO_AGENT_ACTS_MAX);
            cr_assert_leq(agent.gate_until_us, now_us + params.lease_us);
            cr_assert_gt(fo_agent_next_deadline(&agent), now_us);
        }
    }
    cr_assert_gt(opened, ROUNDS / 100, "it was never close to anything");
}

Test(lease_hostile, nothing_the_monitor_hears_breaks_an_invariant_of_its_own)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    struct fo_monitor_output out;
    fo_us now_us = 0;
    uint32_t granted = 0;

    state = 1;
    fo_monitor_init(&monitor, &params, 7, now_us);
    for (int i = 0; i < ROUNDS; i++) {
        struct fo_datagram datagram = odd_datagram(&monitor.voter);
        now_us += (fo_us)(random_next() % 20000);
        if (i % 500 == 0) {
            fo_monitor_choose(&monitor, (enum fo_voter)(random_next() % 2), now_us, &out);
        }
        if (i % 700 == 0) {
            fo_monitor_fenced(&monitor, (enum fo_voter)(random_next() % 2), now_us, &out);
        }
        fo_monitor_receive(&monitor, &datagram, now_us, &out);
        granted += monitor.voter.vote == FO_VOTE_TO;
        cr_assert_gt(fo_monitor_next_deadline(&monitor), now_us);
        for (uint8_t server = 0; server < FO_SERVERS; server++) {
            fo_us dead_us = fo_monitor_verdict_us(&monitor, (enum fo_voter)server);
            bool dead = fo_monitor_verdict_dead(&monitor, (enum fo_voter)server, now_us);
            cr_assert(!dead || dead_us <= now_us);
        }
    }
    cr_assert_gt(granted, ROUNDS / 100, "it was never close to anything");
}

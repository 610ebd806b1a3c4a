/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's part of the quorum lease, rules M1 to M6: whom its vote may go to, the beats that
 * say so, and what it can witness about a server's death. It never decides a switchover; the engine
 * does, and calls this. */
#include "failover/assert.h"
#include "failover/lease.h"
#include "failover/lease_voter.h"

#include <string.h>

#define BURST_BEATS 3 /* as A1: at 0, 2 000 and 5 000 after a change */
#define BURST_SECOND_US (2 * FO_MS)
#define BURST_THIRD_US (3 * FO_MS)
#define STANDBY_FRESH_BEATS 4 /* M2 */

static struct fo_datagram *send_push(struct fo_monitor_output *out)
{
    FO_ASSERT(out->count < FO_MONITOR_SENDS_MAX);
    struct fo_datagram *datagram = &out->sends[out->count++];
    memset(datagram, 0, sizeof *datagram);
    return datagram;
}

static enum fo_voter other_server(enum fo_voter server)
{
    FO_ASSERT(server == FO_VOTER_P || server == FO_VOTER_S);
    return server == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
}

void fo_monitor_init(struct fo_monitor *monitor, const struct fo_lease_params *params,
                     uint64_t boot, fo_us now_us)
{
    memset(monitor, 0, sizeof *monitor);
    fo_voter_init(&monitor->voter, params, FO_VOTER_M, boot, now_us);
    monitor->choice = FO_VOTER_NONE;
    monitor->next = FO_VOTER_NONE;
    monitor->next_beat_us = now_us;
    monitor->quiet_until_us = now_us + params->lease_us;
    monitor->started_us = now_us;
}

fo_us fo_monitor_next_deadline(const struct fo_monitor *monitor)
{
    fo_us vote_us = fo_voter_deadline(&monitor->voter);
    return vote_us < monitor->next_beat_us ? vote_us : monitor->next_beat_us;
}

/* ---- beats ----------------------------------------------------------------------------------- */

static void beat_send(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out)
{
    struct fo_datagram *datagram = send_push(out);
    struct fo_beat *beat = &datagram->beat;

    datagram->kind = FO_DATAGRAM_BEAT;
    datagram->to = FO_VOTER_NONE;
    fo_voter_beat(&monitor->voter, now_us, beat);
    beat->health = FO_HEALTH_UNKNOWN;
    beat->epoch = monitor->epoch_seen;
    beat->choice = monitor->choice;
    beat->next = monitor->next;
    beat->choice_epoch = monitor->choice_epoch;
    memcpy(beat->fenced, monitor->fenced, sizeof beat->fenced);

    monitor->burst = monitor->burst > 0 ? monitor->burst - 1 : 0;
    if (monitor->burst == 2) {
        monitor->next_beat_us = now_us + BURST_SECOND_US;
    } else if (monitor->burst == 1) {
        monitor->next_beat_us = now_us + BURST_THIRD_US;
    } else {
        monitor->next_beat_us = now_us + monitor->voter.params.beat_us;
    }
}

static void beat_burst(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out)
{
    monitor->burst = BURST_BEATS;
    beat_send(monitor, now_us, out);
}

/* ---- V4, V7: answers ------------------------------------------------------------------------- */

static bool answer_beat(struct fo_monitor *monitor, const struct fo_beat *beat, fo_us now_us,
                        struct fo_monitor_output *out)
{
    struct fo_ballot ballot = {.not_chosen = monitor->choice != beat->sender};
    struct fo_datagram *datagram = send_push(out);

    fo_voter_answer(&monitor->voter, beat, &ballot, now_us, datagram);
    return datagram->answer.given;
}

/* V7: the vote may have become free; the newest beat that still waits is answered at once. */
static void ask_settle(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out)
{
    if (!monitor->asked) {
        return;
    }
    const struct fo_stamp *stamp = &monitor->ask.stamp;
    const struct fo_stamp *last = &monitor->voter.heard[monitor->ask.sender].last;

    FO_ASSERT(monitor->ask.sender < FO_SERVERS && monitor->ask.claim != FO_CLAIM_NONE);
    if (monitor->ask.sender != monitor->choice || stamp->boot != last->boot ||
        stamp->seq != last->seq) {
        monitor->asked = false; /* no longer chosen, released since, or another process */
    } else if (monitor->voter.vote == FO_VOTE_FREE) {
        monitor->asked = false;
        answer_beat(monitor, &monitor->ask, now_us, out);
    }
}

/* ---- M1: adopting a holder ------------------------------------------------------------------- */

static void adopt(struct fo_monitor *monitor, const struct fo_beat *beat)
{
    if (monitor->choice != beat->sender) {
        monitor->choice = beat->sender;
        monitor->next = FO_VOTER_NONE;
    }
    /* not below an order it has already followed, and may give back */
    monitor->choice_epoch = beat->choice_epoch > beat->epoch ? beat->choice_epoch : beat->epoch;
}

/* A holder is adopted as soon as it is heard when nobody is chosen; and when it holds a higher
 * epoch than the choice: it became holder while M was silent to it (A6 c, d, e), so the choice is
 * the older statement. */
static void adopt_holder(struct fo_monitor *monitor, const struct fo_beat *beat)
{
    if (beat->claim == FO_CLAIM_HOLD &&
        (monitor->choice == FO_VOTER_NONE || beat->epoch > monitor->choice_epoch)) {
        adopt(monitor, beat);
    }
}

/* After AB without a holder: one that wants and has held, the higher epoch first. */
static void adopt_lapsed(struct fo_monitor *monitor, fo_us now_us)
{
    const struct fo_beat *best = NULL;

    if (monitor->choice != FO_VOTER_NONE || monitor->voter.vote == FO_VOTE_ABSTAIN) {
        return;
    }
    for (size_t i = 0; i < FO_SERVERS; i++) {
        const struct fo_beat *beat = fo_voter_beat_of(&monitor->voter, (enum fo_voter)i,
                                                      monitor->voter.params.lease_us, now_us);
        if (beat != NULL && beat->held && (best == NULL || beat->epoch > best->epoch)) {
            best = beat;
        }
    }
    if (best != NULL) {
        adopt(monitor, best);
    }
}

/* The other server knows of a holding with a higher epoch than the choice: as it stands, the order
 * moves no lapsed holder (A6 b). The same choice is given a number that is followed. */
static void choice_renumber(struct fo_monitor *monitor, const struct fo_beat *beat)
{
    bool was_held = beat->held || beat->claim == FO_CLAIM_NONE;

    if (was_held && monitor->choice < FO_SERVERS && monitor->choice != beat->sender &&
        beat->epoch > monitor->choice_epoch) {
        monitor->choice_epoch =
            fo_lease_next_epoch(monitor->epoch_seen, (enum fo_voter)monitor->choice);
    }
}

/* ---- the doors ------------------------------------------------------------------------------- */

static void epoch_note(struct fo_monitor *monitor, uint64_t epoch)
{
    monitor->epoch_seen = epoch > monitor->epoch_seen ? epoch : monitor->epoch_seen;
}

static void beat_take(struct fo_monitor *monitor, const struct fo_beat *beat, fo_us now_us,
                      struct fo_monitor_output *out)
{
    epoch_note(monitor, beat->epoch);
    epoch_note(monitor, beat->choice_epoch);
    if (monitor->fenced[beat->sender] == beat->stamp.boot) {
        monitor->fenced[beat->sender] = 0; /* it lives: the proof was none */
    }
    adopt_holder(monitor, beat);
    adopt_lapsed(monitor, now_us);
    choice_renumber(monitor, beat);
    if (beat->claim == FO_CLAIM_NONE) {
        return;
    }
    bool given = answer_beat(monitor, beat, now_us, out);
    if (beat->sender == monitor->choice) {
        monitor->asked = !given;
        monitor->ask = *beat;
    }
}

static void beat_run(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out)
{
    if (now_us >= monitor->next_beat_us) {
        beat_send(monitor, now_us, out);
    }
}

void fo_monitor_receive(struct fo_monitor *monitor, const struct fo_datagram *datagram,
                        fo_us now_us, struct fo_monitor_output *out)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    const struct fo_beat *beat = &datagram->beat;
    bool ours = datagram->kind == FO_DATAGRAM_BEAT &&
                (datagram->to == FO_VOTER_M || datagram->to == FO_VOTER_NONE);

    out->count = 0;
    fo_voter_expire(&monitor->voter, now_us);
    if (ours && beat->sender < FO_SERVERS) {
        enum fo_accept accept = fo_voter_hear(&monitor->voter, beat, now_us);
        struct fo_datagram again;

        if (accept == FO_ACCEPT_AGAIN &&
            fo_voter_answer_again(&monitor->voter, (enum fo_voter)beat->sender, &again)) {
            *send_push(out) = again;
        } else if (accept == FO_ACCEPT_NEW) {
            beat_take(monitor, beat, now_us, out);
        }
    }
    ask_settle(monitor, now_us, out);
    beat_run(monitor, now_us, out);
}

void fo_monitor_tick(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    out->count = 0;
    fo_voter_expire(&monitor->voter, now_us);
    adopt_lapsed(monitor, now_us);
    ask_settle(monitor, now_us, out);
    beat_run(monitor, now_us, out);
}

void fo_monitor_choose(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                       struct fo_monitor_output *out)
{
    FO_ASSERT(server < FO_SERVERS || server == FO_VOTER_NONE);
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    out->count = 0;
    fo_voter_expire(&monitor->voter, now_us);
    monitor->choice = (uint8_t)server;
    monitor->next = FO_VOTER_NONE;
    if (server != FO_VOTER_NONE) {
        epoch_note(monitor, monitor->choice_epoch);
        monitor->choice_epoch = fo_lease_next_epoch(monitor->epoch_seen, server);
    }
    ask_settle(monitor, now_us, out);
    beat_burst(monitor, now_us, out);
}

void fo_monitor_set_next(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                         struct fo_monitor_output *out)
{
    FO_ASSERT(server < FO_SERVERS || server == FO_VOTER_NONE);
    out->count = 0;
    fo_voter_expire(&monitor->voter, now_us);
    monitor->next = server == monitor->choice ? (uint8_t)FO_VOTER_NONE : (uint8_t)server;
    beat_burst(monitor, now_us, out);
}

void fo_monitor_fenced(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                       struct fo_monitor_output *out)
{
    FO_ASSERT(server < FO_SERVERS);
    out->count = 0;
    fo_voter_expire(&monitor->voter, now_us);
    monitor->fenced[server] = monitor->voter.heard[server].last.boot;
    fo_voter_fenced(&monitor->voter, server, monitor->fenced[server]);
    ask_settle(monitor, now_us, out);
    beat_burst(monitor, now_us, out);
}

void fo_monitor_clock(struct fo_monitor *monitor, bool well)
{
    monitor->voter.clock_well = well;
}

/* ---- M2, M3: witnessing a death -------------------------------------------------------------- */

void fo_monitor_stalled(struct fo_monitor *monitor, fo_us now_us)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    monitor->quiet_until_us = now_us + monitor->voter.params.lease_us;
}

fo_us fo_monitor_silence_us(const struct fo_monitor *monitor, enum fo_voter server, fo_us now_us)
{
    FO_ASSERT(server < FO_SERVERS);
    return fo_voter_silence_us(&monitor->voter, server, now_us);
}

/* When our own silence has lasted long enough; a server never heard is silent since our start. */
static fo_us own_witness_us(const struct fo_monitor *monitor, enum fo_voter server)
{
    const struct fo_lease_params *params = &monitor->voter.params;
    fo_us last_us = monitor->voter.heard[server].last_us;
    fo_us due_us = (last_us == FO_NEVER ? monitor->started_us : last_us) + params->lease_us -
                   2 * params->beat_us;
    return due_us > monitor->quiet_until_us ? due_us : monitor->quiet_until_us;
}

fo_us fo_monitor_verdict_us(const struct fo_monitor *monitor, enum fo_voter server)
{
    FO_ASSERT(server < FO_SERVERS);
    const struct fo_lease_params *params = &monitor->voter.params;
    const struct fo_heard *standby = &monitor->voter.heard[other_server(server)];
    fo_us needed_us = params->lease_us - 2 * params->beat_us;

    if (standby->last_us == FO_NEVER) {
        return FO_NEVER;
    }
    fo_us due_us = own_witness_us(monitor, server);
    if (standby->beat.silence_us < needed_us) {
        fo_us second_us = standby->last_us + needed_us - standby->beat.silence_us;
        due_us = second_us > due_us ? second_us : due_us;
    }
    /* beyond that the standby's statement is too old to be a witness */
    return due_us <= standby->last_us + STANDBY_FRESH_BEATS * params->beat_us ? due_us : FO_NEVER;
}

bool fo_monitor_verdict_dead(const struct fo_monitor *monitor, enum fo_voter server, fo_us now_us)
{
    const struct fo_lease_params *params = &monitor->voter.params;
    const struct fo_heard *standby = &monitor->voter.heard[other_server(server)];

    return now_us >= fo_monitor_verdict_us(monitor, server) &&
           now_us <= standby->last_us + STANDBY_FRESH_BEATS * params->beat_us;
}

enum fo_voter fo_monitor_holder(const struct fo_monitor *monitor, fo_us now_us)
{
    enum fo_voter holder = FO_VOTER_NONE;
    uint64_t epoch = 0;

    for (size_t i = 0; i < FO_SERVERS; i++) {
        const struct fo_beat *beat = fo_voter_beat_of(&monitor->voter, (enum fo_voter)i,
                                                      monitor->voter.params.lease_us, now_us);
        if (beat != NULL && beat->claim == FO_CLAIM_HOLD &&
            (holder == FO_VOTER_NONE || beat->epoch > epoch)) {
            holder = (enum fo_voter)i;
            epoch = beat->epoch;
        }
    }
    return holder;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Rules V1 to V7 of the quorum lease. It owns the vote and the memory of what was heard and sent;
 * it never decides who should serve and never asserts on anything a datagram says. lease_agent.c
 * and lease_monitor.c call it. */
#include "failover/lease_voter.h"

#include "failover/assert.h"

#include <string.h>

#define REFUSED_BOOTS (sizeof((struct fo_heard *)0)->refused / sizeof(uint64_t))

fo_us fo_voter_abstention_us(const struct fo_lease_params *params)
{
    return fo_lease_promise_us(params, params->lease_max_us);
}

void fo_voter_init(struct fo_voter_state *voter, const struct fo_lease_params *params,
                   enum fo_voter self, uint64_t boot, fo_us now_us)
{
    FO_ASSERT(fo_lease_params_valid(params));
    FO_ASSERT(self < FO_VOTERS && boot != 0);
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    memset(voter, 0, sizeof *voter);
    voter->params = *params;
    voter->self = (uint8_t)self;
    voter->boot = boot;
    voter->vote = FO_VOTE_ABSTAIN;
    voter->vote_to = FO_VOTER_NONE;
    voter->vote_until_us = now_us + fo_voter_abstention_us(params);
    voter->clock_well = true;
    for (size_t i = 0; i < FO_VOTERS; i++) {
        voter->heard[i].last_us = FO_NEVER;
    }
}

static void vote_free(struct fo_voter_state *voter)
{
    voter->vote = FO_VOTE_FREE;
    voter->vote_to = FO_VOTER_NONE;
    voter->vote_boot = 0;
    voter->vote_seq = 0;
    voter->vote_until_us = FO_NEVER;
    voter->vote_any_boot = false;
}

fo_us fo_voter_deadline(const struct fo_voter_state *voter)
{
    bool runs = voter->vote == FO_VOTE_ABSTAIN || voter->vote == FO_VOTE_TO;
    return runs ? voter->vote_until_us : FO_NEVER;
}

void fo_voter_expire(struct fo_voter_state *voter, fo_us now_us)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    if (now_us >= fo_voter_deadline(voter)) {
        vote_free(voter);
    }
}

void fo_voter_beat(struct fo_voter_state *voter, fo_us now_us, struct fo_beat *beat)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    FO_ASSERT(voter->seq < UINT64_MAX);
    voter->seq++;
    voter->sent_us[voter->seq % FO_ECHO_RING] = now_us;
    memset(beat, 0, sizeof *beat);
    beat->sender = voter->self;
    beat->stamp = (struct fo_stamp){.boot = voter->boot, .seq = voter->seq};
    for (size_t i = 0; i < FO_VOTERS; i++) {
        beat->echo[i] = voter->heard[i].newest;
    }
    beat->lease_us = voter->params.lease_us;
    beat->silence_us = FO_NEVER;
    memcpy(beat->freed, voter->freed, sizeof beat->freed);
    beat->choice = FO_VOTER_NONE;
    beat->next = FO_VOTER_NONE;
}

/* ---- hearing: V2, V5, V6 --------------------------------------------------------------------- */

static bool server_or_none(uint8_t voter)
{
    return voter < FO_SERVERS || voter == FO_VOTER_NONE;
}

/* What no sound peer would say. Nothing here is an error of ours. */
static bool beat_well_formed(const struct fo_voter_state *voter, const struct fo_beat *beat)
{
    bool monitor = beat->sender == FO_VOTER_M;

    if (beat->sender >= FO_VOTERS || beat->sender == voter->self || beat->stamp.boot == 0) {
        return false;
    }
    if (beat->claim > FO_CLAIM_HOLD || (monitor && beat->claim != FO_CLAIM_NONE)) {
        return false;
    }
    if (!server_or_none(beat->choice) || !server_or_none(beat->next) ||
        beat->relayed.claim > FO_CLAIM_HOLD || beat->relayed.health > FO_HEALTH_FAILED) {
        return false;
    }
    return beat->silence_us >= 0 && beat->epoch < FO_EPOCH_LIMIT &&
           beat->choice_epoch < FO_EPOCH_LIMIT;
}

/* An old boot stays refused. Only a process that lives now can echo what was sent after that: so
 * one that was taken for the old one, because a late beat of its predecessor came in after its own,
 * finds back. */
static bool boot_refused(const struct fo_voter_state *voter, const struct fo_heard *heard,
                         const struct fo_beat *beat)
{
    for (size_t i = 0; i < REFUSED_BOOTS; i++) {
        if (heard->refused[i] == beat->stamp.boot) {
            return beat->echo[voter->self].seq <= heard->refused_seq[i];
        }
    }
    return false;
}

/* From now on the beats of this process are old. */
static void boot_refuse(struct fo_voter_state *voter, struct fo_heard *heard)
{
    size_t at = heard->refused_next;

    for (size_t i = 0; i < REFUSED_BOOTS; i++) {
        at = heard->refused[i] == heard->last.boot ? i : at;
    }
    if (at == heard->refused_next) {
        heard->refused_next = (uint8_t)((at + 1) % REFUSED_BOOTS);
    }
    heard->refused[at] = heard->last.boot;
    heard->refused_seq[at] = voter->seq;
}

/* Echo of the newest beat heard, accepted or not: else two fresh starts wait for each other. */
static void newest_note(struct fo_heard *heard, const struct fo_stamp *stamp)
{
    if (heard->newest.boot != stamp->boot || stamp->seq > heard->newest.seq) {
        heard->newest = *stamp;
    }
}

static bool echo_fresh(const struct fo_voter_state *voter, const struct fo_beat *beat, fo_us now_us)
{
    const struct fo_stamp *echo = &beat->echo[voter->self];

    if (echo->boot != voter->boot || echo->seq == 0 || echo->seq > voter->seq ||
        voter->seq - echo->seq >= FO_ECHO_RING) {
        return false;
    }
    return now_us - voter->sent_us[echo->seq % FO_ECHO_RING] <= voter->params.lease_max_us;
}

/* V5: (server, stamp) claimed nothing: every grant for an earlier beat of that process is void. */
static void release_note(struct fo_voter_state *voter, uint8_t server, const struct fo_stamp *stamp)
{
    struct fo_heard *heard = &voter->heard[server];
    struct fo_stamp *freed = &voter->freed[server];
    bool known = heard->last.boot == stamp->boot;
    bool frees = voter->vote == FO_VOTE_TO && voter->vote_to == server &&
                 voter->vote_boot == stamp->boot && stamp->seq > voter->vote_seq;

    if (frees) {
        vote_free(voter);
    }
    if (known && stamp->seq > heard->last.seq) { /* relayed: as of then it claimed nothing */
        heard->last.seq = stamp->seq;
        heard->beat.stamp.seq = stamp->seq;
        heard->beat.claim = FO_CLAIM_NONE;
        heard->beat.held = false;
    }
    if ((frees || known) && (freed->boot != stamp->boot || stamp->seq > freed->seq)) {
        *freed = *stamp;
    }
}

void fo_voter_fenced(struct fo_voter_state *voter, enum fo_voter server, uint64_t boot)
{
    FO_ASSERT(server == FO_VOTER_P || server == FO_VOTER_S);
    if (boot != 0 && voter->vote == FO_VOTE_TO && voter->vote_to == server &&
        voter->vote_boot == boot) {
        vote_free(voter);
    }
}

/* Everything a new beat says about votes: its own release, releases it relays, proofs. */
static void statements_note(struct fo_voter_state *voter, const struct fo_beat *beat)
{
    if (beat->sender != FO_VOTER_M && beat->claim == FO_CLAIM_NONE) {
        release_note(voter, beat->sender, &beat->stamp);
    }
    for (uint8_t server = 0; server < FO_SERVERS; server++) {
        const struct fo_stamp *freed = &beat->freed[server];
        bool own = server == beat->sender && freed->boot == beat->stamp.boot;
        /* nobody releases by a beat that he has not sent yet */
        if (server != voter->self && freed->boot != 0 && !(own && freed->seq > beat->stamp.seq)) {
            release_note(voter, server, freed);
        }
        if (beat->sender == FO_VOTER_M) {
            fo_voter_fenced(voter, (enum fo_voter)server, beat->fenced[server]);
        }
    }
}

enum fo_accept fo_voter_hear(struct fo_voter_state *voter, const struct fo_beat *beat, fo_us now_us)
{
    FO_ASSERT(now_us >= 0 && now_us < FO_NOW_LIMIT);
    if (!beat_well_formed(voter, beat)) {
        return FO_ACCEPT_REFUSED;
    }
    struct fo_heard *heard = &voter->heard[beat->sender];
    if (boot_refused(voter, heard, beat)) {
        return FO_ACCEPT_REFUSED;
    }
    newest_note(heard, &beat->stamp);
    if (beat->stamp.boot == heard->last.boot) {
        if (beat->stamp.seq <= heard->last.seq) {
            return beat->stamp.seq == heard->last.seq ? FO_ACCEPT_AGAIN : FO_ACCEPT_REFUSED;
        }
    } else {
        if (!echo_fresh(voter, beat, now_us)) {
            return FO_ACCEPT_REFUSED;
        }
        if (heard->last.boot != 0) {
            boot_refuse(voter, heard);
        }
    }
    heard->last = beat->stamp;
    heard->last_us = now_us;
    heard->beat = *beat;
    heard->answered = false;
    statements_note(voter, beat);
    return FO_ACCEPT_NEW;
}

/* ---- answering: V4 --------------------------------------------------------------------------- */

static enum fo_answer_reason judge(const struct fo_voter_state *voter, const struct fo_beat *beat,
                                   const struct fo_ballot *ballot, fo_us now_us)
{
    bool same = voter->vote == FO_VOTE_TO && voter->vote_to == beat->sender &&
                (voter->vote_boot == beat->stamp.boot || voter->vote_any_boot);

    if (voter->vote == FO_VOTE_ABSTAIN) {
        return FO_ANSWER_ABSTAINING;
    }
    if (!voter->clock_well) {
        return FO_ANSWER_CLOCK;
    }
    if (beat->lease_us != voter->params.lease_us) {
        return FO_ANSWER_L_DIFFERS;
    }
    if (!echo_fresh(voter, beat, now_us)) {
        return FO_ANSWER_STALE;
    }
    if (ballot->not_chosen) {
        return FO_ANSWER_NOT_CHOSEN;
    }
    if (ballot->candidate) {
        return FO_ANSWER_CANDIDATE;
    }
    if (beat->epoch < ballot->top_epoch && !ballot->chosen && !beat->forced) {
        return FO_ANSWER_OLD_EPOCH;
    }
    return voter->vote == FO_VOTE_FREE || same ? FO_ANSWER_GIVEN : FO_ANSWER_PROMISED;
}

static uint8_t vote_holder(const struct fo_voter_state *voter)
{
    if (voter->vote == FO_VOTE_SELF) {
        return voter->self;
    }
    return voter->vote == FO_VOTE_TO ? voter->vote_to : FO_VOTER_NONE;
}

void fo_voter_answer(struct fo_voter_state *voter, const struct fo_beat *beat,
                     const struct fo_ballot *ballot, fo_us now_us, struct fo_datagram *answer)
{
    FO_ASSERT(beat->sender < FO_SERVERS && beat->sender != voter->self);
    FO_ASSERT(beat->claim != FO_CLAIM_NONE);
    struct fo_heard *heard = &voter->heard[beat->sender];
    enum fo_answer_reason reason = judge(voter, beat, ballot, now_us);

    if (reason == FO_ANSWER_GIVEN && !voter->vote_any_boot) {
        voter->vote = FO_VOTE_TO;
        voter->vote_to = beat->sender;
        voter->vote_boot = beat->stamp.boot;
        voter->vote_seq = beat->stamp.seq;
        voter->vote_until_us = now_us + fo_lease_promise_us(&voter->params, beat->lease_us);
    }
    heard->answer = (struct fo_answer){
        .sender = voter->self,
        .stamp = {.boot = voter->boot, .seq = voter->seq},
        .of = beat->stamp,
        .given = reason == FO_ANSWER_GIVEN,
        .reason = (uint8_t)reason,
        .holder = vote_holder(voter),
        .lease_us = voter->params.lease_us,
    };
    heard->answered = true;
    bool again = fo_voter_answer_again(voter, (enum fo_voter)beat->sender, answer);
    FO_ASSERT(again);
}

bool fo_voter_answer_again(const struct fo_voter_state *voter, enum fo_voter sender,
                           struct fo_datagram *answer)
{
    FO_ASSERT(sender < FO_VOTERS);
    const struct fo_heard *heard = &voter->heard[sender];

    if (!heard->answered || heard->answer.of.seq != heard->last.seq) {
        return false;
    }
    memset(answer, 0, sizeof *answer);
    answer->kind = FO_DATAGRAM_ANSWER;
    answer->to = (uint8_t)sender;
    answer->answer = heard->answer;
    return true;
}

void fo_voter_stand(struct fo_voter_state *voter, enum fo_voter server)
{
    FO_ASSERT(server < FO_SERVERS && server != voter->self);
    FO_ASSERT(voter->vote != FO_VOTE_TO || voter->vote_to == server); /* there are two */
    if (voter->vote == FO_VOTE_FREE || voter->vote == FO_VOTE_TO) {
        vote_free(voter);
        voter->vote = FO_VOTE_TO;
        voter->vote_to = (uint8_t)server;
        voter->vote_any_boot = true;
    }
}

void fo_voter_stand_no_longer(struct fo_voter_state *voter, fo_us now_us)
{
    if (voter->vote_any_boot) {
        const struct fo_stamp *last = &voter->heard[voter->vote_to].last;
        voter->vote_any_boot = false;
        voter->vote_boot = last->boot;
        voter->vote_seq = last->seq;
        voter->vote_until_us = now_us + fo_voter_abstention_us(&voter->params);
    }
}

bool fo_voter_echo_fresh(const struct fo_voter_state *voter, const struct fo_beat *beat,
                         fo_us now_us)
{
    return echo_fresh(voter, beat, now_us);
}

void fo_voter_release_self(struct fo_voter_state *voter)
{
    if (voter->vote == FO_VOTE_SELF) {
        vote_free(voter);
    }
}

/* ---- what is known of the others ------------------------------------------------------------- */

fo_us fo_voter_silence_us(const struct fo_voter_state *voter, enum fo_voter sender, fo_us now_us)
{
    FO_ASSERT(sender < FO_VOTERS);
    fo_us last_us = voter->heard[sender].last_us;
    if (last_us == FO_NEVER) {
        return FO_NEVER;
    }
    return now_us > last_us ? now_us - last_us : 0;
}

const struct fo_beat *fo_voter_beat_of(const struct fo_voter_state *voter, enum fo_voter sender,
                                       fo_us age_us, fo_us now_us)
{
    fo_us silence_us = fo_voter_silence_us(voter, sender, now_us);
    return silence_us != FO_NEVER && silence_us <= age_us ? &voter->heard[sender].beat : NULL;
}

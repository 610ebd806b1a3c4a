/* SPDX-License-Identifier: Apache-2.0 */
/* A voter of the quorum lease, rules V1 to V7 and the sending half of a beat: one vote, what it has
 * heard of the others, and what it has sent. The agent and the monitor each embed one; nobody else
 * touches it. It decides nothing about who should serve, only what may be promised.
 * Times are CLOCK_BOOTTIME microseconds of this host, read after the datagram was (V3). */
#ifndef FAILOVER_LEASE_VOTER_H
#define FAILOVER_LEASE_VOTER_H

#include "failover/lease.h"

/* No host runs so long (73 000 years): a later `now` is an error of the caller. */
#define FO_NOW_LIMIT (FO_NEVER / 4)

/* V2: what became of a beat. */
enum fo_accept {
    FO_ACCEPT_REFUSED, /* malformed, an old boot, an old seq, or a new boot without a fresh echo */
    FO_ACCEPT_AGAIN,   /* the newest beat once more: nothing changes, its answer is repeated */
    FO_ACCEPT_NEW
};

/* What the owner of the vote adds to V4. */
struct fo_ballot {
    bool candidate;     /* an agent that claims: it grants to nobody (A2) */
    bool not_chosen;    /* the monitor chose another, or nobody */
    uint64_t top_epoch; /* agent: beats of a lower epoch are refused, unless … */
    bool chosen;        /* … the monitor chose the sender (the beat may also say `forced`) */
};

/* V1: abstains from now on until no promise of an earlier process can be alive. params must be
 * valid; boot is random and not 0. */
void fo_voter_init(struct fo_voter_state *voter, const struct fo_lease_params *params,
                   enum fo_voter self, uint64_t boot, fo_us now_us);
/* AB: how long a voter abstains after its start. */
fo_us fo_voter_abstention_us(const struct fo_lease_params *params);
/* V1, V3: ends an abstention or a promise whose time is over. */
void fo_voter_expire(struct fo_voter_state *voter, fo_us now_us);
/* When fo_voter_expire has something to do; FO_NEVER. */
fo_us fo_voter_deadline(const struct fo_voter_state *voter);

/* A1: takes the next seq, remembers when, and fills in what is common to all beats (sender, stamp,
 * echo, L, freed); everything else is zero or "none". */
void fo_voter_beat(struct fo_voter_state *voter, fo_us now_us, struct fo_beat *beat);

/* V2, and for a new beat V5 (its own release, and those it relays) and V6. Bad field values are
 * refused, never trapped. */
enum fo_accept fo_voter_hear(struct fo_voter_state *voter, const struct fo_beat *beat,
                             fo_us now_us);
/* V4: judges an accepted beat with a claim. A grant changes the vote before this returns, so the
 * answer may be sent at any later time. */
void fo_voter_answer(struct fo_voter_state *voter, const struct fo_beat *beat,
                     const struct fo_ballot *ballot, fo_us now_us, struct fo_datagram *answer);
/* V2: the answer given to the newest beat of `sender`; false when it had none. */
bool fo_voter_answer_again(const struct fo_voter_state *voter, enum fo_voter sender,
                           struct fo_datagram *answer);
/* V6: server's process `boot` is proven off: a vote that stands to it is free. */
void fo_voter_fenced(struct fo_voter_state *voter, enum fo_voter server, uint64_t boot);
/* X1: a free vote, or one that is the server's already, stands to whatever process of it, without
 * end; every other vote stays as it is (call again). */
void fo_voter_stand(struct fo_voter_state *voter, enum fo_voter server);
/* X1: such a vote ends: it becomes an ordinary promise to the newest process heard of that server,
 * as long as V1 would abstain. To abstain would leave that server without any vote while M is away.
 */
void fo_voter_stand_no_longer(struct fo_voter_state *voter, fo_us now_us);
/* V2: the beat names a beat of ours, of this process, that was sent at most LMAX ago. */
bool fo_voter_echo_fresh(const struct fo_voter_state *voter, const struct fo_beat *beat,
                         fo_us now_us);
/* A5: the own vote back, after the gate was read back shut. */
void fo_voter_release_self(struct fo_voter_state *voter);

/* Age of the newest accepted beat; FO_NEVER when there was none. */
fo_us fo_voter_silence_us(const struct fo_voter_state *voter, enum fo_voter sender, fo_us now_us);
/* The newest accepted beat of sender if it is at most age_us old, else NULL; lives in the voter. */
const struct fo_beat *fo_voter_beat_of(const struct fo_voter_state *voter, enum fo_voter sender,
                                       fo_us age_us, fo_us now_us);

#endif

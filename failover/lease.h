/* SPDX-License-Identifier: Apache-2.0 */
/* The quorum lease, exactly as reference page "The quorum lease" states it: the messages, the voter
 * (rules V), the agent (rules A) and the monitor's part (rules M). Pure: time comes in with each
 * call, datagrams and acts go out. monitord, dispatch-agent and the storm all run this core and
 * nothing else. It never opens a socket, never reads a clock, and never compares two hosts' clocks.
 */
#ifndef FAILOVER_LEASE_H
#define FAILOVER_LEASE_H

#include "failover/types.h"

/* Section 1. Checked by config/; fo_lease_params_valid says whether the relations hold. */
struct fo_lease_params {
    fo_us beat_us;      /* h: 10 000 … 1 000 000, default 50 000 */
    fo_us lease_us;     /* L as the holder counts it, default 600 000 */
    fo_us lease_max_us; /* LMAX, default 1 000 000 */
    fo_us margin_us;    /* MARGIN, default 2 000 */
    fo_us gate_us;      /* GM, default 0 */
    uint32_t drift_ppm; /* RHO, default 1000 */
    bool alone_resumes; /* when_alone = "resume" (X2) */
};
#define FO_LEASE_DEFAULTS                                                                 \
    (struct fo_lease_params)                                                              \
    {                                                                                     \
        .beat_us = 50000, .lease_us = 600000, .lease_max_us = 1000000, .margin_us = 2000, \
        .gate_us = 0, .drift_ppm = 1000, .alone_resumes = true                            \
    }

#define FO_LEASE_LMAX_DEFAULT FO_SECOND      /* a larger LMAX demands h > 80 000 */
#define FO_LEASE_LMAX_LIMIT (60 * FO_SECOND) /* no LMAX above it, whatever h */
#define FO_LEASE_DRIFT_LIMIT 100000          /* ppm; chrony's own largest slew is below it */
#define FO_LEASE_MARGIN_LIMIT FO_SECOND
/* Every epoch that is believed lies below this, so that the next one can always be computed. */
#define FO_EPOCH_LIMIT (UINT64_C(1) << 62)

bool fo_lease_params_valid(const struct fo_lease_params *params);
/* LP(lease): the promise as the voter counts it (section 1, rounded up). */
fo_us fo_lease_promise_us(const struct fo_lease_params *params, fo_us lease_us);
/* M4: the epoch after `seen` that belongs to `server` (P even, S odd: no two share one). */
uint64_t fo_lease_next_epoch(uint64_t seen, enum fo_voter server);

/* A process of one voter and one of its beats. boot is random and never 0; 0 means "nothing heard".
 */
struct fo_stamp {
    uint64_t boot;
    uint64_t seq;
};

enum fo_claim { FO_CLAIM_NONE, FO_CLAIM_WANT, FO_CLAIM_HOLD };
enum fo_health {
    FO_HEALTH_UNKNOWN,
    FO_HEALTH_OK,
    FO_HEALTH_FAILED
}; /* of the service, as its agent sees it */

/* Section 2, "beat": each voter, each h, the same to both others and on every network. */
/* What the newest beat of the other server that the sender has accepted said; silence_us is its
 * age. A voter that is cut from that server knows by it whether it serves. No vote hangs on it. */
struct fo_relayed {
    bool known;     /* false: none was accepted, the rest is zero */
    uint8_t claim;  /* enum fo_claim */
    uint8_t health; /* enum fo_health */
    bool offer, leaving, alone, forced;
};

struct fo_beat {
    uint8_t sender;                  /* enum fo_voter */
    struct fo_stamp stamp;           /* boot and seq of this beat */
    struct fo_stamp echo[FO_VOTERS]; /* newest beat heard from each other voter; own entry zero */
    uint8_t claim;                   /* enum fo_claim; M: always none */
    bool draining, offer, forced, alone;
    bool leaving; /* in order; the process is about to end */
    /* X1: the sender's vote stands to the receiver by its disk. With `leaving`: rely on it;
     * without: it is back, let it go. `relies`: the sender relies on the receiver's vote in that
     * way. */
    bool rejoin, relies;
    bool held;         /* this process has held and not released: a `want` is a lapse (M1) */
    uint8_t health;    /* enum fo_health */
    fo_us lease_us;    /* L of the sender's file */
    uint64_t epoch;    /* of the claim, or the highest known to have been held */
    uint64_t position; /* data position of the service; 0 unknown */
    fo_us silence_us;  /* age of the newest beat accepted from the other server; FO_NEVER none */
    struct fo_relayed relayed;         /* agents only */
    struct fo_stamp freed[FO_SERVERS]; /* newest release known of each server (V5) */
    /* M only, else FO_VOTER_NONE / 0 */
    uint8_t choice, next;
    /* M: of the choice. Agents: of the newest order of M that named them, so that an M which has
     * forgotten numbers above it. */
    uint64_t choice_epoch;
    uint64_t fenced[FO_SERVERS]; /* boot of each server proven off (V6); 0 none */
};

enum fo_answer_reason {
    FO_ANSWER_GIVEN,
    FO_ANSWER_ABSTAINING,
    FO_ANSWER_PROMISED,
    FO_ANSWER_NOT_CHOSEN,
    FO_ANSWER_CANDIDATE,
    FO_ANSWER_STALE,
    FO_ANSWER_L_DIFFERS,
    FO_ANSWER_CLOCK,
    FO_ANSWER_OLD_EPOCH,
    FO_ANSWER_LET_GO, /* X1, to a `rejoin`: this very beat was accepted and nothing rests on it */
    FO_ANSWER_REASONS
};

/* Section 2, "answer": a voter to one agent. */
struct fo_answer {
    uint8_t sender;        /* enum fo_voter */
    struct fo_stamp stamp; /* of the voter's newest own beat: lets the agent check freshness */
    struct fo_stamp of;    /* the beat that is answered */
    bool given;
    uint8_t reason; /* enum fo_answer_reason */
    uint8_t holder; /* enum fo_voter the vote stands to, or FO_VOTER_NONE */
    fo_us lease_us;
};

enum fo_datagram_kind { FO_DATAGRAM_BEAT = 1, FO_DATAGRAM_ANSWER = 2 };
struct fo_datagram {
    uint8_t kind; /* enum fo_datagram_kind */
    uint8_t to;   /* enum fo_voter, or FO_VOTER_NONE for "all others" (beats) */
    union {
        struct fo_beat beat;
        struct fo_answer answer;
    };
};

/* ---- the voter: V1..V7; embedded in the agent and in the monitor ---------------------------- */
enum fo_vote { FO_VOTE_ABSTAIN, FO_VOTE_FREE, FO_VOTE_TO, FO_VOTE_SELF };
/* Own beats remembered to judge a fresh echo (V2): LMAX of beats at 5 ms, and 8. An echo of an
 * older one is simply not fresh. */
#define FO_ECHO_RING 256

struct fo_heard {           /* what a voter remembers of one other voter */
    struct fo_stamp newest; /* newest beat heard with a good hash, accepted or not (for the echo) */
    struct fo_stamp last;   /* newest accepted beat (V2) */
    fo_us last_us;          /* when it was accepted; FO_NEVER none */
    uint64_t refused[4];    /* old boots, refused for good (V2) */
    struct fo_answer answer; /* last answer, repeated for an equal seq (V2) */
    struct fo_beat beat;     /* the newest accepted beat itself */
    uint8_t refused_next;
    bool answered;
    uint64_t refused_seq[4]; /* own seq when each was refused */
};
struct fo_voter_state {
    struct fo_lease_params params;
    uint8_t self;    /* enum fo_voter */
    uint8_t vote;    /* enum fo_vote */
    uint8_t vote_to; /* FO_VOTE_TO: server */
    bool clock_well;
    bool vote_any_boot;          /* X1: a standing promise to whatever process of vote_to */
    uint64_t vote_boot;          /* FO_VOTE_TO: process of that server */
    uint64_t vote_seq;           /* FO_VOTE_TO: the beat last granted (V5) */
    fo_us vote_until_us;         /* FO_VOTE_ABSTAIN and FO_VOTE_TO; FO_NEVER for a standing one */
    uint64_t boot, seq;          /* own process, last beat sent */
    fo_us sent_us[FO_ECHO_RING]; /* send time by seq modulo FO_ECHO_RING */
    struct fo_heard heard[FO_VOTERS];
    struct fo_stamp freed[FO_SERVERS];
};

/* X1, as the disk says it: this server's vote stands to the other one, whatever process of it,
 * until that one lets it go; or this server relies on such a vote of the other. */
enum fo_standing { FO_STANDING_NONE, FO_STANDING_GIVEN, FO_STANDING_TAKEN };

/* ---- the agent: A1..A9, on each dispatch server ---------------------------------------------- */
enum fo_agent_event_kind {
    FO_AGENT_TIMER,        /* a deadline may have passed */
    FO_AGENT_DATAGRAM,     /* authenticated, addressed to us; .datagram */
    FO_AGENT_SERVICE,      /* service check; .health, .position */
    FO_AGENT_CLOCK,        /* clock well or unwell (adjtimex bound); .well */
    FO_AGENT_GATE_SHUT,    /* the kernel has been read back: the gate is shut; answers
                              FO_AGENT_ACT_SHUT */
    FO_AGENT_GATE_LOST,    /* the gate program is gone or cannot be shut: no beat and no release
                              until FO_AGENT_GATE_SHUT says that it is shut after all */
    FO_AGENT_LEAVE,        /* ordered leave of this process: release first */
    FO_AGENT_DRAINED,      /* drain finished; answers FO_AGENT_ACT_DRAIN */
    FO_AGENT_ADDRESS_FREE, /* X2: probes for the service address went unanswered; .well */
    FO_AGENT_KEPT,         /* the newest FO_AGENT_ACT_PERSIST that is on disk; .serial */
    FO_AGENT_FORCE         /* F1: an authorised person forces this server; noted as FORCED, or as
                              ORDER_REFUSED when another voter was heard within L or is heard
                              before the gate is open, or this server is not fit to claim. While
                              its vote stands to the other server (X1) it means that this one is
                              off: the vote is taken back, and the force has to be given again if
                              the monitor is silent as well */
};
struct fo_agent_event {
    uint8_t kind; /* enum fo_agent_event_kind */
    uint8_t health;
    bool well;
    fo_us now_us; /* read after the datagram was read, or in the timer (V3) */
    uint64_t position, serial;
    struct fo_datagram datagram;
};

enum fo_agent_act_kind {
    FO_AGENT_ACT_SEND,     /* on every configured network; .datagram */
    FO_AGENT_ACT_GATE,     /* store the absolute end .until_us in the gate (A4) */
    FO_AGENT_ACT_SHUT,     /* shut the gate now, read back, then report FO_AGENT_GATE_SHUT (A5) */
    FO_AGENT_ACT_PROMOTE,  /* the gate opened for a new holding: address up, announce, promote steps
                            */
    FO_AGENT_ACT_ANNOUNCE, /* the gate reopened without a change of holder: announce only */
    FO_AGENT_ACT_DEMOTE,   /* the lease is lost or released: demote steps, address away */
    FO_AGENT_ACT_DRAIN,    /* planned hand-over: stop taking new work, report FO_AGENT_DRAINED */
    FO_AGENT_ACT_ASK_ADDRESS, /* X2: probe the service address on each network */
    FO_AGENT_ACT_PERSIST,     /* write .epoch and .holder ("top") and .standing to disk, then report
                                 FO_AGENT_KEPT with .serial; the newest is enough, and the lease
                                 never waits for it, only X1 does */
    FO_AGENT_ACT_NOTE,        /* something worth a record or a call; .reason (enum fo_reason) */
    FO_AGENT_ACT_UNDRAIN /* the hand-over was taken back before the release: take new work again */
};
struct fo_agent_act {
    uint8_t kind; /* enum fo_agent_act_kind */
    uint8_t holder;
    uint8_t standing; /* enum fo_standing */
    uint16_t reason;
    fo_us until_us;
    uint64_t epoch, serial;
    struct fo_datagram datagram;
};
#define FO_AGENT_ACTS_MAX 16
struct fo_agent_output {
    uint32_t count;
    struct fo_agent_act acts[FO_AGENT_ACTS_MAX];
};

/* Own beats with their send time (A3): >= L / h * 4 + 8. An answer to an older one never counts. */
#define FO_AGENT_RING 512
struct fo_agent {
    struct fo_voter_state voter;
    uint8_t claim;  /* enum fo_claim */
    uint8_t health; /* enum fo_health */
    uint8_t top_holder;
    bool held, draining, drained, offer, forced, alone, shutting, leaving, gate_open, gate_lost;
    fo_us ring_us[FO_AGENT_RING]; /* by seq modulo FO_AGENT_RING */
    fo_us until_us[FO_VOTERS];    /* lease granted by each other voter, from our send time (A3) */
    uint64_t void_seq;            /* answers to seq <= this never count (A5) */
    uint64_t epoch;               /* of the present claim */
    uint64_t released_epoch;      /* the epoch last released (A6a) */
    uint64_t top;                 /* highest epoch known to have been held */
    uint64_t position;
    fo_us gate_until_us; /* what the kernel was last told; 0 shut */
    fo_us next_beat_us;
    uint8_t burst;         /* beats left of the three sent on a change of claim (A1) */
    fo_us monitor_seen_us; /* newest accepted beat of M; FO_NEVER none */
    fo_us alone_since_us;  /* X2: both others silent since; FO_NEVER */
    bool address_asked;
    bool monitor_missed; /* noted: dead man, 60 s without M */
    fo_us started_us;
    uint8_t ground;       /* of the present claim (A6); enum of lease_claim.h */
    uint64_t promoted;    /* epoch of the newest PROMOTE; 0 after DEMOTE */
    bool on_own_vote;     /* X2, F1: the gate is refreshed on the own vote alone */
    bool fenced;          /* M says that this very process is proven off: claim nothing (V6) */
    fo_us own_until_us;   /* on_own_vote: newest own beat + L */
    uint64_t order_epoch; /* newest choice_epoch of M that named this server */
    fo_us alone_ask_us;   /* X2: the address is not asked for before this */
    fo_us stepped_us;     /* newest step: a gap is our own, not the others' silence */
    uint8_t standing;     /* X1: enum fo_standing, as wanted; counts when it is on disk */
    uint64_t persist_serial, standing_serial, kept_serial; /* asked for; with it; on disk */
};

/* self is FO_VOTER_P or FO_VOTER_S; boot random and not 0; top/top_holder from disk (0,
 * FO_VOTER_NONE when there is none). Starts abstaining (V1), claim none, gate shut (A9: the caller
 * removes every element of the gate first). */
void fo_agent_init(struct fo_agent *agent, const struct fo_lease_params *params, enum fo_voter self,
                   uint64_t boot, uint64_t top, enum fo_voter top_holder, fo_us now_us);
/* X1: directly after fo_agent_init, what the disk said (FO_STANDING_GIVEN when it cannot be read).
 */
void fo_agent_init_standing(struct fo_agent *agent, enum fo_standing standing);
/* An ordered leave may end now: what the others need to know has been told and heard. */
bool fo_agent_may_end(const struct fo_agent *agent);
/* The clock counts as well and the service as unknown until told. Between FO_AGENT_ACT_SHUT and
 * FO_AGENT_GATE_SHUT no beat goes out. Where claims meet without the monitor the rules are a little
 * stricter or kinder than the page's A6 and A8, never about votes: see lease_claim.c.
 * One event in, acts out in order; out is overwritten. Never fails: a datagram that a rule refuses
 * produces no act or a `no` answer. Acts must be done in the order given. */
void fo_agent_step(struct fo_agent *agent, const struct fo_agent_event *event,
                   struct fo_agent_output *out);
/* When fo_agent_step must be called with FO_AGENT_TIMER at the latest. */
fo_us fo_agent_next_deadline(const struct fo_agent *agent);
/* The instant at which the lease ends: max over the other voters; 0 without one. */
fo_us fo_agent_lease_until(const struct fo_agent *agent);

/* ---- the monitor: M1..M6 --------------------------------------------------------------------- */
#define FO_MONITOR_SENDS_MAX 8
struct fo_monitor_output {
    uint32_t count;
    struct fo_datagram sends[FO_MONITOR_SENDS_MAX];
};
struct fo_monitor {
    struct fo_voter_state voter;
    uint8_t choice, next; /* enum fo_voter or FO_VOTER_NONE */
    uint64_t choice_epoch;
    uint64_t epoch_seen; /* the highest in any beat */
    uint64_t fenced[FO_SERVERS];
    struct fo_beat ask; /* latest unanswered beat of the chosen server (V7) */
    bool asked;
    fo_us next_beat_us;
    fo_us quiet_until_us; /* after an own stall: no verdict before (M3) */
    fo_us started_us;
    uint8_t burst; /* beats left of the three sent on a change of choice */
};

void fo_monitor_init(struct fo_monitor *monitor, const struct fo_lease_params *params,
                     uint64_t boot, fo_us now_us);
/* An authenticated datagram for M. Adopts a holder after a start (M1); also one that came to hold a
 * higher epoch than the choice while M was silent to it (A6 c, d, e): choice and choice_epoch
 * change then without fo_monitor_choose. */
void fo_monitor_receive(struct fo_monitor *monitor, const struct fo_datagram *datagram,
                        fo_us now_us, struct fo_monitor_output *out);
/* Beats that are due, votes that have run out (V3, V7). */
void fo_monitor_tick(struct fo_monitor *monitor, fo_us now_us, struct fo_monitor_output *out);
fo_us fo_monitor_next_deadline(const struct fo_monitor *monitor);
/* M4: change the choice, or renew it with a higher epoch (a server that gave its lease back follows
 * only a newer order, A6 a); the caller has journalled it. FO_VOTER_NONE: nobody. Beats at once. */
void fo_monitor_choose(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                       struct fo_monitor_output *out);
/* M5: ask the holder to hand over to `server` (FO_VOTER_NONE, or the server already chosen, takes
 * it back). Beats at once. When the holder's newest beat claims none, it has released: the caller
 * then calls fo_monitor_choose, and that one beat carries the release and the new choice. */
void fo_monitor_set_next(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                         struct fo_monitor_output *out);
/* V6: the server's process is proven off by fencing read back. */
void fo_monitor_fenced(struct fo_monitor *monitor, enum fo_voter server, fo_us now_us,
                       struct fo_monitor_output *out);
/* M3: our own loop stalled; forget all silences, no verdict for L. */
void fo_monitor_stalled(struct fo_monitor *monitor, fo_us now_us);
void fo_monitor_clock(struct fo_monitor *monitor, bool well);
/* M2: dead by our own silence and by the standby's fresh statement; both witnesses, or false. */
bool fo_monitor_verdict_dead(const struct fo_monitor *monitor, enum fo_voter server, fo_us now_us);
/* The earliest instant at which verdict_dead may become true if nothing more is heard; FO_NEVER. */
fo_us fo_monitor_verdict_us(const struct fo_monitor *monitor, enum fo_voter server);
/* Own silence of a server: age of its newest accepted beat; FO_NEVER when none was ever accepted.
 */
fo_us fo_monitor_silence_us(const struct fo_monitor *monitor, enum fo_voter server, fo_us now_us);
/* The server whose newest accepted beat (at most L old) claims hold; FO_VOTER_NONE. */
enum fo_voter fo_monitor_holder(const struct fo_monitor *monitor, fo_us now_us);

#endif

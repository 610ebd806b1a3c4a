/* SPDX-License-Identifier: Apache-2.0 */
/* The standing vote (rule X1; failover/lease_standing.c): S leaves in order while P serves, and leaves its
 * vote behind; P relies on it; S comes back and is let go. Crashes of all three at any time, before and
 * after each write to a disk; datagrams lost, late, copied and out of order. Times are as lease.pml has
 * them: what is granted ends before the vote that gave it is free. It shows that no two gates are open;
 * tests/model/run verifies it and, with -DX1A .. -DX1E, shows that no step can be left out. */
#ifndef PROCESSES
#define PROCESSES 3 /* of S */
#endif
#ifndef P_STARTS
#define P_STARTS 1
#endif
#define NOBODY 7

/* votes */
#define FREE 0
#define ABSTAIN 1
#define SELF 2
#define TO_P 3
#define TO_S 4
#define STAND 5 /* to whatever process of P, without end */
/* standing, in memory and on disk */
#define NONE 0
#define GIVEN 1
#define TAKEN 1
/* beats of one process of S, in their order */
#define REJOIN 0
#define PLAIN 1
#define OFFER 2

unsigned vote_p : 3, vote_s : 3, vote_m : 3;
bit p_by_m, p_by_s, s_by_m, s_by_p; /* grants that run */
bit p_own;                          /* P's gate runs on its own vote alone */

/* S */
bit s_runs, s_leaving;
bit s_standing, s_disk; /* wanted; written */
unsigned s_process : 3;
/* P */
bit p_standing, p_disk;
unsigned p_starts : 2;
unsigned p_knows : 3; /* process of S it accepts beats of; NOBODY */
unsigned p_kind : 2;  /* of the newest beat of that */

/* datagrams on their way, for ever; fresh: the beat echoes P's present process, and lately */
bit sent[3 * PROCESSES], fresh[3 * PROCESSES]; /* process * 3 + kind */
bit let_go[PROCESSES];   /* answers of P, to that process */

#define BEAT(k, kind) ((k) * 3 + (kind))
#define S_KIND (s_leaving -> OFFER : (s_standing == GIVEN -> REJOIN : PLAIN))
#define S_KEPT (s_standing == s_disk)
#define P_KEPT (p_standing == p_disk)
#define RELIES (p_standing == TAKEN && P_KEPT)
#define P_GATE (vote_p == SELF && (p_by_m || p_by_s || p_own))
#define S_GATE (s_runs && vote_s == SELF && (s_by_m || s_by_p))
#define STANDS (s_standing == GIVEN && S_KEPT && vote_s == STAND)
/* a vote of S is free again: time has passed, and whatever P does not renew has ended meanwhile */
#define ENDED (!p_by_s && (!p_own || RELIES))

inline check() { assert(!(P_GATE && S_GATE)) }

inline hear(k, kind) /* P, a beat of process k of S */
{
    d_step {
        sent[BEAT(k, kind)] && (fresh[BEAT(k, kind)] || k == p_knows) &&
            (p_knows == NOBODY || k > p_knows || (k == p_knows && kind >= p_kind)) ->
        p_knows = k;
        p_kind = kind;
        if
        :: kind == OFFER && p_standing == NONE && P_KEPT && P_GATE && fresh[BEAT(k, kind)] ->
            p_standing = TAKEN
        :: kind == REJOIN && p_standing == TAKEN && vote_p == SELF && !p_by_m && !p_by_s ->
            skip /* it is back, and bound until it is let go: an ordinary grant comes first */
#ifdef X1E /* it lets go although it still relies on it */
            ;
            let_go[k] = P_KEPT
#endif
        :: kind != OFFER && p_standing == TAKEN &&
            !(kind == REJOIN && vote_p == SELF && !p_by_m && !p_by_s) ->
            p_standing = NONE
#ifdef X1A /* it lets go before its disk says so */
            ;
            let_go[k] = (kind == REJOIN -> 1 : let_go[k])
#endif
        :: kind == REJOIN && p_standing == NONE && P_KEPT -> let_go[k] = 1
        :: else -> skip
        fi;
        check()
    }
}

#define HEARS(k) :: hear(k, REJOIN) :: hear(k, PLAIN) :: hear(k, OFFER)

active proctype room()
{
    byte i;
    d_step { /* P serves, S stands by */
        vote_p = SELF;
        vote_m = TO_P;
        p_by_m = 1;
        s_runs = 1;
        p_knows = 0;
        p_kind = PLAIN
    };
end:
    do
    /* ordinary votes, claims and grants (lease.pml) */
    :: d_step { vote_m == FREE || vote_m == TO_P ->
                vote_m = TO_P; p_by_m = (vote_p == SELF -> 1 : p_by_m); check() }
    :: d_step { s_runs && (vote_m == FREE || vote_m == TO_S) ->
                vote_m = TO_S; s_by_m = (vote_s == SELF -> 1 : s_by_m); check() }
    :: d_step { s_runs && (vote_s == FREE || vote_s == TO_P) ->
                vote_s = TO_P; p_by_s = (vote_p == SELF -> 1 : p_by_s); check() }
    :: d_step { s_runs && vote_s == STAND -> p_by_s = (vote_p == SELF -> 1 : p_by_s); check() }
    :: d_step { s_runs && vote_p == FREE && vote_s == SELF -> vote_p = TO_S; s_by_p = 1; check() }
    :: d_step { vote_p == FREE -> vote_p = SELF; check() }
    :: d_step { s_runs && vote_s == FREE && s_standing == NONE && !s_leaving -> vote_s = SELF; check() }
    /* they end: a grant before the vote that gave it */
    :: d_step { p_by_m -> p_by_m = 0 }
    :: d_step { p_by_s -> p_by_s = 0 }
    :: d_step { s_by_m -> s_by_m = 0 }
    :: d_step { s_by_p -> s_by_p = 0 }
    :: d_step { p_own && !RELIES -> p_own = 0 }
    :: d_step { vote_m > SELF && !p_by_m && !s_by_m -> vote_m = FREE }
    :: d_step { vote_m == ABSTAIN && !p_by_m && !s_by_m -> vote_m = FREE }
    :: d_step { (vote_p == TO_S || vote_p == ABSTAIN) && !s_by_p -> vote_p = FREE }
    :: d_step { s_runs && (vote_s == TO_P || vote_s == ABSTAIN) && ENDED ->
                vote_s = (s_standing == GIVEN && S_KEPT -> STAND : FREE) }
    /* a release: the gate is shut first */
    :: d_step { vote_p == SELF && !RELIES -> vote_p = FREE; p_by_m = 0; p_by_s = 0; p_own = 0 }
    :: d_step { vote_s == SELF -> vote_s = FREE; s_by_m = 0; s_by_p = 0 }
    /* P relies on the standing vote */
    :: d_step { RELIES && vote_p == SELF && !p_own -> p_own = 1; check() }
    :: d_step { !P_KEPT -> p_disk = p_standing }
    /* S leaves: its vote stands when the disk has it */
    :: d_step { s_runs && !s_leaving && s_standing == NONE && S_KEPT && vote_s != SELF &&
                vote_s != ABSTAIN && P_GATE ->
                s_leaving = 1; s_standing = GIVEN }
    /* or leaves again before it was let go, perhaps while it abstains: it is where it was */
    :: d_step { s_runs && !s_leaving && s_standing == GIVEN && S_KEPT -> s_leaving = 1 }
    :: d_step { s_runs && !S_KEPT -> s_disk = s_standing;
        if
        :: s_disk == GIVEN && vote_s != ABSTAIN -> vote_s = STAND
#ifdef X1B /* let go, it is free at once */
        :: s_disk == NONE -> vote_s = FREE
#else
        :: s_disk == NONE -> vote_s = ABSTAIN /* V1 anew */
#endif
        :: else -> skip
        fi }
    /* its beats: the offer only when the disk has it */
    :: d_step { s_runs && S_KEPT && (s_standing == GIVEN || !s_leaving) ->
                sent[BEAT(s_process, S_KIND)] = 1; fresh[BEAT(s_process, S_KIND)] = 1 }
    HEARS(0)
    HEARS(1)
    HEARS(2)

    /* time makes what is fresh late */
    :: d_step { i = 0;
        do
        :: i < 3 * PROCESSES -> fresh[i] = 0; i++
        :: else -> break
        od;
        i = 0 }
    /* S is let go */
#ifdef X1C /* by an answer to any process of it */
    :: d_step { s_runs && STANDS && !s_leaving && (let_go[0] || let_go[1] || let_go[2]) ->
                s_standing = NONE }
#else
    :: d_step { s_runs && STANDS && !s_leaving && let_go[s_process] -> s_standing = NONE }
#endif
    /* crashes, and the next process */
    :: d_step { s_runs -> s_runs = 0; s_by_m = 0; s_by_p = 0; s_leaving = 0 }
    :: d_step { !s_runs && s_process < PROCESSES - 1 -> s_process++; s_runs = 1;
#ifdef X1D /* it forgets that its vote stands */
                s_disk = NONE;
#endif
                s_standing = s_disk; vote_s = ABSTAIN }
    :: d_step { p_starts < P_STARTS -> p_starts++; p_standing = p_disk; p_knows = NOBODY; p_kind = 0;
                p_by_m = 0; p_by_s = 0; p_own = 0; vote_p = ABSTAIN;
                i = 0;
                do
                :: i < 3 * PROCESSES -> fresh[i] = 0; i++
                :: else -> break
                od;
                i = 0 }
    :: d_step { vote_m = ABSTAIN }
    od
}

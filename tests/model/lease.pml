/* SPDX-License-Identifier: Apache-2.0 */
/* The votes, grants and gates of the quorum lease (rules V1..V5, A2..A5, A9) under every loss, delay,
 * copy, reordering, pause and restart, with clocks that differ by up to DIFF ticks in any window.
 * It does not know why anybody claims: whoever may want to, may, at any time (claim.pml has the why).
 * tests/model/run verifies it and, with -DT1 .. -DT12, shows that no rule can be left out. */
#ifndef L
#define L 2 /* the lease as the holder counts it, in ticks */
#endif
#ifndef DIFF
#define DIFF 2 /* two clocks differ by at most this in any window (phase and drift together) */
#endif
#ifdef SLIP /* besides, any clock may gain or lose a tick for good, once in SLIP rounds */
#define LP (L + DIFF + 1)
#else
#define LP (L + DIFF)
#endif
#define LEAD (DIFF / 2)
#ifdef T11 /* the promise one tick short */
#define PROMISE (LP - 1)
#else
#define PROMISE LP
#endif
#if defined(T2)
#define AB 0
#elif defined(T2_SHORT)
#define AB (LP - 1)
#else
#define AB LP
#endif

#define P 0
#define S 1
#define M 2
#define PEER(a) (1 - (a))

/* vote of a voter */
#define FREE 0
#define ABSTAIN 1
#define SELF 2
#define TO(x) (3 + (x))
/* Which beat a vote or a grant answers, as seen from the agent that sent it: one since its last
 * release (seq > void), one before it, or one of a process of it that is gone. Boots and sequence
 * numbers are needed for nothing else. */
#define CURRENT 0
#define PAST 1
#define OLD 2

typedef voter {
    unsigned vote : 3;
    unsigned kind : 2; /* TO: of the beat last granted */
    unsigned left : 4  /* ABSTAIN, TO: ticks of the own clock until FREE */
};
typedef agent {
    bit claim;
    bit shutting;       /* between "shut the gate" and "it is shut" (A5) */
    unsigned lease : 3; /* max(until[]): ticks of the own clock left */
    unsigned gate : 3;  /* what the kernel was told: ticks left, 0 shut */
    unsigned pend : 3;  /* A4 has computed the end, the kernel has not been told yet; 0 nothing */
    unsigned grant : 3; /* the best grant on its way to this agent: ticks left from the beat's sending */
    unsigned kind : 2;  /* of that grant */
#if defined(T3) || defined(T9)
    bit released;     /* copies of a release of this process are on their way */
    bit released_old; /* copies of a release of a process before */
#endif
};

voter v[3];
agent g[2];
unsigned ahead0 : 2, ahead1 : 2, ahead2 : 2; /* ticks before the slowest clock */
#ifdef SLIP
unsigned slip : 4; /* rounds until a clock may slip again */
#endif
#ifdef SCENE
bit calm;           /* the faults have stopped */
unsigned round : 4; /* rounds since then */
#else
#define calm false
#endif

#define COUNT_DOWN(x) x = (x > 0 -> x - 1 : 0)
#define RUNS(i) (v[i].vote == ABSTAIN || v[i].vote > SELF)
#define NAME(i) ((i) == P -> 'P' : ((i) == S -> 'S' : 'M'))
#include "lease_scene.pml"

/* ---- clocks ---------------------------------------------------------------------------------- */

inline vote_free(i)
{
    v[i].vote = FREE;
    v[i].kind = 0;
    v[i].left = 0
}

inline vote_tick(i) /* V3 */
{
    printf("%c: tick\n", NAME(i));
    if
    :: RUNS(i) && v[i].left > 1 -> v[i].left = v[i].left - 1
    :: RUNS(i) && v[i].left <= 1 -> vote_free(i)
    :: else -> skip
    fi
}

inline agent_tick(a)
{
    COUNT_DOWN(g[a].lease);
    COUNT_DOWN(g[a].gate);
#ifndef T1 /* an absolute end comes nearer while the agent sleeps, "time left" does not */
    COUNT_DOWN(g[a].pend);
#endif
#if !defined(T5) && !defined(T10) /* there a late grant is worth as much as a fresh one */
    COUNT_DOWN(g[a].grant);
    g[a].kind = (g[a].grant == 0 -> 0 : g[a].kind)
#endif
}

/* One clock advanced: a round is over when all three have. */
inline round_settle()
{
    if
    :: ahead0 > 0 && ahead1 > 0 && ahead2 > 0 ->
        ahead0 = ahead0 - 1;
        ahead1 = ahead1 - 1;
        ahead2 = ahead2 - 1;
#ifdef SLIP
        COUNT_DOWN(slip);
#endif
#ifdef SCENE
        round = (calm && round < 15 -> round + 1 : round);
#endif
    :: else -> skip
    fi
}

/* ---- V4, V5: the voters ---------------------------------------------------------------------- */

#define CLAIMS(i) ((i) < M && g[(i) % 2].claim)
#define STANDS_TO(i, a, k) (v[i].vote == TO(a) && v[i].kind == k)
/* TO a beat from before a release: a beat after it is of the same boot (or the vote is about to be
 * free anyway, the old process having released). */
#define SAME_BOOT(i, a) (v[i].vote == TO(a) && v[i].kind != OLD)
#if defined(T8)
#define MAY_VOTE_FOR(i, a) (v[i].vote == FREE || v[i].vote == SELF || SAME_BOOT(i, a))
#elif defined(T12)
#define MAY_VOTE_FOR(i, a) (v[i].vote == FREE || SAME_BOOT(i, a))
#else
#define MAY_VOTE_FOR(i, a) (!CLAIMS(i) && (v[i].vote == FREE || SAME_BOOT(i, a)))
#endif

inline promise(i, a, k)
{
    v[i].vote = TO(a);
    v[i].kind = k;
    v[i].left = PROMISE
}

/* V4: a claiming beat of agent a, with `rest` of L left since its sending, is answered by voter i. */
inline answer(i, a, rest)
{
    d_step {
        g[a].claim && MAY_VOTE_FOR(i, a) && ASKED(i, a) ->
            printf("%c: grants to %c\n", NAME(i), NAME(a));
        if
        :: v[i].vote != SELF -> promise(i, a, CURRENT)
        :: else -> skip
        fi;
        if
        :: g[a].kind != CURRENT || g[a].grant < rest ->
            g[a].grant = rest;
            g[a].kind = CURRENT
        :: else -> skip
        fi
    }
}

/* V4 for a late beat: from before a release of agent a, or of a process that is gone. It is below the
 * sequence number of what a vote for the present process stands on (V2), and its grant counts for
 * nothing (A3); but it may bind a free vote. */
inline answer_late(i, a, k)
{
    d_step {
        !calm && !CLAIMS(i) && (v[i].vote == FREE || STANDS_TO(i, a, k)) ->
            printf("%c: grants to a late beat of %c\n", NAME(i), NAME(a));
            promise(i, a, k)
    }
}

/* V5: a release of agent a, at first hand, relayed or a late copy, comes to voter i. */
#if defined(T3)
#define RELEASE_FREES(i, a) (v[i].kind == PAST || (v[i].kind == CURRENT && g[a].released))
#elif defined(T9)
#define RELEASE_FREES(i, a) (v[i].kind == PAST || (v[i].kind == CURRENT && g[a].released_old))
#else
#define RELEASE_FREES(i, a) (v[i].kind == PAST)
#endif

inline hear_release(i, a)
{
    d_step {
        !calm && v[i].vote == TO(a) && RELEASE_FREES(i, a) ->
            printf("%c: hears a release of %c\n", NAME(i), NAME(a));
            vote_free(i)
    }
}

/* The vote of voter i for agent a answers an older beat than it did. */
inline vote_age(i, a, from, to)
{
    v[i].kind = (STANDS_TO(i, a, from) -> to : v[i].kind)
}

/* V1 */
inline restart_voter(i)
{
    v[i].vote = (AB > 0 -> ABSTAIN : FREE);
    v[i].kind = 0;
    v[i].left = AB
}

/* ---- A2..A5, A9: the agents ------------------------------------------------------------------ */

#if defined(T4)
#define COUNTS(a) (g[a].kind != OLD)
#elif defined(T5)
#define COUNTS(a) (g[a].kind != PAST)
#else
#define COUNTS(a) (g[a].kind == CURRENT)
#endif
#if defined(T5)
#define COUNTED(a) (g[a].kind == OLD -> L : g[a].grant)
#elif defined(T10)
#define COUNTED(a) L
#else
#define COUNTED(a) g[a].grant
#endif
#define GRANT_TO_TAKE(a)                                                                           \
    (g[a].claim && g[a].grant > 0 && COUNTS(a) && COUNTED(a) > g[a].lease)
#define END_TO_COMPUTE(a)                                                                          \
    (OWN_VOTE(a) && !g[a].shutting && g[a].lease > g[a].pend && g[a].lease > g[a].gate)
#ifdef T7
#define OWN_VOTE(a) g[a].claim
#else
#define OWN_VOTE(a) (v[a].vote == SELF)
#endif

inline begin_claim(a)
{
    d_step {
        !g[a].claim && MAY_CLAIM(a) -> printf("%c: claims\n", NAME(a));
        g[a].claim = 1
    }
}

inline take_own_vote(a) /* A2 */
{
    d_step {
        THERE(a) && g[a].claim && v[a].vote == FREE -> printf("%c: takes its own vote\n", NAME(a));
        v[a].vote = SELF
    }
}

inline take_grant(a) /* A3 */
{
    d_step {
        THERE(a) && GRANT_TO_TAKE(a) -> printf("%c: takes a grant\n", NAME(a));
        g[a].lease = COUNTED(a)
    }
}

inline compute_end(a) /* A4, first half */
{
    d_step {
        THERE(a) && END_TO_COMPUTE(a) -> printf("%c: computes the end of its lease\n", NAME(a));
        g[a].pend = g[a].lease
    }
}

inline tell_kernel(a) /* A4, second half */
{
    d_step {
        THERE(a) && g[a].pend > 0 -> printf("%c: the gate is open\n", NAME(a));
        g[a].gate = g[a].pend;
        g[a].pend = 0;
        assert(g[P].gate == 0 || g[S].gate == 0) /* invariant I */
    }
}

inline shut(a) /* A5 begins; what was computed before has been told or never will be */
{
    d_step {
        MAY_SHUT(a) && g[a].claim && !g[a].shutting -> printf("%c: shuts its gate\n", NAME(a));
        g[a].shutting = 1;
        g[a].pend = 0
    }
}

inline release(a) /* A5 ends: the gate is shut, void = seq, until[] = 0, own vote and claim gone */
{
    d_step {
        THERE(a) && g[a].shutting -> printf("%c: releases\n", NAME(a));
#ifndef T6 /* else the release overtakes the shutting of the gate */
        g[a].gate = 0;
#endif
        g[a].claim = 0;
        g[a].shutting = 0;
        g[a].lease = 0;
        if
        :: v[a].vote == SELF -> vote_free(a)
        :: else -> skip
        fi;
        g[a].kind = (g[a].grant > 0 && g[a].kind == CURRENT -> PAST : g[a].kind);
        vote_age(PEER(a), a, CURRENT, PAST);
        vote_age(M, a, CURRENT, PAST);
#if defined(T3) || defined(T9)
        g[a].released = 1;
#endif
    }
}

/* A9, V1: the process has ended somewhere before; a new one runs and has shut the gate. */
inline restart(a)
{
    d_step {
        !calm -> printf("%c: starts anew\n", NAME(a));
        restart_voter(a);
        g[a].claim = 0;
        g[a].shutting = 0;
        g[a].lease = 0;
        g[a].gate = 0;
        g[a].pend = 0;
        g[a].kind = (g[a].grant > 0 -> OLD : 0);
        vote_age(PEER(a), a, CURRENT, OLD); /* PAST stays PAST: its release may still come */
        vote_age(M, a, CURRENT, OLD);
#if defined(T3) || defined(T9)
        g[a].released_old = g[a].released_old | g[a].released;
        g[a].released = 0;
#endif
    }
}

/* ---- what may happen next -------------------------------------------------------------------- */

/* How old the beat may be when it is answered: older than "just now" gives a shorter lease for the
 * same promise, so -DPROMPT, which leaves that out, loses nothing but states. */
#if defined(PROMPT) || defined(SCENE)
#define ANSWERS(i, a) :: answer(i, a, L)
#else
#define ANSWERS(i, a)                                                                              \
    :: answer(i, a, L)                                                                             \
    :: answer(i, a, 1)                                                                             \
    :: answer_late(i, a, PAST)                                                                     \
    :: answer_late(i, a, OLD)
#endif
/* not doing it is a pause */
#define AGENT(a)                                                                                   \
    :: begin_claim(a)                                                                                    \
    :: take_own_vote(a)                                                                            \
    :: take_grant(a)                                                                               \
    :: compute_end(a)                                                                              \
    :: tell_kernel(a)                                                                              \
    :: shut(a)                                                                                     \
    :: release(a)                                                                                  \
    :: restart(a)

inline tick_p()
{
    d_step { ahead0 < LEAD && AT_REST -> SERVED; ahead0++; vote_tick(P); agent_tick(P); round_settle() }
}
inline tick_s()
{
    d_step { ahead1 < LEAD && AT_REST -> SERVED; ahead1++; vote_tick(S); agent_tick(S); round_settle() }
}
inline tick_m()
{
    d_step { ahead2 < LEAD && AT_REST -> SERVED; ahead2++; vote_tick(M); round_settle() }
}

active proctype room()
{
    d_step {
        restart_voter(P);
        restart_voter(S);
        restart_voter(M)
    }
    do
    :: tick_p()
    :: tick_s()
    :: tick_m()
    ANSWERS(M, P) /* M to whom it likes */
    ANSWERS(M, S)
    ANSWERS(S, P)
    ANSWERS(P, S)
    :: hear_release(M, P)
    :: hear_release(M, S)
    :: hear_release(S, P)
    :: hear_release(P, S)
    AGENT(P)
    AGENT(S)
    :: d_step { !calm -> printf("M: starts anew\n"); restart_voter(M) }
#ifdef SLIP
    :: d_step { slip == 0 && ahead0 > 0 -> slip = SLIP; ahead0--; printf("P: gains a tick\n") }
    :: d_step { slip == 0 && ahead1 > 0 -> slip = SLIP; ahead1--; printf("S: gains a tick\n") }
    :: d_step { slip == 0 && ahead2 > 0 -> slip = SLIP; ahead2--; printf("M: gains a tick\n") }
    :: d_step { slip == 0 && ahead0 < LEAD -> slip = SLIP; ahead0++; round_settle() }
    :: d_step { slip == 0 && ahead1 < LEAD -> slip = SLIP; ahead1++; round_settle() }
    :: d_step { slip == 0 && ahead2 < LEAD -> slip = SLIP; ahead2++; round_settle() }
#endif
#ifdef SCENE
    :: d_step { !calm -> printf("the faults stop\n"); calm = true }
#endif
    od
}

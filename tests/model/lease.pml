/* SPDX-License-Identifier: Apache-2.0 */
/* The votes, grants and gates of the quorum lease (rules V1..V5, A2..A5, A9) under every loss, delay,
 * copy, reordering, pause and restart, with clocks that differ by up to DIFF ticks in any window.
 * It does not know why anybody claims: whoever may want to, may, at any time (claim.pml has the why).
 * tests/model/run verifies it and, with -DT1 .. -DT11, shows that no rule can be left out. */
#ifndef L
#define L 2 /* the lease as the holder counts it, in ticks */
#endif
#ifndef DIFF
#define DIFF 2 /* two clocks differ by at most this in any window (phase and drift together) */
#endif
#define LP (L + DIFF)
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
#define TO_P 3 /* TO(x) is TO_P + x */
#define TO(x) (TO_P + (x))
/* what is known of the beat a vote or a grant answers, as seen from the agent that sent it: sent since
 * its last release (seq > void), before it, or by a process of it that is gone */
#define CURRENT 0
#define PAST 1
#define OLD 2

typedef voter {
    unsigned vote : 3;
    unsigned kind : 2;   /* TO: CURRENT, PAST, OLD */
    unsigned left : 4  /* ABSTAIN, TO: ticks of the own clock until FREE */
};
typedef agent {
    bit claim;
    unsigned lease : 3; /* max(until[]): ticks of the own clock left */
    unsigned gate : 3;  /* what the kernel was told: ticks left, 0 shut */
    unsigned pend : 3;  /* A4 has computed the end, the kernel has not been told yet; 0 nothing */
    unsigned grant : 3; /* the best grant on its way to this agent: ticks left from the beat's sending */
    unsigned kind : 2;    /* of that grant */
#if defined(T3) || defined(T9)
    bit released;     /* copies of a release of this process are on their way */
    bit released_old; /* copies of a release of a process before */
#endif
};

voter v[3];
agent g[2];
unsigned ahead0 : 2, ahead1 : 2, ahead2 : 2; /* ticks before the slowest clock */

#define COUNT_DOWN(x) x = (x > 0 -> x - 1 : 0)
#define RUNS(i) (v[i].vote == ABSTAIN || v[i].vote >= TO_P)

/* The vote ran out (V3). */
inline vote_free(i)
{
    v[i].vote = FREE;
    v[i].kind = 0;
    v[i].left = 0
}

inline vote_tick(i)
{
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
#if defined(T5) || defined(T10)
    skip
#else
    COUNT_DOWN(g[a].grant);
    if
    :: g[a].grant == 0 -> g[a].kind = 0
    :: else -> skip
    fi
#endif
}

inline lead_settle()
{
    if
    :: ahead0 > 0 && ahead1 > 0 && ahead2 > 0 ->
        ahead0 = ahead0 - 1;
        ahead1 = ahead1 - 1;
        ahead2 = ahead2 - 1
    :: else -> skip
    fi
}

#define CLAIMS(i) (i < M && g[i % 2].claim)
#ifdef T8
#define MAY_VOTE_FOR(i, a) (v[i].vote == FREE || v[i].vote == SELF || (v[i].vote == TO(a) && v[i].kind != OLD))
#else
#define MAY_VOTE_FOR(i, a)                                                                         \
    (!CLAIMS(i) && (v[i].vote == FREE || (v[i].vote == TO(a) && v[i].kind != OLD)))
#endif

/* V4: a beat of agent a that claims is answered by voter i. The beat was sent just now: an older one
 * gives the same promise for a shorter lease. */
inline answer(i, a)
{
    d_step {
        g[a].claim && MAY_VOTE_FOR(i, a);
        if
        :: v[i].vote != SELF ->
            v[i].vote = TO(a);
            v[i].kind = CURRENT;
            v[i].left = PROMISE
        :: else -> skip
        fi;
        g[a].grant = L;
        g[a].kind = CURRENT
    }
}

/* V5: a release of agent a, at first hand, relayed or late, comes to voter i. */
#if defined(T3)
#define RELEASE_FREES(i, a) (v[i].kind == PAST || (v[i].kind == CURRENT && g[a].released))
#elif defined(T9)
#define RELEASE_FREES(i, a) (v[i].kind == PAST || (v[i].kind == CURRENT && g[a].released_old))
#else
#define RELEASE_FREES(i, a) (v[i].kind == PAST)
#endif

inline votes_age(a, from, to)
{
    if
    :: v[PEER(a)].vote == TO(a) && v[PEER(a)].kind == from -> v[PEER(a)].kind = to
    :: else -> skip
    fi;
    if
    :: v[M].vote == TO(a) && v[M].kind == from -> v[M].kind = to
    :: else -> skip
    fi
}

/* A5: gate shut and read back, void, until[] = 0, own vote, claim none. */
inline release(a)
{
    d_step {
        g[a].claim -> g[a].claim = 0;
#ifndef T6 /* else the release overtakes the shutting of the gate */
        g[a].gate = 0;
#endif
        g[a].pend = 0;
        g[a].lease = 0;
        if
        :: v[a].vote == SELF -> vote_free(a)
        :: else -> skip
        fi;
        if
        :: g[a].grant > 0 && g[a].kind == CURRENT -> g[a].kind = PAST
        :: else -> skip
        fi;
        votes_age(a, CURRENT, PAST);
#if defined(T3) || defined(T9)
        g[a].released = 1;
#endif
    }
}

/* A9, V1: the process ends somewhere before; now a new one runs. */
inline restart_voter(i)
{
    v[i].vote = (AB > 0 -> ABSTAIN : FREE);
    v[i].kind = 0;
    v[i].left = AB
}

inline restart_agent(a)
{
    d_step {
        restart_voter(a);
        g[a].claim = 0;
        g[a].lease = 0;
        g[a].gate = 0;
        g[a].pend = 0;
        if
        :: g[a].grant > 0 -> g[a].kind = OLD
        :: else -> skip
        fi;
        votes_age(a, CURRENT, OLD); /* one that is released already stays so */
#if defined(T3) || defined(T9)
        g[a].released_old = g[a].released_old | g[a].released;
        g[a].released = 0;
#endif
    }
}

/* A3 */
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
#ifdef T7
#define OWN_VOTE(a) g[a].claim
#else
#define OWN_VOTE(a) (v[a].vote == SELF)
#endif

/* Whatever else an agent may do, in any order, at any time; not doing it is a pause. */
#define AGENT(a)                                                                                    \
    :: d_step { !g[a].claim -> g[a].claim = 1 }                                                     \
    :: release(a)                                                                                   \
    :: d_step { g[a].claim && v[a].vote == FREE -> v[a].vote = SELF } /* A2 */                      \
    :: d_step { g[a].claim && g[a].grant > 0 && COUNTS(a) && COUNTED(a) > g[a].lease ->             \
                g[a].lease = COUNTED(a) }                                                           \
    :: d_step { OWN_VOTE(a) && g[a].lease > g[a].pend -> g[a].pend = g[a].lease }      /* A4 */     \
    :: d_step { g[a].pend > 0 -> g[a].gate = g[a].pend; g[a].pend = 0; two_gates() }                \
    :: restart_agent(a)

inline two_gates()
{
    assert(g[P].gate == 0 || g[S].gate == 0) /* invariant I */
}

active proctype room()
{
    d_step {
        restart_voter(P);
        restart_voter(S);
        restart_voter(M)
    }
    do
    /* clocks */
    :: d_step { ahead0 < LEAD -> ahead0++; vote_tick(P); agent_tick(P); lead_settle() }
    :: d_step { ahead1 < LEAD -> ahead1++; vote_tick(S); agent_tick(S); lead_settle() }
    :: d_step { ahead2 < LEAD -> ahead2++; vote_tick(M); lead_settle() }
    /* voters; M to whom it likes */
    :: answer(M, P)
    :: answer(M, S)
    :: answer(S, P)
    :: answer(P, S)
    :: d_step { v[M].vote == TO(P) && RELEASE_FREES(M, P) -> vote_free(M) }
    :: d_step { v[M].vote == TO(S) && RELEASE_FREES(M, S) -> vote_free(M) }
    :: d_step { v[S].vote == TO(P) && RELEASE_FREES(S, P) -> vote_free(S) }
    :: d_step { v[P].vote == TO(S) && RELEASE_FREES(P, S) -> vote_free(P) }
    :: d_step { restart_voter(M) }
    AGENT(P)
    AGENT(S)
    od
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The liveness claim under fairness: who claims, and whether somebody serves in the end. Rules A6,
 * A7, A8, V4's epochs, M1, M4 and M5 as failover/lease_claim.c, lease_agent.c and lease_monitor.c
 * carry them out, function by function. From "P serves, all is well" up to FAULTS faults happen
 * (restarts, orders, hand-overs, a failing service), with every loss and every lapse between them;
 * then the faults stop in one of seven scenes. From there on it is fair: each voter that is there
 * beats once a round, in any order, and each link that is there carries it. Then within BOUND rounds
 * somebody serves, and goes on to. That no two gates open is shown by lease.pml; here a vote is
 * simply not free before the lease that it gave has ended. The switches N1 .. N6 leave out a rule of
 * the choice or the claim each; tests/model/run verifies the whole, README.md says in which bounds.
 */
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef BOUND
#define BOUND 8
#endif
#define LAST_ROUND (BOUND + 4)

#define P 0
#define S 1
#define M 2
#define NONE 3
#define PEER(a) (1 - (a))
#define NAME(i) ((i) == P -> 'P' : ((i) == S -> 'S' : ((i) == M -> 'M' : '-')))

/* scenes after the faults */
#define ALL_WELL 0
#define P_GONE 1
#define S_GONE 2
#define MONITOR_GONE 3
#define MONITOR_P_CUT 4
#define MONITOR_S_CUT 5
#define SERVERS_CUT 6
#define SCENES 7

/* claim */
#define NO_CLAIM 0
#define WANT 1
#define HOLD 2
/* ground of a claim (A6) */
#define NO_GROUND 0
#define CHOSEN 1
#define HELD 2
#define OFFERED 3
#define COLD 4
/* vote */
#define FREE 0
#define ABSTAIN 1
#define SELF 2
#define TO(x) (4 + (x))
/* age of what was heard of M: at most L, more, more than 30 s; of the peer: at most 3h, L, more */
#define FRESH 0
#define SILENT 1
#define LONG_SILENT 2
#define NEAR 1
#define COLD_ROUNDS 3

/* No fault begins from a higher epoch: a claim that is taken back and begun again raises its number
 * without end. */
#ifndef EPOCH_MAX
#define EPOCH_MAX 9
#endif

typedef agent {
    unsigned claim : 2;
    unsigned ground : 3;
    bit held;
    bit offer;
    bit gate;
    bit well; /* the service */
    bit drained;
    unsigned epoch : 6;
    unsigned top : 6; /* on disk, as is the next */
    bit top_mine;
    unsigned released : 6; /* released_epoch */
    unsigned order : 6;    /* order_epoch */
    bit by_m;              /* until[]: whose grants run */
    bit by_peer;
    bit new_m; /* renewed in this round */
    bit new_peer;
    /* the newest beat of the peer */
    unsigned p_claim : 2;
    bit p_held;
    bit p_offer;
    unsigned p_epoch : 6;
    unsigned p_order : 6;
    unsigned p_age : 2;
    /* the newest beat of M */
    unsigned m_choice : 2;
    unsigned m_choice_epoch : 6;
    unsigned m_epoch : 6;
    unsigned m_age : 2
};
typedef voter {
    unsigned vote : 3;
    bit old;     /* TO a process that is gone */
    bit renewed; /* in this round */
    unsigned knows : 3; /* bit i: accepted a beat of the present process of voter i (V2) */
    unsigned heard : 3  /* bit i: heard the present process of voter i: echoes it */
};
typedef monitor {
    unsigned choice : 2;
    bit next; /* M5: the other server shall have it */
    unsigned choice_epoch : 6;
    unsigned seen : 6 /* epoch_seen */
};
typedef seen_by_m { /* the newest beat of a server at M */
    unsigned claim : 2;
    bit held;
    bit well;
    unsigned epoch : 6;
    bit silent
};

agent g[2];
voter v[3];
monitor m;
seen_by_m at_m[2];
unsigned faults : 3;
bit calm;
unsigned scene : 3; /* after the faults */
unsigned round : 4;
unsigned due : 3;  /* whose beats of this round are still to come */
unsigned dark : 2; /* rounds in which M heard of no holder */
unsigned waited : 2; /* rounds of the calm without M */

/* -DLOSSES=n: in at most n of the stretches of time before the calm a link is cut. */
#ifdef LOSSES
unsigned lost : 3;
#define MAY_LOSE (lost < LOSSES)
#else
#define MAY_LOSE true
#endif

#ifdef SHORTEST /* a search by breadth knows no hidden variables */
byte k, e, ground_now, chosen_by_m, given, links, arrives, age;
#else
hidden byte k, e, ground_now, chosen_by_m, given, links, arrives, age; /* within one step */
#endif

#define BIT(i) (1 << (i))
#define NEXT_EPOCH(n, s) (((n) / 2 + 1) * 2 + (s))
#define MAX(a, b) ((a) > (b) -> (a) : (b))

/* ---- scenes ---------------------------------------------------------------------------------- */

/* links by which beats go: P-S 1, P-M 2, S-M 4 */
#define LINK(i, j) (((i) == M || (j) == M) -> (((i) == P || (j) == P) -> 2 : 4) : 1)
#define LINKED(i, j) ((links & LINK(i, j)) != 0)
#define SCENE_LINKS                                                                                \
    (scene == ALL_WELL -> 7 :                                                                      \
     (scene == P_GONE -> 4 :                                                                       \
      (scene == S_GONE -> 2 :                                                                      \
       (scene == MONITOR_GONE -> 1 :                                                               \
        (scene == MONITOR_P_CUT -> 5 : (scene == MONITOR_S_CUT -> 3 : 6))))))
#define THERE(i)                                                                                   \
    (!calm || !((scene == P_GONE && (i) == P) || (scene == S_GONE && (i) == S) ||                  \
                (scene == MONITOR_GONE && (i) == M)))

/* ---- lease_claim.c --------------------------------------------------------------------------- */

inline own_epoch(a) /* to e */
{
    e = MAX(g[a].top, g[a].order);
    e = MAX(e, g[a].p_epoch);
    e = MAX(e, g[a].p_order);
    e = MAX(e, g[a].m_epoch);
    e = MAX(e, g[a].m_choice_epoch);
    e = NEXT_EPOCH(e, a)
}

inline opening_epoch(a) /* to e */
{
    if
    :: g[a].top > g[a].epoch ||
       ((g[a].p_held || g[a].p_claim == NO_CLAIM) && g[a].p_epoch > g[a].epoch) -> own_epoch(a)
    :: else -> e = g[a].epoch
    fi
}

#define OUTRANKED(a, n)                                                                            \
    (g[a].p_age <= NEAR && g[a].p_epoch > (n) && g[a].p_claim != NO_CLAIM &&                       \
     (g[a].p_claim == HOLD || (g[a].p_held && !g[a].gate)))
#define FIT(a) (g[a].well && !g[a].drained)
#define ORDERED(a)                                                                                 \
    (g[a].m_age == FRESH && g[a].m_choice == a && g[a].m_choice_epoch > g[a].released)
#ifdef N1 /* any order of M binds a holder, however old */
#define MOVED(a) (g[a].m_age == FRESH && g[a].m_choice == PEER(a))
#else
#define MOVED(a)                                                                                   \
    (g[a].m_age == FRESH && g[a].m_choice == PEER(a) && g[a].m_choice_epoch > g[a].epoch)
#endif
#ifdef N3 /* a lapsed holder does not look whether the peer has held since */
#define OUTLIVED(a) false
#define PASSED_BY(a, n) (g[a].p_age <= NEAR && g[a].p_epoch > (n) && g[a].p_claim == HOLD)
#else
#define OUTLIVED(a)                                                                                \
    (!g[a].gate && g[a].p_age <= NEAR && g[a].p_claim == NO_CLAIM && g[a].p_epoch > g[a].epoch)
#define PASSED_BY(a, n) OUTRANKED(a, n)
#endif

/* fo_claim_ground: to ground_now and e */
inline find_ground(a)
{
    ground_now = NO_GROUND;
    e = g[a].epoch;
    if
    :: !FIT(a) -> skip
    :: else ->
        if
        :: ORDERED(a) && !g[a].gate ->
            ground_now = (g[a].held -> HELD : CHOSEN);
            e = (g[a].held && g[a].epoch > g[a].m_choice_epoch -> g[a].epoch : g[a].m_choice_epoch)
        :: !(ORDERED(a) && !g[a].gate) && g[a].held ->
            ground_now = (!MOVED(a) && !OUTLIVED(a) -> HELD : NO_GROUND)
        :: else ->
            if
            :: g[a].p_age == FRESH && g[a].p_claim == NO_CLAIM && g[a].top > 0 ->
                if
                :: g[a].p_offer && g[a].p_epoch == g[a].top && g[a].m_age >= SILENT ->
                    ground_now = OFFERED
                :: else ->
                    if
                    :: g[a].top_mine && g[a].p_epoch <= g[a].top && g[a].m_age == LONG_SILENT ->
                        ground_now = COLD
                    :: else -> skip
                    fi
                fi
            :: else -> skip
            fi;
            if
            :: ground_now != NO_GROUND && !(g[a].ground == ground_now && g[a].claim != NO_CLAIM) ->
                own_epoch(a)
            :: else -> skip
            fi
        fi;
        ground_now = (PASSED_BY(a, e) -> NO_GROUND : ground_now)
    fi
}

/* ---- lease_agent.c --------------------------------------------------------------------------- */

inline take_top(a, n, mine)
{
    if
    :: n > g[a].top ->
        g[a].top = n;
        g[a].top_mine = mine
    :: else -> skip
    fi
}

inline release(a) /* the gate is shut at once: lease.pml has what may come between */
{
    printf("%c: releases %d\n", NAME(a), g[a].epoch);
    g[a].offer = g[a].held && !PASSED_BY(a, g[a].epoch);
    g[a].gate = 0;
#ifdef N2 /* any order counts as released, not only when something was held */
    g[a].released = MAX(g[a].order, g[a].epoch);
#else
    g[a].released = (g[a].held -> MAX(g[a].order, g[a].epoch) : g[a].released);
#endif
    g[a].by_m = 0;
    g[a].by_peer = 0;
    g[a].new_m = 0;
    g[a].new_peer = 0;
    g[a].claim = NO_CLAIM;
    g[a].held = 0;
    v[a].vote = (v[a].vote == SELF -> FREE : v[a].vote)
}

inline review(a) /* claim_review, gate_settle */
{
    find_ground(a);
    g[a].ground = ground_now;
    if
    :: ground_now == NO_GROUND && g[a].claim != NO_CLAIM -> release(a)
    :: ground_now == NO_GROUND && g[a].claim == NO_CLAIM -> skip
    :: else ->
        g[a].epoch = e;
        if
        :: g[a].claim == NO_CLAIM ->
            printf("%c: claims %d, ground %d\n", NAME(a), e, ground_now);
            g[a].claim = WANT;
            g[a].offer = 0
        :: else -> skip
        fi;
        opening_epoch(a);
        if
        :: g[a].gate && e > g[a].epoch ->
            g[a].epoch = e;
            take_top(a, e, 1)
        :: else -> skip
        fi;
        v[a].vote = (v[a].vote == FREE -> SELF : v[a].vote);
        if
        :: v[a].vote == SELF && (g[a].by_m || g[a].by_peer) && !g[a].gate ->
            opening_epoch(a);
            g[a].gate = 1;
            g[a].claim = HOLD;
            g[a].held = 1;
            g[a].epoch = e;
            take_top(a, e, 1);
            printf("%c: opens with %d\n", NAME(a), e)
        :: else -> skip
        fi
    fi;
    assert(!g[a].held || v[a].vote == SELF);
    assert(!g[a].held || g[a].claim != NO_CLAIM);
    assert(g[a].epoch < 60)
}

inline lapse(a) /* no grant runs any more: the kernel has shut the gate */
{
    if
    :: g[a].gate && !g[a].by_m && !g[a].by_peer ->
        printf("%c: lapses\n", NAME(a));
        g[a].gate = 0;
        g[a].claim = WANT
    :: else -> skip
    fi;
    review(a)
}

/* ---- lease_voter.c --------------------------------------------------------------------------- */

/* V2, V5: given says whether voter j accepts the beat of voter i; the echo is noted anyway. */
inline hear(i, j)
{
    given = (v[j].knows & BIT(i)) || (v[i].heard & BIT(j));
    v[j].heard = v[j].heard | BIT(i);
    v[j].knows = (given -> v[j].knows | BIT(i) : v[j].knows)
}

inline hear_release(a, j) /* a claims nothing */
{
    if
    :: v[j].vote == TO(a) && !v[j].old -> v[j].vote = FREE
    :: else -> skip
    fi
}

/* The answer of voter j to agent a. */
inline answer(a, j, no)
{
    if
    :: !(no) && (v[a].heard & BIT(j)) && (v[j].vote == FREE || (v[j].vote == TO(a) && !v[j].old)) ->
        v[j].vote = TO(a);
        v[j].old = 0;
        v[j].renewed = 1;
        if
        :: arrives && j == M -> g[a].by_m = 1; g[a].new_m = 1
        :: arrives && j != M -> g[a].by_peer = 1; g[a].new_peer = 1
        :: else -> skip
        fi;
        if
        :: arrives -> review(a)
        :: else -> skip
        fi
    :: else -> skip
    fi
}

#define BEAT_EPOCH(a) (g[a].claim == NO_CLAIM -> g[a].top : g[a].epoch)

/* A beat of agent a to its peer b. */
inline beat_to_peer(a, b)
{
    hear(a, b);
    if
    :: given ->
        g[b].p_claim = g[a].claim;
        g[b].p_held = g[a].held;
        g[b].p_offer = g[a].offer;
        g[b].p_epoch = BEAT_EPOCH(a);
        g[b].p_order = g[a].order;
        g[b].p_age = FRESH;
        if
        :: g[a].claim == NO_CLAIM -> hear_release(a, b)
        :: else ->
            /* peer_take: the ballot is from before */
#ifdef N5 /* what M said last does not count once M is silent */
            chosen_by_m = g[b].m_choice == a && g[b].m_age == FRESH;
#else
            chosen_by_m = g[b].m_choice == a &&
                          (g[b].m_age == FRESH || g[b].m_choice_epoch >= g[b].top);
#endif
            k = (g[b].claim != NO_CLAIM || (BEAT_EPOCH(a) < g[b].top && !chosen_by_m));
            if
            :: g[a].claim == HOLD ->
                g[b].offer = (g[a].epoch > g[b].top -> 0 : g[b].offer);
                take_top(b, g[a].epoch, 0)
            :: else -> skip
            fi;
            answer(a, b, k)
        fi;
        review(b)
    :: else -> skip
    fi
}

/* ---- lease_monitor.c ------------------------------------------------------------------------- */

inline adopt(a)
{
    printf("M: adopts %c\n", NAME(a));
    m.next = (m.choice == a -> m.next : 0);
    m.choice = a;
    m.choice_epoch = MAX(g[a].order, at_m[a].epoch)
}

inline beat_to_m(a)
{
    hear(a, M);
    if
    :: given ->
        at_m[a].claim = g[a].claim;
        at_m[a].held = g[a].held;
        at_m[a].well = g[a].well;
        at_m[a].epoch = BEAT_EPOCH(a);
        at_m[a].silent = 0;
        if
        :: g[a].claim == NO_CLAIM -> hear_release(a, M)
        :: else -> skip
        fi;
        m.seen = MAX(m.seen, at_m[a].epoch);
        m.seen = MAX(m.seen, g[a].order);
        if
#ifdef N1
        :: g[a].claim == HOLD && m.choice == NONE -> adopt(a)
#else
        :: g[a].claim == HOLD && (m.choice == NONE || at_m[a].epoch > m.choice_epoch) -> adopt(a)
#endif
        :: m.choice == NONE && g[a].claim != HOLD && v[M].vote != ABSTAIN && g[a].held &&
           (at_m[PEER(a)].silent || !at_m[PEER(a)].held ||
            at_m[PEER(a)].epoch <= at_m[a].epoch) -> adopt(a)
        :: else -> skip
        fi;
        if
#ifndef N1
        :: (g[a].held || g[a].claim == NO_CLAIM) && m.choice == PEER(a) &&
           at_m[a].epoch > m.choice_epoch -> m.choice_epoch = NEXT_EPOCH(m.seen, PEER(a))
#endif
        :: else -> skip
        fi;
        if
        :: g[a].claim != NO_CLAIM -> answer(a, M, m.choice != a)
        :: else -> skip
        fi
    :: else -> skip
    fi
}

inline beat_of_m(b)
{
    hear(M, b);
    if
    :: given ->
        g[b].m_choice = m.choice;
        g[b].m_choice_epoch = m.choice_epoch;
        g[b].m_epoch = m.seen;
        g[b].m_age = FRESH;
        g[b].order = (m.choice == b -> MAX(g[b].order, m.choice_epoch) : g[b].order);
        g[b].drained = m.choice == b && m.next;
        review(b)
    :: else -> skip
    fi
}

inline choose(s)
{
    m.choice = s;
    m.next = 0;
    m.seen = MAX(m.seen, m.choice_epoch);
    m.choice_epoch = NEXT_EPOCH(m.seen, s);
    printf("M: chooses %c with %d\n", NAME(s), m.choice_epoch)
}

/* ---- faults ---------------------------------------------------------------------------------- */

inline forget(i) /* a new process of voter i: nobody knows it, it knows nobody */
{
    v[i].vote = ABSTAIN;
    v[i].old = 0;
    v[i].knows = 0;
    v[i].heard = 0;
    v[(i + 1) % 3].knows = v[(i + 1) % 3].knows & (7 - BIT(i));
    v[(i + 1) % 3].heard = v[(i + 1) % 3].heard & (7 - BIT(i));
    v[(i + 2) % 3].knows = v[(i + 2) % 3].knows & (7 - BIT(i));
    v[(i + 2) % 3].heard = v[(i + 2) % 3].heard & (7 - BIT(i))
}

inline restart(a)
{
    printf("%c: starts anew\n", NAME(a));
    forget(a);
    v[PEER(a)].old = (v[PEER(a)].vote == TO(a) -> 1 : v[PEER(a)].old);
    v[M].old = (v[M].vote == TO(a) -> 1 : v[M].old);
    stop_agent(a)
}

inline stop_agent(a) /* what a process knows and is; the disk keeps top */
{
    g[a].claim = NO_CLAIM;
    g[a].ground = NO_GROUND;
    g[a].held = 0;
    g[a].offer = 0;
    g[a].gate = 0;
    g[a].drained = 0;
    g[a].epoch = 0;
    g[a].released = 0;
    g[a].order = 0;
    g[a].by_m = 0;
    g[a].by_peer = 0;
    g[a].new_m = 0;
    g[a].new_peer = 0;
    g[a].p_claim = NO_CLAIM;
    g[a].p_held = 0;
    g[a].p_offer = 0;
    g[a].p_epoch = 0;
    g[a].p_order = 0;
    g[a].p_age = LONG_SILENT;
    g[a].m_choice = NONE;
    g[a].m_choice_epoch = 0;
    g[a].m_epoch = 0;
    g[a].m_age = SILENT
}

inline forget_at_m(a)
{
    at_m[a].claim = NO_CLAIM;
    at_m[a].held = 0;
    at_m[a].well = 0;
    at_m[a].epoch = 0;
    at_m[a].silent = 1
}

inline restart_m()
{
    printf("M: starts anew\n");
    forget(M);
    m.choice = NONE;
    m.next = 0;
    m.choice_epoch = 0;
    m.seen = 0;
    forget_at_m(P);
    forget_at_m(S)
}

/* M has not been heard for 30 s: its wish for a hand-over binds no longer */
inline age_of_m(a, n)
{
    g[a].m_age = n;
#ifndef N6
    g[a].drained = (n == LONG_SILENT -> 0 : g[a].drained);
#endif
    review(a)
}

/* ---- rounds: time passes, more than L, while beats go by `links` ----------------------------- */

inline beat_of(i)
{
    if
    :: i == P ->
        if
        :: LINKED(P, S) -> beat_to_peer(P, S)
        :: else -> skip
        fi;
        if
        :: LINKED(P, M) -> beat_to_m(P)
        :: else -> skip
        fi
    :: i == S ->
        if
        :: LINKED(P, S) -> beat_to_peer(S, P)
        :: else -> skip
        fi;
        if
        :: LINKED(S, M) -> beat_to_m(S)
        :: else -> skip
        fi
    :: else ->
        if
        :: LINKED(P, M) -> beat_of_m(P)
        :: else -> skip
        fi;
        if
        :: LINKED(S, M) -> beat_of_m(S)
        :: else -> skip
        fi
    fi
}

inline vote_end(i) /* not renewed in this round; the lease that it gave has ended before */
{
    if
    :: v[i].vote == ABSTAIN || (v[i].vote > SELF && !v[i].renewed) ->
        v[i].vote = FREE;
        v[i].old = 0
    :: else -> skip
    fi;
    v[i].renewed = 0
}

inline agent_end(a) /* with the age of what M said, where it is not heard */
{
    g[a].by_m = g[a].new_m;
    g[a].by_peer = g[a].new_peer;
    g[a].new_m = 0;
    g[a].new_peer = 0;
    g[a].p_age = (LINKED(P, S) -> g[a].p_age : LONG_SILENT);
    at_m[a].silent = (LINKED(a, M) -> at_m[a].silent : 1);
    if
    :: THERE(a) ->
        lapse(a);
        if
        :: !LINKED(a, M) && g[a].m_age < age -> age_of_m(a, age)
        :: else -> skip
        fi;
    :: else -> skip
    fi
}

inline votes_end()
{
    vote_end(P);
    vote_end(S);
    vote_end(M);
    if
    :: THERE(P) -> review(P)
    :: else -> skip
    fi;
    if
    :: THERE(S) -> review(S)
    :: else -> skip
    fi
}

inline end_step() /* nothing of the step is part of the state */
{
    assert(!g[P].gate || !g[S].gate);
    k = 0;
    e = 0;
    ground_now = 0;
    chosen_by_m = 0;
    given = 0;
    links = 0;
    arrives = 0;
    age = 0
}

/* What the engine makes M do: choose when there is no choice, at a death with two witnesses, at the
 * release of a hand-over, and when nobody has served for two rounds. */
inline engine_round()
{
    dark = (g[P].gate || g[S].gate -> 0 : (dark < 3 -> dark + 1 : dark));
    if
    :: v[M].vote == ABSTAIN -> skip
    :: else ->
        if
        :: m.choice == NONE ->
            if
            :: !at_m[P].silent -> choose(P)
            :: at_m[P].silent && !at_m[S].silent -> choose(S)
            :: else -> skip
            fi
        :: m.choice != NONE && m.next ->
            if
            :: at_m[m.choice].claim == NO_CLAIM && !at_m[m.choice].silent -> choose(PEER(m.choice))
            :: else -> m.next = 0
            fi
        :: m.choice != NONE && !m.next && dark >= 2 ->
            dark = 0;
            if
            :: !at_m[m.choice].silent -> choose(m.choice)
            :: at_m[m.choice].silent && !at_m[PEER(m.choice)].silent -> choose(PEER(m.choice))
            :: else -> skip
            fi
        :: m.choice != NONE && !m.next && dark < 2 ->
            if
            :: at_m[m.choice].silent && !at_m[PEER(m.choice)].silent &&
               g[PEER(m.choice)].p_age > NEAR -> choose(PEER(m.choice))
            :: else -> skip
            fi
        fi
    fi
}

inline calm_round_begins()
{
    printf("---- end of round %d\n", round);
    links = SCENE_LINKS;
    waited = (waited < COLD_ROUNDS -> waited + 1 : waited);
    age = (waited >= COLD_ROUNDS -> LONG_SILENT : SILENT)
}

inline calm_round_ends()
{
    if
    :: THERE(M) -> engine_round()
    :: else -> skip
    fi;
    votes_end();
    assert(round < BOUND || g[P].gate || g[S].gate);
    round = round + 1;
    due = 7;
    end_step()
}

inline faults_stop()
{
    printf("the faults stop, scene %d\n", scene);
    calm = 1;
    faults = 0; /* how many there were makes no difference any more */
#ifdef LOSSES
    lost = 0;
#endif
    g[P].well = 1;
    g[S].well = 1;
    if
    :: scene == P_GONE -> stop_agent(P)
    :: scene == S_GONE -> stop_agent(S)
    :: else -> skip
    fi;
    due = 7
}

/* ---- what may happen next -------------------------------------------------------------------- */

#define STORM                                                                                      \
    (!calm && g[P].epoch <= EPOCH_MAX && g[S].epoch <= EPOCH_MAX && m.choice_epoch <= EPOCH_MAX)
#define FAULT STORM && faults < FAULTS
/* Beats are lost by whole rounds and links; with -DFINE each of them by itself as well. */
#ifdef FINE
#define SINGLE_BEATS true
#else
#define SINGLE_BEATS false
#endif

#define BEAT(i)                                                                                    \
    :: atomic {                                                                                    \
        STORM && SINGLE_BEATS ->                                                                   \
            if                                                                                     \
            :: links = LINK(i, (i + 1) % 3)                                                        \
            :: links = LINK(i, (i + 2) % 3)                                                        \
            fi;                                                                                    \
            if                                                                                     \
            :: arrives = 0                                                                         \
            :: arrives = 1                                                                         \
            fi;                                                                                    \
            d_step { beat_of(i); end_step() }                                                      \
    }                                                                                              \
    :: d_step {                                                                                    \
        calm && (due & BIT(i)) && round < LAST_ROUND -> due = due & (7 - BIT(i));                  \
        links = SCENE_LINKS;                                                                       \
        arrives = 1;                                                                               \
        beat_of(i);                                                                                \
        end_step()                                                                                 \
    }

/* -DCRASHES: the faults are crashes alone, of any of the three. */
#ifdef CRASHES
#define ORDERS false
#else
#define ORDERS true
#endif

#define AGENT(a)                                                                                   \
    :: d_step { FAULT -> faults++; restart(a) }                                                    \
    :: d_step { FAULT && ORDERS -> faults++; choose(a) }                                           \
    :: d_step { FAULT && ORDERS -> faults++; g[a].well = 1 - g[a].well;                            \
                printf("%c: service %d\n", NAME(a), g[a].well); review(a); end_step() }

active proctype room()
{
    d_step { /* P serves by M's order 2 */
        stop_agent(P);
        stop_agent(S);
        g[P].well = 1;
        g[S].well = 1;
        g[P].m_age = FRESH;
        g[P].m_choice = P;
        g[P].m_choice_epoch = 2;
        g[P].order = 2;
        g[P].by_m = 1;
        review(P);
        at_m[S].well = 1;
        m.choice = P;
        m.choice_epoch = 2;
        v[M].vote = TO(P);
        v[P].knows = 6;
        v[P].heard = 6;
        v[S].knows = 5;
        v[S].heard = 5;
        v[M].knows = 3;
        v[M].heard = 3;
        links = 7;
        arrives = 1;
    };
    d_step { beat_of(P) };
    d_step { beat_of(S) };
    d_step {
        beat_of(M);
        assert(g[P].gate && g[P].by_m && g[P].by_peer);
        end_step()
    }
end:
    do
    BEAT(P)
    BEAT(S)
    BEAT(M)
    :: atomic {
        STORM ->
            if
            :: MAY_LOSE -> links = 0
            :: MAY_LOSE -> links = 1
            :: MAY_LOSE -> links = 2
            :: MAY_LOSE -> links = 3
            :: MAY_LOSE -> links = 4
            :: MAY_LOSE -> links = 5
            :: MAY_LOSE -> links = 6
            :: links = 7
            fi;
#ifdef LOSSES
            lost = (links == 7 -> lost : lost + 1);
#endif
            if
            :: age = SILENT
            :: age = LONG_SILENT
            fi;
            printf("---- time passes: links %d, M silent %d\n", links, age);
            arrives = 1;
            d_step { beat_of(P) };
            d_step { beat_of(S) };
            d_step { beat_of(M) };
            d_step { agent_end(P) };
            d_step { agent_end(S) };
            d_step { votes_end(); end_step() }
    }
    AGENT(P)
    AGENT(S)
    :: d_step { FAULT -> faults++; restart_m() }
    :: d_step { FAULT && ORDERS && m.choice != NONE -> faults++; m.next = 1;
                printf("M: asks for a hand-over\n") }
    :: atomic {
        !calm -> select (scene : 0 .. SCENES - 1);
        d_step { faults_stop() }
    }
    :: atomic {
        calm && due == 0 && round < LAST_ROUND ->
            d_step { calm_round_begins(); agent_end(P) };
            d_step { agent_end(S) };
            d_step { calm_round_ends() }
    }
    od
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The calm of lease.pml, with -DSCENE=… : from whatever state was reached, the faults stop. From then on
 * every message that the scene lets through arrives before the next tick, every voter and agent does
 * at once what its rules let it do, and all releases are lost. After BOUND rounds the gate of the
 * chosen server is open and stays open. Without SCENE everything here is "anything may happen". */
#define ALL_WELL 0
#define PEER_GONE 1
#define MONITOR_GONE 2
#define MONITOR_PEER_CUT 3 /* the chosen one's peer does not hear M and goes on claiming (M6) */
#define SERVERS_CUT 4

#ifdef SCENE
#ifndef CHOSEN
#define CHOSEN S
#endif
#ifndef BOUND
#define BOUND (AB + 1) /* the longest promise or abstention, and the phase */
#endif
#define C CHOSEN
#define O PEER(CHOSEN)
#define THERE(i) (!calm || !((SCENE == PEER_GONE && i == O) || (SCENE == MONITOR_GONE && i == M)))
#define JOINED(i, a)                                                                               \
    (!calm || (THERE(i) && THERE(a) && !(SCENE == SERVERS_CUT && i != M) &&                        \
               !(SCENE == MONITOR_PEER_CUT && i == M && a == O) &&                                 \
               (i != M || a == C))) /* M answers whom it chose */
#define STAYS(a) (a == C || SCENE == MONITOR_PEER_CUT)
#define MAY_CLAIM(a) (!calm || a == C)
#define MAY_SHUT(a) (THERE(a) && (!calm || !STAYS(a)))
/* what is still to be done before time goes on */
#define TO_ANSWER(i, a)                                                                            \
    (JOINED(i, a) && STAYS(a) && g[a].claim && !g[a].shutting && MAY_VOTE_FOR(i, a) &&             \
     (v[i].left < PROMISE || v[i].kind != CURRENT || g[a].kind != CURRENT || g[a].grant < L))
#define TO_DO(a)                                                                                   \
    (THERE(a) && (g[a].shutting || (g[a].claim && !STAYS(a)) || (!g[a].claim && a == C) ||         \
                  (g[a].claim && v[a].vote == FREE) || GRANT_TO_TAKE(a) || END_TO_COMPUTE(a) ||    \
                  g[a].pend > 0))
#define AT_REST                                                                                    \
    (!calm || (!TO_ANSWER(M, P) && !TO_ANSWER(M, S) && !TO_ANSWER(S, P) && !TO_ANSWER(P, S) &&     \
               !TO_DO(P) && !TO_DO(S)))
#define ASKED(i, a) (!calm || TO_ANSWER(i, a))
#define SERVED assert(!calm || round < BOUND || g[C].gate > 0)
#else
#define THERE(i) true
#define MAY_CLAIM(a) true
#define MAY_SHUT(a) true
#define AT_REST true
#define ASKED(i, a) true
#define SERVED skip
#endif

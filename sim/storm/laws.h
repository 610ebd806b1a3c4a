/* SPDX-License-Identifier: Apache-2.0 */
/* The laws the storm checks, by the names the reference pages give them, and the record of the
 * first one that broke. The checkers are safety.c, alarm.c, contact.c, overdue.c, paging.c,
 * conduct.c, proof.c and heal.c; trace.c takes note. */
#ifndef SIM_STORM_LAWS_H
#define SIM_STORM_LAWS_H

#include "failover/types.h"

/* X(id, what it says) */
#define STORM_LAWS(X)                                                                 \
    X(NONE, "no law")                                                                 \
    X(I, "at no instant are two gates open")                                          \
    X(S1, "no two servers are made active by our orders")                             \
    X(S2, "no promotion without the fence proof that the site demands")               \
    X(S3, "no automatic action while it is inhibited")                                \
    X(S4, "no action on stale evidence, nor on one witness where two are required")   \
    X(S5, "hold-down: so many switchovers an hour and no more")                       \
    X(S6, "every act is in the journal before it leaves")                             \
    X(S7, "time does not run back, and what is due is done")                          \
    X(S8, "an alarm clears only by its cause or a person")                            \
    X(S9, "same events, same bytes")                                                  \
    X(S10, "limits are kept, and no assertion of the engine fails")                   \
    X(S11, "nothing is switched off by a misread number, nor class 2 before class 1") \
    X(S12, "nothing is switched on but by two persons, on the mains, one at a time")  \
    X(L1, "after it has healed the site is served, and stays so")                     \
    X(L2, "after it has healed every alarm has reached a person")                     \
    X(L3, "no plan stays open past its time")                                         \
    X(L4, "after it has healed the engine comes to rest")                             \
    X(L5, "what was decided is in the newest snapshot")                               \
    X(P1, "no incident of class 2 stays without a page")                              \
    X(P2, "whoever is called, one way needs no line")                                 \
    X(P4, "what was under way at a crash is done again under its key")                \
    X(P5, "a breach of the recovery time reaches the highest rung")                   \
    X(P6, "what gets worse is told again to everybody called so far")                 \
    X(P7, "one first page per person, epoch and channel")                             \
    X(P8, "a drill is marked and reaches nobody outside it")                          \
    X(P9, "a drill reaches only its list, and nobody outside is called unrecorded")   \
    X(P10, "what needs two persons has two, or who decides hears of it")              \
    X(P11, "a key names one act only")                                                \
    X(P12, "nothing fails back by itself, and no line is left for a worse one")       \
    X(P13, "no source is silent for long without an alarm")                           \
    X(P14, "what is folded is no graver than its root, and let go with it")           \
    X(P15, "pages follow rungs, rounds and epochs, not the number of alarms")         \
    X(P16, "a duty that must have somebody has, or it is said")                       \
    X(P17, "who has not answered is called again")                                    \
    X(P18, "the end is told to exactly those who were reached")                       \
    X(P20, "maintenance keeps no alarm of class 2 from its first page")               \
    X(N1, "without agents no two servers serve, unless the site has accepted it")     \
    X(N2, "without agents nobody is promoted before the other has been switched off") \
    X(N3, "without agents the healed site is served, or a page says why not")         \
    X(N4, "without agents no act leaves twice under one key of one process")

enum storm_law {
#define X(id, says) STORM_LAW_##id,
    STORM_LAWS(X)
#undef X
        STORM_LAW_COUNT
};

struct storm_break {
    uint8_t law; /* enum storm_law; NONE: nothing is broken */
    fo_us at_us;
    char text[160];
};

const char *storm_law_name(unsigned law);
const char *storm_law_says(unsigned law);

#endif

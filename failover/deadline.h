/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded set of named deadlines: each timer of the engine has one place in a heap, earliest
 * first, ties in the order of their names so that every compiler runs them alike. It reads no clock
 * and calls nobody; the engine's rooms set their own timers and engine.c runs the due ones. */
#ifndef FAILOVER_DEADLINE_H
#define FAILOVER_DEADLINE_H

#include "failover/types.h"

enum fo_timer {
    FO_TIMER_MONITOR, /* the lease core: beats, votes */
    FO_TIMER_DEVICE,  /* + device */
    FO_TIMER_MAINS = FO_TIMER_DEVICE + FO_DEVICES_MAX,
    FO_TIMER_LINE, /* + line */
    FO_TIMER_ROUTE = FO_TIMER_LINE + FO_LINES_MAX,
    FO_TIMER_NETWORK,
    FO_TIMER_SERVER, /* + server: our probe of the host */
    FO_TIMER_VERDICT = FO_TIMER_SERVER + FO_SERVERS,
    FO_TIMER_PLAN,
    FO_TIMER_SERVICE, /* + service */
    FO_TIMER_MODE = FO_TIMER_SERVICE + FO_SERVICES_MAX,
    FO_TIMER_INCIDENT,                                       /* + slot */
    FO_TIMER_ATTEMPT = FO_TIMER_INCIDENT + FO_INCIDENTS_MAX, /* + slot */
    FO_TIMER_SHED = FO_TIMER_ATTEMPT + FO_ATTEMPTS_MAX,      /* the shutdown plan */
    FO_TIMER_RESTORE,                                        /* … and the way back from it */
    FO_TIMER_OUTPUT,                                         /* commands that did not fit */
    FO_TIMERS
};

struct fo_deadlines {
    fo_us due_us[FO_TIMERS];
    uint16_t heap[FO_TIMERS];  /* timers, heap order */
    uint16_t place[FO_TIMERS]; /* of each timer in the heap */
};

void fo_deadline_init(struct fo_deadlines *set);
/* due_us may be FO_NEVER. */
void fo_deadline_set(struct fo_deadlines *set, unsigned timer, fo_us due_us);
/* Like set, but only when due_us is earlier than what is set already. */
void fo_deadline_bring(struct fo_deadlines *set, unsigned timer, fo_us due_us);
/* The earliest timer; its instant is set->due_us[that], FO_NEVER when none is set. */
unsigned fo_deadline_first(const struct fo_deadlines *set);

#endif

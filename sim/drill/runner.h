/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a scenario out: faults into the room, expectations against the statuses that the daemon
 * streams, each with its own clock. It owns the verdicts; it changes nothing but by faults, and at
 * the end it takes nothing back. command_drill.c calls it; blocking, one drill per call. */
#ifndef SIM_DRILL_RUNNER_H
#define SIM_DRILL_RUNNER_H

#include "sim/drill/scenario.h"

#include <signal.h>
#include <stdio.h>

enum sim_verdict {
    SIM_VERDICT_NOT_REACHED,
    SIM_VERDICT_PENDING,
    SIM_VERDICT_DONE, /* a fault that was injected */
    SIM_VERDICT_HELD,
    SIM_VERDICT_FAILED
};
struct sim_outcome {
    uint8_t verdict; /* enum sim_verdict */
    uint32_t
        measured_ms;   /* from the step's own time to the verdict; expect-not: how long it kept */
    unsigned statuses; /* judged */
    char seen[256];    /* what was there instead, or why a fault was refused */
};
struct sim_drill {
    const struct sim_scenario *scenario;
    const char *room, *control; /* sockets */
    FILE *progress;             /* a line per event; NULL: none */
    int64_t began_wall_ms;      /* since 1970 UTC, of time 0; 0: not begun */
    struct sim_outcome outcomes[SIM_STEPS_MAX];
};

/* Runs to the last verdict, to the first refused fault, or until *interrupted is set. True: every
 * step was done and every expectation held. */
bool sim_drill_run(struct sim_drill *drill, const volatile sig_atomic_t *interrupted);
/* "held", "failed", "done", "not-reached" …; static storage. */
const char *sim_verdict_name(uint8_t verdict);
/* "fault", "expect", "expect-not"; static storage. */
const char *sim_step_name(uint8_t kind);

#endif

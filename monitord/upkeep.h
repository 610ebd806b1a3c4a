/* SPDX-License-Identifier: Apache-2.0 */
/* The chores of each second. It owns the watches over duty, proofs and drills and the state of the
 * quiet tests, from its start to its stop; the driver and the channels are the app's and outlive
 * it. It judges nothing: what it sees goes to the engine. app.c is its only caller. */
#ifndef MONITORD_UPKEEP_H
#define MONITORD_UPKEEP_H

#include "monitord/drill_watch.h"
#include "monitord/driver.h"
#include "monitord/duty_watch.h"
#include "monitord/notify.h"
#include "monitord/proof_watch.h"
#include "monitord/self_test.h"
#include "monitord/supervisor_notify.h"

struct md_upkeep {
    const struct site *site;
    struct md_driver *driver;
    struct md_notify *notify;
    uint64_t boot;
    struct md_supervisor supervisor;
    struct md_self_test self_test;
    struct md_duty_watch *duty;   /* NULL: out of memory, everybody counts as on duty */
    struct md_proof_watch *proof; /* NULL: out of memory, nobody counts as unproven */
    struct md_drill_watch *drill; /* NULL: no drill is demanded, or out of memory */
    unsigned rounds;
    bool clock_known, clock_well, stopped;
};
void md_upkeep_init(struct md_upkeep *upkeep, uv_loop_t *loop, const struct site *site,
                    uint64_t boot, struct md_driver *driver, struct md_notify *notify);
/* Once a second. */
void md_upkeep_round(struct md_upkeep *upkeep);
/* The daemon ends: systemd is told, and outcomes that still come in are let go. */
void md_upkeep_stop(struct md_upkeep *upkeep);

#endif

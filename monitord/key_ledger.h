/* SPDX-License-Identifier: Apache-2.0 */
/* Which commands are under way and how the newest ones ended, by key, so that the same key twice
 * does nothing twice within one process. A command that may be tried again (retry) is forgotten.
 * Pure; the driver owns one. */
#ifndef MONITORD_KEY_LEDGER_H
#define MONITORD_KEY_LEDGER_H

#include "failover/event.h"

#define MD_LEDGER_RUNNING_MAX 256  /* > FO_ATTEMPTS_MAX + the plan's own */
#define MD_LEDGER_FINISHED_MAX 256 /* a ring, oldest forgotten first */

struct md_key_ledger {
    struct fo_key running[MD_LEDGER_RUNNING_MAX];
    unsigned running_count;
    struct fo_result finished[MD_LEDGER_FINISHED_MAX];
    unsigned finished_next;
};
enum md_key_verdict { MD_KEY_NEW, MD_KEY_RUNNING, MD_KEY_FINISHED, MD_KEY_NO_ROOM };

/* Zero the ledger to start. NEW: now marked as under way. FINISHED: *result says how it ended. */
enum md_key_verdict md_key_begin(struct md_key_ledger *ledger, struct fo_key key,
                                 struct fo_result *result);
/* False when the key was not under way: its result must then be ignored. */
bool md_key_end(struct md_key_ledger *ledger, const struct fo_result *result);

#endif

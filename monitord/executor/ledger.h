/* SPDX-License-Identifier: Apache-2.0 */
/* What the executor has begun and how it ended, by key and act, in a file that is synced before
 * anything is done: the same key is never done twice, not even across a crash of the executor. It
 * owns the file and its newest entries in memory; it runs nothing. */
#ifndef MONITORD_EXECUTOR_LEDGER_H
#define MONITORD_EXECUTOR_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#define MD_LEDGER_FILE "executor.ledger"
#define MD_LEDGER_ENTRIES_MAX 1024 /* remembered; the oldest is forgotten first */
#define MD_LEDGER_KEY_SIZE 40
#define MD_LEDGER_ACT_SIZE 72

enum md_act_state { MD_ACT_BEGUN, MD_ACT_DONE, MD_ACT_RETRY, MD_ACT_FAILED };
struct md_ledger_entry {
    char key[MD_LEDGER_KEY_SIZE], act[MD_LEDGER_ACT_SIZE];
    enum md_act_state state;
    int detail;
};
struct md_ledger;

/* Opens or makes the file, reads it, and writes it anew when it has grown. A torn last line (a
 * crash in the middle of a write) is dropped. NULL with a line in error. */
struct md_ledger *md_ledger_open(const char *directory, char *error, size_t error_size);
void md_ledger_close(struct md_ledger *ledger);
/* NULL: never begun (or forgotten). Valid until the next write. */
const struct md_ledger_entry *md_ledger_find(const struct md_ledger *ledger, const char *key,
                                             const char *act);
/* Writes and syncs; false when the disk does not take it: then nothing may be done. */
bool md_ledger_write(struct md_ledger *ledger, const char *key, const char *act,
                     enum md_act_state state, int detail);
/* "begun" "done" "retry" "failed". */
const char *md_act_state_name(enum md_act_state state);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a journal without the right or the wish to change it: rows by order and by incident, the
 * list of incidents, and the check of the hash chain. monitorctl, reports and tests use it, beside
 * a running daemon or on a copy. Nothing here writes. */
#ifndef MONITORD_JOURNAL_READ_H
#define MONITORD_JOURNAL_READ_H

#include "failover/types.h"
#include "monitord/incident_name.h"

#include <stddef.h>

struct md_journal_reader;

/* One row as it is in the file; strings live only during the call that hands it out. */
struct md_journal_entry {
    int64_t seq, boot, at_us, wall_ms;
    const char *kind, *body;
};
/* Return false to stop. */
typedef bool (*md_journal_each)(void *context, const struct md_journal_entry *entry);

/* path is the file, not the directory. NULL with one line in error. */
struct md_journal_reader *md_journal_reader_open(const char *path, char *error, size_t error_size);
void md_journal_reader_close(struct md_journal_reader *reader);

/* Rows with seq >= from, oldest first, at most `limit` (0: all). False on a read error. */
bool md_journal_read_from(struct md_journal_reader *reader, int64_t from, int64_t limit,
                          md_journal_each each, void *context);
/* Rows that name the incident number, oldest first, including the results of its commands (by key).
 */
bool md_journal_read_incident(struct md_journal_reader *reader, uint32_t number,
                              md_journal_each each, void *context);

struct md_journal_incident {
    uint32_t number;
    char id[MD_INCIDENT_NAME_SIZE];
    char root[48];         /* code of its root cause */
    char subject_kind[16]; /* of the subject of its opening */
    char subject[128];
    int64_t opened_wall_ms;
    int64_t recovered_wall_ms, closed_wall_ms; /* 0: not yet */
    int64_t opened_seq;
};
typedef bool (*md_journal_each_incident)(void *context, const struct md_journal_incident *incident);
/* Newest first, at most `limit` (0: all). False on a read error. */
bool md_journal_read_incidents(struct md_journal_reader *reader, int64_t limit,
                               md_journal_each_incident each, void *context);

struct md_journal_verdict {
    bool readable;
    bool good;          /* every row and link is right */
    int64_t rows;       /* checked */
    int64_t bad_seq;    /* the first row that is missing, changed or out of place; 0 none */
    char problem[64];   /* "gap", "hash", "snapshot beyond the end"; "" when good */
    char last_hash[65]; /* hex, of the last good row: compare with an anchor printed elsewhere */
};
/* Checks gaps and hashes of the whole chain. A cut-off end shows only against an anchor or the
 * snapshot (which names the row it was written with). */
void md_journal_verify(struct md_journal_reader *reader, struct md_journal_verdict *verdict);

/* The newest snapshot on disk before the writer starts. bytes holds at most `size`; returns its
 * length, 0 when there is none or it cannot be read (error says why, "" when there simply is none).
 */
struct md_stored_snapshot {
    uint64_t seq, boot;
    fo_us at_us;
    fo_wall_ms wall_ms;
    char host_boot[64];
};
size_t md_journal_snapshot(const char *directory, uint8_t *bytes, size_t size,
                           struct md_stored_snapshot *about, char *error, size_t error_size);

#endif

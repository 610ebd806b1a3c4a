/* SPDX-License-Identifier: Apache-2.0 */
/* The file itself: one SQLite connection, one transaction per group of batches, the hash chain.
 * Used by one thread at a time: journal.c's writer thread. It neither queues nor retries. */
#ifndef MONITORD_JOURNAL_WRITER_H
#define MONITORD_JOURNAL_WRITER_H

#include "monitord/journal_row.h"
#include "monitord/journal_schema.h"

struct md_journal_file;

/* Opens the file of the directory, makes the tables of a new one, and reads the end of the chain.
 * NULL with a line in error. */
struct md_journal_file *md_journal_file_open(const char *directory, const char *site_name,
                                             char *error, size_t error_size);
void md_journal_file_close(struct md_journal_file *file);
/* One transaction: begin, rows, snapshot, commit (synced when it returns true). Any failure rolls
 * back and returns false with a line in error; the file must then be closed and opened again. */
bool md_journal_file_begin(struct md_journal_file *file, char *error, size_t error_size);
bool md_journal_file_row(struct md_journal_file *file, uint64_t boot,
                         const struct md_journal_row *row, char *error, size_t error_size);
bool md_journal_file_snapshot(struct md_journal_file *file, uint64_t boot, const char *host_boot,
                              fo_us at_us, fo_wall_ms wall_ms, const uint8_t *bytes, size_t length,
                              char *error, size_t error_size);
bool md_journal_file_commit(struct md_journal_file *file, char *error, size_t error_size);
void md_journal_file_rollback(struct md_journal_file *file);
/* Number and hash of the newest row: of the transaction under way, else on disk. */
uint64_t md_journal_file_seq(const struct md_journal_file *file);
const uint8_t *md_journal_file_hash(const struct md_journal_file *file);

#endif

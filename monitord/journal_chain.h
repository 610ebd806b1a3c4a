/* SPDX-License-Identifier: Apache-2.0 */
/* The hash chain of the journal: what one row's hash is made of. Pure. The writer makes it, the
 * reader checks it, and anybody with the page journal(5) can do so without us. */
#ifndef MONITORD_JOURNAL_CHAIN_H
#define MONITORD_JOURNAL_CHAIN_H

#include "monitord/journal_schema.h"

#include <stdint.h>

/* hash = BLAKE2b-256(previous || "seq|boot|at_us|wall_ms|kind|body"). previous and hash may be the
 * same memory. */
void md_journal_hash(const uint8_t previous[MD_JOURNAL_HASH_SIZE], int64_t seq, int64_t boot,
                     int64_t at_us, int64_t wall_ms, const char *kind, const char *body,
                     uint8_t hash[MD_JOURNAL_HASH_SIZE]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One link of the chain. It owns the byte order of what is hashed; journal_writer.c and
 * journal_read.c call it. */
#include "monitord/journal_chain.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void md_journal_hash(const uint8_t previous[MD_JOURNAL_HASH_SIZE], int64_t seq, int64_t boot,
                     int64_t at_us, int64_t wall_ms, const char *kind, const char *body,
                     uint8_t hash[MD_JOURNAL_HASH_SIZE])
{
    crypto_generichash_state state;
    char head[160];
    int length = snprintf(head, sizeof(head), "%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%s|",
                          seq, boot, at_us, wall_ms, kind);

    if (length < 0 || (size_t)length >= sizeof(head)) {
        length = (int)strnlen(head, sizeof(head) - 1);
    }
    crypto_generichash_init(&state, NULL, 0, MD_JOURNAL_HASH_SIZE);
    crypto_generichash_update(&state, previous, MD_JOURNAL_HASH_SIZE);
    crypto_generichash_update(&state, (const unsigned char *)head, (unsigned long long)length);
    crypto_generichash_update(&state, (const unsigned char *)body, strlen(body));
    crypto_generichash_final(&state, hash, MD_JOURNAL_HASH_SIZE);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over fields, four uses: write them, read them back, hash them, or shift the instants
 * among them. Integers are little-endian and of their declared width, so the bytes are the same on
 * every compiler. snapshot.c walks the durable state, hash.c and image.c
 * all of it. */
#ifndef FAILOVER_CODEC_H
#define FAILOVER_CODEC_H

#include "failover/types.h"

enum fo_codec_mode { FO_CODEC_WRITE, FO_CODEC_READ, FO_CODEC_HASH, FO_CODEC_SHIFT };
struct fo_codec {
    uint8_t mode; /* enum fo_codec_mode */
    bool bad;     /* reading: ran out of bytes, or a boolean that is none */
    uint8_t *out;
    const uint8_t *in;
    size_t length; /* of the buffer */
    size_t at;
    uint64_t hash;
    fo_us shift_us;
};

/* A field of 1, 2, 4 or 8 bytes. Writing asserts that there is room. */
void fo_codec_field(struct fo_codec *codec, void *field, size_t size);
void fo_codec_bool(struct fo_codec *codec, bool *field);
/* An instant of this host's clock: shifted when the clock is another one. FO_NEVER stays. Reading
 * refuses one that no clock can have shown. */
void fo_codec_instant(struct fo_codec *codec, fo_us *field);
/* 64-bit hash of bytes. */
uint64_t fo_codec_sum(const uint8_t *bytes, size_t length);

#define FO_FIELD(codec, field) fo_codec_field((codec), &(field), sizeof(field))

#endif

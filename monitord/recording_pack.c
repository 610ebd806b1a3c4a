/* SPDX-License-Identifier: Apache-2.0 */
/* Words of eight bytes with a mask of those that are not zero (see recording.h for the form). It
 * knows nothing of what the bytes mean. */
#include "monitord/recording_pack.h"

#include <string.h>

#define WORD 8

static size_t word_at(const uint8_t *bytes, size_t length, size_t at, uint8_t word[WORD])
{
    size_t count = length - at < WORD ? length - at : WORD;

    memset(word, 0, WORD);
    memcpy(word, bytes + at, count);
    return count;
}

static bool is_zero(const uint8_t word[WORD])
{
    static const uint8_t zero[WORD];

    return memcmp(word, zero, WORD) == 0;
}

size_t md_pack(const uint8_t *bytes, size_t length, uint8_t *packed)
{
    uint8_t *out = packed;
    uint8_t word[WORD];

    for (unsigned i = 0; i < 4; i++) {
        *out++ = (uint8_t)(length >> (8 * i));
    }
    for (size_t at = 0; at < length;) {
        uint8_t *mask = out++;

        at += word_at(bytes, length, at, word);
        *mask = 0;
        for (unsigned i = 0; i < WORD; i++) {
            if (word[i] != 0) {
                *mask |= (uint8_t)(1U << i);
                *out++ = word[i];
            }
        }
        if (*mask != 0) {
            continue;
        }
        uint8_t more = 0;
        while (at < length && more < UINT8_MAX) {
            size_t count = word_at(bytes, length, at, word);

            if (!is_zero(word)) {
                break;
            }
            at += count;
            more++;
        }
        *out++ = more;
    }
    return (size_t)(out - packed);
}

size_t md_unpack(const uint8_t *packed, size_t size, uint8_t *bytes, size_t most)
{
    const uint8_t *in = packed + 4, *end = packed + size;
    size_t length = 0, at = 0;

    if (size < 4) {
        return SIZE_MAX;
    }
    for (unsigned i = 0; i < 4; i++) {
        length |= (size_t)packed[i] << (8 * i);
    }
    if (length > most) {
        return SIZE_MAX;
    }
    memset(bytes, 0, length);
    while (at < length && in < end) {
        uint8_t mask = *in++;

        if (mask == 0) {
            if (in == end) {
                return SIZE_MAX;
            }
            at += WORD * ((size_t)*in++ + 1);
            continue;
        }
        for (unsigned i = 0; i < WORD; i++) {
            if ((mask >> i & 1) == 0) {
                continue;
            }
            if (in == end || at + i >= length) {
                return SIZE_MAX;
            }
            bytes[at + i] = *in++;
        }
        at += WORD;
    }
    return in == end && at >= length ? length : SIZE_MAX;
}

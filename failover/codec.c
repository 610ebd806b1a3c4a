/* SPDX-License-Identifier: Apache-2.0 */
/* Fields to bytes and back (see codec.h). It knows no struct of the engine. */
#include "failover/codec.h"

#include "failover/assert.h"

#include <string.h>

#define INSTANT_LIMIT (FO_NEVER / 4) /* no clock comes near it, and sums stay in range */
#define MIX 0x9e3779b97f4a7c15ULL

static uint64_t load(const void *field, size_t size)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
        case sizeof one:
            memcpy(&one, field, sizeof one);
            return one;
        case sizeof two:
            memcpy(&two, field, sizeof two);
            return two;
        case sizeof four:
            memcpy(&four, field, sizeof four);
            return four;
        default:
            FO_ASSERT(size == sizeof eight);
            memcpy(&eight, field, sizeof eight);
            return eight;
    }
}

static void store(void *field, size_t size, uint64_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    switch (size) {
        case sizeof one:
            memcpy(field, &one, sizeof one);
            break;
        case sizeof two:
            memcpy(field, &two, sizeof two);
            break;
        case sizeof four:
            memcpy(field, &four, sizeof four);
            break;
        default:
            FO_ASSERT(size == sizeof value);
            memcpy(field, &value, sizeof value);
            break;
    }
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * MIX;
    return hash ^ hash >> 32;
}

static uint64_t read_bytes(struct fo_codec *codec, size_t size)
{
    uint64_t value = 0;
    if (codec->bad || codec->length - codec->at < size) {
        codec->bad = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)codec->in[codec->at++] << (8 * i);
    }
    return value;
}

void fo_codec_field(struct fo_codec *codec, void *field, size_t size)
{
    switch (codec->mode) {
        case FO_CODEC_WRITE: {
            uint64_t value = load(field, size);
            FO_ASSERT(codec->length - codec->at >= size);
            for (size_t i = 0; i < size; i++) {
                codec->out[codec->at++] = (uint8_t)(value >> (8 * i));
            }
            break;
        }
        case FO_CODEC_READ:
            store(field, size, read_bytes(codec, size));
            break;
        case FO_CODEC_HASH:
            codec->hash = mix(codec->hash, load(field, size));
            break;
        default:
            FO_ASSERT(codec->mode == FO_CODEC_SHIFT);
            break;
    }
}

void fo_codec_bool(struct fo_codec *codec, bool *field)
{
    uint8_t value = *field ? 1 : 0;
    fo_codec_field(codec, &value, sizeof value);
    if (value > 1) {
        codec->bad = true;
    }
    *field = value == 1;
}

void fo_codec_instant(struct fo_codec *codec, fo_us *field)
{
    if (codec->mode == FO_CODEC_SHIFT) {
        *field = *field == FO_NEVER ? FO_NEVER : *field + codec->shift_us;
        return;
    }
    fo_codec_field(codec, field, sizeof *field);
    if (codec->mode == FO_CODEC_READ && *field != FO_NEVER &&
        (*field > INSTANT_LIMIT || *field < -INSTANT_LIMIT)) {
        codec->bad = true;
    }
}

uint64_t fo_codec_sum(const uint8_t *bytes, size_t length)
{
    uint64_t hash = MIX;
    FO_ASSERT(bytes != NULL);
    for (size_t i = 0; i < length; i++) {
        hash = mix(hash, bytes[i]);
    }
    return hash;
}

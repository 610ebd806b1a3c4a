/* SPDX-License-Identifier: Apache-2.0 */
/* Turns a heartbeat datagram into its 256 bytes and back. It never reads a clock, never touches a
 * socket and never judges the meaning of what it carries; heartbeat.c and the fuzzer call it.
 *
 * Layout, all numbers big-endian:
 *   0  4  "NRSH"          4  1  version      5  1  kind      6  1  sender      7  1  to
 *   8 16  stamp (boot, seq)
 * beat:
 *  24 48  echo[3]        72  1  claim       73  1  flags    74  1  health     75  1  choice
 *  76  1  next           77  1  relayed claim  78  1  its flags   79  1  its health
 *  80  8  lease          88  8  epoch       96  8  position
 * 104  8  silence       112 32  freed[2]   144  8  choice_epoch             152 16  fenced[2]
 * answer:
 *  24 16  of             40  1  given       41  1  reason   42  1  holder     43  5  zero
 *  48  8  lease
 * Every byte up to 224 that is not named is zero and is checked; 224 32 is the keyed hash over
 * everything before it. */
#include "probes/heartbeat_wire.h"

#include "failover/assert.h"

#include <sodium.h>
#include <string.h>

#define HASH_SIZE 32
#define HASH_AT (PB_WIRE_SIZE - HASH_SIZE)
#define VERSION_AT 4
#define BODY_AT 24
_Static_assert(HASH_SIZE >= crypto_generichash_BYTES_MIN &&
                   HASH_SIZE <= crypto_generichash_BYTES_MAX,
               "libsodium makes a hash of this size");

static const uint8_t magic[4] = {'N', 'R', 'S', 'H'};

enum flag {
    FLAG_DRAINING = 1,
    FLAG_OFFER = 2,
    FLAG_FORCED = 4,
    FLAG_ALONE = 8,
    FLAG_LEAVING = 16,
    FLAG_REJOIN = 32,
    FLAG_HELD = 64,
    FLAG_RELIES = 128,
    FLAGS_ALL = 255
};

/* Of what is relayed; without the first everything relayed is zero. */
enum relayed_flag {
    RELAYED_KNOWN = 1,
    RELAYED_OFFER = 2,
    RELAYED_FORCED = 4,
    RELAYED_ALONE = 8,
    RELAYED_LEAVING = 16,
    RELAYED_ALL = 31
};

/* ---- writing: a cursor that cannot leave the room before the hash ---------------------------- */
struct writer {
    uint8_t *bytes;
    size_t at;
};

static void write_u8(struct writer *writer, uint8_t value)
{
    FO_ASSERT(writer->at < HASH_AT);
    writer->bytes[writer->at++] = value;
}

static void write_u64(struct writer *writer, uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        write_u8(writer, (uint8_t)(value >> shift));
    }
}

static void write_stamp(struct writer *writer, const struct fo_stamp *stamp)
{
    write_u64(writer, stamp->boot);
    write_u64(writer, stamp->seq);
}

static void write_relayed(struct writer *writer, const struct fo_relayed *relayed)
{
    write_u8(writer, relayed->claim);
    write_u8(
        writer,
        (uint8_t)((relayed->known ? RELAYED_KNOWN : 0) | (relayed->offer ? RELAYED_OFFER : 0) |
                  (relayed->forced ? RELAYED_FORCED : 0) | (relayed->alone ? RELAYED_ALONE : 0) |
                  (relayed->leaving ? RELAYED_LEAVING : 0)));
    write_u8(writer, relayed->health);
}

static void write_beat(struct writer *writer, const struct fo_beat *beat)
{
    for (int i = 0; i < FO_VOTERS; i++) {
        write_stamp(writer, &beat->echo[i]);
    }
    write_u8(writer, beat->claim);
    write_u8(writer,
             (uint8_t)((beat->draining ? FLAG_DRAINING : 0) | (beat->offer ? FLAG_OFFER : 0) |
                       (beat->forced ? FLAG_FORCED : 0) | (beat->alone ? FLAG_ALONE : 0) |
                       (beat->leaving ? FLAG_LEAVING : 0) | (beat->rejoin ? FLAG_REJOIN : 0) |
                       (beat->held ? FLAG_HELD : 0) | (beat->relies ? FLAG_RELIES : 0)));
    write_u8(writer, beat->health);
    write_u8(writer, beat->choice);
    write_u8(writer, beat->next);
    write_relayed(writer, &beat->relayed);
    write_u64(writer, (uint64_t)beat->lease_us);
    write_u64(writer, beat->epoch);
    write_u64(writer, beat->position);
    write_u64(writer, (uint64_t)beat->silence_us);
    for (int i = 0; i < FO_SERVERS; i++) {
        write_stamp(writer, &beat->freed[i]);
    }
    write_u64(writer, beat->choice_epoch);
    for (int i = 0; i < FO_SERVERS; i++) {
        write_u64(writer, beat->fenced[i]);
    }
}

static void write_answer(struct writer *writer, const struct fo_answer *answer)
{
    write_stamp(writer, &answer->of);
    write_u8(writer, answer->given ? 1 : 0);
    write_u8(writer, answer->reason);
    write_u8(writer, answer->holder);
    writer->at += 5;
    write_u64(writer, (uint64_t)answer->lease_us);
}

static void hash_bytes(const uint8_t *bytes, const uint8_t key[32], uint8_t hash[HASH_SIZE])
{
    int rc = crypto_generichash(hash, HASH_SIZE, bytes, HASH_AT, key, 32);
    FO_ASSERT(rc == 0);
}

void pb_wire_encode(const struct fo_datagram *datagram, const uint8_t key[32],
                    uint8_t bytes[PB_WIRE_SIZE])
{
    FO_ASSERT(datagram->kind == FO_DATAGRAM_BEAT || datagram->kind == FO_DATAGRAM_ANSWER);
    bool is_beat = datagram->kind == FO_DATAGRAM_BEAT;
    struct writer writer = {.bytes = bytes, .at = 0};

    memset(bytes, 0, PB_WIRE_SIZE);
    for (size_t i = 0; i < sizeof magic; i++) {
        write_u8(&writer, magic[i]);
    }
    write_u8(&writer, PB_WIRE_VERSION);
    write_u8(&writer, datagram->kind);
    write_u8(&writer, is_beat ? datagram->beat.sender : datagram->answer.sender);
    write_u8(&writer, datagram->to);
    write_stamp(&writer, is_beat ? &datagram->beat.stamp : &datagram->answer.stamp);
    FO_ASSERT(writer.at == BODY_AT);
    if (is_beat) {
        write_beat(&writer, &datagram->beat);
    } else {
        write_answer(&writer, &datagram->answer);
    }
    FO_ASSERT(writer.at <= HASH_AT);
    hash_bytes(bytes, key, bytes + HASH_AT);
}

/* ---- reading --------------------------------------------------------------------------------- */
struct reader {
    const uint8_t *bytes;
    size_t at;
    bool good; /* no field out of range so far */
};

static uint8_t read_u8(struct reader *reader)
{
    FO_ASSERT(reader->at < HASH_AT);
    return reader->bytes[reader->at++];
}

/* One byte that must be at most `highest`, or, when allowed, the byte that means "none". */
static uint8_t read_bounded(struct reader *reader, uint8_t highest, bool none_allowed)
{
    uint8_t value = read_u8(reader);
    if (value > highest && !(none_allowed && value == FO_VOTER_NONE)) {
        reader->good = false;
    }
    return value;
}

static uint64_t read_u64(struct reader *reader)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | read_u8(reader);
    }
    return value;
}

/* A duration: never negative. */
static fo_us read_us(struct reader *reader)
{
    uint64_t value = read_u64(reader);
    if (value > INT64_MAX) {
        reader->good = false;
        return 0;
    }
    return (fo_us)value;
}

static struct fo_stamp read_stamp(struct reader *reader)
{
    struct fo_stamp stamp;
    stamp.boot = read_u64(reader);
    stamp.seq = read_u64(reader);
    return stamp;
}

static void read_zeros(struct reader *reader, size_t until)
{
    FO_ASSERT(until <= HASH_AT);
    while (reader->at < until) {
        if (reader->bytes[reader->at++] != 0) {
            reader->good = false;
        }
    }
}

static void read_relayed(struct reader *reader, struct fo_relayed *relayed)
{
    relayed->claim = read_bounded(reader, FO_CLAIM_HOLD, false);
    uint8_t flags = read_bounded(reader, RELAYED_ALL, false);
    relayed->known = (flags & RELAYED_KNOWN) != 0;
    relayed->offer = (flags & RELAYED_OFFER) != 0;
    relayed->forced = (flags & RELAYED_FORCED) != 0;
    relayed->alone = (flags & RELAYED_ALONE) != 0;
    relayed->leaving = (flags & RELAYED_LEAVING) != 0;
    relayed->health = read_bounded(reader, FO_HEALTH_FAILED, false);
    if (!relayed->known && (flags != 0 || relayed->claim != 0 || relayed->health != 0)) {
        reader->good = false;
    }
}

static void read_beat(struct reader *reader, struct fo_beat *beat)
{
    for (int i = 0; i < FO_VOTERS; i++) {
        beat->echo[i] = read_stamp(reader);
    }
    beat->claim = read_bounded(reader, FO_CLAIM_HOLD, false);
    uint8_t flags = read_bounded(reader, FLAGS_ALL, false);
    beat->draining = (flags & FLAG_DRAINING) != 0;
    beat->offer = (flags & FLAG_OFFER) != 0;
    beat->forced = (flags & FLAG_FORCED) != 0;
    beat->alone = (flags & FLAG_ALONE) != 0;
    beat->leaving = (flags & FLAG_LEAVING) != 0;
    beat->rejoin = (flags & FLAG_REJOIN) != 0;
    beat->held = (flags & FLAG_HELD) != 0;
    beat->relies = (flags & FLAG_RELIES) != 0;
    beat->health = read_bounded(reader, FO_HEALTH_FAILED, false);
    beat->choice = read_bounded(reader, FO_VOTER_S, true);
    beat->next = read_bounded(reader, FO_VOTER_S, true);
    read_relayed(reader, &beat->relayed);
    beat->lease_us = read_us(reader);
    beat->epoch = read_u64(reader);
    beat->position = read_u64(reader);
    beat->silence_us = read_us(reader);
    for (int i = 0; i < FO_SERVERS; i++) {
        beat->freed[i] = read_stamp(reader);
    }
    beat->choice_epoch = read_u64(reader);
    for (int i = 0; i < FO_SERVERS; i++) {
        beat->fenced[i] = read_u64(reader);
    }
}

static void read_answer(struct reader *reader, struct fo_answer *answer)
{
    answer->of = read_stamp(reader);
    answer->given = read_bounded(reader, 1, false) == 1;
    answer->reason = read_bounded(reader, FO_ANSWER_REASONS - 1, false);
    answer->holder = read_bounded(reader, FO_VOTER_S, true);
    read_zeros(reader, reader->at + 5);
    answer->lease_us = read_us(reader);
}

/* Everything after the hash was found good; false when a field is out of range. */
static bool read_datagram(const uint8_t *bytes, struct fo_datagram *datagram)
{
    struct reader reader = {.bytes = bytes, .at = VERSION_AT + 1, .good = true};
    uint8_t kind = read_bounded(&reader, FO_DATAGRAM_ANSWER, false);
    uint8_t sender = read_bounded(&reader, FO_VOTERS - 1, false);
    uint8_t to = read_bounded(&reader, FO_VOTERS - 1, true);
    struct fo_stamp stamp = read_stamp(&reader);

    if (!reader.good || kind == 0 || to == sender || stamp.boot == 0) {
        return false;
    }
    FO_ASSERT(reader.at == BODY_AT);
    memset(datagram, 0, sizeof *datagram);
    datagram->kind = kind;
    datagram->to = to;
    if (kind == FO_DATAGRAM_BEAT) {
        datagram->beat.sender = sender;
        datagram->beat.stamp = stamp;
        read_beat(&reader, &datagram->beat);
    } else {
        datagram->answer.sender = sender;
        datagram->answer.stamp = stamp;
        read_answer(&reader, &datagram->answer);
    }
    read_zeros(&reader, HASH_AT);
    return reader.good;
}

enum pb_wire_verdict pb_wire_decode(const uint8_t *bytes, size_t length, const uint8_t key[32],
                                    struct fo_datagram *datagram)
{
    uint8_t hash[HASH_SIZE];

    if (length != PB_WIRE_SIZE) {
        return PB_WIRE_SIZE_WRONG;
    }
    if (memcmp(bytes, magic, sizeof magic) != 0 || bytes[VERSION_AT] != PB_WIRE_VERSION) {
        return PB_WIRE_VERSION_WRONG;
    }
    hash_bytes(bytes, key, hash);
    if (sodium_memcmp(hash, bytes + HASH_AT, HASH_SIZE) != 0) {
        return PB_WIRE_HASH_WRONG;
    }
    return read_datagram(bytes, datagram) ? PB_WIRE_OK : PB_WIRE_FIELD_WRONG;
}

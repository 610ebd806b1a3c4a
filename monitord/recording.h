/* SPDX-License-Identifier: Apache-2.0 */
/* A recording as bytes: what the flight recorder writes and the replay reads. Pure: no file, no
 * clock. It holds what went into the engine and hashes of what came out; of persons and channels
 * nothing but their numbers, no address, no text that a person wrote.
 *
 * A recording is a row of segments, each about a minute long and complete in itself:
 *
 *   8 bytes "NRSREC\r\n", then items, each: u32 length of the payload, u32 sum, u8 type, payload
 *   'H' head   u16 version, u64 number, u64 boot, i64 now_us, i64 wall_ms, u64 lost, text program
 *   'S' site   u8 language, text timezone, then six lists of names (u8 count, texts): devices,
 *              servers, lines, services, channels, networks; u8 persons; then the policy, packed
 *   'I' image  the whole engine, packed
 *   'E' event  u8 flags (1 the step failed, 2 output hash follows, 4 engine hash follows), u8 slot,
 *              hashes, the event's bytes xor those of the event before in the slot, packed
 *   'A' anew   the engine was made anew after an assertion; its BOOT event follows
 *
 * Numbers are little-endian; a text is u8 length and bytes; packed is u32 unpacked length and words
 * of eight bytes: a mask of the bytes that are not zero, then these; a mask of 0 is followed by the
 * number of further zero words. The sum is the low half of fo_codec_sum over type and payload. A
 * process that dies leaves an item cut short or with a wrong sum: reading ends before it. Segments
 * may stand in files of their own or one behind the other. */
#ifndef MONITORD_RECORDING_H
#define MONITORD_RECORDING_H

#include "config/site.h"
#include "failover/image.h"

#define MD_RECORDING_VERSION 11
#define MD_RECORDING_MAGIC "NRSREC\r\n"
#define MD_RECORDING_MAGIC_SIZE 8
#define MD_RECORDING_SLOTS 128
#define MD_RECORDING_ITEM_MAX (192 * 1024) /* bytes of one item, more than an image can take */

/* The newest event of each slot, so that only what changed is written. Zero it at the beginning of
 * each segment; writer and reader keep their own. */
struct md_recording_memory {
    uint16_t length[MD_RECORDING_SLOTS];
    uint8_t bytes[MD_RECORDING_SLOTS][FO_EVENT_BYTES_MAX];
};

struct md_recording_head {
    uint16_t version;
    uint64_t number; /* of the segment, one more than the one before */
    uint64_t boot;   /* of the daemon's process */
    fo_us now_us;
    fo_wall_ms wall_ms;
    uint64_t lost; /* steps that could not be recorded between the segment before and this one */
    char program[32];
};
struct md_recorded_step {
    struct fo_event event;
    bool failed; /* an assertion ended it: the engine is as it was before */
    bool has_output, has_state;
    uint64_t output, state; /* fo_output_hash and fo_engine_hash after the step */
};

/* Each writes one item into `out` (MD_RECORDING_ITEM_MAX bytes) and returns its length. */
size_t md_recording_put_head(uint8_t *out, const struct md_recording_head *head);
size_t md_recording_put_site(uint8_t *out, const struct site *site);
size_t md_recording_put_image(uint8_t *out, const struct fo_engine *engine);
size_t md_recording_put_anew(uint8_t *out);
/* 0 for an event that has no bytes (of no known kind). */
size_t md_recording_put_step(uint8_t *out, struct md_recording_memory *memory,
                             const struct md_recorded_step *step);

enum md_recording_item {
    MD_RECORDING_END,   /* nothing more */
    MD_RECORDING_TORN,  /* an item that is cut short, damaged or of no known type */
    MD_RECORDING_BEGIN, /* the mark of a segment */
    MD_RECORDING_HEAD,
    MD_RECORDING_SITE,
    MD_RECORDING_IMAGE,
    MD_RECORDING_STEP,
    MD_RECORDING_ANEW
};
/* What is at `at` of the bytes; `at` is moved behind it (after TORN: to the next mark or the end).
 * payload and size are the item's, within bytes. */
enum md_recording_item md_recording_next(const uint8_t *bytes, size_t length, size_t *at,
                                         const uint8_t **payload, size_t *size);
/* Each is false when the payload is not what it should be. */
bool md_recording_get_head(const uint8_t *payload, size_t size, struct md_recording_head *head);
/* A site with the recorded policy, names and language and nothing else; persons are called "#1",
 * "#2" … To be freed with md_recording_free_site. NULL when the payload is damaged. */
struct site *md_recording_get_site(const uint8_t *payload, size_t size);
void md_recording_free_site(struct site *site);
/* Bytes for fo_image_decode; at most FO_IMAGE_MAX. 0 when damaged. */
size_t md_recording_get_image(const uint8_t *payload, size_t size, uint8_t image[FO_IMAGE_MAX]);
bool md_recording_get_step(const uint8_t *payload, size_t size, struct md_recording_memory *memory,
                           struct md_recorded_step *step);

#endif

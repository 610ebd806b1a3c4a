/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a recording: there and back, and every tear and every flipped bit seen. */
#include "monitord/recording.h"

#include "monitord/recording_pack.h"
#include "tests/lib/daemon_fixture.h"

static uint8_t item[2 * MD_RECORDING_ITEM_MAX];
static struct md_recording_memory writer, reader;

static void expect_packed(const uint8_t *bytes, size_t length)
{
    static uint8_t packed[MD_PACKED_MAX(5000)], back[5000];
    size_t size = md_pack(bytes, length, packed);

    cr_assert_leq(size, MD_PACKED_MAX(length));
    cr_assert_eq(md_unpack(packed, size, back, sizeof(back)), length);
    cr_assert_arr_eq(back, bytes, length);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_eq(md_unpack(packed, cut, back, sizeof(back)), SIZE_MAX, "cut at %zu", cut);
    }
    if (length > 0) {
        cr_assert_eq(md_unpack(packed, size, back, length - 1), SIZE_MAX, "no room for it");
    }
}

Test(recording, bytes_of_any_kind_and_length_come_back)
{
    static uint8_t bytes[5000];
    uint64_t dice = 3;

    for (size_t length = 0; length < 40; length++) {
        memset(bytes, 0, length);
        expect_packed(bytes, length);
        memset(bytes, 0xff, length);
        expect_packed(bytes, length);
    }
    for (unsigned round = 0; round < 30; round++) {
        size_t length = (size_t)round * 17;

        for (size_t i = 0; i < length; i++) {
            dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
            bytes[i] = dice >> 62 == 0 ? (uint8_t)(dice >> 33) : 0;
        }
        expect_packed(bytes, length);
    }
    memset(bytes, 0, sizeof(bytes));
    cr_assert_lt(md_pack(bytes, sizeof(bytes), item), 20u, "nothing takes no room");
    expect_packed(bytes, sizeof(bytes));
}

static struct fo_event beat(uint64_t seq)
{
    return (struct fo_event){.kind = FO_EVENT_DATAGRAM,
                             .now_us = (fo_us)seq * 50000,
                             .wall_ms = 1795198364000 + (fo_wall_ms)seq * 50,
                             .datagram = {.net = 1,
                                          .datagram = {.kind = FO_DATAGRAM_BEAT,
                                                       .to = FO_VOTER_NONE,
                                                       .beat = {.sender = FO_VOTER_S,
                                                                .stamp = {0x1234567890abcdef, seq},
                                                                .silence_us = FO_NEVER,
                                                                .lease_us = 600000}}}};
}

/* One step written and read back. Returns the length of its item. */
static size_t expect_step(const struct md_recorded_step *step)
{
    struct md_recorded_step back;
    uint8_t one[FO_EVENT_BYTES_MAX], two[FO_EVENT_BYTES_MAX];
    const uint8_t *payload;
    size_t at = 0, size, length = md_recording_put_step(item, &writer, step);

    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_STEP);
    cr_assert_eq(at, length);
    cr_assert(md_recording_get_step(payload, size, &reader, &back));
    cr_assert_eq(back.failed, step->failed);
    cr_assert_eq(back.has_output, step->has_output);
    cr_assert_eq(back.has_state, step->has_state);
    cr_assert_eq(back.output, step->output);
    cr_assert_eq(back.state, step->state);
    size_t bytes = fo_event_encode(&step->event, one);
    cr_assert_eq(fo_event_encode(&back.event, two), bytes);
    cr_assert_arr_eq(one, two, bytes);
    return length;
}

Test(recording, steps_come_back_and_a_beat_like_the_one_before_is_short)
{
    struct md_recorded_step step = {.event = beat(1)};
    size_t length = expect_step(&step);

    for (uint64_t seq = 2; seq < 300; seq++) {
        step = (struct md_recorded_step){.event = beat(seq),
                                         .has_output = seq % 3 == 0,
                                         .has_state = seq % 5 == 0,
                                         .failed = seq % 7 == 0,
                                         .output = seq % 3 == 0 ? seq : 0,
                                         .state = seq % 5 == 0 ? ~seq : 0};
        length = expect_step(&step);
        step = (struct md_recorded_step){.event = {.kind = FO_EVENT_TICK, .now_us = (fo_us)seq}};
        expect_step(&step);
        step.event = (struct fo_event){.kind = FO_EVENT_READING,
                                       .reading = {.device = 3, .count = (uint8_t)(seq % 40)}};
        expect_step(&step);
    }
    cr_assert_lt(length, 60u, "%zu bytes for a beat", length);
}

Test(recording, an_event_of_no_known_kind_is_not_written)
{
    struct md_recorded_step step = {.event = {.kind = FO_EVENT_KINDS}};

    cr_assert_eq(md_recording_put_step(item, &writer, &step), 0u);
}

Test(recording, the_site_comes_back_without_a_word_about_persons)
{
    struct place place;
    const uint8_t *payload;
    size_t at = 0, size, length;
    struct site *site;

    place_make(&place, 0);
    length = md_recording_put_site(item, place.site);
    static const char *const personal[] = {"person-1", "0X0", "toban", "example", "127.0.0.1"};
    for (unsigned i = 0; i < 5; i++) {
        cr_assert_null(memmem(item, length, personal[i], strlen(personal[i])), "%s", personal[i]);
    }
    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_SITE);
    site = md_recording_get_site(payload, size);
    cr_assert_not_null(site);
    cr_assert_str_eq(site->servers[1].name, "dispatch-2");
    cr_assert_str_eq(site->lines[0].name, "line-a");
    cr_assert_str_eq(site->persons[1].id, "#2");
    cr_assert_str_eq(site->timezone, "Asia/Tokyo");
    static uint8_t one[FO_POLICY_BYTES_MAX], two[FO_POLICY_BYTES_MAX];
    cr_assert_eq(fo_policy_encode(&site->policy, one), fo_policy_encode(&place.site->policy, two));
    cr_assert_arr_eq(one, two, fo_policy_encode(&site->policy, one));
    md_recording_free_site(site);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_null(md_recording_get_site(payload, cut), "cut at %zu", cut);
    }
    place_remove(&place);
}

Test(recording, each_flipped_bit_and_each_cut_of_an_item_is_seen)
{
    struct md_recorded_step step = {.event = beat(1), .has_state = true, .state = 77};
    const uint8_t *payload;
    size_t at, size, length = md_recording_put_step(item, &writer, &step);

    for (size_t i = 0; i < length; i++) {
        item[i] ^= 1;
        at = 0;
        cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_TORN);
        cr_assert_eq(at, length);
        item[i] ^= 1;
        at = 0;
        cr_assert_eq(md_recording_next(item, i, &at, &payload, &size),
                     i == 0 ? MD_RECORDING_END : MD_RECORDING_TORN);
    }
}

Test(recording, after_a_tear_reading_goes_on_at_the_next_segment)
{
    struct md_recording_head head = {.version = MD_RECORDING_VERSION, .number = 9, .program = "x"};
    struct md_recording_head back;
    const uint8_t *payload;
    size_t at = 0, size;
    size_t length = md_recording_put_head(item, &head) - 3; /* cut short */

    memcpy(item + length, MD_RECORDING_MAGIC, MD_RECORDING_MAGIC_SIZE);
    length += MD_RECORDING_MAGIC_SIZE;
    length += md_recording_put_head(item + length, &head);
    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_TORN);
    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_BEGIN);
    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_HEAD);
    cr_assert(md_recording_get_head(payload, size, &back));
    cr_assert_eq(back.number, 9u);
    cr_assert_eq(md_recording_next(item, length, &at, &payload, &size), MD_RECORDING_END);
}

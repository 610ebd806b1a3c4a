/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of cutting a byte stream into Modbus TCP frames. */
#include "probes/modbus_frame.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t good[] = {0, 7, 0, 0, 0, 5, 1, 3, 2, 0x12, 0x34};

Test(modbus_frame, a_frame_in_pieces_of_any_size_is_whole_at_its_last_byte)
{
    for (size_t piece = 1; piece <= sizeof good; piece++) {
        struct pb_modbus_frame frame;
        size_t at = 0;
        pb_modbus_frame_reset(&frame);
        while (at < sizeof good) {
            cr_assert_eq(frame.verdict, PB_FRAME_MORE);
            size_t rest = sizeof good - at;
            at += pb_modbus_frame_feed(&frame, good + at, rest < piece ? rest : piece);
        }
        cr_assert_eq(frame.verdict, PB_FRAME_READY);
        cr_assert_eq(frame.length, sizeof good);
        cr_assert_arr_eq(frame.bytes, good, sizeof good);
    }
}

Test(modbus_frame, two_frames_in_one_piece_are_two_frames)
{
    uint8_t both[2 * sizeof good];
    struct pb_modbus_frame frame;
    memcpy(both, good, sizeof good);
    memcpy(both + sizeof good, good, sizeof good);
    pb_modbus_frame_reset(&frame);
    cr_assert_eq(pb_modbus_frame_feed(&frame, both, sizeof both), sizeof good);
    cr_assert_eq(frame.verdict, PB_FRAME_READY);
    pb_modbus_frame_reset(&frame);
    cr_assert_eq(pb_modbus_frame_feed(&frame, both + sizeof good, sizeof good), sizeof good);
    cr_assert_eq(frame.verdict, PB_FRAME_READY);
}

Test(modbus_frame, what_cannot_be_modbus_is_a_fault_at_once)
{
    static const struct {
        uint8_t bytes[6];
        size_t fault_at;
        enum pb_frame_verdict verdict;
    } cases[] = {
        {{0, 1, 1, 0, 0, 5}, 3, PB_FRAME_FAULT}, /* another protocol */
        {{'H', 'T', 'T', 'P', '/', '1'}, 3, PB_FRAME_FAULT},
        {{0, 1, 0, 0, 0, 1}, 6, PB_FRAME_FAULT}, /* shorter than unit and function */
        {{0, 1, 0, 0, 0, 0}, 6, PB_FRAME_FAULT},
        {{0, 1, 0, 0, 0, 255}, 6, PB_FRAME_FAULT}, /* longer than a frame may be */
        {{0, 1, 0, 0, 1, 0}, 6, PB_FRAME_FAULT},
        {{0, 1, 0, 0, 0, 254}, 6, PB_FRAME_MORE},
        {{0, 1, 0, 0, 0, 2}, 6, PB_FRAME_MORE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pb_modbus_frame frame;
        pb_modbus_frame_reset(&frame);
        cr_assert_eq(pb_modbus_frame_feed(&frame, cases[i].bytes, 6), cases[i].fault_at, "case %zu",
                     i);
        cr_assert_eq(frame.verdict, cases[i].verdict, "case %zu", i);
    }
}

Test(modbus_frame, the_longest_frame_fits_exactly)
{
    struct pb_modbus_frame frame;
    uint8_t longest[PB_MBAP_MAX + 10] = {0, 1, 0, 0, 0, 254};
    pb_modbus_frame_reset(&frame);
    cr_assert_eq(pb_modbus_frame_feed(&frame, longest, sizeof longest), PB_MBAP_MAX);
    cr_assert_eq(frame.verdict, PB_FRAME_READY);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of signal towers byte by byte, and what the lights say. */
#include "monitord/tower_frame.h"

#include <criterion/criterion.h>
#include <string.h>

Test(tower_frame, set_and_question_are_the_makers_bytes)
{
    const struct md_tower_state state = {{MD_TOWER_FLASH, 0, MD_TOWER_ON, 0, 0, 1}};
    const uint8_t set[] = {0x58, 0x58, 0x53, 0, 0, 6, 2, 0, 1, 0, 0, 1};
    const uint8_t ask[] = {0x58, 0x58, 0x47, 0, 0, 0};
    uint8_t frame[MD_TOWER_SET_SIZE];

    md_tower_set_frame(&state, frame);
    cr_assert_eq(memcmp(frame, set, sizeof(set)), 0);
    md_tower_ask_frame(frame);
    cr_assert_eq(memcmp(frame, ask, sizeof(ask)), 0);
}

Test(tower_frame, answers_are_yes_no_more_or_strange)
{
    const uint8_t yes[] = {0x06, 2, 0, 1, 0, 0, 1}, no[] = {0x15}, strange[] = {'H'};
    struct md_tower_state state;

    cr_assert_eq(md_tower_set_answer(yes, 0), MD_TOWER_MORE);
    cr_assert_eq(md_tower_set_answer(yes, 1), MD_TOWER_YES);
    cr_assert_eq(md_tower_set_answer(no, 1), MD_TOWER_NO);
    cr_assert_eq(md_tower_set_answer(strange, 1), MD_TOWER_STRANGE);
    for (size_t count = 0; count < sizeof(yes); count++) {
        cr_assert_eq(md_tower_ask_answer(yes, count, &state), MD_TOWER_MORE);
    }
    cr_assert_eq(md_tower_ask_answer(yes, sizeof(yes), &state), MD_TOWER_YES);
    cr_assert_eq(state.parts[MD_TOWER_RED], MD_TOWER_FLASH);
    cr_assert_eq(state.parts[MD_TOWER_BUZZER], 1);
    cr_assert_eq(md_tower_ask_answer(no, 1, &state), MD_TOWER_NO);
    cr_assert_eq(md_tower_ask_answer(strange, 1, &state), MD_TOWER_STRANGE);
}

Test(tower_frame, an_acknowledgement_stops_the_buzzer_and_not_the_light)
{
    struct md_tower_state state;

    md_tower_show(&(struct md_tower_need){.urgent = true}, &state);
    cr_assert_eq(state.parts[MD_TOWER_RED], MD_TOWER_FLASH);
    cr_assert_neq(state.parts[MD_TOWER_BUZZER], 0);
    md_tower_show(&(struct md_tower_need){.answered = true}, &state);
    cr_assert_eq(state.parts[MD_TOWER_RED], MD_TOWER_ON);
    cr_assert_eq(state.parts[MD_TOWER_BUZZER], 0);
    md_tower_show(&(struct md_tower_need){.answered = true, .urgent = true}, &state);
    cr_assert_eq(state.parts[MD_TOWER_RED], MD_TOWER_FLASH);
    md_tower_show(&(struct md_tower_need){.urgent = false}, &state);
    cr_assert_eq(state.parts[MD_TOWER_GREEN], MD_TOWER_ON);
    cr_assert_eq(state.parts[MD_TOWER_RED], MD_TOWER_OFF);
}

/* Whoever sees blue and white knows that it is a drill; whoever does not, that it is none. */
Test(tower_frame, a_drill_has_colours_of_its_own_and_never_hides_what_is_real)
{
    for (unsigned bits = 0; bits < 32; bits++) {
        const struct md_tower_need need = {.urgent = bits & 1,
                                           .answered = bits >> 1 & 1,
                                           .lesser = bits >> 2 & 1,
                                           .drill = bits >> 3 & 1,
                                           .drill_answered = bits >> 4 & 1};
        bool drill = need.drill || need.drill_answered;
        struct md_tower_state state;

        md_tower_show(&need, &state);
        cr_assert_eq(state.parts[MD_TOWER_BLUE] != 0, drill, "%u", bits);
        cr_assert_eq(state.parts[MD_TOWER_WHITE] != 0, drill, "%u", bits);
        cr_assert_eq(state.parts[MD_TOWER_RED] != 0, need.urgent || need.answered, "%u", bits);
        cr_assert_eq(state.parts[MD_TOWER_BUZZER] != 0, need.urgent, "%u", bits);
        cr_assert_eq(state.parts[MD_TOWER_GREEN] != 0, bits == 0, "%u", bits);
    }
}

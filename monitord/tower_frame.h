/* SPDX-License-Identifier: Apache-2.0 */
/* The PNS protocol of network signal towers as bytes: what lights and buzzer are to do, what they
 * do, and the tower's yes or no. Pure. Frames after the maker's public description: "XX", a letter,
 * 0, a length of two bytes, data; answers begin with 06 (yes) or are 15 (no). channel_tower.c
 * speaks it. */
#ifndef MONITORD_TOWER_FRAME_H
#define MONITORD_TOWER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum md_tower_part {
    MD_TOWER_RED,
    MD_TOWER_AMBER,
    MD_TOWER_GREEN,
    MD_TOWER_BLUE,
    MD_TOWER_WHITE,
    MD_TOWER_BUZZER,
    MD_TOWER_PARTS
};
enum { MD_TOWER_OFF = 0, MD_TOWER_ON = 1, MD_TOWER_FLASH = 2, MD_TOWER_DOUBLE_FLASH = 3 };
struct md_tower_state {
    uint8_t parts[MD_TOWER_PARTS]; /* lights as above; buzzer 0 off, 1 … 4 a pattern */
};

#define MD_TOWER_SET_SIZE 12
#define MD_TOWER_ASK_SIZE 6
#define MD_TOWER_STATE_SIZE 7 /* of the answer to a question: 06 and six bytes */
void md_tower_set_frame(const struct md_tower_state *state, uint8_t frame[MD_TOWER_SET_SIZE]);
void md_tower_ask_frame(uint8_t frame[MD_TOWER_ASK_SIZE]);

enum md_tower_answer { MD_TOWER_MORE, MD_TOWER_YES, MD_TOWER_NO, MD_TOWER_STRANGE };
/* The answer to a set frame: one byte. */
enum md_tower_answer md_tower_set_answer(const uint8_t *bytes, size_t count);
/* The answer to a question; YES fills *state. */
enum md_tower_answer md_tower_ask_answer(const uint8_t *bytes, size_t count,
                                         struct md_tower_state *state);
bool md_tower_same(const struct md_tower_state *a, const struct md_tower_state *b);

/* What the tower is to show. Worst first: nobody has answered an incident of severity 1 or 2: red
 * flashes and the buzzer sounds; answered, or lesser: red or amber stand still without the buzzer;
 * nothing open: green. In a drill: blue and white in turns, never used for anything real. */
struct md_tower_need {
    bool urgent, answered, lesser, drill, drill_answered;
};
void md_tower_show(const struct md_tower_need *need, struct md_tower_state *state);

#endif

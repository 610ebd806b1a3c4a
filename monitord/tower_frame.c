/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of signal towers and the meaning of their lights. It owns both tables and no socket. */
#include "monitord/tower_frame.h"

#include <string.h>

#define ACK 0x06
#define NAK 0x15

void md_tower_set_frame(const struct md_tower_state *state, uint8_t frame[MD_TOWER_SET_SIZE])
{
    const uint8_t head[] = {'X', 'X', 'S', 0, 0, MD_TOWER_PARTS};

    memcpy(frame, head, sizeof(head));
    memcpy(frame + sizeof(head), state->parts, MD_TOWER_PARTS);
}

void md_tower_ask_frame(uint8_t frame[MD_TOWER_ASK_SIZE])
{
    const uint8_t head[] = {'X', 'X', 'G', 0, 0, 0};

    memcpy(frame, head, sizeof(head));
}

enum md_tower_answer md_tower_set_answer(const uint8_t *bytes, size_t count)
{
    return count == 0        ? MD_TOWER_MORE
           : bytes[0] == ACK ? MD_TOWER_YES
           : bytes[0] == NAK ? MD_TOWER_NO
                             : MD_TOWER_STRANGE;
}

enum md_tower_answer md_tower_ask_answer(const uint8_t *bytes, size_t count,
                                         struct md_tower_state *state)
{
    if (count == 0) {
        return MD_TOWER_MORE;
    }
    if (bytes[0] != ACK) {
        return bytes[0] == NAK ? MD_TOWER_NO : MD_TOWER_STRANGE;
    }
    if (count < MD_TOWER_STATE_SIZE) {
        return MD_TOWER_MORE;
    }
    memcpy(state->parts, bytes + 1, MD_TOWER_PARTS);
    return MD_TOWER_YES;
}

bool md_tower_same(const struct md_tower_state *a, const struct md_tower_state *b)
{
    return memcmp(a->parts, b->parts, sizeof(a->parts)) == 0;
}

void md_tower_show(const struct md_tower_need *need, struct md_tower_state *state)
{
    memset(state, 0, sizeof(*state));
    if (need->urgent) {
        state->parts[MD_TOWER_RED] = MD_TOWER_FLASH;
        state->parts[MD_TOWER_BUZZER] = 1;
    } else if (need->answered) {
        state->parts[MD_TOWER_RED] = MD_TOWER_ON;
    }
    if (need->lesser) {
        state->parts[MD_TOWER_AMBER] = MD_TOWER_ON;
    }
    if (need->drill || need->drill_answered) {
        state->parts[MD_TOWER_BLUE] = need->drill ? MD_TOWER_FLASH : MD_TOWER_ON;
        state->parts[MD_TOWER_WHITE] = need->drill ? MD_TOWER_DOUBLE_FLASH : MD_TOWER_ON;
    }
    if (!need->urgent && !need->answered && !need->lesser && !need->drill &&
        !need->drill_answered) {
        state->parts[MD_TOWER_GREEN] = MD_TOWER_ON;
    }
}

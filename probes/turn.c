/* SPDX-License-Identifier: Apache-2.0 */
/* The number behind turn.h. It knows no loop and no device. */
#include "probes/turn.h"

#include <limits.h>

static unsigned left = UINT_MAX;

void pb_turn_begin(void)
{
    left = PB_TURN_MAX;
}

void pb_turn_end(void)
{
    left = UINT_MAX;
}

bool pb_turn_take(void)
{
    if (left == 0) {
        return false;
    }
    left -= left == UINT_MAX ? 0 : 1;
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The first break and the trace (see trace.h). */
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void storm_break_law(struct storm_world *world, enum storm_law law, const char *format, ...)
{
    if (world->broken.law != STORM_LAW_NONE) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(world->broken.text, sizeof world->broken.text, format, arguments);
    va_end(arguments);
    world->broken.law = (uint8_t)law;
    world->broken.at_us = world->now_us;
    storm_say(world, "BROKEN %s: %s", storm_law_name(law), world->broken.text);
}

void storm_say(const struct storm_world *world, const char *format, ...)
{
    if (!world->trace) {
        return;
    }
    va_list arguments;
    printf("%6" PRId64 ".%06" PRId64 " ", world->now_us / FO_SECOND, world->now_us % FO_SECOND);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

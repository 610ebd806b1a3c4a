/* SPDX-License-Identifier: Apache-2.0 */
/* What the storm notes down: the first law that breaks, and, when somebody wants it, one line for
 * each thing that happens. Every room of sim/storm calls it; it changes nothing else. */
#ifndef SIM_STORM_TRACE_H
#define SIM_STORM_TRACE_H

#include "sim/storm/world.h"

/* Takes note of the first break; later ones are its consequences. */
void storm_break_law(struct storm_world *world, enum storm_law law, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One line on standard output, with the true time; nothing unless world->trace. */
void storm_say(const struct storm_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

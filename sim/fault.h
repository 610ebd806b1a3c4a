/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done to a room, by name and key. It owns the table of faults, checks a whole order
 * before it does any of it, and keeps the room's list of what is injected. control.c calls it. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/room.h"

#define SIM_SETTINGS_MAX 8
struct sim_setting {
    const char *key, *value;
};

/* Checks all settings of the thing of that name, then does them. False: text says what is wrong and
 * lists what would be right, or why the kernel refused. */
bool sim_fault_apply(struct sim_room *room, const char *name, const struct sim_setting *settings,
                     unsigned count, char *text, size_t size);

#endif

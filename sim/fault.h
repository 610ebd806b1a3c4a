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

/* Does all settings to the thing of that name, or none. False: message says what is wrong and lists
 * what would be right. */
bool sim_fault_apply(struct sim_room *room, const char *name, const struct sim_setting *settings,
                     unsigned count, char *message, size_t size);

#endif

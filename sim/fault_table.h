/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the table of faults and the helpers its rows share. fault_power.c and fault_host.c own
 * the rows of their side of the room; fault.c looks them up and does them. */
#ifndef SIM_FAULT_TABLE_H
#define SIM_FAULT_TABLE_H

#include "sim/room.h"

enum sim_thing_kind {
    SIM_THING_MAINS,
    SIM_THING_UPS,
    SIM_THING_GENERATOR,
    SIM_THING_TRANSFER,
    SIM_THING_STRIP,
    SIM_THING_HOST,
    SIM_THING_LINE
};
struct sim_thing {
    enum sim_thing_kind kind;
    unsigned index;            /* among its kind */
    unsigned part;             /* of a host: which process or which interface the key names */
    struct sim_device *device; /* the one that shows it; NULL for what is no device */
};
/* Does it when act is set, else only says whether the value is good. False with act: errno says why
 * it could not be done. */
typedef bool (*sim_fault_do)(struct sim_room *room, const struct sim_thing *thing,
                             const char *value, bool act);
struct sim_fault {
    enum sim_thing_kind kind;
    const char *key, *values;
    const char *normal; /* value that takes it back; NULL: a set value, not a lasting fault */
    sim_fault_do act;
};

/* The rows of the electrical side, and of hosts and lines. Static storage; *count is set. */
const struct sim_fault *sim_faults_power(unsigned *count);
const struct sim_fault *sim_faults_host(unsigned *count);
/* The row for a key that is the name of one of the host's processes or interfaces; *part is set.
 * NULL: it is neither. */
const struct sim_fault *sim_fault_host_part(const struct sim_host *host, const char *key,
                                            unsigned *part);
/* Position of value in a NULL-terminated list of words, or -1. */
int sim_word_find(const char *value, const char *const *words);
/* One of two words; false: neither. */
bool sim_switch_parse(const char *value, const char *off, const char *on, bool *result);

#endif

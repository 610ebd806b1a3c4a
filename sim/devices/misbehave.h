/* SPDX-License-Identifier: Apache-2.0 */
/* The ways a device on the network can go wrong, by name. It owns the list and the two pure
 * byte tricks that both protocols share; the servers apply them to their answers. */
#ifndef SIM_DEVICES_MISBEHAVE_H
#define SIM_DEVICES_MISBEHAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(id, name) */
#define SIM_COMMS(X)                                                                   \
    X(OK, "ok")                                                                        \
    X(SILENT, "silent")     /* takes requests, never answers */                        \
    X(HALF, "half")         /* the first half of an answer, then nothing */            \
    X(DRIP, "drip")         /* Modbus: a byte every 150 ms; SNMP: answers in scraps */ \
    X(GARBAGE, "garbage")   /* bytes of the right number and no meaning */             \
    X(WRONG_ID, "wrong-id") /* a good answer to another request */                     \
    X(FROZEN, "frozen")     /* answers well, but its values stand still */
enum sim_comms {
#define X(id, name) SIM_COMMS_##id,
    SIM_COMMS(X)
#undef X
        SIM_COMMS_COUNT
};

/* Stable name; "unknown" for a number that is none. Static storage. */
const char *sim_comms_name(uint8_t comms);
/* The mode of a name, or SIM_COMMS_COUNT. */
enum sim_comms sim_comms_find(const char *name);
/* Fills bytes with noise that is the same for the same seed; moves the seed on. */
void sim_garbage_fill(uint8_t *bytes, size_t length, uint32_t *seed);

#endif

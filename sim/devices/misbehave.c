/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the ways to go wrong, and repeatable noise. It sends nothing; the servers do. */
#include "sim/devices/misbehave.h"

#include <string.h>

static const char *const names[SIM_COMMS_COUNT] = {
#define X(id, name) name,
    SIM_COMMS(X)
#undef X
};

const char *sim_comms_name(uint8_t comms)
{
    return comms < SIM_COMMS_COUNT ? names[comms] : "unknown";
}

enum sim_comms sim_comms_find(const char *name)
{
    for (int i = 0; i < SIM_COMMS_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum sim_comms)i;
        }
    }
    return SIM_COMMS_COUNT;
}

void sim_garbage_fill(uint8_t *bytes, size_t length, uint32_t *seed)
{
    uint32_t word = *seed == 0 ? 1 : *seed;
    for (size_t i = 0; i < length; i++) {
        /* xorshift32: any stream without a pattern does */
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
        bytes[i] = (uint8_t)word;
    }
    *seed = word;
}

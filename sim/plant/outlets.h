/* SPDX-License-Identifier: Apache-2.0 */
/* A switched power strip: which of its outlets are on. Plain data with two verbs; the plant holds
 * it, outlet_mib.c shows it and is told to switch it, room.c gives power to hosts by it. */
#ifndef SIM_PLANT_OUTLETS_H
#define SIM_PLANT_OUTLETS_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_OUTLETS_MAX 24

struct sim_outlets {
    uint8_t count;  /* numbered from 1 */
    uint8_t family; /* enum sim_outlet_family */
    uint32_t on;    /* bit (number - 1) */
    uint32_t stuck; /* relays that take orders and do not move */
};
/* One strip speaks one of these; the numbers that mean on and off differ. */
enum sim_outlet_family {
    SIM_OUTLETS_RPDU,         /* APC switched rack PDU */
    SIM_OUTLETS_MASTERSWITCH, /* the oldest objects, spoken by every APC strip */
    SIM_OUTLETS_PLUS,         /* MasterSwitch plus: off is 3 where the others have 2 */
    SIM_OUTLETS_RPDU2,        /* second generation: what is read as 1 is off, and ordered by 2 */
    SIM_OUTLET_FAMILIES
};

/* Whether outlet `number` gives power; false for a number there is not. */
static inline bool sim_outlet_is_on(const struct sim_outlets *outlets, unsigned number)
{
    return number >= 1 && number <= outlets->count && (outlets->on >> (number - 1) & 1) != 0;
}

static inline void sim_outlet_switch(struct sim_outlets *outlets, unsigned number, bool on)
{
    uint32_t bit = (uint32_t)1 << (number - 1);
    if ((outlets->stuck & bit) == 0) {
        outlets->on = on ? outlets->on | bit : outlets->on & ~bit;
    }
}

#endif

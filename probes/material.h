/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of a poll are handed: a profile, its cells, the device's own scales and what was
 * learned before. Declarations only; both protocols' maps fill it, assemble.c and value_point.c
 * read it. */
#ifndef PROBES_MATERIAL_H
#define PROBES_MATERIAL_H

#include "config/site.h"
#include "probes/cell.h"

/* What is learned about a device from its earlier polls. All zero at the start. */
struct pb_memory {
    int8_t shift[CFG_POINTS_MAX]; /* powers of ten its numbers are off */
    bool nonzero[CFG_POINTS_MAX]; /* this line has had a value other than 0 */
};

struct pb_material {
    const struct cfg_profile *profile;
    const struct pb_cell *cells; /* one for each point */
    const struct cfg_own_scale *scales;
    unsigned scale_count;
    struct pb_memory *memory;
    /* the table of alarms, where the profile has one */
    uint32_t alarms; /* bit per enum fo_ups_alarm */
    bool alarms_known;
    uint16_t alarms_reason;
};

#endif

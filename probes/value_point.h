/* SPDX-License-Identifier: Apache-2.0 */
/* One point's raw number as a value of one variable: not available, scaled, in another power of ten
 * than its MIB says, believed or not. Pure; assemble.c calls it. */
#ifndef PROBES_VALUE_POINT_H
#define PROBES_VALUE_POINT_H

#include "probes/material.h"
#include "probes/scale.h"

/* The value of point `index` as `variable` (its own, or the one its row contributes to). Learns the
 * power of ten in material->memory. */
struct fo_value pb_point_value(const struct pb_material *material, unsigned index,
                               enum fo_variable variable);

#endif

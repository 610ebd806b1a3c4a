/* SPDX-License-Identifier: Apache-2.0 */
/* From the raw numbers of one poll to values: scales, lines of a three-phase device joined, states,
 * doubts. Pure over a profile, which says what a number means; both protocols' maps call it. */
#ifndef PROBES_ASSEMBLE_H
#define PROBES_ASSEMBLE_H

#include "probes/material.h"
#include "probes/ups_belief.h"

/* Values and doubts of one poll into an empty set; origin[variable], UINT8_MAX before, becomes the
 * point a value came from. Returns the bits of ups.status, CFG_STATE_CARD_LOST among them. */
int64_t pb_assemble(const struct pb_material *material, struct pb_values *set, uint8_t *origin);

/* Marks every value that is not absent, except ups.alarms. */
void pb_values_mark(struct pb_values *set, enum fo_quality quality, enum fo_reason reason);

#endif

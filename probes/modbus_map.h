/* SPDX-License-Identifier: Apache-2.0 */
/* One poll of a Modbus device as a pure machine over a profile: blocks of registers are read one
 * after the other; a block the device refuses is read point by point, so that one gap costs one
 * value. The Modbus driver feeds it. */
#ifndef PROBES_MODBUS_MAP_H
#define PROBES_MODBUS_MAP_H

#include "failover/event.h"
#include "probes/material.h"
#include "probes/modbus_exchange.h"

#define PB_MODBUS_RELEARN_POLLS 64 /* what was refused is asked for again after so many polls */

struct pb_modbus_map {
    const struct cfg_profile *profile;
    const struct cfg_device *device; /* its scales; NULL: none */
    uint32_t polls;
    bool as_input;       /* holding registers are asked for as input registers */
    bool function_known; /* something has been read with it */
    bool function_tried; /* the other one has been tried in this poll */
    bool split[CFG_BLOCKS_MAX];
    uint8_t block, point; /* what the outstanding question is about; point: while split */
    bool asked;
    bool answered; /* the device has answered something in this poll */
    struct pb_cell cells[CFG_POINTS_MAX];
    struct pb_memory memory;
    uint8_t origin[FO_VARIABLE_COUNT];
};

/* device: whose scales count; NULL: none. Both must outlive the map. */
void pb_modbus_map_init(struct pb_modbus_map *map, const struct cfg_profile *profile,
                        const struct cfg_device *device);
void pb_modbus_map_begin(struct pb_modbus_map *map);
/* Fills function, first and count of the next question; false when the poll is complete. Followed
 * by one of the three below. */
bool pb_modbus_map_ask(struct pb_modbus_map *map, struct pb_modbus_question *question);
void pb_modbus_map_answer(struct pb_modbus_map *map, const uint16_t *registers);
/* The device refused this question (an exception). */
void pb_modbus_map_refused(struct pb_modbus_map *map, enum fo_reason reason);
/* No answer, or none that can be trusted: the poll is complete. */
void pb_modbus_map_silent(struct pb_modbus_map *map, enum fo_reason reason);
/* The reading of this poll (device left 0); FO_ABSENT when nothing at all could be read. */
void pb_modbus_map_read(struct pb_modbus_map *map, struct fo_reading *reading);
/* The point a value of the last reading came from, or NULL; *cell its raw number. */
const struct cfg_point *pb_modbus_map_trace(const struct pb_modbus_map *map,
                                            enum fo_variable variable, const struct pb_cell **cell);
/* The function by which a point is asked for: enum cfg_function. */
uint8_t pb_modbus_map_function(const struct pb_modbus_map *map, const struct cfg_point *point);

#endif

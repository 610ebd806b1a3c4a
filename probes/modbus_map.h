/* SPDX-License-Identifier: Apache-2.0 */
/* One poll of a Modbus device as a pure machine over a profile: blocks of registers are read one
 * after the other; a block the device refuses is read register by register, so that one gap costs
 * one value. Profiles are data plus one rule for states and alarms. The Modbus driver feeds it. */
#ifndef PROBES_MODBUS_MAP_H
#define PROBES_MODBUS_MAP_H

#include "failover/event.h"
#include "probes/modbus_exchange.h"
#include "probes/ups_belief.h"

#define PB_MODBUS_FIELDS_MAX 32
#define PB_MODBUS_BLOCKS_MAX 12
#define PB_MODBUS_RELEARN_POLLS 64 /* what was refused is asked for again after so many polls */

enum pb_modbus_format { PB_MODBUS_U16, PB_MODBUS_S16, PB_MODBUS_U32, PB_MODBUS_S32 };
struct pb_modbus_field {
    uint16_t address; /* as on the wire, from 0; 32 bits: high word first */
    uint8_t format;
    uint8_t variable; /* enum fo_variable, or PB_MODBUS_STATE: only for the profile's rule */
    uint8_t sentinels;
    struct pb_scale scale;
};
#define PB_MODBUS_STATE UINT8_MAX
struct pb_modbus_block {
    uint16_t first, count;
    uint8_t field, fields; /* its fields: `fields` of them from index `field` */
};
struct pb_modbus_cell {
    int64_t raw;
    uint16_t reason; /* why it is not known */
    bool known, due, gone;
};
struct pb_modbus_profile {
    const char *name;
    const struct pb_modbus_block *blocks;
    const struct pb_modbus_field *fields;
    uint8_t block_count, field_count;
    bool any_function; /* some devices serve it as holding (3), some as input registers (4) */
    /* Adds states and alarms to the plain values, and takes back what cannot be. cells has one
     * entry for each field; origin[variable] may be set to the field a value came from. */
    void (*conclude)(const struct pb_modbus_cell *cells, struct pb_values *values, uint8_t *origin);
};
/* "deepsea-gencomm" (modbus_gencomm.c): registers 772, 1024 … 1033, 1408, 1536, 1558, 1798 and
 * 2049 … 2051 of Deep Sea's GenComm; a page the model does not have costs only its own values. */
extern const struct pb_modbus_profile pb_modbus_gencomm;
/* "transfer-switch-contacts" (modbus_transfer.c): four unsigned words from 0, holding or input
 * registers: source the load is on (0 none, 1 mains, 2 generator), mains voltage 0.1 V, mains
 * frequency 0.1 Hz, generator voltage 0.1 V; FFF8h … FFFFh = not available. */
extern const struct pb_modbus_profile pb_modbus_transfer;

struct pb_modbus_map {
    const struct pb_modbus_profile *profile;
    uint32_t polls;
    uint8_t function;    /* enum pb_modbus_function */
    bool function_known; /* something has been read with it */
    bool function_tried; /* the other one has been tried in this poll */
    bool split[PB_MODBUS_BLOCKS_MAX];
    uint8_t block, field; /* what the outstanding question is about; field: while split */
    bool asked;
    bool answered; /* the device has answered something in this poll */
    struct pb_modbus_cell cells[PB_MODBUS_FIELDS_MAX];
    uint8_t origin[FO_VARIABLE_COUNT];
};

/* The profile of that name, or NULL. */
const struct pb_modbus_profile *pb_modbus_profile_find(const char *name);

void pb_modbus_map_init(struct pb_modbus_map *map, const struct pb_modbus_profile *profile);
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
/* The field a value of the last reading came from, or NULL; *cell its raw number. */
const struct pb_modbus_field *pb_modbus_map_trace(const struct pb_modbus_map *map,
                                                  enum fo_variable variable,
                                                  const struct pb_modbus_cell **cell);

#endif

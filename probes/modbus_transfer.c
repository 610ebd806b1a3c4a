/* SPDX-License-Identifier: Apache-2.0 */
/* A transfer switch behind a small input/output unit. The map is ours, for whoever programs that
 * unit (holding or input registers, function 3 or 4, unsigned 16 bits, FFF8h … FFFFh = not
 * available):
 *   0  source the load is on: 0 none, 1 mains, 2 generator
 *   1  mains voltage, 0.1 V        2  mains frequency, 0.1 Hz
 *   3  generator voltage at the switch, 0.1 V
 * Data and one rule; modbus_map.c walks it. */
#include "probes/modbus_map.h"

#define FIELD(at, id)                                               \
    {                                                               \
        .address = (at), .format = PB_MODBUS_U16, .variable = (id), \
        .sentinels = PB_SENTINELS_GENCOMM_U16, .scale = {           \
            100,                                                    \
            1                                                       \
        }                                                           \
    }

enum field { FIELD_SOURCE, FIELD_MAINS_VOLTAGE, FIELD_MAINS_FREQUENCY, FIELD_GENERATOR_VOLTAGE };
static const struct pb_modbus_field fields[] = {
    FIELD(0, PB_MODBUS_STATE),
    FIELD(1, FO_VAR_MAINS_VOLTAGE),
    FIELD(2, FO_VAR_MAINS_FREQUENCY),
    FIELD(3, FO_VAR_GENERATOR_VOLTAGE),
};
static const struct pb_modbus_block blocks[] = {{0, 4, FIELD_SOURCE, 4}};

static void conclude(const struct pb_modbus_cell *cells, struct pb_values *values, uint8_t *origin)
{
    const struct pb_modbus_cell *source = &cells[FIELD_SOURCE];
    struct fo_value value;

    if (!source->known) {
        value = pb_value_absent(FO_VAR_TRANSFER_SOURCE, (enum fo_reason)source->reason);
    } else if (source->raw >= FO_SOURCES) {
        value = pb_value_absent(FO_VAR_TRANSFER_SOURCE, FO_REASON_SENTINEL);
    } else {
        value = pb_value_milli(FO_VAR_TRANSFER_SOURCE, source->raw);
    }
    pb_values_set(values, value);
    origin[FO_VAR_TRANSFER_SOURCE] = FIELD_SOURCE;
}

const struct pb_modbus_profile pb_modbus_transfer = {
    .name = "transfer-switch-contacts",
    .blocks = blocks,
    .fields = fields,
    .block_count = 1,
    .field_count = sizeof fields / sizeof fields[0],
    .any_function = true,
    .conclude = conclude,
};

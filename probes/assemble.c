/* SPDX-License-Identifier: Apache-2.0 */
/* Puts values together in a fixed order: states, plain numbers, tables by lines, then what only all
 * of them together can say. It asks nothing and knows no maker. */
#include "probes/assemble.h"

#include "failover/assert.h"
#include "probes/generator_belief.h"
#include "probes/value_point.h"

#include <string.h>

/* One poll while it is put together. */
struct work {
    const struct pb_material *material;
    struct pb_values *set;
    uint8_t *origin;
    int64_t status; /* bits of ups.status so far */
};

static const struct cfg_point *point_at(const struct work *work, unsigned index)
{
    FO_ASSERT(index < work->material->profile->count);
    return &work->material->profile->points[index];
}

static const struct pb_cell *cell_at(const struct work *work, unsigned index)
{
    FO_ASSERT(index < work->material->profile->count);
    return &work->material->cells[index];
}

static void set_value(struct work *work, struct fo_value value, unsigned point)
{
    pb_values_set(work->set, value);
    work->origin[value.variable] = (uint8_t)point;
}

static bool is_wanted(const struct work *work, enum fo_variable variable)
{
    return !work->set->present[variable] || work->set->values[variable].quality == FO_ABSENT;
}

/* ---- states --------------------------------------------------------------------------------- */

/* The bits or the number its raw number means; false when it means nothing the profile knows. */
static bool find_state(const struct cfg_point *point, int64_t raw, bool whole_set, int64_t *bits)
{
    bool found = false;
    for (unsigned i = 0; i < point->state_count; i++) {
        const struct cfg_state *state = &point->states[i];
        if ((raw & state->mask) == state->match) {
            *bits |= state->bits;
            found = true;
            if (!whole_set) {
                return true;
            }
        }
    }
    return found;
}

static void read_status(struct work *work)
{
    for (unsigned i = 0; i < work->material->profile->count; i++) {
        const struct cfg_point *point = point_at(work, i);
        const struct pb_cell *cell = cell_at(work, i);
        if (cell->known && point->variable == FO_VAR_UPS_STATUS && point->state_count > 0) {
            (void)find_state(point, cell->raw, true, &work->status);
        }
        if (cell->known && (point->flags & CFG_POINT_ALARM_COUNT) && cell->raw > 0) {
            work->status |= FO_UPS(ALARM);
        }
        if (point->flags & CFG_POINT_ALARM_COUNT) {
            work->origin[FO_VAR_UPS_ALARMS] = (uint8_t)i;
        }
    }
}

/* A set that several points fill together: alarms, contacts. */
static void add_to_set(struct work *work, unsigned index)
{
    const struct cfg_point *point = point_at(work, index);
    const struct pb_cell *cell = cell_at(work, index);
    enum fo_variable variable = (enum fo_variable)point->variable;
    int64_t bits = 0;
    if (!cell->known) {
        if (!work->set->present[variable]) {
            set_value(work, pb_value_absent(variable, (enum fo_reason)cell->reason), index);
        }
        return;
    }
    (void)find_state(point, cell->raw, true, &bits);
    if (is_wanted(work, variable)) {
        set_value(work, pb_value_milli(variable, bits), index);
    } else {
        work->set->values[variable].milli |= bits;
    }
}

static void read_enumeration(struct work *work, unsigned index)
{
    const struct cfg_point *point = point_at(work, index);
    const struct pb_cell *cell = cell_at(work, index);
    enum fo_variable variable = (enum fo_variable)point->variable;
    int64_t number = 0;
    if (!is_wanted(work, variable)) {
        return;
    }
    if (cell->known && find_state(point, cell->raw, false, &number)) {
        set_value(work, pb_value_milli(variable, number), index);
    } else if (!work->set->present[variable]) {
        enum fo_reason reason = cell->known ? FO_REASON_SENTINEL : (enum fo_reason)cell->reason;
        set_value(work, pb_value_absent(variable, reason), index);
    }
}

static void read_states(struct work *work)
{
    read_status(work);
    for (unsigned i = 0; i < work->material->profile->count; i++) {
        const struct cfg_point *point = point_at(work, i);
        if (point->state_count == 0 || point->variable == FO_VAR_UPS_STATUS) {
            continue;
        }
        switch (point->variable) {
            case FO_VAR_UPS_ALARMS:
            case FO_VAR_GENERATOR_ALARMS:
            case FO_VAR_ROOM_CONTACTS:
                add_to_set(work, i);
                break;
            default:
                read_enumeration(work, i);
                break;
        }
    }
}

/* ---- numbers -------------------------------------------------------------------------------- */

static struct fo_value value_of(struct work *work, unsigned index, enum fo_variable variable)
{
    return pb_point_value(work->material, index, variable);
}

/* Plain points: the first one that knows the variable gives it. */
static void read_plain(struct work *work)
{
    for (unsigned i = 0; i < work->material->profile->count; i++) {
        const struct cfg_point *point = point_at(work, i);
        if (point->line != 0 || point->variable == CFG_NO_VARIABLE || point->state_count > 0) {
            continue;
        }
        enum fo_variable variable = (enum fo_variable)point->variable;
        struct fo_value value = value_of(work, i, variable);
        if (!work->set->present[variable] ||
            (is_wanted(work, variable) && value.quality != FO_ABSENT)) {
            set_value(work, value, i);
        }
    }
}

/* Puts the next line's value into the joined one; an unknown line makes the whole unknown. */
static struct fo_value join_value(struct fo_value all, struct fo_value line, enum cfg_join join)
{
    if (all.quality == FO_ABSENT || line.quality == FO_ABSENT) {
        return all.quality == FO_ABSENT
                   ? all
                   : pb_value_absent(all.variable, (enum fo_reason)line.reason);
    }
    if (join == CFG_JOIN_SUM) {
        int64_t sum;
        if (__builtin_add_overflow(all.milli, line.milli, &sum)) {
            return pb_value_absent(all.variable, FO_REASON_IMPLAUSIBLE);
        }
        return pb_value_milli((enum fo_variable)all.variable, sum);
    }
    bool take = join == CFG_JOIN_LOWEST ? line.milli < all.milli : line.milli > all.milli;
    if (take) {
        line.variable = all.variable;
        return line;
    }
    return all;
}

static bool is_input(uint8_t variable)
{
    return strncmp(fo_variable_name((enum fo_variable)variable), "input.", 6) == 0;
}

/* How many lines the device says that side has; 0: it does not say. */
static unsigned lines_said(const struct work *work, uint8_t joined)
{
    for (unsigned i = 0; i < work->material->profile->count; i++) {
        const struct cfg_point *point = point_at(work, i);
        const struct pb_cell *cell = cell_at(work, i);
        if ((point->flags & CFG_POINT_LINES) && cell->known &&
            is_input(point->joined) == is_input(joined) && cell->raw >= 1 &&
            cell->raw <= CFG_LINES) {
            return (unsigned)cell->raw;
        }
    }
    return 0;
}

/* Some agents number their rows otherwise than from 1 (JEMA: index 2 for one phase on two wires):
 * what they say about the number of lines then tells nothing about which rows are lines. */
static unsigned lines_numbered(const struct work *work, unsigned first, unsigned rows,
                               unsigned said)
{
    for (unsigned i = first; i < first + rows; i++) {
        if (point_at(work, i)->line <= said && !cell_at(work, i)->gone) {
            return said;
        }
    }
    return 0;
}

/* Whether a row is a line of this device: the device has the row and does not say that it has fewer
 * lines; and a row of 0 V that has never been anything else is none while another line has voltage.
 */
static bool is_line(const struct work *work, unsigned index, unsigned said, bool others_live)
{
    const struct pb_cell *cell = cell_at(work, index);
    const struct cfg_point *point = point_at(work, index);
    bool voltage = point->joined == FO_VAR_INPUT_VOLTAGE || point->joined == FO_VAR_OUTPUT_VOLTAGE;
    if (cell->gone || (said > 0 && point->line > said)) {
        return false;
    }
    return !(voltage && said == 0 && point->line > 1 && others_live && cell->known &&
             cell->raw == 0 && !work->material->memory->nonzero[index]);
}

/* The rows of one table, whose line 1 is point `first`: `rows` of them, at most CFG_LINES. The
 * values by line are only shown when there is more than one. */
static void read_table(struct work *work, unsigned first, unsigned rows)
{
    const struct cfg_point *one = point_at(work, first);
    enum fo_variable joined = (enum fo_variable)one->joined;
    unsigned said = lines_numbered(work, first, rows, lines_said(work, one->joined));
    unsigned lines[CFG_LINES], count = 0;
    bool live = false;
    for (unsigned i = first; i < first + rows; i++) {
        const struct pb_cell *cell = cell_at(work, i);
        bool nonzero = cell->known && cell->raw != 0;
        live = live || nonzero;
        work->material->memory->nonzero[i] = work->material->memory->nonzero[i] || nonzero;
    }
    for (unsigned i = first; i < first + rows; i++) {
        if (is_line(work, i, said, live)) {
            lines[count++] = i;
        }
    }
    if (count == 0) {
        lines[count++] = first; /* says why there is none */
    }
    struct fo_value all = value_of(work, lines[0], joined);
    for (unsigned i = 0; i < count; i++) {
        const struct cfg_point *point = point_at(work, lines[i]);
        if (count > 1 && point->variable != CFG_NO_VARIABLE) {
            enum fo_variable own = (enum fo_variable)point->variable;
            set_value(work, value_of(work, lines[i], own), lines[i]);
        }
        if (i > 0) {
            all = join_value(all, value_of(work, lines[i], joined), (enum cfg_join)one->join);
        }
    }
    if (is_wanted(work, joined) && (!work->set->present[joined] || all.quality != FO_ABSENT)) {
        set_value(work, all, lines[0]);
    }
}

static void read_tables(struct work *work)
{
    unsigned count = work->material->profile->count;
    for (unsigned i = 0; i < count; i++) {
        unsigned rows = 1;
        if (point_at(work, i)->line != 1) {
            continue;
        }
        while (i + rows < count && rows < CFG_LINES && point_at(work, i + rows)->line == rows + 1 &&
               point_at(work, i + rows)->joined == point_at(work, i)->joined) {
            rows++;
        }
        read_table(work, i, rows);
    }
}

/* ---- what only all together say -------------------------------------------------------------- */

static int64_t bits_of_alarms(uint32_t alarms, bool fed)
{
    static const struct {
        enum fo_ups_alarm alarm;
        int64_t bits;
    } meanings[] = {
        {FO_UPS_ALARM_BATTERY_BAD, FO_UPS(RB)},
        {FO_UPS_ALARM_LOW_BATTERY, FO_UPS(LB)},
        {FO_UPS_ALARM_DEPLETED_BATTERY, FO_UPS(LB)},
        {FO_UPS_ALARM_OUTPUT_OVERLOAD, FO_UPS(OVER)},
        {FO_UPS_ALARM_ON_BYPASS, FO_UPS(BYPASS)},
        {FO_UPS_ALARM_TEST_IN_PROGRESS, FO_UPS(TEST)},
        {FO_UPS_ALARM_COMMUNICATIONS_LOST, CFG_STATE_CARD_LOST},
    };
    int64_t bits = 0;
    for (unsigned i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (alarms & UINT32_C(1) << meanings[i].alarm) {
            bits |= meanings[i].bits;
        }
    }
    if (!fed && (alarms & UINT32_C(1) << FO_UPS_ALARM_ON_BATTERY)) {
        bits |= FO_UPS(OB) | FO_UPS(DISCHRG);
    }
    return bits;
}

#define VOLTAGE_PRESENT 50000
#define FED (FO_UPS(OL) | FO_UPS(OB) | FO_UPS(OFF))

/* A device without an AC input cannot lose it: an inverter on the direct current plant says
 * "battery" all its life, without an alarm and without counting seconds. */
static bool is_dc_fed(const struct work *work)
{
    const struct pb_values *set = work->set;
    bool no_input = !set->present[FO_VAR_INPUT_VOLTAGE] ||
                    (set->values[FO_VAR_INPUT_VOLTAGE].quality == FO_ABSENT &&
                     set->values[FO_VAR_INPUT_VOLTAGE].reason == FO_REASON_NO_SUCH_OBJECT);
    return no_input && work->material->alarms_known && work->material->alarms == 0 &&
           (work->status & (FO_UPS(ALARM) | FO_UPS(LB))) == 0 &&
           pb_values_good(set, FO_VAR_BATTERY_ON_SECONDS, -1) == 0;
}

static void resolve_status(struct work *work)
{
    int64_t input = pb_values_good(work->set, FO_VAR_INPUT_VOLTAGE, -1);
    int64_t bits = work->status;
    if (bits & CFG_STATE_INVERTER) {
        bool battery =
            (bits & (FO_UPS(DISCHRG) | FO_UPS(LB))) != 0 || (input >= 0 && input < VOLTAGE_PRESENT);
        bits |= battery ? FO_UPS(OB) | FO_UPS(DISCHRG) : FO_UPS(OL);
    }
    if ((bits & FO_UPS(OB)) && is_dc_fed(work)) {
        bits = (bits & ~(FO_UPS(OB) | FO_UPS(DISCHRG))) | FO_UPS(OL);
    }
    if ((bits & FO_UPS(OB)) && (bits & FO_UPS(OL))) {
        bits &= ~FO_UPS(OL); /* two sources of one card: the worse one counts */
    }
    if ((bits & CFG_STATE_TEST_IF_MAINS) && (bits & FO_UPS(OB)) && input >= VOLTAGE_PRESENT) {
        bits |= FO_UPS(TEST);
    }
    work->status = bits & ~(CFG_STATE_INVERTER | CFG_STATE_TEST_IF_MAINS);
}

static void conclude_ups(struct work *work)
{
    const struct pb_material *material = work->material;
    unsigned source = cfg_profile_source(material->profile);
    if (material->alarms_known) {
        bool fed = (work->status & (FED | CFG_STATE_INVERTER)) != 0;
        work->status |= bits_of_alarms(material->alarms, fed);
        pb_values_set(work->set, pb_value_milli(FO_VAR_UPS_ALARMS, material->alarms));
    } else if (!work->set->present[FO_VAR_UPS_ALARMS]) {
        pb_values_set(work->set,
                      pb_value_absent(FO_VAR_UPS_ALARMS, (enum fo_reason)material->alarms_reason));
    }
    resolve_status(work);
    struct fo_value status = pb_value_milli(FO_VAR_UPS_STATUS, work->status & ~CFG_STATE_CARD_LOST);
    if (source == material->profile->count ||
        (!cell_at(work, source)->known && (work->status & FED) == 0)) {
        enum fo_reason reason = source == material->profile->count
                                    ? FO_REASON_NO_SUCH_OBJECT
                                    : (enum fo_reason)cell_at(work, source)->reason;
        status = pb_value_absent(FO_VAR_UPS_STATUS, reason);
    } else if ((work->status & FED) == 0) {
        status.quality = FO_SUSPECT; /* it answers "other" or a number its MIB does not have */
        status.reason = FO_REASON_SENTINEL;
    }
    set_value(work, status, source < material->profile->count ? source : 0);
    pb_ups_believe(work->set, work->status);
}

int64_t pb_assemble(const struct pb_material *material, struct pb_values *set, uint8_t *origin)
{
    struct work work = {material, set, origin, 0};
    memset(set, 0, sizeof *set);
    memset(origin, UINT8_MAX, FO_VARIABLE_COUNT);
    read_states(&work);
    read_plain(&work);
    read_tables(&work);
    if (material->profile->kind == FO_DEVICE_UPS) {
        conclude_ups(&work);
    } else if (material->profile->kind == FO_DEVICE_GENERATOR) {
        pb_generator_believe(set, origin);
    }
    return work.status;
}

void pb_values_mark(struct pb_values *set, enum fo_quality quality, enum fo_reason reason)
{
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (set->present[i] && set->values[i].quality != FO_ABSENT && i != FO_VAR_UPS_ALARMS) {
            set->values[i].quality = (uint8_t)quality;
            set->values[i].reason = (uint16_t)reason;
        }
    }
}

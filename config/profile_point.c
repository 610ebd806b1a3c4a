/* SPDX-License-Identifier: Apache-2.0 */
/* Reads points. It never looks at two points together; profile_file.c does. */
#include "config/profile_point.h"

#include "config/names.h"
#include "config/profile_text.h"
#include "failover/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const missing_words[] = {"none",    "count", "signed", "temperature",
                                            "gencomm", "top",   NULL};
enum { MISSING_WORD_GENCOMM = 4, MISSING_WORD_TOP = 5 };
static const char *const join_words[] = {"none", "lowest", "highest", "sum", NULL};
static const char *const fit_words[] = {"none", "down", "both", NULL};
static const char *const format_words[] = {"u16", "s16", "u32", "s32", "bit", NULL};
static const char *const order_words[] = {"profile", "high-first", "low-first", NULL};
const char *const cfg_words_function[] = {"coil", "discrete", "holding", "input", NULL};

struct point_text {
    const char *oid, *variable, *all, *lines_of, *scale, *least, *most;
    int64_t number, lines;
    uint8_t missing, join, fit, format, order;
    const char *function;
    bool often, fallback, source, text_bits, counts_alarms;
    struct cfg_texts also, states, nibbles;
};
#define AT(field) offsetof(struct point_text, field)
static const struct cfg_key point_keys[] = {
    {"oid", CFG_TYPE_TEXT, false, AT(oid), NULL, 0, 120, NULL, NULL},
    {"register", CFG_TYPE_INTEGER, false, AT(number), NULL, 0, 65536, NULL, NULL},
    {"variable", CFG_TYPE_NAME, false, AT(variable), NULL, 0, 0, NULL, NULL},
    {"all", CFG_TYPE_NAME, false, AT(all), NULL, 0, 0, NULL, NULL},
    {"join", CFG_TYPE_CHOICE, false, AT(join), "none", 0, 0, join_words, NULL},
    {"lines", CFG_TYPE_INTEGER, false, AT(lines), "0", 0, CFG_LINES, NULL, NULL},
    {"lines_of", CFG_TYPE_NAME, false, AT(lines_of), NULL, 0, 0, NULL, NULL},
    {"scale", CFG_TYPE_TEXT, false, AT(scale), "1", 0, 24, NULL, NULL},
    {"missing", CFG_TYPE_CHOICE, false, AT(missing), "count", 0, 0, missing_words, NULL},
    {"also", CFG_TYPE_TEXTS, false, AT(also), NULL, 0, 16, NULL, NULL},
    {"least", CFG_TYPE_TEXT, false, AT(least), NULL, 0, 24, NULL, NULL},
    {"most", CFG_TYPE_TEXT, false, AT(most), NULL, 0, 24, NULL, NULL},
    {"fit", CFG_TYPE_CHOICE, false, AT(fit), "none", 0, 0, fit_words, NULL},
    {"states", CFG_TYPE_TEXTS, false, AT(states), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
    {"nibbles", CFG_TYPE_TEXTS, false, AT(nibbles), NULL, 0, 4, NULL, NULL},
    {"often", CFG_TYPE_BOOL, false, AT(often), "false", 0, 0, NULL, NULL},
    {"fallback", CFG_TYPE_BOOL, false, AT(fallback), "false", 0, 0, NULL, NULL},
    {"source", CFG_TYPE_BOOL, false, AT(source), "false", 0, 0, NULL, NULL},
    {"bits_in_text", CFG_TYPE_BOOL, false, AT(text_bits), "false", 0, 0, NULL, NULL},
    {"counts_alarms", CFG_TYPE_BOOL, false, AT(counts_alarms), "false", 0, 0, NULL, NULL},
    {"type", CFG_TYPE_CHOICE, false, AT(format), "u16", 0, 0, format_words, NULL},
    {"words", CFG_TYPE_CHOICE, false, AT(order), "profile", 0, 0, order_words, NULL},
    {"function", CFG_TYPE_NAME, false, AT(function), NULL, 0, 0, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_point = CFG_TABLE("a point", point_keys);

/* One point while it is being read. */
struct reading {
    struct cfg_source *source;
    config_setting_t *group;
    const struct cfg_point_frame *frame;
    struct point_text text;
};

static void refuse(const struct reading *reading, const char *key, const char *what)
{
    cfg_error_at(reading->source, reading->group, key, "%s", what);
}

/* "input.L#-N.voltage" with its line; the catalogue knows only whole names. */
static enum fo_variable variable_find(const char *name, unsigned line)
{
    char whole[64];
    const char *mark = strchr(name, '#');
    if (mark == NULL || line == 0) {
        return fo_variable_find(name);
    }
    snprintf(whole, sizeof whole, "%.*s%u%s", (int)(mark - name), name, line, mark + 1);
    return fo_variable_find(whole);
}

static uint8_t variable_take(const struct reading *reading, const char *key, const char *name,
                             unsigned line)
{
    enum fo_variable variable = variable_find(name, line);
    if (variable < FO_VARIABLE_COUNT) {
        return (uint8_t)variable;
    }
    const char *near = NULL;
    unsigned distance = 64;
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        cfg_name_offer(name, fo_variable_name((enum fo_variable)i), &near, &distance);
    }
    cfg_error_at(reading->source, reading->group, key, "no variable is called \"%s\"%s%s%s", name,
                 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                 near != NULL ? "\"?" : "");
    return CFG_NO_VARIABLE;
}

/* ---- where it is ---------------------------------------------------------------------------- */

static bool oid_is_whole(const struct cfg_oid *oid)
{
    static const uint32_t internet[] = {1, 3, 6, 1};
    return oid->length > 4 && memcmp(oid->arcs, internet, sizeof internet) == 0;
}

static void oid_take(const struct reading *reading, unsigned line, struct cfg_point *point)
{
    const struct cfg_oid *root = &reading->frame->root;
    struct cfg_oid oid;
    if (!cfg_oid_parse(reading->text.oid, line, &oid)) {
        refuse(reading, "oid",
               "is not an object identifier; write \"4.1.0\" below the root, or a "
               "whole one from 1.3.6.1; \"#\" only with lines");
        return;
    }
    if (oid_is_whole(&oid)) {
        point->oid = oid;
    } else if (root->length + oid.length > CFG_OID_MAX - 1) { /* one more .0 must fit */
        refuse(reading, "oid", "is too long with its root");
    } else {
        point->oid = *root;
        memcpy(point->oid.arcs + root->length, oid.arcs, oid.length * sizeof oid.arcs[0]);
        point->oid.length = (uint8_t)(root->length + oid.length);
    }
    if (point->oid.length > CFG_OID_MAX - 1) {
        refuse(reading, "oid", "is too long");
        point->oid.length = CFG_OID_MAX - 1;
    }
}

static void function_take(const struct reading *reading, struct cfg_point *point)
{
    const char *name = reading->text.function;
    point->function = reading->frame->function;
    if (name == NULL) {
        return;
    }
    for (unsigned i = 0; cfg_words_function[i] != NULL; i++) {
        if (strcmp(cfg_words_function[i], name) == 0) {
            point->function = (uint8_t)(i + 1);
            return;
        }
    }
    refuse(reading, "function", "must be one of \"coil\", \"discrete\", \"holding\", \"input\"");
}

static void register_take(const struct reading *reading, struct cfg_point *point)
{
    int64_t address = reading->text.number - reading->frame->first_number;
    bool wide = reading->text.format == CFG_FORMAT_U32 || reading->text.format == CFG_FORMAT_S32;
    point->format = reading->text.format;
    point->low_word_first =
        reading->text.order == 0 ? reading->frame->low_word_first : reading->text.order == 2;
    function_take(reading, point);
    bool bits = point->function <= CFG_FUNCTION_DISCRETE;
    if (bits) {
        point->format = CFG_FORMAT_BIT;
    }
    if (address < 0 || address > UINT16_MAX - wide) {
        refuse(reading, "register", "is outside the registers there are; mind first_number");
        address = 0;
    }
    if (!bits && reading->text.format == CFG_FORMAT_BIT) {
        refuse(reading, "type", "\"bit\" needs function \"coil\" or \"discrete\"");
    }
    point->address = (uint16_t)address;
}

/* ---- what it means -------------------------------------------------------------------------- */

/* A register of a signed type may be negative where nothing else is said. */
static uint8_t missing_of(const struct reading *reading)
{
    const struct point_text *text = &reading->text;
    uint8_t protocol = reading->frame->protocol;
    static const uint8_t plain[] = {CFG_MISSING_NONE, CFG_MISSING_COUNT, CFG_MISSING_SIGNED,
                                    CFG_MISSING_TEMPERATURE};
    static const uint8_t gencomm[] = {CFG_MISSING_GENCOMM_U16, CFG_MISSING_GENCOMM_S16,
                                      CFG_MISSING_GENCOMM_U32, CFG_MISSING_GENCOMM_S32,
                                      CFG_MISSING_NONE};
    if (text->missing == MISSING_WORD_GENCOMM) {
        return gencomm[protocol == CFG_PROTOCOL_MODBUS ? text->format : CFG_FORMAT_U16];
    }
    if (cfg_member(reading->group, "missing") == NULL && protocol == CFG_PROTOCOL_MODBUS &&
        (text->format == CFG_FORMAT_S16 || text->format == CFG_FORMAT_S32)) {
        return CFG_MISSING_SIGNED;
    }
    return text->missing == MISSING_WORD_TOP ? CFG_MISSING_TOP : plain[text->missing];
}

static int64_t limit_take(const struct reading *reading, const char *key, const char *text)
{
    int64_t milli = 0;
    if (text != NULL && !cfg_milli_parse(text, &milli)) {
        refuse(reading, key, "is not a number like \"23.5\", in the unit of the variable");
    }
    return milli;
}

static void range_take(const struct reading *reading, struct cfg_point *point)
{
    const struct point_text *text = &reading->text;
    point->fit = text->fit;
    point->least = limit_take(reading, "least", text->least);
    point->most = limit_take(reading, "most", text->most);
    if ((text->least != NULL || text->most != NULL) && point->least >= point->most) {
        refuse(reading, "most", "must be more than least; a range has both ends");
    }
    if (text->fit != CFG_FIT_NONE && point->most == 0) {
        refuse(reading, "fit", "needs least and most");
    }
}

static void also_take(const struct reading *reading, struct cfg_point *point)
{
    const struct cfg_texts *also = &reading->text.also;
    int64_t *numbers = cfg_arena_take(reading->source->arena, sizeof *numbers * (also->count + 1u));
    for (unsigned i = 0; i < also->count; i++) {
        char *end;
        numbers[i] = strtoll(also->items[i], &end, 0);
        if (end == also->items[i] || *end != '\0') {
            refuse(reading, "also", "must hold raw numbers as texts, like [\"65535\", \"0x8000\"]");
        }
    }
    point->also = numbers;
    point->also_count = also->count;
}

/* Four alarms in one register, the first in the highest four bits (Deep Sea GenComm, page 8): 2
 * warning, 3 shutdown, 4 electrical trip, 10 active indication; all others are no alarm. */
static unsigned nibble_states(unsigned place, int64_t bits, struct cfg_state *states)
{
    static const struct {
        unsigned value;
        int64_t more;
    } levels[] = {{2, 0},
                  {3, (int64_t)1 << FO_GENERATOR_ALARM_SHUTDOWN},
                  {4, (int64_t)1 << FO_GENERATOR_ALARM_ELECTRICAL_TRIP},
                  {10, 0}};
    unsigned shift = 12 - 4 * place;
    for (unsigned i = 0; i < 4; i++) {
        states[i] = (struct cfg_state){.mask = (int64_t)15 << shift,
                                       .match = (int64_t)levels[i].value << shift,
                                       .bits = bits | levels[i].more};
    }
    return 4;
}

static void states_take(const struct reading *reading, enum fo_variable variable,
                        struct cfg_point *point)
{
    const struct point_text *text = &reading->text;
    unsigned count = 0;
    struct cfg_state *states = cfg_arena_take(
        reading->source->arena, sizeof *states * (text->states.count + 4u * text->nibbles.count));
    for (unsigned i = 0; i < text->states.count; i++) {
        char wrong[120];
        const char *problem =
            cfg_state_parse(variable, text->states.items[i], &states[count], wrong);
        if (problem != NULL) {
            cfg_error_at(reading->source, reading->group, "states", "\"%.40s\": %s",
                         text->states.items[i], problem);
        }
        count++;
    }
    for (unsigned i = 0; i < text->nibbles.count; i++) {
        const char *name = text->nibbles.items[i];
        char wrong[32];
        int64_t bits = 0;
        if (strcmp(name, "-") != 0 && !cfg_words_parse(variable, name, &bits, wrong)) {
            cfg_error_at(reading->source, reading->group, "nibbles", "\"%.31s\" is not an alarm",
                         name);
        }
        count += nibble_states(i, bits, states + count);
    }
    point->states = states;
    point->state_count = (uint8_t)count;
}

static void meaning_take(const struct reading *reading, unsigned line, struct cfg_point *point)
{
    const struct point_text *text = &reading->text;
    bool has_states = text->states.count + text->nibbles.count > 0;
    point->variable = point->joined = CFG_NO_VARIABLE;
    if (text->variable != NULL) {
        point->variable = variable_take(reading, "variable", text->variable, line);
    } else if (has_states) {
        point->variable = FO_VAR_UPS_STATUS;
    }
    if (text->all != NULL || text->lines_of != NULL) {
        bool all = text->all != NULL;
        point->joined =
            variable_take(reading, all ? "all" : "lines_of", all ? text->all : text->lines_of, 0);
    }
    bool named = point->variable != CFG_NO_VARIABLE;
    enum fo_variable variable = named ? (enum fo_variable)point->variable : FO_VAR_UPS_STATUS;
    if (named && cfg_variable_has_states(variable) != has_states) {
        refuse(reading, has_states ? "states" : "variable",
               has_states ? "mean nothing for a variable that is a number"
                          : "is a state: the point needs states");
    } else if (has_states) {
        states_take(reading, variable, point);
    }
    if (!named && point->joined == CFG_NO_VARIABLE && !text->counts_alarms) {
        refuse(reading, NULL, "says nothing: it needs variable, all, lines_of or states");
    }
    if (text->nibbles.count > 0 && variable != FO_VAR_GENERATOR_ALARMS) {
        refuse(reading, "nibbles", "needs variable \"generator.alarms\"");
    }
}

static void point_decode(const struct reading *reading, unsigned line, struct cfg_point *point)
{
    const struct point_text *text = &reading->text;
    memset(point, 0, sizeof *point);
    if (reading->frame->protocol == CFG_PROTOCOL_SNMP) {
        oid_take(reading, line, point);
    } else {
        register_take(reading, point);
    }
    meaning_take(reading, line, point);
    range_take(reading, point);
    also_take(reading, point);
    point->join = text->join;
    point->line = (uint8_t)line;
    point->missing = missing_of(reading);
    if (point->state_count > 0) {
        point->missing = CFG_MISSING_NONE;
    }
    point->flags = (uint8_t)((text->often ? CFG_POINT_OFTEN : 0) | (line > 0 ? CFG_POINT_ROW : 0) |
                             (text->fallback ? CFG_POINT_FALLBACK : 0) |
                             (text->source ? CFG_POINT_SOURCE : 0) |
                             (text->counts_alarms ? CFG_POINT_ALARM_COUNT : 0) |
                             (text->lines_of != NULL ? CFG_POINT_LINES : 0) |
                             (text->text_bits ? CFG_POINT_TEXT_BITS : 0));
    if (!cfg_scale_parse(text->scale, &point->scale)) {
        refuse(reading, "scale", "is not a scale; write \"0.1\", \"60\" or \"1/512\"");
        point->scale = (struct cfg_scale){1000, 1};
    }
}

static void shape_check(const struct reading *reading)
{
    const struct point_text *text = &reading->text;
    bool snmp = reading->frame->protocol == CFG_PROTOCOL_SNMP;
    bool numbered = cfg_member(reading->group, "register") != NULL;
    if (snmp != (text->oid != NULL) || snmp == numbered) {
        refuse(reading, NULL,
               snmp ? "needs oid, and no register, in a profile by SNMP"
                    : "needs register, and no oid, in a profile by Modbus");
    }
    if (text->lines > 0 && (text->all == NULL || text->join == CFG_JOIN_NONE)) {
        refuse(reading, "lines", "needs all and join: one value for all lines");
    }
    if (text->lines == 0 && text->all != NULL) {
        refuse(reading, "all", "needs lines");
    }
}

void cfg_points_read(struct cfg_source *source, config_setting_t *group,
                     const struct cfg_point_frame *frame, struct cfg_point *points, unsigned *count)
{
    unsigned entries = cfg_list_count(source, group, "points", CFG_POINTS_MAX);
    for (unsigned i = 0; i < entries; i++) {
        struct reading reading = {source, cfg_list_item(group, "points", i), frame, {0}};
        if (reading.group == NULL) {
            continue;
        }
        cfg_table_read(source, reading.group, &cfg_table_point, &reading.text);
        shape_check(&reading);
        if ((frame->protocol == CFG_PROTOCOL_SNMP) != (reading.text.oid != NULL)) {
            continue;
        }
        unsigned last = (unsigned)reading.text.lines;
        for (unsigned line = last > 0 ? 1 : 0; line <= last; line++) {
            if (*count == CFG_POINTS_MAX) {
                cfg_error_at(source, reading.group, NULL,
                             "is one too many; a profile has at most "
                             "%d points, lines and base counted",
                             CFG_POINTS_MAX);
                return;
            }
            point_decode(&reading, line, &points[(*count)++]);
        }
    }
}

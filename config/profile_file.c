/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the top of a profile file, its alarms, and what can only be said about all its points
 * together: two of one address, one source, requests. It reads no directory. */
#include "config/profile_file.h"

#include "config/profile_point.h"
#include "config/profile_text.h"
#include "failover/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_words[] = {"ups", "generator", "transfer-switch", NULL};
static const char *const protocol_words[] = {"snmp", "modbus", NULL};
static const char *const function_words[] = {"coil", "discrete", "holding", "input", "any", NULL};
static const char *const order_words[] = {"high-first", "low-first", NULL};
enum { FUNCTION_WORD_ANY = 4 };

struct alarms_text {
    const char *column, *parent;
    struct cfg_texts names;
};
static const struct cfg_key alarms_keys[] = {
    {"column", CFG_TYPE_TEXT, true, offsetof(struct alarms_text, column), NULL, 0, 120, NULL, NULL},
    {"parent", CFG_TYPE_TEXT, true, offsetof(struct alarms_text, parent), NULL, 0, 120, NULL, NULL},
    {"names", CFG_TYPE_TEXTS, false, offsetof(struct alarms_text, names), NULL, 0,
     CFG_ALARM_NAMES_MAX, NULL, NULL},
};
static const struct cfg_table alarms_table = CFG_TABLE("an alarms group", alarms_keys);

struct file_text {
    const char *name, *title, *root, *base;
    uint8_t kind, protocol, function, order;
    bool seen;
    int64_t rank, first_number, gap;
    struct cfg_texts identify;
};
#define AT(field) offsetof(struct file_text, field)
static const struct cfg_key file_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"title", CFG_TYPE_TEXT, true, AT(title), NULL, 0, 120, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, AT(kind), NULL, 0, 0, kind_words, NULL},
    {"protocol", CFG_TYPE_CHOICE, true, AT(protocol), NULL, 0, 0, protocol_words, NULL},
    {"seen", CFG_TYPE_BOOL, true, AT(seen), NULL, 0, 0, NULL, NULL},
    {"rank", CFG_TYPE_INTEGER, false, AT(rank), "500", 1, 999, NULL, NULL},
    {"root", CFG_TYPE_TEXT, false, AT(root), NULL, 0, 120, NULL, NULL},
    {"base", CFG_TYPE_NAME, false, AT(base), NULL, 0, 0, NULL, NULL},
    {"function", CFG_TYPE_CHOICE, false, AT(function), "holding", 0, 0, function_words, NULL},
    {"words", CFG_TYPE_CHOICE, false, AT(order), "high-first", 0, 0, order_words, NULL},
    {"first_number", CFG_TYPE_INTEGER, false, AT(first_number), "0", 0, 1, NULL, NULL},
    {"gap", CFG_TYPE_INTEGER, false, AT(gap), "0", 0, 100, NULL, NULL},
    {"identify", CFG_TYPE_TEXTS, false, AT(identify), NULL, 0, CFG_IDENTIFY_MAX, NULL, NULL},
    {"alarms", CFG_TYPE_SECTION, false, 0, NULL, 0, 0, NULL, &alarms_table},
    {"points", CFG_TYPE_LIST, false, 0, NULL, 0, 0, NULL, &cfg_table_point},
};
#undef AT
const struct cfg_table cfg_profile_table = CFG_TABLE("a profile", file_keys);

/* ---- alarms --------------------------------------------------------------------------------- */

static void oid_under(struct cfg_source *source, config_setting_t *group, const char *key,
                      const char *text, const struct cfg_oid *root, struct cfg_oid *oid)
{
    struct cfg_oid tail;
    *oid = *root;
    if (text == NULL) {
        return;
    }
    if (!cfg_oid_parse(text, 0, &tail) || tail.length + root->length > CFG_OID_MAX - 2) {
        cfg_error_at(source, group, key, "is not an object identifier below the root");
        return;
    }
    memcpy(oid->arcs + root->length, tail.arcs, tail.length * sizeof tail.arcs[0]);
    oid->length = (uint8_t)(root->length + tail.length);
}

static void alarm_name_take(struct cfg_source *source, config_setting_t *group, const char *text,
                            struct cfg_alarms *alarms)
{
    struct cfg_state state;
    char wrong[120];
    const char *problem = cfg_state_parse(FO_VAR_UPS_ALARMS, text, &state, wrong);
    uint64_t bits = problem == NULL ? (uint64_t)state.bits : 0;
    if (problem != NULL || state.mask != -1 || state.match < 0 || bits == 0 ||
        (bits & (bits - 1)) != 0) {
        cfg_error_at(source, group, "names", "\"%.40s\" is not one alarm, like \"3=low_battery\"",
                     text);
        return;
    }
    alarms->names[alarms->count].number = (uint32_t)state.match;
    alarms->names[alarms->count++].alarm = (uint8_t)__builtin_ctzll(bits);
}

static void alarms_take(struct cfg_source *source, config_setting_t *file,
                        const struct cfg_oid *root, struct cfg_alarms *alarms)
{
    config_setting_t *group = cfg_section(file, "alarms");
    struct alarms_text text = {0};
    if (group == NULL) {
        return;
    }
    cfg_table_read(source, group, &alarms_table, &text);
    memset(alarms, 0, sizeof *alarms);
    oid_under(source, group, "column", text.column, root, &alarms->column);
    oid_under(source, group, "parent", text.parent, root, &alarms->parent);
    for (unsigned i = 0; i < text.names.count; i++) {
        alarm_name_take(source, group, text.names.items[i], alarms);
    }
    for (unsigned i = 0; text.names.count == 0 && i < FO_UPS_ALARM_COUNT; i++) { /* RFC 1628 */
        alarms->names[i].number = i + 1;
        alarms->names[i].alarm = (uint8_t)i;
        alarms->count = (uint8_t)(i + 1);
    }
}

static bool oid_same(const struct cfg_oid *a, const struct cfg_oid *b)
{
    return a->length == b->length && memcmp(a->arcs, b->arcs, a->length * sizeof a->arcs[0]) == 0;
}

static void identify_take(struct cfg_source *source, config_setting_t *file,
                          const struct cfg_texts *texts, struct cfg_profile *profile)
{
    for (unsigned i = 0; i < texts->count; i++) {
        struct cfg_oid *oid = &profile->identify[profile->identify_count];
        if (!cfg_oid_parse(texts->items[i], 0, oid) || oid->length < 5) {
            cfg_error_at(source, file, "identify", "\"%.60s\" is not a whole object identifier",
                         texts->items[i]);
            continue;
        }
        profile->identify_count++;
    }
}

/* ---- a base under this profile's root ------------------------------------------------------- */

static bool oid_move(struct cfg_oid *oid, const struct cfg_oid *from, const struct cfg_oid *to)
{
    if (from->length > oid->length ||
        memcmp(oid->arcs, from->arcs, from->length * sizeof from->arcs[0]) != 0) {
        return true; /* it does not lie under the base's root: stays where it is */
    }
    struct cfg_oid moved = *to;
    unsigned rest = (unsigned)(oid->length - from->length);
    if (to->length + rest > CFG_OID_MAX - 1) {
        return false;
    }
    memcpy(moved.arcs + to->length, oid->arcs + from->length, rest * sizeof moved.arcs[0]);
    moved.length = (uint8_t)(to->length + rest);
    *oid = moved;
    return true;
}

static void base_take(struct cfg_source *source, config_setting_t *file,
                      const struct cfg_profile *base, struct cfg_profile *profile,
                      struct cfg_point *points, unsigned *count)
{
    bool moves = profile->root.length > 0;
    bool good = true;
    if (!moves) {
        profile->root = base->root;
    }
    if (base->protocol != profile->protocol || base->kind != profile->kind) {
        cfg_error_at(source, file, "base", "\"%s\" is of another kind or protocol", base->name);
        return;
    }
    profile->alarms = base->alarms;
    good = good && oid_move(&profile->alarms.column, &base->root, &profile->root) &&
           oid_move(&profile->alarms.parent, &base->root, &profile->root);
    for (unsigned i = 0; i < base->count; i++) {
        struct cfg_point point = base->points[i];
        bool own = false;
        good = good && oid_move(&point.oid, &base->root, &profile->root);
        for (unsigned j = 0; j < *count; j++) { /* what this file says itself comes first */
            own = own || (profile->protocol == CFG_PROTOCOL_SNMP
                              ? oid_same(&points[j].oid, &point.oid)
                              : points[j].address == point.address &&
                                    points[j].function == point.function &&
                                    points[j].variable == point.variable);
        }
        if (own) {
            continue;
        }
        if (*count == CFG_POINTS_MAX) {
            cfg_error_at(source, file, "base", "has too many points for this profile");
            return;
        }
        points[(*count)++] = point;
    }
    if (!good) {
        cfg_error_at(source, file, "root", "is too long for the points of the base");
    }
}

/* Two meanings of one object cost one question. */
static void shared_mark(struct cfg_profile *profile, struct cfg_point *points)
{
    for (unsigned i = 0; i < profile->count; i++) {
        points[i].flags &= (uint8_t)~CFG_POINT_AGAIN;
        for (unsigned j = 0; j < i; j++) {
            if (oid_same(&points[i].oid, &points[j].oid)) {
                points[i].flags |= CFG_POINT_AGAIN;
            }
        }
    }
}

/* ---- all points together -------------------------------------------------------------------- */

static int address_compare(const void *a, const void *b)
{
    const struct cfg_point *one = a, *other = b;
    if (one->function != other->function) {
        return one->function < other->function ? -1 : 1;
    }
    return one->address < other->address ? -1 : one->address > other->address;
}

static unsigned words_of(const struct cfg_point *point)
{
    return point->format == CFG_FORMAT_U32 || point->format == CFG_FORMAT_S32 ? 2 : 1;
}

/* Neighbouring registers into one request each: 32 bits never tear, because a point is never cut
 * in two. */
static void blocks_make(struct cfg_source *source, config_setting_t *file, unsigned gap,
                        struct cfg_profile *profile, struct cfg_point *points)
{
    struct cfg_block *blocks = cfg_arena_take(source->arena, sizeof *blocks * CFG_BLOCKS_MAX);
    struct cfg_block *block = NULL;
    qsort(points, profile->count, sizeof *points, address_compare);
    for (unsigned i = 0; i < profile->count; i++) {
        const struct cfg_point *point = &points[i];
        unsigned end = point->address + words_of(point);
        if (block != NULL && block->function == point->function &&
            point->address <= block->first + block->count + gap &&
            end - block->first <= CFG_BLOCK_WORDS) {
            unsigned count = end - block->first;
            block->count = (uint16_t)(count > block->count ? count : block->count);
            block->points++;
            continue;
        }
        if (profile->block_count == CFG_BLOCKS_MAX) {
            cfg_error_at(source, file, "points",
                         "need more than %d requests; a larger gap joins registers",
                         CFG_BLOCKS_MAX);
            break;
        }
        block = &blocks[profile->block_count++];
        *block = (struct cfg_block){point->address, (uint16_t)(end - point->address),
                                    point->function, (uint8_t)i, 1};
    }
    profile->blocks = blocks;
}

static void points_check(struct cfg_source *source, config_setting_t *file,
                         const struct cfg_profile *profile)
{
    unsigned sources = 0;
    for (unsigned i = 0; i < profile->count; i++) {
        const struct cfg_point *point = &profile->points[i];
        sources += (point->flags & CFG_POINT_SOURCE) != 0;
        for (unsigned j = 0; j < i && profile->protocol == CFG_PROTOCOL_SNMP; j++) {
            if (oid_same(&profile->points[j].oid, &point->oid) &&
                profile->points[j].variable == point->variable) {
                cfg_error_at(source, file, "points", "%u and %u are the same", j + 1, i + 1);
            }
        }
        if ((point->flags & CFG_POINT_SOURCE) && point->state_count == 0) {
            cfg_error_at(source, file, "points", "the source needs states");
        }
    }
    if (profile->count == 0) {
        cfg_error_at(source, file, "points", "are missing: there is nothing to ask");
    } else if (profile->kind == FO_DEVICE_UPS && sources != 1) {
        cfg_error_at(source, file, "points",
                     "need one with source = true: the object that says where the load is fed "
                     "from; there %s %u",
                     sources == 1 ? "is" : "are", sources);
    }
    if (profile->alarms.column.length > 0) {
        unsigned counters = 0;
        for (unsigned i = 0; i < profile->count; i++) {
            counters += (profile->points[i].flags & CFG_POINT_ALARM_COUNT) != 0;
        }
        if (counters != 1) {
            cfg_error_at(source, file, "alarms", "needs one point with counts_alarms = true");
        }
    }
}

/* ---- the file ------------------------------------------------------------------------------- */

const char *cfg_profile_base(struct cfg_source *source)
{
    const char *base = NULL;
    config_setting_lookup_string(config_root_setting(&source->config), "base", &base);
    return base;
}

static void frame_check(struct cfg_source *source, config_setting_t *file,
                        const struct file_text *text)
{
    static const char *const modbus_only[] = {"function", "words", "first_number", "gap"};
    static const char *const snmp_only[] = {"root", "alarms", "identify"};
    bool snmp = text->protocol == CFG_PROTOCOL_SNMP;
    for (unsigned i = 0; snmp && i < sizeof modbus_only / sizeof modbus_only[0]; i++) {
        if (cfg_member(file, modbus_only[i]) != NULL) {
            cfg_error_at(source, file, modbus_only[i], "is not used by SNMP");
        }
    }
    for (unsigned i = 0; !snmp && i < sizeof snmp_only / sizeof snmp_only[0]; i++) {
        if (cfg_member(file, snmp_only[i]) != NULL) {
            cfg_error_at(source, file, snmp_only[i], "is not used by Modbus");
        }
    }
    if (snmp && text->root == NULL && text->base == NULL) {
        cfg_error_at(source, file, "root", "is missing; the OIDs of points stand below it");
    }
}

const struct cfg_profile *cfg_profile_read(struct cfg_source *source, const char *name,
                                           const struct cfg_profile *base)
{
    config_setting_t *file = config_root_setting(&source->config);
    int errors = source->findings->errors;
    struct file_text text = {0};
    struct cfg_point_frame frame = {0};
    unsigned count = 0;
    cfg_table_read(source, file, &cfg_profile_table, &text);
    struct cfg_profile *profile = cfg_arena_take(source->arena, sizeof *profile);
    struct cfg_point *points =
        cfg_arena_take(source->arena, sizeof(struct cfg_point) * CFG_POINTS_MAX);
    frame_check(source, file, &text);
    if (text.name != NULL && strcmp(text.name, name) != 0) {
        cfg_error_at(source, file, "name", "must be that of the file, \"%.63s\"", name);
    }
    if (text.root != NULL &&
        (!cfg_oid_parse(text.root, 0, &frame.root) || frame.root.length > 20)) {
        cfg_error_at(source, file, "root", "is not an object identifier of at most 20 numbers");
    }
    if (frame.root.length == 0 && base != NULL) {
        frame.root = base->root;
    }
    frame.protocol = text.protocol;
    frame.function =
        text.function == FUNCTION_WORD_ANY ? CFG_FUNCTION_HOLDING : (uint8_t)(text.function + 1);
    frame.low_word_first = text.order == 1;
    frame.first_number = (uint8_t)text.first_number;
    cfg_points_read(source, file, &frame, points, &count);
    *profile = (struct cfg_profile){.name = text.name,
                                    .title = text.title,
                                    .file = cfg_arena_copy(source->arena, source->file),
                                    .kind = text.kind,
                                    .protocol = text.protocol,
                                    .seen = text.seen,
                                    .any_function = text.function == FUNCTION_WORD_ANY,
                                    .rank = (uint16_t)text.rank,
                                    .root = frame.root,
                                    .points = points};
    if (base != NULL) {
        base_take(source, file, base, profile, points, &count);
    }
    profile->count = (uint8_t)count;
    alarms_take(source, file, &profile->root, &profile->alarms);
    identify_take(source, file, &text.identify, profile);
    points_check(source, file, profile);
    if (text.protocol == CFG_PROTOCOL_MODBUS) {
        blocks_make(source, file, (unsigned)text.gap, profile, points);
    } else {
        shared_mark(profile, points);
    }
    return source->findings->errors == errors ? profile : NULL;
}

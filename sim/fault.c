/* SPDX-License-Identifier: Apache-2.0 */
/* The table of faults: for each kind of thing its keys, their values and what they do. It owns no
 * physics; it moves the switches that the rooms below expose. */
#include "sim/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum thing_kind { THING_MAINS, THING_UPS, THING_GENERATOR, THING_TRANSFER };
struct thing {
    enum thing_kind kind;
    unsigned index;            /* among its kind */
    struct sim_device *device; /* the one that shows it; NULL for the mains */
};
/* Does it when act is set, else only says whether the value is good. */
typedef bool (*fault_do)(struct sim_room *room, const struct thing *thing, const char *value,
                         bool act);
struct fault {
    enum thing_kind kind;
    const char *key, *values;
    const char *normal; /* value that takes it back; NULL: a set value, not a lasting fault */
    fault_do act;
};

/* Position of value in a list of words, or -1. */
static int word_find(const char *value, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            return i;
        }
    }
    return -1;
}

static bool switch_parse(const char *value, const char *off, const char *on, bool *result)
{
    const char *const words[] = {off, on, NULL};
    int found = word_find(value, words);
    *result = found == 1;
    return found >= 0;
}

/* A number with its unit letter, times ten when tenths are asked for: "24.5V", "600W". */
static bool quantity_parse(const char *value, char unit, uint32_t scale, uint32_t highest,
                           uint32_t *result)
{
    char *end;
    double number = strtod(value, &end);
    if (end == value || end[0] != unit || end[1] != '\0' || !(number >= 0) ||
        number * scale > highest) {
        return false;
    }
    *result = (uint32_t)(number * scale + 0.5);
    return true;
}

static bool mains_state(struct sim_room *room, const struct thing *thing, const char *value,
                        bool act)
{
    (void)thing;
    const char *const words[] = {"ok", "low", "lost", NULL};
    int state = word_find(value, words);
    if (state >= 0 && act) {
        sim_mains_set(&room->plant.mains, (enum sim_mains_state)state);
    }
    return state >= 0;
}

static bool device_comms(struct sim_room *room, const struct thing *thing, const char *value,
                         bool act)
{
    (void)room;
    enum sim_comms comms = sim_comms_find(value);
    if (comms != SIM_COMMS_COUNT && act) {
        sim_device_set_comms(thing->device, comms);
    }
    return comms != SIM_COMMS_COUNT;
}

static bool ups_mode(struct sim_room *room, const struct thing *thing, const char *value, bool act)
{
    const char *const words[] = {"normal", "bypass", "off", NULL};
    int mode = word_find(value, words);
    if (mode >= 0 && act) {
        room->plant.ups[thing->index].mode = (uint8_t)mode;
    }
    return mode >= 0;
}

static bool ups_card(struct sim_room *room, const struct thing *thing, const char *value, bool act)
{
    bool lost;
    bool good = switch_parse(value, "ok", "lost", &lost);
    if (good && act) {
        room->plant.ups[thing->index].card_lost = lost;
    }
    return good;
}

static bool ups_replace(struct sim_room *room, const struct thing *thing, const char *value,
                        bool act)
{
    bool replace;
    bool good = switch_parse(value, "no", "yes", &replace);
    if (good && act) {
        room->plant.ups[thing->index].replace_battery = replace;
    }
    return good;
}

static bool ups_charge(struct sim_room *room, const struct thing *thing, const char *value,
                       bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_battery_set_charge(&room->plant.ups[thing->index].battery, permille);
    }
    return good;
}

static bool ups_health(struct sim_room *room, const struct thing *thing, const char *value,
                       bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_battery_set_health(&room->plant.ups[thing->index].battery, permille);
    }
    return good;
}

static bool ups_load(struct sim_room *room, const struct thing *thing, const char *value, bool act)
{
    uint32_t watts;
    bool good = quantity_parse(value, 'W', 1, 10000000, &watts);
    if (good && act) {
        room->plant.ups[thing->index].load_w = watts;
    }
    return good;
}

static bool generator_mode(struct sim_room *room, const struct thing *thing, const char *value,
                           bool act)
{
    const char *const words[] = {"off", "manual", "auto", NULL};
    int mode = word_find(value, words);
    if (mode >= 0 && act) {
        room->plant.generators[thing->index].mode = (uint8_t)mode;
    }
    return mode >= 0;
}

static bool generator_start(struct sim_room *room, const struct thing *thing, const char *value,
                            bool act)
{
    bool refuses;
    bool good = switch_parse(value, "ok", "refuse", &refuses);
    if (good && act) {
        room->plant.generators[thing->index].refuses = refuses;
    }
    return good;
}

static bool generator_stop(struct sim_room *room, const struct thing *thing, const char *value,
                           bool act)
{
    bool pressed;
    bool good = switch_parse(value, "released", "pressed", &pressed);
    if (good && act) {
        room->plant.generators[thing->index].emergency_stop = pressed;
    }
    return good;
}

static bool generator_frequency(struct sim_room *room, const struct thing *thing, const char *value,
                                bool act)
{
    bool low;
    bool good = switch_parse(value, "ok", "low", &low);
    if (good && act) {
        room->plant.generators[thing->index].low_frequency = low;
    }
    return good;
}

static bool generator_trip(struct sim_room *room, const struct thing *thing, const char *value,
                           bool act)
{
    const char *const words[] = {"low-oil", "high-coolant", NULL};
    int trip = word_find(value, words);
    if (trip >= 0 && act) {
        sim_generator_trip(&room->plant.generators[thing->index],
                           trip == 0 ? SIM_GEN_ALARM_LOW_OIL : SIM_GEN_ALARM_HIGH_COOLANT);
    }
    return trip >= 0;
}

static bool generator_reset(struct sim_room *room, const struct thing *thing, const char *value,
                            bool act)
{
    bool good = strcmp(value, "yes") == 0;
    if (good && act) {
        sim_generator_reset(&room->plant.generators[thing->index]);
    }
    return good;
}

static bool generator_fuel(struct sim_room *room, const struct thing *thing, const char *value,
                           bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_fuel_set(&room->plant.generators[thing->index].fuel, permille);
    }
    return good;
}

static bool generator_battery(struct sim_room *room, const struct thing *thing, const char *value,
                              bool act)
{
    uint32_t decivolts;
    bool good = quantity_parse(value, 'V', 10, 600, &decivolts);
    if (good && act) {
        room->plant.generators[thing->index].start_battery_dv = decivolts;
    }
    return good;
}

static bool transfer_state(struct sim_room *room, const struct thing *thing, const char *value,
                           bool act)
{
    bool stuck;
    bool good = switch_parse(value, "ok", "stuck", &stuck);
    if (good && act) {
        room->plant.transfers[thing->index].stuck = stuck;
    }
    return good;
}

#define COMMS "ok|silent|half|drip|garbage|wrong-id|frozen"
static const struct fault faults[] = {
    {THING_MAINS, "state", "ok|low|lost", "ok", mains_state},
    {THING_UPS, "comms", COMMS, "ok", device_comms},
    {THING_UPS, "mode", "normal|bypass|off", "normal", ups_mode},
    {THING_UPS, "card", "ok|lost", "ok", ups_card},
    {THING_UPS, "replace-battery", "no|yes", "no", ups_replace},
    {THING_UPS, "charge", "N%", NULL, ups_charge},
    {THING_UPS, "health", "N%", NULL, ups_health},
    {THING_UPS, "load", "NW", NULL, ups_load},
    {THING_GENERATOR, "comms", COMMS, "ok", device_comms},
    {THING_GENERATOR, "mode", "off|manual|auto", "auto", generator_mode},
    {THING_GENERATOR, "start", "ok|refuse", "ok", generator_start},
    {THING_GENERATOR, "emergency-stop", "released|pressed", "released", generator_stop},
    {THING_GENERATOR, "frequency", "ok|low", "ok", generator_frequency},
    {THING_GENERATOR, "trip", "low-oil|high-coolant", NULL, generator_trip},
    {THING_GENERATOR, "reset", "yes", NULL, generator_reset},
    {THING_GENERATOR, "fuel", "N%", NULL, generator_fuel},
    {THING_GENERATOR, "start-battery", "NV", NULL, generator_battery},
    {THING_TRANSFER, "comms", COMMS, "ok", device_comms},
    {THING_TRANSFER, "state", "ok|stuck", "ok", transfer_state},
};
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

static bool thing_find(struct sim_room *room, const char *name, struct thing *thing)
{
    if (strcmp(name, "mains") == 0) {
        *thing = (struct thing){.kind = THING_MAINS};
        return true;
    }
    static const enum thing_kind kinds[] = {[SIM_DEVICE_UPS] = THING_UPS,
                                            [SIM_DEVICE_GENERATOR] = THING_GENERATOR,
                                            [SIM_DEVICE_TRANSFER] = THING_TRANSFER};
    for (unsigned i = 0; i < room->device_count; i++) {
        const struct sim_device_plan *plan = room->devices[i].plan;
        if (strcmp(plan->name, name) == 0) {
            *thing = (struct thing){kinds[plan->kind], plan->index, &room->devices[i]};
            return true;
        }
    }
    return false;
}

static void names_list(const struct sim_room *room, const char *name, char *message, size_t size)
{
    int length = snprintf(message, size, "there is no %s here; names: mains", name);
    for (unsigned i = 0; i < room->device_count && (size_t)length < size; i++) {
        length +=
            snprintf(message + length, size - (size_t)length, " %s", room->devices[i].plan->name);
    }
}

static void keys_list(const char *name, const char *key, enum thing_kind kind, char *message,
                      size_t size)
{
    int length = snprintf(message, size, "%s cannot do %s; keys:", name, key);
    for (unsigned i = 0; i < FAULTS && (size_t)length < size; i++) {
        if (faults[i].kind == kind) {
            length += snprintf(message + length, size - (size_t)length, " %s=%s", faults[i].key,
                               faults[i].values);
        }
    }
}

static const struct fault *fault_find(enum thing_kind kind, const char *key)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        if (faults[i].kind == kind && strcmp(faults[i].key, key) == 0) {
            return &faults[i];
        }
    }
    return NULL;
}

/* Keeps the list of what is injected: the newest value of each key, nothing that is normal again.
 */
static void injected_note(struct sim_room *room, const char *name, const struct fault *fault,
                          const char *value)
{
    if (fault->normal == NULL) {
        return;
    }
    unsigned at = 0;
    while (at < room->injected_count && (strcmp(room->injected[at].name, name) != 0 ||
                                         strcmp(room->injected[at].key, fault->key) != 0)) {
        at++;
    }
    if (strcmp(value, fault->normal) == 0) {
        if (at < room->injected_count) {
            room->injected_count--;
            memmove(&room->injected[at], &room->injected[at + 1],
                    (room->injected_count - at) * sizeof(room->injected[0]));
        }
        return;
    }
    if (at == room->injected_count && at < SIM_INJECTED_MAX) {
        room->injected_count++;
    }
    if (at < SIM_INJECTED_MAX) {
        snprintf(room->injected[at].name, sizeof(room->injected[at].name), "%s", name);
        snprintf(room->injected[at].key, sizeof(room->injected[at].key), "%s", fault->key);
        snprintf(room->injected[at].value, sizeof(room->injected[at].value), "%s", value);
    }
}

bool sim_fault_apply(struct sim_room *room, const char *name, const struct sim_setting *settings,
                     unsigned count, char *message, size_t size)
{
    struct thing thing;
    const struct fault *found[SIM_SETTINGS_MAX];
    if (!thing_find(room, name, &thing)) {
        names_list(room, name, message, size);
        return false;
    }
    if (count == 0 || count > SIM_SETTINGS_MAX) {
        keys_list(name, count == 0 ? "nothing" : "so much at once", thing.kind, message, size);
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        found[i] = fault_find(thing.kind, settings[i].key);
        if (found[i] == NULL) {
            keys_list(name, settings[i].key, thing.kind, message, size);
            return false;
        }
        if (!found[i]->act(room, &thing, settings[i].value, false)) {
            snprintf(message, size, "%s cannot be %s; values: %s", settings[i].key,
                     settings[i].value, found[i]->values);
            return false;
        }
    }
    for (unsigned i = 0; i < count; i++) {
        found[i]->act(room, &thing, settings[i].value, true);
        injected_note(room, name, found[i], settings[i].value);
    }
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done to mains, UPSes, generators and transfer switches. It owns no physics; it moves
 * the switches that the plant and the devices expose. fault.c calls it. */
#include "sim/fault_table.h"

#include <stdlib.h>
#include <string.h>

int sim_word_find(const char *value, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            return i;
        }
    }
    return -1;
}

bool sim_switch_parse(const char *value, const char *off, const char *on, bool *result)
{
    const char *const words[] = {off, on, NULL};
    int found = sim_word_find(value, words);
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

static bool mains_state(struct sim_room *room, const struct sim_thing *thing, const char *value,
                        bool act)
{
    (void)thing;
    const char *const words[] = {"ok", "low", "lost", NULL};
    int state = sim_word_find(value, words);
    if (state >= 0 && act) {
        sim_mains_set(&room->plant.mains, (enum sim_mains_state)state);
    }
    return state >= 0;
}

static bool device_comms(struct sim_room *room, const struct sim_thing *thing, const char *value,
                         bool act)
{
    (void)room;
    enum sim_comms comms = sim_comms_find(value);
    if (comms != SIM_COMMS_COUNT && act) {
        sim_device_set_comms(thing->device, comms);
    }
    return comms != SIM_COMMS_COUNT;
}

static bool ups_mode(struct sim_room *room, const struct sim_thing *thing, const char *value,
                     bool act)
{
    const char *const words[] = {"normal", "bypass", "off", NULL};
    int mode = sim_word_find(value, words);
    if (mode >= 0 && act) {
        room->plant.ups[thing->index].mode = (uint8_t)mode;
    }
    return mode >= 0;
}

static bool ups_card(struct sim_room *room, const struct sim_thing *thing, const char *value,
                     bool act)
{
    bool lost;
    bool good = sim_switch_parse(value, "ok", "lost", &lost);
    if (good && act) {
        room->plant.ups[thing->index].card_lost = lost;
    }
    return good;
}

static bool ups_replace(struct sim_room *room, const struct sim_thing *thing, const char *value,
                        bool act)
{
    bool replace;
    bool good = sim_switch_parse(value, "no", "yes", &replace);
    if (good && act) {
        room->plant.ups[thing->index].replace_battery = replace;
    }
    return good;
}

static bool ups_charge(struct sim_room *room, const struct sim_thing *thing, const char *value,
                       bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_battery_set_charge(&room->plant.ups[thing->index].battery, permille);
    }
    return good;
}

static bool ups_health(struct sim_room *room, const struct sim_thing *thing, const char *value,
                       bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_battery_set_health(&room->plant.ups[thing->index].battery, permille);
    }
    return good;
}

static bool ups_load(struct sim_room *room, const struct sim_thing *thing, const char *value,
                     bool act)
{
    uint32_t watts;
    bool good = quantity_parse(value, 'W', 1, 10000000, &watts);
    if (good && act) {
        room->plant.ups[thing->index].load_w = watts;
    }
    return good;
}

static bool generator_mode(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    const char *const words[] = {"off", "manual", "auto", NULL};
    int mode = sim_word_find(value, words);
    if (mode >= 0 && act) {
        room->plant.generators[thing->index].mode = (uint8_t)mode;
    }
    return mode >= 0;
}

static bool generator_start(struct sim_room *room, const struct sim_thing *thing, const char *value,
                            bool act)
{
    bool refuses;
    bool good = sim_switch_parse(value, "ok", "refuse", &refuses);
    if (good && act) {
        room->plant.generators[thing->index].refuses = refuses;
    }
    return good;
}

static bool generator_stop(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    bool pressed;
    bool good = sim_switch_parse(value, "released", "pressed", &pressed);
    if (good && act) {
        room->plant.generators[thing->index].emergency_stop = pressed;
    }
    return good;
}

static bool generator_frequency(struct sim_room *room, const struct sim_thing *thing,
                                const char *value, bool act)
{
    bool low;
    bool good = sim_switch_parse(value, "ok", "low", &low);
    if (good && act) {
        room->plant.generators[thing->index].low_frequency = low;
    }
    return good;
}

static bool generator_trip(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    const char *const words[] = {"low-oil", "high-coolant", NULL};
    int trip = sim_word_find(value, words);
    if (trip >= 0 && act) {
        sim_generator_trip(&room->plant.generators[thing->index],
                           trip == 0 ? SIM_GEN_ALARM_LOW_OIL : SIM_GEN_ALARM_HIGH_COOLANT);
    }
    return trip >= 0;
}

static bool generator_reset(struct sim_room *room, const struct sim_thing *thing, const char *value,
                            bool act)
{
    bool good = strcmp(value, "yes") == 0;
    if (good && act) {
        sim_generator_reset(&room->plant.generators[thing->index]);
    }
    return good;
}

static bool generator_fuel(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        sim_fuel_set(&room->plant.generators[thing->index].fuel, permille);
    }
    return good;
}

static bool generator_battery(struct sim_room *room, const struct sim_thing *thing,
                              const char *value, bool act)
{
    uint32_t decivolts;
    bool good = quantity_parse(value, 'V', 10, 600, &decivolts);
    if (good && act) {
        room->plant.generators[thing->index].start_battery_dv = decivolts;
    }
    return good;
}

static bool transfer_state(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    bool stuck;
    bool good = sim_switch_parse(value, "ok", "stuck", &stuck);
    if (good && act) {
        room->plant.transfers[thing->index].stuck = stuck;
    }
    return good;
}

/* Its relays take orders and do not move. */
static bool strip_state(struct sim_room *room, const struct sim_thing *thing, const char *value,
                        bool act)
{
    bool stuck;
    bool good = sim_switch_parse(value, "ok", "stuck", &stuck);
    if (good && act) {
        room->plant.strips[thing->index].stuck = stuck ? UINT32_MAX : 0;
    }
    return good;
}

#define COMMS "ok|silent|half|drip|garbage|wrong-id|frozen"
static const struct sim_fault faults[] = {
    {SIM_THING_MAINS, "state", "ok|low|lost", "ok", mains_state},
    {SIM_THING_UPS, "comms", COMMS, "ok", device_comms},
    {SIM_THING_UPS, "mode", "normal|bypass|off", "normal", ups_mode},
    {SIM_THING_UPS, "card", "ok|lost", "ok", ups_card},
    {SIM_THING_UPS, "replace-battery", "no|yes", "no", ups_replace},
    {SIM_THING_UPS, "charge", "N%", NULL, ups_charge},
    {SIM_THING_UPS, "health", "N%", NULL, ups_health},
    {SIM_THING_UPS, "load", "NW", NULL, ups_load},
    {SIM_THING_GENERATOR, "comms", COMMS, "ok", device_comms},
    {SIM_THING_GENERATOR, "mode", "off|manual|auto", "auto", generator_mode},
    {SIM_THING_GENERATOR, "start", "ok|refuse", "ok", generator_start},
    {SIM_THING_GENERATOR, "emergency-stop", "released|pressed", "released", generator_stop},
    {SIM_THING_GENERATOR, "frequency", "ok|low", "ok", generator_frequency},
    {SIM_THING_GENERATOR, "trip", "low-oil|high-coolant", NULL, generator_trip},
    {SIM_THING_GENERATOR, "reset", "yes", NULL, generator_reset},
    {SIM_THING_GENERATOR, "fuel", "N%", NULL, generator_fuel},
    {SIM_THING_GENERATOR, "start-battery", "NV", NULL, generator_battery},
    {SIM_THING_TRANSFER, "comms", COMMS, "ok", device_comms},
    {SIM_THING_TRANSFER, "state", "ok|stuck", "ok", transfer_state},
    {SIM_THING_STRIP, "comms", COMMS, "ok", device_comms},
    {SIM_THING_STRIP, "state", "ok|stuck", "ok", strip_state},
};

const struct sim_fault *sim_faults_power(unsigned *count)
{
    *count = sizeof(faults) / sizeof(faults[0]);
    return faults;
}

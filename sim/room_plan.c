/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a room file and their defaults. Names are resolved here (feeds, generators, power),
 * so that nothing above needs to look anything up. room.c reads the result; man page:
 * monitorsim(1). */
#include "sim/room_plan.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct reading {
    struct sim_keys root;
    struct sim_room_plan *plan;
};

static struct sim_device_plan *device_add(struct reading *reading, const struct sim_keys *keys,
                                          enum sim_device_kind kind, unsigned index)
{
    struct sim_device_plan *device = &reading->plan->devices[reading->plan->device_count++];
    *device = (struct sim_device_plan){
        .community = "public", .kind = (uint8_t)kind, .index = (uint8_t)index, .unit = 1};
    uint32_t unit = 1;
    sim_keys_name(keys, device->name, sizeof(device->name));
    sim_keys_text(keys, "netns", device->netns, sizeof(device->netns));
    sim_keys_address(keys, "address", &device->address);
    if (kind == SIM_DEVICE_UPS || kind == SIM_DEVICE_STRIP) {
        sim_keys_text(keys, "community", device->community, sizeof(device->community));
    } else if (sim_keys_number(keys, "unit", &unit, 0, 255)) {
        device->unit = (uint8_t)unit;
    }
    return device;
}

static const struct sim_device_plan *device_find(const struct sim_room_plan *plan, const char *name)
{
    for (unsigned i = 0; i < plan->device_count; i++) {
        if (strcmp(plan->devices[i].name, name) == 0) {
            return &plan->devices[i];
        }
    }
    return NULL;
}

static void generator_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {
        "name",   "netns",       "address",      "unit",           "rating_w", "start_delay",
        "crank",  "crank_limit", "crank_rest",   "crank_attempts", "warm",     "cool",
        "tank_l", "fuel",        "idle_ml_hour", "full_ml_hour",   NULL};
    const struct sim_mains *mains = &reading->plan->plant.mains;
    struct sim_generator_plate plate = {.nominal_v = mains->nominal_v,
                                        .nominal_hz = mains->nominal_hz,
                                        .rating_w = 20000,
                                        .start_delay_ms = 1000,
                                        .crank_ms = 2000,
                                        .crank_limit_ms = 5000,
                                        .crank_rest_ms = 3000,
                                        .crank_attempts = 3,
                                        .warm_ms = 4000,
                                        .cool_ms = 20000,
                                        .speed_permille = 1000};
    struct sim_fuel fuel;
    uint32_t tank_l = 200, idle = 1500, full = 6000, level = 1000;
    device_add(reading, keys, SIM_DEVICE_GENERATOR, index);
    sim_keys_number(keys, "rating_w", &plate.rating_w, 100, 10000000);
    sim_keys_duration(keys, "start_delay", &plate.start_delay_ms);
    sim_keys_duration(keys, "crank", &plate.crank_ms);
    sim_keys_duration(keys, "crank_limit", &plate.crank_limit_ms);
    sim_keys_duration(keys, "crank_rest", &plate.crank_rest_ms);
    sim_keys_number(keys, "crank_attempts", &plate.crank_attempts, 1, 10);
    sim_keys_duration(keys, "warm", &plate.warm_ms);
    sim_keys_duration(keys, "cool", &plate.cool_ms);
    sim_keys_number(keys, "tank_l", &tank_l, 1, 1000000);
    sim_keys_number(keys, "idle_ml_hour", &idle, 0, 100000000);
    sim_keys_number(keys, "full_ml_hour", &full, 0, 100000000);
    sim_keys_share(keys, "fuel", &level);
    sim_keys_known(keys, known);
    sim_fuel_init(&fuel, tank_l, idle, full);
    sim_fuel_set(&fuel, level);
    sim_generator_init(&reading->plan->plant.generators[index], &plate, &fuel);
}

static void transfer_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {"name",  "netns",    "address", "unit", "generator",
                                        "start", "transfer", "return",  "open", NULL};
    struct sim_plant *plant = &reading->plan->plant;
    struct sim_transfer *transfer = &plant->transfers[index];
    char generator[SIM_NAME_MAX] = "";
    sim_transfer_init(transfer, plant->mains.nominal_v, plant->mains.nominal_hz);
    device_add(reading, keys, SIM_DEVICE_TRANSFER, index);
    sim_keys_duration(keys, "start", &transfer->start_ms);
    sim_keys_duration(keys, "transfer", &transfer->transfer_ms);
    sim_keys_duration(keys, "return", &transfer->return_ms);
    sim_keys_duration(keys, "open", &transfer->open_ms);
    sim_keys_text(keys, "generator", generator, sizeof(generator));
    sim_keys_known(keys, known);
    const struct sim_device_plan *found = device_find(reading->plan, generator);
    if (found == NULL || found->kind != SIM_DEVICE_GENERATOR) {
        sim_keys_error(keys, "generator", "must name one of the generators");
        return;
    }
    plant->transfer_generator[index] = found->index;
}

static void feed_read(struct reading *reading, const struct sim_keys *keys, struct sim_feed *feed)
{
    char name[SIM_NAME_MAX] = "mains";
    sim_keys_text(keys, "feed", name, sizeof(name));
    if (strcmp(name, "mains") == 0) {
        *feed = (struct sim_feed){SIM_FEED_MAINS, 0};
        return;
    }
    const struct sim_device_plan *found = device_find(reading->plan, name);
    if (found == NULL || found->kind == SIM_DEVICE_UPS || found->kind == SIM_DEVICE_STRIP) {
        sim_keys_error(keys, "feed",
                       "must be \"mains\", a transfer switch or a generator of this room");
        return;
    }
    feed->kind = found->kind == SIM_DEVICE_TRANSFER ? SIM_FEED_TRANSFER : SIM_FEED_GENERATOR;
    feed->index = found->index;
}

static void ups_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {"name",     "netns",  "address",     "community", "feed",
                                        "rating_w", "load_w", "capacity_wh", "charger_w", "health",
                                        "low",      "return", NULL};
    struct sim_plant *plant = &reading->plan->plant;
    struct sim_ups *ups = &plant->ups[index];
    uint32_t capacity_wh = 100, charger_w = 0, health = 1000;
    sim_ups_init(ups, plant->mains.nominal_v, plant->mains.nominal_hz);
    device_add(reading, keys, SIM_DEVICE_UPS, index);
    sim_keys_number(keys, "rating_w", &ups->rating_w, 10, 10000000);
    sim_keys_number(keys, "load_w", &ups->load_w, 0, 10000000);
    sim_keys_number(keys, "capacity_wh", &capacity_wh, 1, 1000000);
    if (!sim_keys_number(keys, "charger_w", &charger_w, 1, 1000000)) {
        charger_w = ups->rating_w / 10;
    }
    sim_keys_share(keys, "health", &health);
    sim_keys_duration(keys, "low", &ups->low_ms);
    sim_keys_duration(keys, "return", &ups->return_ms);
    ups->input_good_ms = ups->return_ms + SIM_STEP_MS;
    feed_read(reading, keys, &plant->ups_feed[index]);
    sim_keys_known(keys, known);
    sim_battery_init(&ups->battery, capacity_wh, ups->rating_w, charger_w, health);
}

/* The list of UPS names under "power" as a set. */
static uint32_t power_read(struct reading *reading, const struct sim_keys *keys)
{
    unsigned count;
    uint32_t set = 0;
    const config_setting_t *list = sim_keys_list(keys, "power", SIM_UPS_MAX, &count);
    for (unsigned i = 0; i < count; i++) {
        char name[SIM_NAME_MAX];
        if (!sim_keys_element(keys, list, i, name, sizeof(name))) {
            continue;
        }
        const struct sim_device_plan *found = device_find(reading->plan, name);
        if (found == NULL || found->kind != SIM_DEVICE_UPS) {
            sim_keys_error(keys, "power", "must name UPSes of this room");
        } else {
            set |= 1U << found->index;
        }
    }
    return set;
}

static void strip_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {"name",   "netns",   "address", "community",
                                        "family", "outlets", NULL};
    static const char *const families[SIM_OUTLET_FAMILIES] = {"rpdu", "masterswitch", "plus",
                                                              "rpdu2"};
    struct sim_outlets *strip = &reading->plan->plant.strips[index];
    char family[16] = "rpdu";
    uint32_t count = 8;
    device_add(reading, keys, SIM_DEVICE_STRIP, index);
    sim_keys_text(keys, "family", family, sizeof(family));
    sim_keys_number(keys, "outlets", &count, 1, SIM_OUTLETS_MAX);
    sim_keys_known(keys, known);
    strip->count = (uint8_t)count;
    strip->on = ((uint32_t)1 << count) - 1;
    strip->family = SIM_OUTLET_FAMILIES;
    for (unsigned i = 0; i < SIM_OUTLET_FAMILIES; i++) {
        strip->family = strcmp(family, families[i]) == 0 ? (uint8_t)i : strip->family;
    }
    if (strip->family == SIM_OUTLET_FAMILIES) {
        sim_keys_error(keys, "family", "must be \"rpdu\", \"masterswitch\", \"plus\" or \"rpdu2\"");
    }
}

/* "pdu-a/3": outlet 3 of that strip. */
static void supplies_read(const struct reading *reading, const struct sim_keys *keys,
                          struct sim_host_plan *host)
{
    const config_setting_t *list =
        sim_keys_list(keys, "outlets", SIM_SUPPLIES_MAX, &host->supply_count);
    for (unsigned i = 0; i < host->supply_count; i++) {
        char text[SIM_NAME_MAX + 8] = "", name[SIM_NAME_MAX] = "";
        unsigned outlet = 0;
        sim_keys_element(keys, list, i, text, sizeof(text));
        int parts = sscanf(text, "%31[^/]/%2u", name, &outlet);
        const struct sim_device_plan *found = device_find(reading->plan, name);
        if (parts != 2 || found == NULL || found->kind != SIM_DEVICE_STRIP || outlet < 1 ||
            outlet > reading->plan->plant.strips[found->index].count) {
            sim_keys_error(keys, "outlets",
                           "must hold outlets of this room's strips, as \"pdu-a/3\"");
            continue;
        }
        host->supplies[i] = (struct sim_supply_plan){found->index, (uint8_t)outlet};
    }
}

static void run_read(const struct sim_keys *keys, struct sim_run_plan *run)
{
    static const char *const known[] = {"name", "command", "log", "restart", NULL};
    unsigned count;
    *run = (struct sim_run_plan){.restart_ms = UINT32_MAX};
    sim_keys_name(keys, run->name, sizeof(run->name));
    sim_keys_text(keys, "log", run->log, sizeof(run->log));
    sim_keys_duration(keys, "restart", &run->restart_ms);
    const config_setting_t *list = sim_keys_list(keys, "command", SIM_ARGUMENTS_MAX, &count);
    for (unsigned i = 0; i < count; i++) {
        sim_keys_element(keys, list, i, run->command[i], sizeof(run->command[i]));
    }
    run->arguments = count;
    if (count == 0) {
        sim_keys_error(keys, "command", "must hold a program and its arguments");
    }
    sim_keys_known(keys, known);
}

static void host_lists_read(const struct sim_keys *keys, struct sim_host_plan *host)
{
    const config_setting_t *list =
        sim_keys_list(keys, "interfaces", SIM_INTERFACES_MAX, &host->interface_count);
    for (unsigned i = 0; i < host->interface_count; i++) {
        sim_keys_element(keys, list, i, host->interfaces[i], sizeof(host->interfaces[i]));
    }
    list = sim_keys_list(keys, "addresses", SIM_ADDRESSES_MAX, &host->address_count);
    for (unsigned i = 0; i < host->address_count; i++) {
        struct sim_host_address *address = &host->addresses[i];
        char text[64];
        if (!sim_keys_element(keys, list, i, text, sizeof(text))) {
            continue;
        }
        address->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
        if (inet_pton(address->family, text, address->bytes) != 1) {
            sim_keys_error(keys, "addresses", "must hold IP addresses without prefix");
        }
    }
}

static void host_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {"name",      "netns", "power", "listen",  "interfaces",
                                        "addresses", "run",   "boot",  "outlets", NULL};
    struct sim_host_plan *host = &reading->plan->hosts[index];
    sim_keys_name(keys, host->name, sizeof(host->name));
    sim_keys_text(keys, "netns", host->netns, sizeof(host->netns));
    sim_keys_address(keys, "listen", &host->listen);
    host->boot_ms = 1000;
    sim_keys_duration(keys, "boot", &host->boot_ms);
    host->power = power_read(reading, keys);
    supplies_read(reading, keys, host);
    host_lists_read(keys, host);
    if (host->interface_count > 0 && host->netns[0] == '\0') {
        sim_keys_error(keys, "interfaces", "need a netns: the room never touches its own links");
    }
    config_setting_t *runs = sim_keys_list(keys, "run", SIM_RUNS_MAX, &host->run_count);
    for (unsigned i = 0; i < host->run_count; i++) {
        struct sim_keys inner;
        if (sim_keys_enter(keys, "run", runs, i, &inner)) {
            run_read(&inner, &host->runs[i]);
        }
    }
    sim_keys_known(keys, known);
}

static void line_read(struct reading *reading, const struct sim_keys *keys, unsigned index)
{
    static const char *const known[] = {"name", "netns", "interface", "reflector", "power", NULL};
    struct sim_line_plan *line = &reading->plan->lines[index];
    sim_keys_name(keys, line->name, sizeof(line->name));
    if (!sim_keys_text(keys, "netns", line->netns, sizeof(line->netns)) ||
        !sim_keys_text(keys, "interface", line->interface, sizeof(line->interface))) {
        sim_keys_error(keys, NULL, "needs a netns and an interface: the room cuts that link");
    }
    sim_keys_address(keys, "reflector", &line->reflector);
    line->power = power_read(reading, keys);
    sim_keys_known(keys, known);
}

typedef void (*entry_read)(struct reading *reading, const struct sim_keys *keys, unsigned index);

static unsigned list_read(struct reading *reading, const char *key, unsigned most, entry_read read)
{
    unsigned count;
    config_setting_t *list = sim_keys_list(&reading->root, key, most, &count);
    for (unsigned i = 0; i < count; i++) {
        struct sim_keys inner;
        if (sim_keys_enter(&reading->root, key, list, i, &inner)) {
            read(reading, &inner, i);
        }
    }
    return count;
}

static void mains_read(struct reading *reading)
{
    static const char *const known[] = {"voltage", "frequency", NULL};
    uint32_t voltage = 100, frequency = 50;
    struct sim_keys keys = reading->root;
    keys.group = config_setting_lookup(reading->root.group, "mains");
    if (keys.group != NULL) {
        snprintf(keys.path, sizeof(keys.path), "mains");
        sim_keys_number(&keys, "voltage", &voltage, 50, 1000);
        sim_keys_number(&keys, "frequency", &frequency, 50, 60);
        sim_keys_known(&keys, known);
    }
    sim_plant_init(&reading->plan->plant, voltage, frequency);
}

/* One name belongs to one thing, or a fault could mean either. */
static void names_check(struct reading *reading)
{
    const struct sim_room_plan *plan = reading->plan;
    const char *names[SIM_DEVICES_MAX + SIM_HOSTS_MAX + SIM_LINES_MAX + 1] = {"mains"};
    unsigned count = 1;
    for (unsigned i = 0; i < plan->device_count; i++) {
        names[count++] = plan->devices[i].name;
    }
    for (unsigned i = 0; i < plan->host_count; i++) {
        names[count++] = plan->hosts[i].name;
    }
    for (unsigned i = 0; i < plan->line_count; i++) {
        names[count++] = plan->lines[i].name;
    }
    for (unsigned i = 0; i < count; i++) {
        for (unsigned k = i + 1; k < count; k++) {
            if (names[i][0] != '\0' && strcmp(names[i], names[k]) == 0) {
                char message[80];
                snprintf(message, sizeof(message), "the name %s is used twice", names[i]);
                sim_keys_error(&reading->root, NULL, message);
            }
        }
    }
}

static void plan_fill(struct reading *reading)
{
    static const char *const known[] = {
        "control",           "speed", "mains", "ups",    "generators",
        "transfer_switches", "hosts", "lines", "strips", NULL};
    struct sim_room_plan *plan = reading->plan;
    uint32_t speed = 1000;
    sim_keys_text(&reading->root, "control", plan->control, sizeof(plan->control));
    sim_keys_number(&reading->root, "speed", &speed, 1, 1000000);
    mains_read(reading);
    /* generators before the switches that name them, switches before the UPSes they feed */
    struct sim_plant *plant = &plan->plant;
    plant->generator_count =
        (uint8_t)list_read(reading, "generators", SIM_GENERATORS_MAX, generator_read);
    plant->transfer_count =
        (uint8_t)list_read(reading, "transfer_switches", SIM_TRANSFERS_MAX, transfer_read);
    plant->ups_count = (uint8_t)list_read(reading, "ups", SIM_UPS_MAX, ups_read);
    plant->strip_count = (uint8_t)list_read(reading, "strips", SIM_STRIPS_MAX, strip_read);
    plan->host_count = list_read(reading, "hosts", SIM_HOSTS_MAX, host_read);
    plan->line_count = list_read(reading, "lines", SIM_LINES_MAX, line_read);
    for (unsigned i = 0; i < plant->ups_count; i++) {
        plant->ups[i].speed_permille = speed;
    }
    for (unsigned i = 0; i < plant->generator_count; i++) {
        plant->generators[i].plate.speed_permille = speed;
    }
    sim_keys_known(&reading->root, known);
    names_check(reading);
}

bool sim_room_plan_read(const char *file, const struct sim_defines *defines,
                        struct sim_room_plan *plan, struct cfg_findings *findings)
{
    config_t config;
    config_init(&config);
    *plan = (struct sim_room_plan){.control = SIM_SOCKET_DEFAULT};
    snprintf(plan->file, sizeof(plan->file), "%s", file);
    if (config_read_file(&config, file) == CONFIG_TRUE) {
        struct reading reading = {.root = {.findings = findings,
                                           .file = plan->file,
                                           .group = config_root_setting(&config),
                                           .defines = defines},
                                  .plan = plan};
        plan_fill(&reading);
    } else {
        cfg_finding_add(findings, false, file, config_error_line(&config), "room", "%s",
                        config_error_text(&config));
    }
    config_destroy(&config);
    return findings->errors == 0;
}

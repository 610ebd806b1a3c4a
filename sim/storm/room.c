/* SPDX-License-Identifier: Apache-2.0 */
/* The machine room (see room.h). */
#include "sim/storm/room.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/host.h"
#include "sim/storm/pair.h"
#include "sim/storm/server.h"
#include "sim/storm/trace.h"

#define GENERATOR_UP_US (12 * FO_SECOND)
#define PROBE_LATE_US (5 * FO_MS)
#define POWER_BACK_US (40 * FO_SECOND)

static void add_source(struct storm_world *world, struct storm_source source)
{
    struct storm_room *room = &world->room;
    FO_ASSERT(room->source_count < STORM_SOURCES_MAX);
    unsigned place = STORM_PLACE_SOURCE + room->source_count;
    room->sources[room->source_count++] = source;
    storm_queue_set(&world->queue, place, storm_random_below(&world->probing, source.interval_us));
}

void storm_room_init(struct storm_world *world)
{
    struct storm_room *room = &world->room;
    fo_us every_us = world->policy.devices[0].interval_us;
    for (uint8_t i = 0; i < 2; i++) {
        room->battery_full_us[i] = storm_random_scale(&world->site, 30 * FO_SECOND, FO_HOUR);
        room->battery_us[i] = room->battery_full_us[i];
        room->output[i] = true;
    }
    room->wall_ms = INT64_C(1790000000000);
    for (uint8_t i = 0; i < STORM_DEVICES; i++) {
        add_source(world, (struct storm_source){
                              .kind = FO_EVENT_READING, .index = i, .interval_us = every_us});
    }
    for (uint8_t i = 0; i < STORM_LINES * STORM_TARGETS; i++) {
        add_source(world, (struct storm_source){.kind = FO_EVENT_PROBE,
                                                .probe = FO_PROBE_TARGET,
                                                .index = (uint8_t)(i / STORM_TARGETS),
                                                .target = (uint8_t)(i % STORM_TARGETS),
                                                .interval_us = every_us});
    }
    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        add_source(world, (struct storm_source){.kind = FO_EVENT_PROBE,
                                                .probe = FO_PROBE_HOST,
                                                .index = i,
                                                .interval_us = every_us});
    }
    add_source(world, (struct storm_source){.kind = FO_EVENT_PROBE,
                                            .probe = FO_PROBE_SERVICE,
                                            .index = STORM_CALLS,
                                            .interval_us = every_us});
    for (uint8_t i = 0; i < world->policy.net_count; i++) {
        add_source(world, (struct storm_source){.kind = FO_EVENT_PROBE,
                                                .probe = FO_PROBE_OWN_NETWORK,
                                                .index = i,
                                                .interval_us = every_us});
    }
}

/* ---- power ----------------------------------------------------------------------------------- */

static bool fed(const struct storm_world *world)
{
    return world->room.mains_away == 0 || world->room.generator_on;
}

static void reckon_battery(struct storm_world *world, unsigned ups)
{
    struct storm_room *room = &world->room;
    fo_us passed_us = world->now_us - room->battery_at_us[ups];
    bool charging =
        storm_queue_due(&world->queue, STORM_PLACE_BATTERY + ups) == FO_NEVER && room->output[ups];
    fo_us left_us = room->battery_us[ups] + (charging ? passed_us : -passed_us);
    left_us = left_us < 0 ? 0 : left_us;
    room->battery_us[ups] =
        left_us > room->battery_full_us[ups] ? room->battery_full_us[ups] : left_us;
    room->battery_at_us[ups] = world->now_us;
}

static bool powered(const struct storm_world *world, unsigned server)
{
    uint64_t power = world->policy.servers[server].power;
    return ((power & 1) != 0 && world->room.output[0]) ||
           ((power & 2) != 0 && world->room.output[1]);
}

static void set_output(struct storm_world *world, unsigned ups, bool on)
{
    bool before[FO_SERVERS] = {powered(world, 0), powered(world, 1)};
    if (world->room.output[ups] == on) {
        return;
    }
    world->room.output[ups] = on;
    storm_say(world, "UPS %u: output %s", ups, on ? "on" : "off");
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        bool now = powered(world, i);
        if (before[i] && !now) {
            world->nodes[i].powerless++;
            storm_server_kill(world, i, true, 5 * FO_SECOND);
        } else if (!before[i] && now) {
            world->nodes[i].powerless--;
            storm_server_kill(world, i, true, 5 * FO_SECOND);
        }
    }
}

void storm_room_power(struct storm_world *world)
{
    struct storm_room *room = &world->room;
    unsigned place = STORM_PLACE_GENERATOR;
    bool starts = room->mains_away != 0 && !room->generator_on && room->generator_broken == 0;
    if (room->mains_away == 0 || room->generator_broken != 0) {
        room->generator_on = false;
    }
    if (!starts) {
        storm_queue_set(&world->queue, place, FO_NEVER);
    } else if (storm_queue_due(&world->queue, place) == FO_NEVER) {
        storm_queue_set(&world->queue, place, world->now_us + GENERATOR_UP_US);
    }
    for (unsigned i = 0; i < 2; i++) {
        reckon_battery(world, i);
        fo_us empty_us =
            fed(world) || room->battery_us[i] == 0 ? FO_NEVER : world->now_us + room->battery_us[i];
        storm_queue_set(&world->queue, STORM_PLACE_BATTERY + i, empty_us);
        set_output(world, i, fed(world) || room->battery_us[i] > 0);
    }
}

void storm_room_generator(struct storm_world *world)
{
    storm_queue_set(&world->queue, STORM_PLACE_GENERATOR, FO_NEVER);
    world->room.generator_on = world->room.mains_away != 0 && world->room.generator_broken == 0;
    storm_room_power(world);
}

void storm_room_power_off(struct storm_world *world, unsigned server)
{
    storm_server_kill(world, server, true,
                      storm_random_scale(&world->site, FO_SECOND, POWER_BACK_US));
}

bool storm_room_line_up(const struct storm_world *world, unsigned line)
{
    uint64_t power = world->policy.lines[line].power;
    bool on = power == 0 || ((power & 1) != 0 && world->room.output[0]) ||
              ((power & 2) != 0 && world->room.output[1]);
    return on && world->room.line_cut[line] == 0;
}

bool storm_room_served(const struct storm_world *world)
{
    return storm_server_serves(world, 0) || storm_server_serves(world, 1);
}

/* ---- what devices say ------------------------------------------------------------------------ */

static void say(struct fo_reading *reading, uint8_t variable, int64_t value, int64_t scale)
{
    reading->values[reading->count++] =
        (struct fo_value){.variable = variable, .milli = value * scale, .quality = FO_GOOD};
}

static void read_ups(struct storm_world *world, unsigned ups, struct fo_reading *reading)
{
    static const int64_t odd[] = {FO_UPS(OL) | FO_UPS(BYPASS), FO_UPS(OL) | FO_UPS(RB),
                                  FO_UPS(OL) | FO_UPS(OVER),   FO_UPS(OL) | FO_UPS(ECO),
                                  FO_UPS(OB) | FO_UPS(TEST),   FO_UPS(OFF)};
    struct storm_room *room = &world->room;
    reckon_battery(world, ups);
    fo_us left_us = room->battery_us[ups];
    int64_t status = fed(world) ? FO_UPS(OL) | FO_UPS(CHRG) : FO_UPS(OB) | FO_UPS(DISCHRG);
    if (!fed(world) && left_us < 60 * FO_SECOND) {
        status |= FO_UPS(LB);
    }
    if (!room->output[ups]) {
        status = FO_UPS(OFF);
    }
    if (room->devices[ups].sick != 0 && fed(world)) {
        status = odd[(world->now_us / (8 * FO_SECOND) + ups) % 6];
    }
    say(reading, FO_VAR_UPS_STATUS, status, 1);
    say(reading, FO_VAR_BATTERY_RUNTIME, left_us / FO_SECOND, 1000);
    say(reading, FO_VAR_BATTERY_CHARGE, left_us * 100 / room->battery_full_us[ups], 1000);
}

static void read_generator(struct storm_world *world, struct fo_reading *reading)
{
    const struct storm_room *room = &world->room;
    bool cranks = storm_queue_due(&world->queue, STORM_PLACE_GENERATOR) != FO_NEVER;
    int64_t status = room->generator_on ? FO_GEN_LOADED : cranks ? FO_GEN_CRANKING : FO_GEN_STOPPED;
    if (room->mains_away != 0 && room->generator_broken != 0) {
        status = FO_GEN_FAULT;
    }
    say(reading, FO_VAR_GENERATOR_STATUS, status, 1);
    say(reading, FO_VAR_GENERATOR_MODE, FO_GEN_MODE_AUTO, 1);
    say(reading, FO_VAR_GENERATOR_VOLTAGE, room->generator_on ? 200 : 0, 1000);
    say(reading, FO_VAR_FUEL_LEVEL, 82, 1000);
    say(reading, FO_VAR_ENGINE_BATTERY_VOLTAGE, 25500, 1);
    say(reading, FO_VAR_MAINS_VOLTAGE, room->mains_away == 0 ? 200 : 0, 1000);
}

static void read_switch(struct storm_world *world, struct fo_reading *reading)
{
    const struct storm_room *room = &world->room;
    say(reading, FO_VAR_TRANSFER_SOURCE,
        room->mains_away == 0 ? FO_SOURCE_MAINS
        : room->generator_on  ? FO_SOURCE_GENERATOR
                              : FO_SOURCE_NONE,
        1);
}

static void lie(struct storm_world *world, struct fo_reading *reading)
{
    for (unsigned i = 0; i < reading->count; i++) {
        struct fo_value *value = &reading->values[i];
        if (value->variable == FO_VAR_UPS_STATUS) {
            value->milli = storm_random_below(&world->probing, (int64_t)1 << FO_UPS_TOKEN_COUNT);
        } else if (storm_random_chance(&world->probing, 500)) {
            value->milli = storm_random_below(&world->probing, 1000) - 100;
        }
        bool doubted = storm_random_chance(&world->probing, 100) ||
                       !fo_variable_plausible(value->variable, value->milli);
        value->quality = doubted ? FO_SUSPECT : FO_GOOD;
        value->reason = doubted ? FO_REASON_IMPLAUSIBLE : 0;
    }
}

static void read_device(struct storm_world *world, unsigned index, struct fo_reading *reading)
{
    struct storm_device *device = &world->room.devices[index];
    bool heard = device->silent == 0 && world->room.own_network == 0 &&
                 !storm_random_chance(&world->probing, world->room.noise_permille);
    *reading = (struct fo_reading){.device = (uint8_t)index, .quality = FO_GOOD};
    if (!heard) {
        reading->quality = FO_ABSENT;
        reading->reason = FO_REASON_NO_ANSWER;
        return;
    }
    if (device->frozen != 0 && device->last.count > 0) {
        *reading = device->last;
        return;
    }
    if (index == STORM_GENERATOR) {
        read_generator(world, reading);
    } else if (index == STORM_SWITCH) {
        read_switch(world, reading);
    } else {
        read_ups(world, index, reading);
    }
    if (device->lying != 0) {
        lie(world, reading);
    }
    device->last = *reading;
}

void storm_room_poll(struct storm_world *world, unsigned device)
{
    FO_ASSERT(device < STORM_DEVICES);
    unsigned place = STORM_PLACE_SOURCE + device; /* the first sources are the devices */
    fo_us soon_us = world->now_us + PROBE_LATE_US;
    if (storm_queue_due(&world->queue, place) > soon_us) {
        storm_queue_set(&world->queue, place, soon_us);
    }
}

/* ---- what probes find ------------------------------------------------------------------------ */

static bool finds(struct storm_world *world, const struct storm_source *source)
{
    const struct storm_room *room = &world->room;
    if (source->probe == FO_PROBE_OWN_NETWORK) {
        return room->own_network == 0;
    }
    if (room->own_network != 0 || storm_random_chance(&world->probing, room->noise_permille)) {
        return false;
    }
    switch (source->probe) {
        case FO_PROBE_HOST:
            return world->pair.on ? storm_pair_host_found(world, source->index)
                                  : world->nodes[source->index].host_up;
        case FO_PROBE_SERVICE:
            return world->pair.on ? storm_pair_service_found(world) : storm_room_served(world);
        default:
            return storm_room_line_up(world, source->index) &&
                   room->target_dead[source->index][source->target] == 0 &&
                   !(room->line_lossy[source->index] != 0 &&
                     storm_random_chance(&world->probing, 300));
    }
}

void storm_room_source(struct storm_world *world, unsigned index, struct fo_event *event)
{
    const struct storm_source *source = &world->room.sources[index];
    fo_us next_us = source->interval_us + storm_random_below(&world->probing, PROBE_LATE_US);
    storm_queue_set(&world->queue, STORM_PLACE_SOURCE + index, world->now_us + next_us);
    *event = (struct fo_event){.kind = source->kind};
    if (source->kind == FO_EVENT_READING) {
        read_device(world, source->index, &event->reading);
    } else {
        bool ok = finds(world, source);
        event->probe = (struct fo_probe){.kind = source->probe,
                                         .index = source->index,
                                         .target = source->target,
                                         .quality = FO_GOOD,
                                         .ok = ok,
                                         .reason = ok ? 0 : FO_REASON_NO_ANSWER,
                                         .rtt_us = 4 * FO_MS};
    }
}

unsigned storm_room_answers(const struct storm_world *world)
{
    unsigned answers = world->room.two_answers != 0 ? 2 : 0;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        bool one = world->pair.on ? world->pair.serves[i] && storm_pair_reachable(world, i)
                                  : storm_host_gate_open(world, i);
        answers += one ? 1 : 0;
    }
    return answers;
}

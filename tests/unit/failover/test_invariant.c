/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of the engine under a small storm: a world in which everything happens at random
 * (seeded, so every run is the same run), and crashes of the monitor at any instant. The laws
 * themselves are asserted inside the engine after every step, the lease's in the fixture. */
#include "tests/lib/engine_fixture.h"

#include <stdio.h>

static uint64_t dice;

static unsigned roll(unsigned sides)
{
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)((dice >> 33) % sides);
}

static void spoil_power(void)
{
    static const int64_t statuses[] = {FO_UPS(OL),
                                       FO_UPS(OB) | FO_UPS(DISCHRG),
                                       FO_UPS(OB) | FO_UPS(LB),
                                       FO_UPS(OL) | FO_UPS(BYPASS),
                                       FO_UPS(OFF),
                                       FO_UPS(OL) | FO_UPS(RB) | FO_UPS(OVER),
                                       FO_UPS(OB) | FO_UPS(TEST),
                                       0};
    struct world_device *device = &world.devices[roll(WORLD_DEVICES)];
    device->answers = roll(4) != 0;
    device->status = statuses[roll(8)];
    device->runtime_s = (int64_t)roll(3000) - 1;
    device->charge = (int64_t)roll(101) - 1;
    device->generator = roll(FO_GEN_STATUSES);
    device->mode = roll(FO_GEN_MODES);
    device->fuel = roll(101);
    device->battery_mv = 20000 + roll(8000);
    device->source = roll(FO_SOURCES);
    device->mains_v = roll(2) * 200;
}

static void spoil_people(void)
{
    static const uint8_t outcomes[] = {FO_OUTCOME_ACCEPTED, FO_OUTCOME_ACCEPTED, FO_OUTCOME_RETRY,
                                       FO_OUTCOME_FAILED, FO_OUTCOMES};
    world.notify[roll(WORLD_CHANNELS)] = outcomes[roll(5)];
    give_order((struct fo_order){.kind = (uint8_t)roll(FO_ORDER_KINDS + 1),
                                 .person = (uint8_t)roll(WORLD_PERSONS + 1),
                                 .second = (uint8_t)roll(WORLD_PERSONS + 1),
                                 .server = (uint8_t)roll(4),
                                 .incident = 1 + roll(world.engine.last_number + 2),
                                 .until_us = world.now_us + roll(1200) * FO_SECOND});
}

static void spoil_servers(void)
{
    uint8_t server = (uint8_t)roll(2);
    switch (roll(5)) {
        case 0:
            host_die(server);
            break;
        case 1:
            if (!world.alive[server]) {
                world.host_ok[server] = true;
                agent_start(server);
            }
            break;
        case 2:
            agent_health(server, roll(3) == 0 ? FO_HEALTH_FAILED : FO_HEALTH_OK);
            break;
        case 3:
            world.cut[roll(3)][roll(3)] = roll(2) == 0;
            break;
        default:
            memset(world.cut, 0, sizeof world.cut);
            break;
    }
}

static void spoil_monitor(void)
{
    static const uint8_t outcomes[] = {FO_OUTCOME_DONE, FO_OUTCOME_DONE, FO_OUTCOME_UNJOURNALLED,
                                       FO_OUTCOME_FAILED, FO_OUTCOMES};
    switch (roll(6)) {
        case 0:
            if (world.monitor_alive) {
                monitor_die();
            } else {
                monitor_restart();
            }
            break;
        case 1:
            give_self((uint8_t)roll(FO_SELF_KINDS), (uint8_t)roll(4), (int64_t)roll(3) * FO_SECOND);
            break;
        case 2:
            world.choose = outcomes[roll(5)];
            world.fence = outcomes[roll(5)];
            world.route = outcomes[roll(5)];
            break;
        case 3:
            world.net_ok = roll(4) != 0;
            break;
        case 4:
            give((struct fo_event){.kind = FO_EVENT_RESULT,
                                   .result = {.key = {.boot = roll(5), .sequence = roll(50)}}});
            break;
        default:
            world.answers_silent = roll(4) == 0;
            break;
    }
}

static void spoil(void)
{
    switch (roll(8)) {
        case 0:
        case 1:
            spoil_power();
            break;
        case 2:
            world.target_ok[roll(WORLD_LINES)][roll(2)] = roll(3) != 0;
            break;
        case 3:
        case 4:
            spoil_servers();
            break;
        case 5:
            spoil_people();
            break;
        default:
            spoil_monitor();
            break;
    }
}

/* Everything is well again and stays so: the site must heal by itself. */
static void make_well(void)
{
    memset(world.cut, 0, sizeof world.cut);
    world.net_ok = true;
    world.answers_silent = false;
    world.choose = FO_OUTCOME_DONE;
    world.fence = FO_OUTCOME_DONE;
    world.route = FO_OUTCOME_DONE;
    for (unsigned i = 0; i < WORLD_CHANNELS; i++) {
        world.notify[i] = FO_OUTCOME_ACCEPTED;
    }
    for (unsigned i = 0; i < WORLD_DEVICES; i++) {
        world.devices[i] = (struct world_device){.answers = true,
                                                 .status = FO_UPS(OL),
                                                 .runtime_s = 2400,
                                                 .charge = 100,
                                                 .generator = FO_GEN_STOPPED,
                                                 .mode = FO_GEN_MODE_AUTO,
                                                 .fuel = 82,
                                                 .volts = 0,
                                                 .battery_mv = 25500,
                                                 .source = FO_SOURCE_MAINS,
                                                 .mains_v = 200};
    }
    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        world.target_ok[i][0] = true;
        world.target_ok[i][1] = true;
        world.host_ok[i] = true;
        if (!world.alive[i]) {
            agent_start(i);
        }
        agent_health(i, FO_HEALTH_OK);
    }
}

/* What the shell watches it says anew after a start. */
static void say_well(void)
{
    for (uint8_t i = 0; i < world.policy.person_count; i++) {
        give_self(FO_SELF_PROVEN, i, 1);
    }
    for (uint8_t i = 0; i < world.policy.role_count; i++) {
        give_self(FO_SELF_AHEAD, i, 1);
    }
    give_self(FO_SELF_DRILL, 0, FO_DRILL_NOT_DUE);
}

static void storm(uint64_t seed, unsigned faults)
{
    struct fo_policy policy = fixture_policy();
    dice = seed;
    policy.servers[0].fence_available = roll(2) == 0;
    policy.servers[1].fence_available = policy.servers[0].fence_available;
    policy.servers[0].fence_required = roll(3) == 0;
    policy.servers[1].fence_required = policy.servers[0].fence_required;
    policy.position_bound = roll(2) * 10;
    world_begin_with(&policy);
    world.forgetful = true;
    for (unsigned i = 0; i < faults; i++) {
        spoil();
        step_for(roll(3) == 0 ? roll(60) * FO_SECOND : roll(2000) * FO_MS);
    }
    make_well();
    monitor_die();
    monitor_restart();
    say_well();
    step_for(5 * FO_SECOND);
    for (uint8_t i = 0; i <= FO_SERVERS; i++) { /* people lift what people have set */
        give_order((struct fo_order){
            .kind = FO_ORDER_MAINTENANCE_END, .person = CHIEF, .second = HEAD, .server = i});
    }
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF});
    step_for(30 * FO_SECOND);
    cr_assert(gate_is_open(0) || gate_is_open(1), "seed %llu: the site stays dark",
              (unsigned long long)seed);
    step_for(5 * FO_MINUTE);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world.engine.incidents[i];
        if (incident->state == FO_INCIDENT_OPEN) {
            give_order((struct fo_order){
                .kind = FO_ORDER_RESOLVE, .person = CHIEF, .incident = incident->number});
        }
    }
    step_for(3 * FO_MINUTE);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world.engine.incidents[i];
        cr_assert_eq(incident->state, FO_INCIDENT_FREE, "seed %llu: %s stays open",
                     (unsigned long long)seed, fo_reason_name(incident->cause));
    }
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(invariant, the_laws_hold_in_a_storm_and_the_site_heals_afterwards)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        storm(seed, 150);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The site of one seed (see policy.h). */
#include "sim/storm/policy.h"

#include "failover/assert.h"
#include "sim/storm/pair.h"

#include <string.h>

static void draw_lease(struct fo_policy *policy, struct storm_random *random)
{
    static const int16_t beats_ms[] = {10, 10, 20, 50, 50, 80, 100, 250};
    struct fo_lease_params *lease = &policy->lease;
    *lease = FO_LEASE_DEFAULTS;
    lease->beat_us = beats_ms[storm_random_below(random, 8)] * FO_MS;
    lease->lease_us = lease->beat_us *
                      (storm_random_chance(random, 600) ? 12 : storm_random_between(random, 6, 20));
    if (lease->beat_us > 80 * FO_MS) {
        lease->lease_max_us = lease->lease_us > FO_SECOND ? lease->lease_us : FO_SECOND;
    } else {
        lease->lease_us = lease->lease_us < FO_SECOND ? lease->lease_us : FO_SECOND;
        lease->lease_max_us = storm_random_chance(random, 500)
                                  ? FO_SECOND
                                  : storm_random_between(random, lease->lease_us, FO_SECOND);
    }
    lease->margin_us = storm_random_chance(random, 500) ? 1 : 2000;
    lease->drift_ppm = storm_random_chance(random, 700) ? 1000 : 50000;
    lease->alone_resumes = storm_random_chance(random, 300);
    FO_ASSERT(fo_lease_params_valid(lease));
}

static struct fo_health_policy draw_health(fo_us interval_us, struct storm_random *random)
{
    uint8_t window = (uint8_t)storm_random_between(random, 1, 5);
    return (struct fo_health_policy){
        .bad_of = (uint8_t)storm_random_between(random, 1, window),
        .window = window,
        .good_run = (uint8_t)storm_random_between(random, 1, 3),
        .hold_us = storm_random_chance(random, 500) ? 0 : storm_random_below(random, 5 * FO_SECOND),
        .stale_us = 3 * interval_us};
}

static void draw_power(struct fo_policy *policy, struct storm_random *random)
{
    fo_us interval_us = storm_random_scale(random, 250 * FO_MS, 5 * FO_SECOND);
    policy->device_count = STORM_DEVICES;
    for (unsigned i = 0; i < STORM_DEVICES; i++) {
        policy->devices[i] = (struct fo_device_policy){
            .kind = i == STORM_GENERATOR ? FO_DEVICE_GENERATOR
                    : i == STORM_SWITCH  ? FO_DEVICE_TRANSFER_SWITCH
                                         : FO_DEVICE_UPS,
            .interval_us = interval_us,
            .communication = draw_health(interval_us, random),
            .low_runtime_us = storm_random_scale(random, 10 * FO_SECOND, 5 * FO_MINUTE),
            .low_charge_milli = 20000,
            .low_hold_us = storm_random_below(random, 5 * FO_SECOND),
            .silent_margin_us = storm_random_scale(random, FO_SECOND, 60 * FO_SECOND),
            .start_warn_us = 15 * FO_SECOND,
            .start_alarm_us = 40 * FO_SECOND,
            .transfer_alarm_us = 20 * FO_SECOND,
            .fuel_low_milli = 50000,
            .battery_low_milli = 23000};
    }
}

static void draw_servers(struct fo_policy *policy, struct storm_random *random)
{
    fo_us interval_us = policy->devices[0].interval_us;
    bool both = storm_random_chance(random, 300);
    bool available = storm_random_chance(random, 500);
    bool required = available && storm_random_chance(random, 400);
    uint8_t preferred = (uint8_t)storm_random_below(random, 3);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy->servers[i] = (struct fo_server_policy){.preferred = preferred == i,
                                                       .power = both ? 3 : UINT64_C(1) << i,
                                                       .fence_available = available,
                                                       .fence_required = required,
                                                       .host = draw_health(interval_us, random)};
    }
    policy->line_count = STORM_LINES;
    for (unsigned i = 0; i < STORM_LINES; i++) {
        policy->lines[i] = (struct fo_line_policy){
            .targets = STORM_TARGETS,
            .carrier = (uint8_t)i,
            .building = FO_NONE,
            .route = (uint8_t)i,
            .preferred = i == 0,
            .power = storm_random_chance(random, 300) ? 0 : UINT64_C(1) << i,
            .target = draw_health(interval_us, random),
            .targets_bad = (uint8_t)storm_random_between(random, 1, STORM_TARGETS),
            .loss_degraded_permille = 100};
    }
    policy->service_count = STORM_SERVICES;
    policy->services[STORM_CALLS] = (struct fo_service_policy){
        .availability_class = 2,
        .recovery_time_us = storm_random_scale(random, 10 * FO_SECOND, 2 * FO_MINUTE),
        .needs_server = true,
        .check = draw_health(interval_us, random),
        .checked = storm_random_chance(random, 800)};
    policy->services[STORM_ORDERS] = (struct fo_service_policy){
        .availability_class = 1, .needs_lines = 3, .check = draw_health(interval_us, random)};
}

/* The last one's roles have deputies, somebody decides, ids of one human, units that own things. */
static void draw_roles(struct fo_policy *policy, struct storm_random *random)
{
    policy->role_count = STORM_ROLES;
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        policy->roles[i] = (struct fo_role_policy){
            .deputies = storm_random_chance(random, 300)
                            ? UINT32_C(1) << storm_random_below(random, STORM_ROLES)
                            : 0,
            .decides = i == STORM_RUNGS - 1 && storm_random_chance(random, 500),
            .required = storm_random_chance(random, 400)};
    }
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        policy->persons[i].units = (uint32_t)storm_random_below(random, 4);
    }
    if (storm_random_chance(random, 300)) { /* two ids of one human */
        policy->persons[STORM_PERSONS - 1].human = (uint8_t)storm_random_between(random, 1, 3);
    }
    policy->servers[1].owners = (uint32_t)storm_random_below(random, 4);
    policy->lines[0].owners = (uint32_t)storm_random_below(random, 4);
    policy->services[STORM_CALLS].owners = (uint32_t)storm_random_below(random, 4);
}

static void draw_people(struct fo_policy *policy, struct storm_random *random, fo_us minute_us)
{
    static const uint8_t kinds[STORM_CHANNELS] = {FO_CHANNEL_TERMINAL, FO_CHANNEL_SMTP,
                                                  FO_CHANNEL_SMS};
    policy->channel_count = STORM_CHANNELS;
    for (unsigned i = 0; i < STORM_CHANNELS; i++) {
        policy->channels[i] =
            (struct fo_channel_policy){.kind = kinds[i],
                                       .needs_lines = i == STORM_MAIL ? 3 : 0,
                                       .timeout_us = minute_us / 2,
                                       .retry_us = minute_us / 6,
                                       .retries = (uint8_t)storm_random_below(random, 3)};
    }
    policy->channels[STORM_MAIL].hold_us = storm_random_chance(random, 500) ? 3 * minute_us : 0;
    policy->channels[STORM_SMS].delivery_us = storm_random_chance(random, 500) ? minute_us : 0;
    policy->drill = storm_random_chance(random, 100);
    policy->person_count = STORM_PERSONS;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        struct fo_person_policy *person = &policy->persons[i];
        person->roles = UINT32_C(1) << storm_random_below(random, STORM_RUNGS + 1);
        person->roles |= i < STORM_RUNGS ? UINT32_C(1) << i : 0; /* no rung is empty */
        person->channel_wait_us = storm_random_scale(random, minute_us / 8, minute_us);
        person->drill = i < STORM_RUNGS || storm_random_chance(random, 300);
        memset(person->channels, FO_NONE, sizeof person->channels);
        bool mail = storm_random_chance(random, 700);
        person->channels[0] = i == 0 ? STORM_TERMINAL : mail ? STORM_MAIL : STORM_SMS;
        person->channels[1] = person->channels[0] == STORM_SMS ? STORM_TERMINAL : STORM_SMS;
    }
    draw_roles(policy, random);
    policy->rung_count = STORM_RUNGS;
    for (unsigned i = 0; i < STORM_RUNGS; i++) {
        policy->rungs[i] =
            (struct fo_rung_policy){.roles = UINT32_C(1) << i | (i == 0 ? UINT32_C(8) : 0),
                                    .wait_us = storm_random_scale(random, minute_us, 5 * minute_us),
                                    .everybody = storm_random_chance(random, 200),
                                    .branch = i > 0 && storm_random_chance(random, 250),
                                    .of_owner = i > 0 && storm_random_chance(random, 200)};
    }
    policy->branches[1].severity = storm_random_chance(random, 300) ? 2 : 0;
}

/* Two sites in five have a shutdown plan, most of them armed. */
static void draw_stages(struct fo_policy *policy, struct storm_random *random, fo_us minute_us)
{
    uint64_t supplies = storm_random_between(random, 1, 3);
    policy->shed_act_us = storm_random_scale(random, FO_SECOND, 10 * FO_SECOND);
    policy->return_hold_us = storm_random_below(random, minute_us);
    policy->shed_armed = storm_random_chance(random, 800);
    policy->stage_count = storm_random_chance(random, 400) ? 2 : 0;
    for (unsigned i = 0; i < policy->stage_count; i++) {
        fo_us least_us = (policy->stage_count - 1 - i) * FO_MINUTE;
        policy->stages[i] = (struct fo_stage_policy){
            .loads = i == 0 ? FO_LOADS_CLASS_1 : FO_LOADS_CLASS_2,
            .acts = (uint8_t)storm_random_between(random, 1, 3),
            .supplies = supplies,
            .runtime_us = least_us + storm_random_scale(random, FO_SECOND, FO_MINUTE),
            .hold_us = storm_random_below(random, 5 * FO_SECOND),
            .window_us = storm_random_below(random, 10 * FO_SECOND)};
    }
    policy->restore_pause_us = storm_random_below(random, 10 * FO_SECOND);
    for (unsigned i = 0; i < policy->stage_count; i++) {
        bool script = storm_random_chance(random, 200); /* that has no way back */
        policy->stages[i].by_hand = script ? 1 : 0;
    }
}

/* As short as the faults are, so that both happen. */
static void draw_holds(struct fo_policy *policy, uint64_t seed)
{
    struct storm_random random = storm_random_stream(seed, "holds of lines", 0);
    for (unsigned i = 0; i < STORM_LINES; i++) {
        policy->lines[i].return_us = storm_random_scale(&random, 10 * FO_SECOND, 5 * FO_MINUTE);
        policy->lines[i].leave_us = storm_random_scale(&random, 5 * FO_SECOND, FO_MINUTE);
    }
}

void storm_policy_draw(struct storm_world *world)
{
    struct storm_random random = storm_random_stream(world->seed, "policy", 0);
    struct fo_policy *policy = &world->policy;
    /* the same story in fast motion: what is a minute on a real site */
    fo_us minute_us = storm_random_scale(&random, 2 * FO_SECOND, 60 * FO_SECOND);
    memset(policy, 0, sizeof *policy);
    draw_lease(policy, &random);
    policy->net_count = (uint8_t)storm_random_between(&random, 1, STORM_NETS);
    if (world->plan.steady.on) {
        policy->lease = FO_LEASE_DEFAULTS;
        policy->net_count = world->plan.steady.nets;
    }
    draw_power(policy, &random);
    draw_servers(policy, &random);
    draw_holds(policy, world->seed);
    draw_people(policy, &random, minute_us);
    policy->choose_budget_us = 100 * FO_MS;
    policy->take_over_us =
        2 * FO_SECOND + fo_lease_promise_us(&policy->lease, policy->lease.lease_us);
    policy->verify_us = 10 * FO_SECOND + 3 * policy->devices[0].interval_us;
    policy->drain_us = storm_random_scale(&random, FO_SECOND, 30 * FO_SECOND);
    policy->fence_us = storm_random_scale(&random, 5 * FO_SECOND, 60 * FO_SECOND);
    policy->block_us = storm_random_scale(&random, FO_MINUTE, FO_HOUR);
    policy->settled_us = storm_random_scale(&random, 10 * FO_SECOND, 10 * FO_MINUTE);
    policy->switchovers_per_hour = (uint8_t)storm_random_between(&random, 1, 6);
    policy->position_bound = storm_random_chance(&random, 500) ? 100 : 0;
    policy->acknowledge_us = storm_random_scale(&random, minute_us, 30 * minute_us);
    policy->loop_first_us = 2 * minute_us;
    policy->loop_cap_us = 10 * minute_us;
    policy->clean_us = minute_us / 2;
    policy->flap_us = policy->clean_us; /* judged, and no longer calm than any other */
    policy->child_window_us = minute_us;
    policy->child_grace_us = minute_us / 6;
    policy->stall_us = 2 * policy->lease.beat_us;
    draw_stages(policy, &random, minute_us);
    storm_pair_draw(world);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A policy field by field (see walk.h), so that a recording carries the thresholds that were in
 * force and not those of today's site file. It only names fields; fo_policy_valid judges them. */
#include "failover/walk.h"

static void walk_health(struct fo_codec *codec, struct fo_health_policy *health)
{
    FO_FIELD(codec, health->bad_of);
    FO_FIELD(codec, health->window);
    FO_FIELD(codec, health->good_run);
    FO_FIELD(codec, health->hold_us);
    FO_FIELD(codec, health->stale_us);
}

static void walk_device(struct fo_codec *codec, struct fo_device_policy *device)
{
    FO_FIELD(codec, device->kind);
    FO_FIELD(codec, device->interval_us);
    walk_health(codec, &device->communication);
    FO_FIELD(codec, device->feeds_servers);
    FO_FIELD(codec, device->feeds_lines);
    FO_FIELD(codec, device->owners);
    FO_FIELD(codec, device->low_runtime_us);
    FO_FIELD(codec, device->low_charge_milli);
    FO_FIELD(codec, device->low_hold_us);
    FO_FIELD(codec, device->silent_margin_us);
    FO_FIELD(codec, device->start_warn_us);
    FO_FIELD(codec, device->start_alarm_us);
    FO_FIELD(codec, device->transfer_alarm_us);
    FO_FIELD(codec, device->fuel_low_milli);
    FO_FIELD(codec, device->battery_low_milli);
    FO_FIELD(codec, device->margin_us);
    FO_FIELD(codec, device->full_load_us);
    FO_FIELD(codec, device->half_load_us);
    FO_FIELD(codec, device->expected_load_milli);
    FO_FIELD(codec, device->fuel_reserve_us);
    FO_FIELD(codec, device->test_every_us);
    for (unsigned i = 0; i < FO_FEEDS; i++) {
        FO_FIELD(codec, device->sources[i]);
    }
}

static void walk_stages(struct fo_codec *codec, struct fo_policy *policy)
{
    FO_FIELD(codec, policy->stage_count);
    for (unsigned i = 0; i < FO_STAGES_MAX; i++) {
        struct fo_stage_policy *stage = &policy->stages[i];
        FO_FIELD(codec, stage->loads);
        FO_FIELD(codec, stage->acts);
        FO_FIELD(codec, stage->by_hand);
        FO_FIELD(codec, stage->supplies);
        FO_FIELD(codec, stage->runtime_us);
        FO_FIELD(codec, stage->hold_us);
        FO_FIELD(codec, stage->window_us);
    }
    fo_codec_bool(codec, &policy->shed_armed);
    FO_FIELD(codec, policy->shed_act_us);
    FO_FIELD(codec, policy->return_hold_us);
    FO_FIELD(codec, policy->restore_pause_us);
}

static void walk_server(struct fo_codec *codec, struct fo_server_policy *server)
{
    fo_codec_bool(codec, &server->preferred);
    fo_codec_bool(codec, &server->agentless);
    fo_codec_bool(codec, &server->fence_required);
    fo_codec_bool(codec, &server->fence_available);
    FO_FIELD(codec, server->power);
    FO_FIELD(codec, server->owners);
    walk_health(codec, &server->host);
}

static void walk_line(struct fo_codec *codec, struct fo_line_policy *line)
{
    FO_FIELD(codec, line->targets);
    FO_FIELD(codec, line->carrier);
    FO_FIELD(codec, line->building);
    FO_FIELD(codec, line->route);
    fo_codec_bool(codec, &line->preferred);
    FO_FIELD(codec, line->power);
    FO_FIELD(codec, line->owners);
    walk_health(codec, &line->target);
    FO_FIELD(codec, line->targets_bad);
    FO_FIELD(codec, line->loss_degraded_permille);
    FO_FIELD(codec, line->delay_degraded_us);
    FO_FIELD(codec, line->jitter_degraded_us);
    FO_FIELD(codec, line->return_us);
    FO_FIELD(codec, line->leave_us);
}

static void walk_service(struct fo_codec *codec, struct fo_service_policy *service)
{
    FO_FIELD(codec, service->availability_class);
    FO_FIELD(codec, service->recovery_time_us);
    fo_codec_bool(codec, &service->needs_server);
    FO_FIELD(codec, service->needs_lines);
    FO_FIELD(codec, service->owners);
    walk_health(codec, &service->check);
    fo_codec_bool(codec, &service->checked);
}

static void walk_people(struct fo_codec *codec, struct fo_policy *policy)
{
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        struct fo_channel_policy *channel = &policy->channels[i];
        FO_FIELD(codec, channel->kind);
        FO_FIELD(codec, channel->needs_lines);
        FO_FIELD(codec, channel->timeout_us);
        FO_FIELD(codec, channel->retry_us);
        FO_FIELD(codec, channel->retries);
        FO_FIELD(codec, channel->delivery_us);
        FO_FIELD(codec, channel->hold_us);
    }
    for (unsigned i = 0; i < FO_PERSONS_MAX; i++) {
        struct fo_person_policy *person = &policy->persons[i];
        FO_FIELD(codec, person->roles);
        FO_FIELD(codec, person->units);
        FO_FIELD(codec, person->human);
        for (unsigned j = 0; j < FO_CHANNELS_MAX; j++) {
            FO_FIELD(codec, person->channels[j]);
        }
        FO_FIELD(codec, person->channel_wait_us);
        fo_codec_bool(codec, &person->drill);
    }
    for (unsigned i = 0; i < FO_RUNGS_MAX; i++) {
        struct fo_rung_policy *rung = &policy->rungs[i];
        FO_FIELD(codec, rung->roles);
        FO_FIELD(codec, rung->wait_us);
        fo_codec_bool(codec, &rung->everybody);
        FO_FIELD(codec, rung->branch);
        fo_codec_bool(codec, &rung->of_owner);
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        FO_FIELD(codec, policy->branches[i].severity);
    }
    FO_FIELD(codec, policy->role_count);
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        FO_FIELD(codec, policy->roles[i].deputies);
        fo_codec_bool(codec, &policy->roles[i].decides);
        fo_codec_bool(codec, &policy->roles[i].required);
    }
}

static void walk_lease(struct fo_codec *codec, struct fo_lease_params *lease)
{
    FO_FIELD(codec, lease->beat_us);
    FO_FIELD(codec, lease->lease_us);
    FO_FIELD(codec, lease->lease_max_us);
    FO_FIELD(codec, lease->margin_us);
    FO_FIELD(codec, lease->gate_us);
    FO_FIELD(codec, lease->drift_ppm);
    fo_codec_bool(codec, &lease->alone_resumes);
}

static void walk_thresholds(struct fo_codec *codec, struct fo_policy *policy)
{
    FO_FIELD(codec, policy->choose_budget_us);
    FO_FIELD(codec, policy->take_over_us);
    FO_FIELD(codec, policy->verify_us);
    FO_FIELD(codec, policy->drain_us);
    FO_FIELD(codec, policy->fence_us);
    FO_FIELD(codec, policy->block_us);
    FO_FIELD(codec, policy->settled_us);
    FO_FIELD(codec, policy->switchovers_per_hour);
    FO_FIELD(codec, policy->position_bound);
    FO_FIELD(codec, policy->acknowledge_us);
    FO_FIELD(codec, policy->loop_first_us);
    FO_FIELD(codec, policy->loop_cap_us);
    FO_FIELD(codec, policy->clean_us);
    FO_FIELD(codec, policy->child_window_us);
    FO_FIELD(codec, policy->child_grace_us);
    FO_FIELD(codec, policy->flap_us);
    FO_FIELD(codec, policy->overrun_us);
    FO_FIELD(codec, policy->stall_us);
    fo_codec_bool(codec, &policy->drill);
}

void fo_walk_policy(struct fo_codec *codec, struct fo_policy *policy)
{
    walk_lease(codec, &policy->lease);
    FO_FIELD(codec, policy->device_count);
    FO_FIELD(codec, policy->line_count);
    FO_FIELD(codec, policy->service_count);
    FO_FIELD(codec, policy->channel_count);
    FO_FIELD(codec, policy->person_count);
    FO_FIELD(codec, policy->rung_count);
    FO_FIELD(codec, policy->net_count);
    FO_FIELD(codec, policy->place_count);
    for (unsigned i = 0; i < FO_DEVICES_MAX; i++) {
        walk_device(codec, &policy->devices[i]);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        walk_server(codec, &policy->servers[i]);
    }
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        walk_line(codec, &policy->lines[i]);
    }
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        walk_service(codec, &policy->services[i]);
    }
    walk_stages(codec, policy);
    walk_people(codec, policy);
    walk_thresholds(codec, policy);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a policy is one the engine can work with (see policy.h). The limits that people are told
 * about, with file and line, are checked in config/; this is the last guard behind them, asserted
 * when an engine is made. */
#include "failover/policy.h"

#include "failover/assert.h"

#define WINDOW_MAX 16
#define SWITCHOVERS_MAX 20 /* as many as the engine remembers */

static bool is_health(const struct fo_health_policy *health)
{
    return health->window >= 1 && health->window <= WINDOW_MAX && health->bad_of >= 1 &&
           health->bad_of <= health->window && health->good_run >= 1 &&
           health->good_run <= WINDOW_MAX && health->hold_us >= 0 && health->hold_us <= FO_HOUR &&
           health->stale_us > 0;
}

static bool is_unused(const struct fo_health_policy *health)
{
    return health->window == 0 && health->bad_of == 0;
}

static bool are_counts(const struct fo_policy *policy)
{
    return policy->device_count <= FO_DEVICES_MAX && policy->line_count <= FO_LINES_MAX &&
           policy->service_count <= FO_SERVICES_MAX && policy->channel_count <= FO_CHANNELS_MAX &&
           policy->person_count <= FO_PERSONS_MAX && policy->rung_count <= FO_RUNGS_MAX &&
           policy->net_count <= FO_NETS_MAX && policy->place_count <= FO_PLACES_MAX &&
           policy->stage_count <= FO_STAGES_MAX;
}

/* What feeds a transfer switch is no transfer switch: power is asked for through one, not two. */
static bool are_sources(const struct fo_policy *policy, const struct fo_device_policy *device)
{
    uint64_t sources = device->sources[0] | device->sources[1];
    for (uint64_t left = sources; left != 0; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        if (i >= policy->device_count || policy->devices[i].kind == FO_DEVICE_TRANSFER_SWITCH) {
            return false;
        }
    }
    return sources == 0 || device->kind == FO_DEVICE_TRANSFER_SWITCH;
}

static bool are_devices(const struct fo_policy *policy)
{
    for (unsigned i = 0; i < policy->device_count; i++) {
        const struct fo_device_policy *device = &policy->devices[i];
        if (device->kind >= FO_DEVICE_KINDS || !is_health(&device->communication) ||
            device->interval_us <= 0 || device->full_load_us < 0 ||
            device->half_load_us < device->full_load_us || !are_sources(policy, device)) {
            return false;
        }
    }
    return true;
}

static bool are_lines(const struct fo_policy *policy)
{
    for (unsigned i = 0; i < policy->line_count; i++) {
        const struct fo_line_policy *line = &policy->lines[i];
        if (line->targets < 1 || line->targets > FO_TARGETS_MAX || line->targets_bad < 1 ||
            line->targets_bad > line->targets || line->delay_degraded_us < 0 ||
            line->jitter_degraded_us < 0 || line->return_us <= 0 || line->leave_us <= 0 ||
            !is_health(&line->target)) {
            return false;
        }
    }
    return true;
}

static bool are_servers(const struct fo_policy *policy)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        if (!is_health(&policy->servers[i].host) && !is_unused(&policy->servers[i].host)) {
            return false;
        }
    }
    if (policy->servers[0].agentless != policy->servers[1].agentless) {
        return false; /* a lease needs both agents; without one the other would serve on */
    }
    for (unsigned i = 0; i < policy->service_count; i++) {
        const struct fo_service_policy *service = &policy->services[i];
        bool timed = service->availability_class != 2 || service->recovery_time_us > 0;
        if (!timed || service->recovery_time_us < 0 ||
            (service->checked && !is_health(&service->check))) {
            return false;
        }
    }
    return true;
}

static bool are_people(const struct fo_policy *policy)
{
    for (unsigned i = 0; i < policy->channel_count; i++) {
        if (policy->channels[i].timeout_us <= 0 || policy->channels[i].retry_us < 0) {
            return false;
        }
    }
    for (unsigned i = 0; i < policy->person_count; i++) {
        const struct fo_person_policy *person = &policy->persons[i];
        for (unsigned j = 0; j < FO_CHANNELS_MAX && person->channels[j] != FO_NONE; j++) {
            if (person->channels[j] >= policy->channel_count) {
                return false;
            }
        }
        if (person->channel_wait_us <= 0) {
            return false;
        }
    }
    for (unsigned i = 0; i < policy->rung_count; i++) {
        if (policy->rungs[i].wait_us <= 0) {
            return false;
        }
    }
    return true;
}

static bool are_roles(const struct fo_policy *policy)
{
    bool fits = policy->role_count <= FO_ROLES_MAX;
    for (unsigned i = 0; fits && i < policy->person_count; i++) {
        uint8_t human = policy->persons[i].human;
        fits =
            human <= policy->person_count && (human == 0 || policy->persons[human - 1].human == 0);
    }
    for (unsigned i = 0; fits && i < policy->rung_count; i++) {
        fits = policy->rungs[i].branch < FO_BRANCHES_MAX;
    }
    for (unsigned i = 0; fits && i < policy->channel_count; i++) {
        fits = policy->channels[i].delivery_us >= 0 && policy->channels[i].hold_us >= 0;
    }
    return fits;
}

/* Every stage has a UPS of the room, and none that is not there. */
static bool are_supplies(const struct fo_policy *policy, uint64_t supplies)
{
    bool fits = supplies != 0;
    for (unsigned i = 0; fits && i < FO_DEVICES_MAX; i++) {
        bool is_ups = i < policy->device_count && policy->devices[i].kind == FO_DEVICE_UPS;
        fits = (supplies >> i & 1) == 0 || is_ups;
    }
    return fits;
}

static bool are_stages(const struct fo_policy *policy)
{
    for (unsigned i = 0; i < policy->stage_count; i++) {
        const struct fo_stage_policy *stage = &policy->stages[i];
        if (stage->loads >= FO_LOADS || stage->acts < 1 || stage->acts > FO_STAGE_ACTS_MAX ||
            stage->by_hand >> stage->acts != 0 || stage->runtime_us < 0 || stage->hold_us < 0 ||
            stage->window_us < 0 || (i > 0 && stage->loads < policy->stages[i - 1].loads) ||
            !are_supplies(policy, stage->supplies)) {
            return false;
        }
    }
    return policy->stage_count == 0 || (policy->shed_act_us > 0 && policy->return_hold_us >= 0 &&
                                        policy->restore_pause_us >= 0);
}

static bool are_times(const struct fo_policy *policy)
{
    return policy->choose_budget_us > 0 && policy->take_over_us > 0 && policy->verify_us > 0 &&
           policy->drain_us > 0 && policy->fence_us > 0 && policy->block_us >= 0 &&
           policy->settled_us >= 0 && policy->switchovers_per_hour <= SWITCHOVERS_MAX &&
           policy->acknowledge_us > 0 && policy->clean_us >= 0 && policy->child_window_us >= 0 &&
           policy->child_grace_us >= 0 && policy->stall_us > 0;
}

bool fo_policy_valid(const struct fo_policy *policy)
{
    FO_ASSERT(policy != NULL);
    return are_counts(policy) && fo_lease_params_valid(&policy->lease) && are_devices(policy) &&
           are_lines(policy) && are_servers(policy) && are_people(policy) && are_roles(policy) &&
           are_stages(policy) && are_times(policy);
}

bool fo_policy_has(const struct fo_policy *policy, struct fo_subject subject)
{
    switch (subject.kind) {
        case FO_SUBJECT_DEVICE:
            return subject.index < policy->device_count;
        case FO_SUBJECT_SERVER:
            return subject.index < FO_SERVERS;
        case FO_SUBJECT_LINE:
            return subject.index < policy->line_count;
        case FO_SUBJECT_SERVICE:
            return subject.index < policy->service_count;
        case FO_SUBJECT_CHANNEL:
            return subject.index < policy->channel_count;
        case FO_SUBJECT_PERSON:
            return subject.index < policy->person_count;
        case FO_SUBJECT_PLACE:
            return subject.index < policy->place_count;
        case FO_SUBJECT_STAGE:
            return subject.index < policy->stage_count;
        case FO_SUBJECT_ROLE:
            return subject.index < FO_ROLES_MAX;
        default:
            return subject.kind < FO_SUBJECT_KINDS && subject.index == 0;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The search for a card's profile, key by key. It settles at least one key with each answer or
 * makes the next request smaller, so it ends; the SNMP driver runs it for devices whose profile is
 * "auto".
 */
#include "probes/snmp_detect.h"

#include "failover/assert.h"
#include "probes/scale.h"

#include <string.h>

#define ERROR_TOO_BIG 1

static const struct cfg_profile *profile_of(const struct pb_snmp_detect *detect,
                                            const struct pb_detect_key *key)
{
    return cfg_profiles_at(detect->profiles, key->profile);
}

static void add_key(struct pb_snmp_detect *detect, unsigned profile, unsigned point)
{
    FO_ASSERT(detect->count < PB_DETECT_KEYS_MAX);
    detect->keys[detect->count++] =
        (struct pb_detect_key){.profile = (uint8_t)profile, .point = (uint8_t)point, .open = true};
}

static bool is_candidate(const struct pb_snmp_detect *detect, unsigned index)
{
    const struct cfg_profile *profile = cfg_profiles_at(detect->profiles, index);
    return profile->protocol == CFG_PROTOCOL_SNMP && profile->kind == detect->kind;
}

/* What proves a profile at first sight: the objects it names for that, else its source of the
 * load, else its first point. */
static void add_sources(struct pb_snmp_detect *detect)
{
    for (unsigned i = 0; i < cfg_profiles_count(detect->profiles); i++) {
        const struct cfg_profile *profile = cfg_profiles_at(detect->profiles, i);
        unsigned source = cfg_profile_source(profile);
        if (!is_candidate(detect, i)) {
            continue;
        }
        for (unsigned j = 0; j < profile->identify_count; j++) {
            add_key(detect, i, UINT8_MAX - j);
        }
        if (profile->identify_count == 0) {
            add_key(detect, i, source < profile->count ? source : 0);
        }
    }
}

/* Charge, runtime, input voltage and load, one point of each. */
static void add_values(struct pb_snmp_detect *detect, unsigned index)
{
    static const uint8_t wanted[] = {FO_VAR_BATTERY_CHARGE, FO_VAR_BATTERY_RUNTIME,
                                     FO_VAR_INPUT_VOLTAGE, FO_VAR_UPS_LOAD};
    const struct cfg_profile *profile = cfg_profiles_at(detect->profiles, index);
    for (unsigned w = 0; w < sizeof wanted; w++) {
        for (unsigned j = 0; j < profile->count; j++) {
            const struct cfg_point *point = &profile->points[j];
            uint8_t variable = point->line > 0 ? point->joined : point->variable;
            if (variable == wanted[w] && (point->flags & CFG_POINT_LINES) == 0) {
                add_key(detect, index, j);
                break;
            }
        }
    }
}

void pb_snmp_detect_init(struct pb_snmp_detect *detect, const struct cfg_profiles *profiles,
                         uint8_t kind)
{
    memset(detect, 0, sizeof *detect);
    detect->profiles = profiles;
    detect->kind = kind;
    detect->batch = PB_SNMP_BATCH;
    add_sources(detect);
}

/* ---- judging -------------------------------------------------------------------------------- */

/* Whether every key of the first stage of this profile was answered with sense. */
static bool is_proven(const struct pb_snmp_detect *detect, unsigned profile)
{
    bool any = false;
    for (unsigned i = 0; i < detect->count; i++) {
        const struct pb_detect_key *key = &detect->keys[i];
        if (key->profile == profile && (key->point > CFG_POINTS_MAX || !any)) {
            if (!key->usable) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

static unsigned score_of(const struct pb_snmp_detect *detect, unsigned profile)
{
    unsigned score = 0;
    for (unsigned i = 0; i < detect->count; i++) {
        score += detect->keys[i].profile == profile && detect->keys[i].usable;
    }
    return score;
}

/* The first stage is over: one profile is it; several, or none, need a closer look. */
static void judge_sources(struct pb_snmp_detect *detect)
{
    unsigned proven = 0;
    unsigned profiles = cfg_profiles_count(detect->profiles);
    for (unsigned i = 0; i < profiles; i++) {
        if (is_candidate(detect, i) && is_proven(detect, i)) {
            detect->found = cfg_profiles_at(detect->profiles, i);
            proven++;
        }
    }
    detect->stage = proven == 1 ? PB_DETECT_DONE : PB_DETECT_VALUES;
    for (unsigned i = 0; proven != 1 && i < profiles; i++) {
        bool marked =
            is_candidate(detect, i) && cfg_profiles_at(detect->profiles, i)->identify_count > 0;
        if (is_candidate(detect, i) && (proven == 0 ? !marked : is_proven(detect, i))) {
            add_values(detect, i);
        }
    }
}

/* The first one, in order of preference, that says where the load is fed from and knows a value;
 * else the one that knows most. */
static void judge_values(struct pb_snmp_detect *detect)
{
    unsigned best = 0;
    detect->found = NULL;
    detect->stage = PB_DETECT_DONE;
    for (unsigned i = 0; i < cfg_profiles_count(detect->profiles); i++) {
        unsigned score = is_candidate(detect, i) ? score_of(detect, i) : 0;
        const struct cfg_profile *profile = cfg_profiles_at(detect->profiles, i);
        if (score == 0 || (profile->identify_count > 0 && !is_proven(detect, i))) {
            continue;
        }
        if (is_proven(detect, i) &&
            score > (profile->identify_count > 0 ? profile->identify_count : 1u)) {
            detect->found = profile;
            return;
        }
        if (score > best) {
            best = score;
            detect->found = profile;
        }
    }
}

/* Whether an answer makes sense for its key. */
static bool is_usable(const struct pb_snmp_detect *detect, const struct pb_detect_key *key,
                      const struct pb_snmp_varbind *varbind)
{
    const struct cfg_profile *profile = profile_of(detect, key);
    bool number = varbind->type == PB_SNMP_INTEGER || varbind->type == PB_SNMP_FRACTION;
    if (!number || key->point > CFG_POINTS_MAX) {
        return number;
    }
    const struct cfg_point *point = &profile->points[key->point];
    if (point->state_count > 0) {
        return true; /* "unknown" is an answer too */
    }
    return !pb_scale_is_sentinel((enum cfg_missing)point->missing, varbind->integer);
}

/* ---- asking --------------------------------------------------------------------------------- */

static bool fill_request(struct pb_snmp_detect *detect, struct pb_snmp_request *request)
{
    memset(request, 0, sizeof *request);
    for (unsigned i = 0; i < detect->count && request->count < detect->batch; i++) {
        const struct pb_detect_key *key = &detect->keys[i];
        const struct cfg_profile *profile = profile_of(detect, key);
        if (key->open) {
            detect->asked[request->count] = (uint16_t)i;
            request->oids[request->count++] = key->point > CFG_POINTS_MAX
                                                  ? profile->identify[UINT8_MAX - key->point]
                                                  : profile->points[key->point].oid;
        }
    }
    detect->asked_count = request->count;
    return request->count > 0;
}

bool pb_snmp_detect_ask(struct pb_snmp_detect *detect, struct pb_snmp_request *request)
{
    while (detect->stage != PB_DETECT_DONE) {
        if (fill_request(detect, request)) {
            return true;
        }
        if (detect->stage == PB_DETECT_SOURCES) {
            judge_sources(detect);
        } else {
            judge_values(detect);
        }
    }
    return false;
}

void pb_snmp_detect_answer(struct pb_snmp_detect *detect, const struct pb_snmp_answer *answer)
{
    unsigned count = detect->asked_count;

    FO_ASSERT(count > 0);
    detect->asked_count = 0;
    if (answer->error_status == ERROR_TOO_BIG && count > 1) {
        detect->batch = (uint8_t)(count / 2);
        return;
    }
    if (answer->error_status != 0 && answer->error_index >= 1 &&
        (unsigned)answer->error_index <= count) {
        detect->keys[detect->asked[answer->error_index - 1]].open = false;
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        struct pb_detect_key *key = &detect->keys[detect->asked[i]];
        key->open = false;
        key->usable = answer->error_status == 0 && i < answer->count &&
                      is_usable(detect, key, &answer->varbinds[i]);
    }
}

const struct cfg_profile *pb_snmp_detect_choice(const struct pb_snmp_detect *detect)
{
    FO_ASSERT(detect->stage == PB_DETECT_DONE);
    return detect->found;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Power as JSON: one device with its variables in their units, why one is not known, what a person
 * would call an alarm; and the shutdown plan. It decides nothing; status.c and --probe show the
 * same device by it. */
#include "monitord/status.h"

#include "monitord/code_names.h"
#include "monitord/json_value.h"

#include <stdio.h>
#include <string.h>

static json_t *ups_status_json(int64_t bits)
{
    char text[FO_UPS_TOKEN_COUNT * 10];
    size_t length = 0;

    text[0] = '\0';
    for (unsigned bit = 0; bit < FO_UPS_TOKEN_COUNT; bit++) {
        if ((bits >> bit & 1) != 0) {
            length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                       length > 0 ? " " : "", fo_ups_token_name(bit));
        }
    }
    return json_string(text);
}

static json_t *enumeration_json(int64_t number, unsigned count, const char *(*name)(unsigned))
{
    return number >= 0 && number < (int64_t)count ? json_string(name((unsigned)number))
                                                  : json_null();
}

static const char *generator_status(unsigned number)
{
    return fo_generator_status_name((enum fo_generator_status)number);
}

static const char *generator_mode(unsigned number)
{
    return fo_generator_mode_name((enum fo_generator_mode)number);
}

static const char *transfer_source(unsigned number)
{
    return fo_transfer_source_name((enum fo_transfer_source)number);
}

static json_t *value_json(const struct fo_value *value)
{
    if (value->quality == FO_ABSENT) {
        return json_null();
    }
    switch (value->variable) {
        case FO_VAR_UPS_STATUS:
            return ups_status_json(value->milli);
        case FO_VAR_GENERATOR_STATUS:
            return enumeration_json(value->milli, FO_GEN_STATUSES, generator_status);
        case FO_VAR_GENERATOR_MODE:
            return enumeration_json(value->milli, FO_GEN_MODES, generator_mode);
        case FO_VAR_TRANSFER_SOURCE:
            return enumeration_json(value->milli, FO_SOURCES, transfer_source);
        case FO_VAR_UPS_ALARMS:
        case FO_VAR_GENERATOR_ALARMS:
        case FO_VAR_ROOM_CONTACTS: /* sets of bits; their names stand in alarms[] */
            return json_integer(value->milli);
        default:
            return value->milli % 1000 == 0 ? json_integer(value->milli / 1000)
                                            : json_real((double)value->milli / 1000.0);
    }
}

/* A code once, however many ways the device has of saying it. */
static void add_alarm(json_t *list, const char *code)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), code) == 0) {
            return;
        }
    }
    json_array_append_new(list, json_string(code));
}

static const char *ups_alarm(unsigned number)
{
    return fo_ups_alarm_name((enum fo_ups_alarm)number);
}

static const char *generator_alarm(unsigned number)
{
    return fo_generator_alarm_name((enum fo_generator_alarm)number);
}

static const char *room_contact(unsigned number)
{
    return fo_room_contact_name((enum fo_room_contact)number);
}

static void add_alarm_bits(json_t *list, int64_t bits, unsigned count,
                           const char *(*name)(unsigned))
{
    for (unsigned bit = 0; bit < count; bit++) {
        if ((bits >> bit & 1) != 0) {
            add_alarm(list, name(bit));
        }
    }
}

static void add_status_alarms(json_t *list, int64_t status)
{
    static const struct {
        int64_t bit;
        unsigned reason;
    } signs[] = {{FO_UPS(LB), FO_REASON_UPS_LOW},
                 {FO_UPS(RB), FO_REASON_UPS_REPLACE_BATTERY},
                 {FO_UPS(OVER), FO_REASON_UPS_OVERLOAD},
                 {FO_UPS(BYPASS), FO_REASON_UPS_BYPASS},
                 {FO_UPS(OFF), FO_REASON_UPS_OFF}};
    for (unsigned i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if ((status & signs[i].bit) != 0) {
            add_alarm(list, fo_reason_name(signs[i].reason));
        }
    }
}

/* What a person would call an alarm of the device, as codes: what we think of it first, then what
 * it says itself. */
static json_t *alarms_json(const struct fo_view_device *view, const struct fo_reading *reading)
{
    json_t *list = json_array();

    if (view != NULL && view->reason != 0) {
        add_alarm(list, fo_reason_name(view->reason));
    }
    for (unsigned i = 0; reading != NULL && i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];

        if (value->quality == FO_ABSENT) {
            continue;
        }
        switch (value->variable) {
            case FO_VAR_UPS_STATUS:
                add_status_alarms(list, value->milli);
                break;
            case FO_VAR_UPS_ALARMS:
                add_alarm_bits(list, value->milli, FO_UPS_ALARM_COUNT, ups_alarm);
                break;
            case FO_VAR_GENERATOR_ALARMS:
                add_alarm_bits(list, value->milli, FO_GENERATOR_ALARM_COUNT, generator_alarm);
                break;
            case FO_VAR_ROOM_CONTACTS:
                add_alarm_bits(list, value->milli, FO_ROOM_CONTACT_COUNT, room_contact);
                break;
            default:
                break;
        }
    }
    return list;
}

static void put_variables(json_t *object, const struct fo_reading *reading)
{
    json_t *variables = json_object(), *reasons = json_object();

    for (unsigned i = 0; reading != NULL && i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];
        const char *name;

        if (value->variable >= FO_VARIABLE_COUNT) {
            continue;
        }
        name = fo_variable_name((enum fo_variable)value->variable);
        json_object_set_new(variables, name, value_json(value));
        if (value->reason != 0) {
            json_object_set_new(reasons, name, json_string(fo_reason_name(value->reason)));
        }
    }
    json_object_set_new(object, "variables", variables);
    json_object_set_new(object, "reasons", reasons);
}

/* Whether a loss of the mains now would leave the load untouched: apart from where it is fed from,
 * because a UPS in bypass or economy mode is on the mains and protects nothing. */
static json_t *protected_json(const struct fo_reading *reading)
{
    for (unsigned i = 0; reading != NULL && i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];

        if (value->variable == FO_VAR_UPS_STATUS && value->quality == FO_GOOD) {
            bool fed = (value->milli & (FO_UPS(OL) | FO_UPS(OB))) != 0;
            bool open = (value->milli & (FO_UPS(BYPASS) | FO_UPS(ECO) | FO_UPS(OFF))) != 0;
            return json_boolean(fed && !open);
        }
    }
    return json_null();
}

/* Names of what this UPS carries, servers first. */
static json_t *feeds_json(const struct site *site, unsigned device)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < FO_SERVERS; i++) {
        if (site->servers[i].name != NULL && (site->policy.servers[i].power >> device & 1) != 0) {
            json_array_append_new(list, json_string(site->servers[i].name));
        }
    }
    for (unsigned i = 0; i < site->line_count; i++) {
        if ((site->policy.lines[i].power >> device & 1) != 0) {
            json_array_append_new(list, json_string(site->lines[i].name));
        }
    }
    return list;
}

json_t *md_status_device(const struct site *site, unsigned device,
                         const struct fo_view_device *view, const struct fo_reading *reading,
                         const char *profile)
{
    const struct cfg_device *configured = cfg_site_device(site, device);
    bool answered = reading != NULL && reading->quality != FO_ABSENT;
    json_t *object = json_pack("{s:o, s:s, s:s?}", "name", md_json_text(configured->name), "kind",
                               md_device_kind_name(configured->kind), "profile", profile);

    if (object == NULL) {
        return NULL;
    }
    if (device >= site->device_count) {
        const char *place = site->places[site->outlying[device - site->device_count].place];
        json_object_set_new(object, "place", md_json_text(place));
    }
    if (view != NULL) {
        json_object_set_new(object, "state", json_string(md_state_name(view->state)));
        json_object_set_new(object, "reason", md_json_code(view->reason));
        json_object_set_new(object, "quality", json_string(md_quality_name(view->quality)));
        json_object_set_new(object, "age_s", md_json_seconds(view->age_us));
        json_object_set_new(object, "on_battery", json_boolean(view->on_battery));
        json_object_set_new(object, "dying", json_boolean(view->dying));
        json_object_set_new(object, "runtime_left_s", md_json_seconds(view->runtime_us));
        json_object_set_new(object, "outage_s", md_json_seconds(view->outage_us));
        if (configured->kind == FO_DEVICE_GENERATOR) {
            json_object_set_new(object, "fuel_left_s", md_json_seconds(view->fuel_us));
        }
    } else {
        json_object_set_new(object, "state", json_string(answered ? "ok" : "unknown"));
        json_object_set_new(
            object, "reason",
            md_json_code(reading == NULL ? FO_REASON_NOT_READ_YET : reading->reason));
        json_object_set_new(
            object, "quality",
            json_string(md_quality_name(reading == NULL ? FO_ABSENT : reading->quality)));
    }
    if (configured->kind == FO_DEVICE_UPS) {
        json_object_set_new(object, "protected", protected_json(reading));
        json_object_set_new(object, "feeds", feeds_json(site, device));
    }
    put_variables(object, reading);
    json_object_set_new(object, "alarms", alarms_json(view, reading));
    return object;
}

/* ---- the shutdown plan ---- */

static json_t *stage_json(const struct cfg_stage *stage, const struct fo_stage_policy *policy,
                          const struct fo_view_stage *view)
{
    static const char *const loads[FO_LOADS] = {"class-1", "class-2", "monitor"};
    static const char *const states[FO_STAGE_STATES] = {[FO_STAGE_READY] = "ready",
                                                        [FO_STAGE_DUE] = "due",
                                                        [FO_STAGE_SHEDDING] = "shedding",
                                                        [FO_STAGE_SHED] = "shed",
                                                        [FO_STAGE_STOPPED] = "stopped"};
    json_t *acts = json_array(), *off = json_array();

    for (unsigned i = 0; i < stage->act_count; i++) {
        json_array_append_new(acts, md_json_text(stage->acts[i]));
        if ((view->off >> i & 1) != 0) {
            json_array_append_new(off, md_json_text(stage->acts[i]));
        }
    }
    return json_pack(
        "{s:o, s:s, s:s, s:b, s:o, s:s?, s:o, s:o, s:o, s:o, s:o}", "name",
        md_json_text(stage->name), "loads", loads[policy->loads], "state", states[view->state],
        "left_off", (int)view->left_off, "off", off, "blocked",
        view->left_off && view->refused != FO_REASON_NONE ? fo_reason_name(view->refused) : NULL,
        "since_s", md_json_seconds(view->since_us), "runtime_s",
        md_json_seconds(policy->runtime_us), "left_s", md_json_seconds(view->left_us), "begins_s",
        md_json_seconds(view->begins_us), "acts", acts);
}

static json_t *restore_json(const struct site *site, const struct fo_view_restore *view)
{
    const struct cfg_stage *stage = view->under_way && view->stage < site->policy.stage_count
                                        ? &site->stages[view->stage]
                                        : NULL;
    bool act = stage != NULL && view->act < stage->act_count;

    return json_pack("{s:b, s:s?, s:s?, s:s?}", "under_way", (int)view->under_way, "stage",
                     stage != NULL ? stage->name : NULL, "act", act ? stage->acts[view->act] : NULL,
                     "stopped",
                     view->stopped != FO_REASON_NONE ? fo_reason_name(view->stopped) : NULL);
}

json_t *md_status_shutdown(const struct site *site, const struct fo_view *view)
{
    json_t *stages = json_array();

    for (unsigned i = 0; i < view->stage_count; i++) {
        json_array_append_new(
            stages, stage_json(&site->stages[i], &site->policy.stages[i], &view->stages[i]));
    }
    return json_pack("{s:b, s:o, s:o, s:o}", "armed", (int)view->shed_armed, "outage_s",
                     md_json_seconds(view->mains_lost_us), "stages", stages, "restore",
                     restore_json(site, &view->restore));
}

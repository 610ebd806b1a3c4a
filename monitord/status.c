/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the engine's view and the shell's figures into one JSON object. It owns the keys and the
 * units of the status and decides nothing; the control socket, --probe and tests call it. */
#include "monitord/status.h"

#include "failover/switchover.h"
#include "monitord/code_names.h"
#include "monitord/incident_name.h"
#include "monitord/json_value.h"
#include "monitord/message_facts.h"
#include "monitord/status_duty.h"
#include "monitord/text_word.h"
#include "monitord/wall_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- small values ---- */

static json_t *milliseconds(fo_us us)
{
    return us == FO_NEVER ? json_null() : json_real((double)us / (double)FO_MS);
}

static json_t *person_or_null(const struct site *site, uint8_t person)
{
    return person < site->person_count ? json_string(site->persons[person].id) : json_null();
}

static json_t *time_json(const struct site *site, fo_wall_ms wall_ms)
{
    char text[MD_WALL_TEXT_SIZE];

    md_wall_text(site->timezone, wall_ms, text);
    return json_string(text);
}

/* ---- services, servers, lines ---- */

static json_t *services_json(const struct site *site, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_view_service *service = &view->services[i];

        json_array_append_new(
            list,
            json_pack("{s:o, s:i, s:s, s:o, s:o, s:o, s:o}", "name",
                      md_json_text(site->services[i].name), "class",
                      (int)site->policy.services[i].availability_class, "state",
                      md_state_name(service->state), "reason", md_json_code(service->reason),
                      "recovery_time_s",
                      service->recovery_time_us > 0 ? md_json_seconds(service->recovery_time_us)
                                                    : json_null(),
                      "down_s", md_json_seconds(service->down_us), "last_outage_s",
                      service->last_outage_us > 0 ? md_json_seconds(service->last_outage_us)
                                                  : json_null()));
    }
    return list;
}

static json_t *servers_json(const struct site *site, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < FO_SERVERS; i++) {
        const struct fo_view_server *server = &view->servers[i];

        if (site->servers[i].name == NULL) {
            continue;
        }
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:I, s:b}", "name",
                      site->servers[i].name, "role", md_role_name(server->role), "state",
                      md_state_name(server->state), "reason", md_json_code(server->reason),
                      "heartbeat_age_ms", milliseconds(server->heartbeat_age_us), "service_ok",
                      (int)server->service_ok, "powered", (int)server->powered, "epoch",
                      (json_int_t)server->epoch, "preferred", (int)site->servers[i].preferred));
    }
    return list;
}

static json_t *permille(uint32_t value)
{
    return value == UINT32_MAX ? json_null() : json_integer(value);
}

/* Only of a line whose far end is asked. */
static void add_directions(json_t *entry, const struct fo_view_line *line)
{
    json_object_set_new(entry, "loss_out_permille", permille(line->loss_out_permille));
    json_object_set_new(entry, "loss_back_permille", permille(line->loss_back_permille));
    json_object_set_new(entry, "direction_reason", md_json_code(line->direction_reason));
}

static json_t *lines_json(const struct site *site, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->line_count; i++) {
        const struct fo_view_line *line = &view->lines[i];
        /* what came back before it went down, or before nothing did, is no delay of now */
        bool mute = line->loss_permille == 1000 || line->state == FO_STATE_DOWN;

        json_t *entry = json_pack(
            "{s:o, s:o, s:b, s:s, s:o, s:o, s:o, s:o}", "name", md_json_text(site->lines[i].name),
            "carrier", md_json_text(site->lines[i].carrier), "active", (int)line->active, "state",
            md_state_name(line->state), "reason", md_json_code(line->reason), "loss_permille",
            permille(line->loss_permille), "rtt_ms",
            mute ? json_null() : milliseconds(line->rtt_us), "jitter_ms",
            mute ? json_null() : milliseconds(line->jitter_us));
        if (site->lines[i].reflector.sin_port != 0) {
            add_directions(entry, line);
        }
        json_array_append_new(list, entry);
    }
    return list;
}

/* ---- power ---- */

static json_t *power_json(const struct site *site, const struct fo_view *view,
                          const struct md_shell_facts *facts)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->device_count; i++) {
        json_array_append_new(list, md_status_device(site, i, &view->devices[i], facts->readings[i],
                                                     facts->profiles[i]));
    }
    return list;
}

/* ---- incidents, blocks, contacts ---- */

static json_t *children_json(const struct site *site, const struct fo_view_incident *incident)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < incident->child_count; i++) {
        const struct fo_view_child *child = &incident->children[i];

        json_array_append_new(
            list, json_pack("{s:s, s:o, s:b}", "cause", fo_reason_name(child->cause), "subject",
                            md_subject_json(site, child->subject), "open", (int)child->open));
    }
    return list;
}

/* Which way the degraded line that it is about loses; null when that is not known. */
static json_t *directions_json(const struct site *site, const struct fo_view *view,
                               const struct fo_view_incident *incident)
{
    char out[8], back[8];
    unsigned line = md_known_directions(site, view, incident, out, back);

    return line == FO_NONE || incident->state != FO_INCIDENT_OPEN
               ? json_null()
               : json_pack("{s:s, s:o, s:o}", "line", site->lines[line].name, "loss_out_permille",
                           permille(view->lines[line].loss_out_permille), "loss_back_permille",
                           permille(view->lines[line].loss_back_permille));
}

static json_t *incident_json(const struct site *site, const struct fo_view *view,
                             const struct fo_view_incident *incident)
{
    char id[MD_INCIDENT_NAME_SIZE];
    json_t *object;

    md_incident_name(site, incident->number, incident->opened_wall_ms, id);
    object = json_pack("{s:s, s:I, s:s, s:i, s:s, s:o, s:o, s:o}", "id", id, "number",
                       (json_int_t)incident->number, "state",
                       incident->state == FO_INCIDENT_RECOVERED ? "recovered" : "open", "severity",
                       (int)incident->severity, "root", fo_reason_name(incident->cause), "subject",
                       md_subject_json(site, incident->subject), "did", md_json_code(incident->did),
                       "opened", time_json(site, incident->opened_wall_ms));
    if (object == NULL) {
        return NULL;
    }
    json_object_set_new(object, "age_s", md_json_seconds(incident->age_us));
    json_object_set_new(object, "epoch", json_integer(incident->epoch));
    json_object_set_new(object, "acked_by", person_or_null(site, incident->acked_by));
    json_object_set_new(object, "owned_by", person_or_null(site, incident->owned_by));
    json_object_set_new(object, "ack_left_s", md_json_seconds(incident->ack_left_us));
    json_object_set_new(object, "rung", json_integer(incident->rung));
    json_object_set_new(object, "next_rung_s", md_json_seconds(incident->next_rung_us));
    json_object_set_new(object, "drill", json_boolean(incident->drill));
    json_object_set_new(object, "class2", json_boolean(incident->class2));
    json_object_set_new(object, "directions", directions_json(site, view, incident));
    json_object_set_new(object, "children", children_json(site, incident));
    return object;
}

static json_t *incidents_json(const struct site *site, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < view->incident_count; i++) {
        if (view->incidents[i].state != FO_INCIDENT_FREE) {
            json_array_append_new(list, incident_json(site, view, &view->incidents[i]));
        }
    }
    return list;
}

static json_t *blocked_json(const struct site *site, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < view->block_count; i++) {
        const struct fo_view_block *block = &view->blocks[i];

        json_array_append_new(
            list, json_pack("{s:s, s:o, s:o}", "reason", fo_reason_name(block->reason), "subject",
                            md_subject_json(site, block->subject), "until_s",
                            md_json_seconds(block->until_us)));
    }
    return list;
}

static json_t *incident_id_of(const struct site *site, const struct fo_view *view, uint32_t number)
{
    char id[MD_INCIDENT_NAME_SIZE];

    for (unsigned i = 0; i < view->incident_count; i++) {
        if (view->incidents[i].number == number) {
            md_incident_name(site, number, view->incidents[i].opened_wall_ms, id);
            return json_string(id);
        }
    }
    return json_null();
}

static json_t *contacts_json(const struct site *site, const struct fo_view *view)
{
    static const char *const states[] = {"queued", "accepted", "failed", "acknowledged"};
    json_t *list = json_array();

    for (unsigned i = 0; i < view->attempt_count; i++) {
        const struct fo_view_attempt *attempt = &view->attempts[i];
        const struct fo_notify *notify = &attempt->notify;

        if (notify->person >= site->person_count || notify->channel >= site->channel_count) {
            continue;
        }
        const struct cfg_channel *channel = &site->channels[notify->channel];
        json_array_append_new(
            list,
            json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:i, s:s, s:o, s:b}", "incident",
                      incident_id_of(site, view, notify->incident), "person",
                      person_or_null(site, notify->person), "title",
                      md_json_text(site->persons[notify->person].title), "channel",
                      md_json_text(channel->name), "channel_kind",
                      md_channel_kind_name(channel->kind), "message",
                      md_message_name(notify->message), "attempt", (int)notify->attempt, "state",
                      attempt->state < 4 ? states[attempt->state] : "unknown", "age_s",
                      md_json_seconds(attempt->age_us), "drill", (int)notify->drill));
    }
    return list;
}

/* ---- the whole ---- */

static json_t *switchover_json(const struct site *site, const struct fo_view *view)
{
    static const char *const steps[] = {
        [FO_PLAN_FENCE] = "fence", [FO_PLAN_DRAIN] = "drain",   [FO_PLAN_CHOOSE] = "choose",
        [FO_PLAN_HOLD] = "hold",   [FO_PLAN_VERIFY] = "verify",
    };
    const char *step = view->plan_step < FO_PLAN_STEPS ? steps[view->plan_step] : NULL;
    const char *target =
        view->plan_target < FO_SERVERS ? site->servers[view->plan_target].name : NULL;

    return json_pack("{s:s?, s:s?, s:o}", "step", step, "target", target, "last_s",
                     md_json_seconds(view->last_switchover_age_us));
}

static json_t *recorder_json(const struct site *site, const struct md_recorder_facts *facts)
{
    const struct md_recorder_room *room = &facts->room;
    double mib = 1048576.0;

    return json_pack("{s:s, s:o, s:f, s:f, s:I}", "state",
                     !facts->on    ? "off"
                     : facts->well ? "ok"
                                   : "failing",
                     "from",
                     room->oldest_s == 0 ? json_null() : time_json(site, room->oldest_s * 1000),
                     "mib", (double)room->ring_bytes / mib, "kept_mib",
                     (double)room->kept_bytes / mib, "lost_steps", (json_int_t)facts->lost);
}

static json_t *monitor_json(const struct site *site, const struct md_shell_facts *facts)
{
    char boot[24];

    snprintf(boot, sizeof(boot), "%016" PRIx64, facts->boot);
    return json_pack(
        "{s:f, s:f, s:f, s:f, s:s, s:o, s:s, s:{s:I, s:I, s:I}, s:o}", "loop_lag_ms",
        facts->loop_lag_ms, "loop_lag_p999_ms", facts->loop_lag_p999_ms, "turn_cpu_ms",
        facts->turn_cpu_ms, "journal_lag_ms", facts->journal_lag_ms, "journal",
        facts->journal_dead ? "dead" : "ok", "uptime_s", md_json_seconds(facts->uptime_us), "boot",
        boot, "heartbeats", "sent", (json_int_t)facts->heartbeats_sent, "received",
        (json_int_t)facts->heartbeats_received, "bad", (json_int_t)facts->heartbeats_bad,
        "recorder", recorder_json(site, &facts->recorder));
}

/* Who answers for the service address, as the monitor itself hears it. */
static json_t *stations_json(const struct fo_view *view)
{
    char text[MD_STATION_TEXT_SIZE];
    json_t *list = json_array();

    for (unsigned i = 0; i < FO_STATIONS && view->stations[i] != 0; i++) {
        md_text_station(text, view->stations[i]);
        json_array_append_new(list, json_string(text));
    }
    return list;
}

static json_t *moment_json(const struct site *site, fo_wall_ms wall_ms)
{
    return wall_ms == 0 ? json_null() : time_json(site, wall_ms);
}

static json_t *drills_json(const struct site *site, const struct md_drill_due *due)
{
    static const struct md_drill_due unknown;

    due = due != NULL ? due : &unknown;
    return json_pack("{s:I, s:I, s:o, s:o}", "every_s",
                     (json_int_t)(site->drill_every_us / FO_SECOND), "notice_s",
                     (json_int_t)(site->drill_notice_us / FO_SECOND), "last",
                     moment_json(site, due->last_wall_ms), "due",
                     moment_json(site, md_drill_due_at(due, site->drill_every_us)));
}

json_t *md_status_head(const struct site *site, const struct fo_view *view,
                       const struct md_shell_facts *facts)
{
    json_t *status = json_pack("{s:i, s:o, s:o, s:s, s:s, s:s, s:b, s:b}", "schema", 1, "site",
                               md_json_text(site->name), "time", time_json(site, facts->wall_ms),
                               "language", site->language == CFG_LANGUAGE_EN ? "en" : "ja", "mode",
                               md_mode_name(view->mode), "state", md_state_name(view->state),
                               "warm", (int)view->warm, "acting", (int)view->acting);

    if (status == NULL) {
        return NULL;
    }
    json_object_set_new(status, "shadow", json_boolean(site->shadow));
    json_object_set_new(status, "services", services_json(site, view));
    json_object_set_new(status, "servers", servers_json(site, view));
    json_object_set_new(status, "stations", stations_json(view));
    json_object_set_new(status, "lines", lines_json(site, view));
    json_object_set_new(status, "incidents", incidents_json(site, view));
    json_object_set_new(status, "blocked", blocked_json(site, view));
    json_object_set_new(status, "contacts", contacts_json(site, view));
    json_object_set_new(status, "duty", md_status_duty(site, view, facts->duty));
    json_object_set_new(status, "drills", drills_json(site, facts->drill));
    json_object_set_new(status, "channels", md_status_channels(site, facts->self_test));
    json_object_set_new(status, "fences",
                        facts->fences != NULL ? json_deep_copy(facts->fences) : json_null());
    json_object_set_new(status, "contacts_cut", json_boolean(view->contacts_cut));
    json_object_set_new(status, "shutdown", md_status_shutdown(site, view));
    json_object_set_new(status, "switchover", switchover_json(site, view));
    json_object_set_new(status, "approvals",
                        facts->approvals != NULL ? json_deep_copy(facts->approvals) : json_array());
    json_object_set_new(
        status, "maintenance",
        facts->maintenance != NULL ? json_deep_copy(facts->maintenance) : json_array());
    json_object_set_new(status, "monitor", monitor_json(site, facts));
    json_object_set_new(status, "power", json_array());
    return status;
}

json_t *md_status_build(const struct site *site, const struct fo_view *view,
                        const struct md_shell_facts *facts)
{
    json_t *status = md_status_head(site, view, facts);

    json_object_set_new(status, "power", power_json(site, view, facts));
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of stable names for machines, one per enumeration, and the text form of keys. It never
 * holds a sentence; whoever writes JSON or journal bodies calls it. */
#include "monitord/code_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME_OF(table, number) \
    ((number) < COUNT(table) && (table)[number] != NULL ? (table)[number] : "unknown")

static const char *const states[] =
    {[FO_STATE_OK] = "ok", [FO_STATE_DEGRADED] = "degraded", [FO_STATE_DOWN] = "down"};
static const char *const roles[] =
    {[FO_ROLE_ACTIVE] = "active", [FO_ROLE_STANDBY] = "standby", [FO_ROLE_FENCED] = "fenced"};
static const char *const modes[] = {[FO_MODE_NORMAL] = "normal",
                                    [FO_MODE_MAINTENANCE] = "maintenance",
                                    [FO_MODE_DRILL] = "drill",
                                    [FO_MODE_FROZEN] = "frozen"};
static const char *const qualities[] =
    {[FO_GOOD] = "good", [FO_SUSPECT] = "suspect", [FO_STALE] = "stale", [FO_ABSENT] = "absent"};
static const char *const device_kinds[] = {[FO_DEVICE_UPS] = "ups",
                                           [FO_DEVICE_GENERATOR] = "generator",
                                           [FO_DEVICE_TRANSFER_SWITCH] = "transfer-switch"};
static const char *const subject_kinds[] = {
    [FO_SUBJECT_SITE] = "site",       [FO_SUBJECT_DEVICE] = "device",
    [FO_SUBJECT_SERVER] = "server",   [FO_SUBJECT_LINE] = "line",
    [FO_SUBJECT_SERVICE] = "service", [FO_SUBJECT_PERSON] = "person",
    [FO_SUBJECT_CHANNEL] = "channel", [FO_SUBJECT_MONITOR] = "monitor",
    [FO_SUBJECT_ROLE] = "role",       [FO_SUBJECT_PLACE] = "place",
    [FO_SUBJECT_STAGE] = "stage"};
static const char *const channel_kinds[] = {
    [FO_CHANNEL_TERMINAL] = "terminal", [FO_CHANNEL_SMTP] = "smtp",
    [FO_CHANNEL_COMMAND] = "command",   [FO_CHANNEL_SMS] = "sms",
    [FO_CHANNEL_TOWER] = "tower",       [FO_CHANNEL_WEBHOOK] = "webhook",
    [FO_CHANNEL_INFORM] = "inform",     [FO_CHANNEL_SIP] = "sip"};
static const char *const messages[] = {
    [FO_MESSAGE_OPENED] = "opened",      [FO_MESSAGE_WORSENED] = "worsened",
    [FO_MESSAGE_REMINDER] = "reminder",  [FO_MESSAGE_RECOVERED] = "recovered",
    [FO_MESSAGE_HANDOVER] = "handover",  [FO_MESSAGE_BRIEF] = "brief",
    [FO_MESSAGE_UNSTABLE] = "unstable",  [FO_MESSAGE_ABORTED] = "aborted",
    [FO_MESSAGE_GIVE_BACK] = "give_back"};
static const char *const command_kinds[] = {
    [FO_COMMAND_SEND] = "send",     [FO_COMMAND_CHOOSE] = "choose",
    [FO_COMMAND_FENCE] = "fence",   [FO_COMMAND_ROUTE] = "route",
    [FO_COMMAND_NOTIFY] = "notify", [FO_COMMAND_POLL] = "poll",
    [FO_COMMAND_SHED] = "shed",     [FO_COMMAND_PROMOTE] = "promote",
    [FO_COMMAND_DEMOTE] = "demote", [FO_COMMAND_RESTORE] = "restore"};
static const char *const outcomes[] = {[FO_OUTCOME_DONE] = "done",
                                       [FO_OUTCOME_ACCEPTED] = "accepted",
                                       [FO_OUTCOME_RETRY] = "retry",
                                       [FO_OUTCOME_FAILED] = "failed",
                                       [FO_OUTCOME_UNJOURNALLED] = "unjournalled",
                                       [FO_OUTCOME_DELIVERED] = "delivered"};
static const char *const orders[] = {[FO_ORDER_ACKNOWLEDGE] = "acknowledge",
                                     [FO_ORDER_OWN] = "own",
                                     [FO_ORDER_CANNOT] = "cannot",
                                     [FO_ORDER_RESOLVE] = "resolve",
                                     [FO_ORDER_SWITCH] = "switch",
                                     [FO_ORDER_MAINTENANCE_BEGIN] = "maintenance_begin",
                                     [FO_ORDER_MAINTENANCE_END] = "maintenance_end",
                                     [FO_ORDER_HOLD] = "hold",
                                     [FO_ORDER_RELEASE] = "release",
                                     [FO_ORDER_HANDOVER] = "handover",
                                     [FO_ORDER_AWAY] = "away",
                                     [FO_ORDER_BACK] = "back",
                                     [FO_ORDER_REPORT] = "report",
                                     [FO_ORDER_MERGE] = "merge",
                                     [FO_ORDER_CALLED] = "called",
                                     [FO_ORDER_OUTSIDE] = "outside",
                                     [FO_ORDER_DRILL_BEGIN] = "drill_begin",
                                     [FO_ORDER_DRILL_END] = "drill_end",
                                     [FO_ORDER_ADOPT_LADDER] = "adopt_ladder",
                                     [FO_ORDER_STOP_SHED] = "stop_shutdown",
                                     [FO_ORDER_RESTORE] = "restore_loads"};

const char *md_state_name(unsigned state)
{
    return NAME_OF(states, state);
}

const char *md_role_name(unsigned role)
{
    return NAME_OF(roles, role);
}

const char *md_mode_name(unsigned mode)
{
    return NAME_OF(modes, mode);
}

const char *md_quality_name(unsigned quality)
{
    return NAME_OF(qualities, quality);
}

const char *md_device_kind_name(unsigned kind)
{
    return NAME_OF(device_kinds, kind);
}

const char *md_subject_kind_name(unsigned kind)
{
    return NAME_OF(subject_kinds, kind);
}

const char *md_channel_kind_name(unsigned kind)
{
    return NAME_OF(channel_kinds, kind);
}

const char *md_message_name(unsigned message)
{
    return NAME_OF(messages, message);
}

const char *md_command_kind_name(unsigned kind)
{
    return NAME_OF(command_kinds, kind);
}

const char *md_outcome_name(unsigned outcome)
{
    return NAME_OF(outcomes, outcome);
}

const char *md_order_name(unsigned order)
{
    return NAME_OF(orders, order);
}

const char *md_subject_name(const struct site *site, struct fo_subject subject)
{
    const char *name = NULL;
    unsigned i = subject.index;

    switch (subject.kind) {
        case FO_SUBJECT_SITE:
            name = site->name;
            break;
        case FO_SUBJECT_DEVICE:
            name = i < site->device_count ? site->devices[i].name : NULL;
            break;
        case FO_SUBJECT_SERVER:
            name = i < FO_SERVERS ? site->servers[i].name : NULL;
            break;
        case FO_SUBJECT_LINE:
            name = i < site->line_count ? site->lines[i].name : NULL;
            break;
        case FO_SUBJECT_SERVICE:
            name = i < site->service_count ? site->services[i].name : NULL;
            break;
        case FO_SUBJECT_PERSON:
            name = i < site->person_count ? site->persons[i].id : NULL;
            break;
        case FO_SUBJECT_CHANNEL:
            name = i < site->channel_count ? site->channels[i].name : NULL;
            break;
        case FO_SUBJECT_PLACE:
            name = i < site->place_count ? site->places[i] : NULL;
            break;
        case FO_SUBJECT_STAGE:
            name = i < site->policy.stage_count ? site->stages[i].name : NULL;
            break;
        case FO_SUBJECT_MONITOR:
            name = "monitor";
            break;
        case FO_SUBJECT_ROLE:
            name = i < site->role_count ? site->roles[i].id : NULL;
            break;
        default:
            break;
    }
    return name != NULL ? name : "";
}

json_t *md_subject_json(const struct site *site, struct fo_subject subject)
{
    return json_pack("{s:s, s:s}", "kind", md_subject_kind_name(subject.kind), "name",
                     md_subject_name(site, subject));
}

void md_key_text(struct fo_key key, char text[MD_KEY_TEXT_SIZE])
{
    snprintf(text, MD_KEY_TEXT_SIZE, "%" PRIx64 "-%" PRIx64, key.boot, key.sequence);
}

bool md_key_parse(const char *text, struct fo_key *key)
{
    struct fo_key parsed;
    char again[MD_KEY_TEXT_SIZE];

    if (sscanf(text, "%16" SCNx64 "-%16" SCNx64, &parsed.boot, &parsed.sequence) != 2) {
        return false;
    }
    md_key_text(parsed, again);
    if (strcmp(again, text) != 0) {
        return false;
    }
    *key = parsed;
    return true;
}

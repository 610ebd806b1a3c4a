/* SPDX-License-Identifier: Apache-2.0 */
/* Builds journal bodies. It owns their keys and nothing else: it does not write, hash or remember
 * them (the incident book belongs to its caller). */
#include "monitord/record_json.h"

#include "monitord/code_names.h"

#include <jansson.h>

#include <stdio.h>

void md_incident_book_note(struct md_incident_book *book, uint32_t number, fo_wall_ms opened)
{
    if (number == 0) {
        return;
    }
    for (unsigned i = 0; i < MD_INCIDENT_BOOK_MAX; i++) {
        if (book->entries[i].number == number) {
            return;
        }
    }
    book->entries[book->next].number = number;
    book->entries[book->next].opened_wall_ms = opened;
    book->next = (book->next + 1) % MD_INCIDENT_BOOK_MAX;
}

void md_incident_book_name(const struct md_incident_book *book, const struct site *site,
                           uint32_t number, fo_wall_ms fallback, char id[MD_INCIDENT_NAME_SIZE])
{
    fo_wall_ms opened = fallback;

    for (unsigned i = 0; i < MD_INCIDENT_BOOK_MAX; i++) {
        if (book->entries[i].number == number) {
            opened = book->entries[i].opened_wall_ms;
            break;
        }
    }
    md_incident_name(site, number, opened, id);
}

/* Canonical text of an object; takes the reference. */
static char *finish(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

    json_decref(object);
    return text;
}

static void put_incident(json_t *object, const struct site *site,
                         const struct md_incident_book *book, uint32_t number, fo_wall_ms wall_ms)
{
    char id[MD_INCIDENT_NAME_SIZE];

    if (number != 0) {
        md_incident_book_name(book, site, number, wall_ms, id);
        json_object_set_new(object, "incident", json_string(id));
        json_object_set_new(object, "number", json_integer(number));
    }
}

static void put_key(json_t *object, struct fo_key key)
{
    char text[MD_KEY_TEXT_SIZE];

    if (key.sequence != 0) {
        md_key_text(key, text);
        json_object_set_new(object, "key", json_string(text));
    }
}

static void put_person(json_t *object, const struct site *site, uint8_t person)
{
    if (person < site->person_count) {
        json_object_set_new(object, "person", json_string(site->persons[person].id));
    }
}

char *md_record_body(const struct site *site, const struct md_incident_book *book,
                     const struct fo_record *record, fo_wall_ms wall_ms)
{
    json_t *object =
        json_pack("{s:i, s:s, s:o, s:I, s:I}", "reason", (int)record->reason, "name",
                  fo_reason_name(record->reason), "subject", md_subject_json(site, record->subject),
                  "a", (json_int_t)record->a, "b", (json_int_t)record->b);

    if (object == NULL) {
        return NULL;
    }
    if (record->why != 0) {
        json_object_set_new(object, "why", json_string(fo_reason_name(record->why)));
    }
    put_incident(object, site, book, record->incident, wall_ms);
    put_key(object, record->key);
    put_person(object, site, record->person);
    if (record->epoch != 0) {
        json_object_set_new(object, "epoch", json_integer(record->epoch));
    }
    return finish(object);
}

static void put_notify(json_t *object, const struct site *site, const struct fo_notify *notify)
{
    put_person(object, site, notify->person);
    if (notify->channel < site->channel_count) {
        json_object_set_new(object, "channel", json_string(site->channels[notify->channel].name));
    }
    json_object_set_new(object, "message", json_string(md_message_name(notify->message)));
    json_object_set_new(object, "attempt", json_integer(notify->attempt));
    json_object_set_new(object, "epoch", json_integer(notify->epoch));
    json_object_set_new(object, "rung", json_integer(notify->rung));
    json_object_set_new(object, "resend", json_boolean(notify->resend));
    json_object_set_new(object, "drill", json_boolean(notify->drill));
}

char *md_command_body(const struct site *site, const struct md_incident_book *book,
                      const struct fo_command *command, fo_wall_ms wall_ms)
{
    json_t *object = json_pack("{s:s, s:s}", "kind", md_command_kind_name(command->kind), "reason",
                               fo_reason_name(command->reason));
    uint32_t incident = command->incident;

    if (object == NULL) {
        return NULL;
    }
    put_key(object, command->key);
    if (command->kind == FO_COMMAND_NOTIFY) {
        put_notify(object, site, &command->notify);
        incident = incident != 0 ? incident : command->notify.incident;
    }
    if ((command->kind == FO_COMMAND_CHOOSE || command->kind == FO_COMMAND_FENCE ||
         command->kind == FO_COMMAND_PROMOTE || command->kind == FO_COMMAND_DEMOTE) &&
        command->server < FO_SERVERS) {
        struct fo_subject server = {FO_SUBJECT_SERVER, command->server};

        json_object_set_new(object, "server", json_string(md_subject_name(site, server)));
    }
    if (command->kind == FO_COMMAND_ROUTE && command->line < site->line_count) {
        json_object_set_new(object, "line", json_string(site->lines[command->line].name));
    }
    if ((command->kind == FO_COMMAND_SHED || command->kind == FO_COMMAND_RESTORE) &&
        command->stage < site->policy.stage_count &&
        command->act < site->stages[command->stage].act_count) {
        const struct cfg_stage *stage = &site->stages[command->stage];

        json_object_set_new(object, "stage", json_string(stage->name));
        json_object_set_new(object, "act", json_string(stage->acts[command->act]));
    }
    put_incident(object, site, book, incident, wall_ms);
    if (site->shadow) {
        json_object_set_new(object, "shadow", json_true());
    }
    return finish(object);
}

char *md_result_body(const struct fo_result *result)
{
    json_t *object =
        json_pack("{s:s, s:s, s:i}", "outcome", md_outcome_name(result->outcome), "reason",
                  fo_reason_name(result->reason), "detail", (int)result->detail);

    if (object == NULL) {
        return NULL;
    }
    put_key(object, result->key);
    return finish(object);
}

char *md_order_body(const struct site *site, const struct md_incident_book *book,
                    const struct md_order_note *note, fo_wall_ms wall_ms)
{
    json_t *object = json_pack("{s:s, s:s?}", "order", note->order, "refused", note->refused);

    if (object == NULL) {
        return NULL;
    }
    if (note->channel != NULL) {
        json_object_set_new(object, "channel", json_string(note->channel));
    } else {
        json_object_set_new(object, "uid", json_integer((json_int_t)note->uid));
    }
    put_person(object, site, note->person);
    if (note->second < site->person_count && note->second != note->person) {
        json_object_set_new(object, "second", json_string(site->persons[note->second].id));
    }
    if (note->text != NULL) {
        json_object_set_new(object, "text", json_string(note->text));
    }
    put_incident(object, site, book, note->incident, wall_ms);
    return finish(object);
}

char *md_note_body(const char *reason, const char *detail)
{
    return finish(json_pack("{s:s, s:s}", "reason", reason, "detail", detail));
}

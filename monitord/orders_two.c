/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that need a second person: switchover and maintenance, approval, withdrawal, and the way
 * past the second person (break-glass), which says so loudly. It owns what such an order must say;
 * approvals.c owns the waiting, the engine checks the two persons once more. */
#include "monitord/orders.h"

#include "monitord/code_names.h"
#include "probes/clock.h"

#include <stdio.h>
#include <string.h>

/* The server named in the request; FO_NONE when none is, FO_SERVERS when it does not exist. */
static uint8_t server_of(const struct md_asking *asking)
{
    const json_t *value = json_object_get(asking->request, "server");

    if (value == NULL) {
        return FO_NONE;
    }
    for (uint8_t i = 0; i < FO_SERVERS && json_is_string(value); i++) {
        const char *name = asking->orders->site->servers[i].name;

        if (name != NULL && strcmp(name, json_string_value(value)) == 0) {
            return i;
        }
    }
    return FO_SERVERS;
}

/* The reason given, "" when there is none or it is too long to be kept whole. */
static const char *reason_of(const struct md_asking *asking)
{
    const char *reason = json_string_value(json_object_get(asking->request, "reason"));

    return reason != NULL && strlen(reason) <= MD_ORDER_REASON_MAX ? reason : "";
}

static json_t *approval_json(const struct md_approval *approval, fo_us now_us)
{
    return json_pack("{s:s, s:s, s:s, s:f}", "id", approval->id, "text", approval->text, "hash",
                     approval->hash, "left_s",
                     (double)(approval->until_us - now_us) / (double)FO_SECOND);
}

/* Remembers for people why a window is open and who opened it. */
static void note_maintenance(struct md_orders *orders, const struct fo_order *order,
                             const char *text)
{
    unsigned place = order->server < FO_SERVERS ? order->server : fo_window_place(order->subject);

    if (place >= FO_WINDOWS) {
        return;
    }
    struct md_maintenance_note *note = &orders->maintenance[place];

    note->person = order->person;
    note->second = order->second;
    snprintf(note->reason, sizeof(note->reason), "%s", text);
}

/* The reason stands after the colon of the text. */
static void note_begun(struct md_orders *orders, const struct fo_order *order, const char *text)
{
    const char *colon = strstr(text, ": ");

    if (order->kind == FO_ORDER_MAINTENANCE_BEGIN) {
        note_maintenance(orders, order, colon != NULL ? colon + 2 : "");
    }
}

/* One person alone, for a reason: journalled first, done at once; the engine tells those who
 * decide, and nobody can keep it from doing so. */
static json_t *break_glass(struct md_asking *asking, const struct fo_order *order, const char *text)
{
    struct fo_order alone = *order;
    struct md_order_note note = {.order = "break_glass",
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = text};

    if (reason_of(asking)[0] == '\0') {
        return md_asking_refuse_noted(asking, "no-reason", "break-glass needs a reason");
    }
    md_driver_note_order(asking->orders->driver, &note);
    alone.alone = true;
    if (alone.until_us != 0) {
        alone.until_us += pb_clock_us();
    }
    json_t *answer = md_asking_give(asking, &alone);
    if (json_is_true(json_object_get(answer, "ok"))) {
        note_begun(asking->orders, &alone, text);
        json_object_set_new(answer, "alone", json_true());
    }
    return answer;
}

json_t *md_asking_second(struct md_asking *asking, const struct fo_order *order, const char *text)
{
    fo_us now_us = pb_clock_us();
    const struct md_approval *approval;
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = text};

    if (json_is_true(json_object_get(asking->request, "alone"))) {
        return break_glass(asking, order, text);
    }
    approval = md_approvals_ask(&asking->orders->approvals, order, text, now_us);
    if (approval == NULL) {
        return md_asking_refuse_noted(asking, "too-many-requests",
                                      "other requests wait for approval");
    }
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b, s:o}", "ok", 1, "approval", approval_json(approval, now_us));
}

json_t *md_asking_switch(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = server_of(asking)};
    const char *reason = reason_of(asking);
    char text[MD_APPROVAL_TEXT_SIZE];

    if (order.server >= FO_SERVERS) {
        return md_asking_refuse_noted(asking, "no-such-server", "no server has this name");
    }
    snprintf(text, sizeof(text), "switch to %.60s%s%s",
             asking->orders->site->servers[order.server].name, reason[0] != '\0' ? ": " : "",
             reason);
    return md_asking_second(asking, &order, text);
}

json_t *md_asking_maintenance(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = server_of(asking)};
    json_int_t for_s = json_integer_value(json_object_get(asking->request, "for_s"));
    char text[MD_APPROVAL_TEXT_SIZE];

    if (order.server == FO_SERVERS) {
        return md_asking_refuse_noted(asking, "no-such-server", "no server has this name");
    }
    if (order.server == FO_NONE && !md_asking_subject(asking, "target", &order.subject)) {
        return md_asking_refuse_noted(asking, "no-such-object", "nothing has this name");
    }
    if (order.subject.kind == FO_SUBJECT_SERVER) {
        order.server = order.subject.index;
    }
    if (kind == FO_ORDER_MAINTENANCE_END) {
        return md_asking_give(asking, &order);
    }
    if (for_s < 1 || for_s > MD_MAINTENANCE_MAX_S) {
        return md_asking_refuse_noted(asking, "no-end",
                                      "maintenance needs an end: for_s, at most a day");
    }
    if (reason_of(asking)[0] == '\0') {
        return md_asking_refuse_noted(asking, "no-reason", "maintenance needs a reason");
    }
    order.until_us = for_s * FO_SECOND; /* from the approval on */
    bool whole = for_s % 60 == 0;       /* minutes are what people read */
    snprintf(text, sizeof(text), "maintenance of %.60s for %lld %s: %s",
             order.server < FO_SERVERS ? asking->orders->site->servers[order.server].name
             : order.subject.kind == FO_SUBJECT_SITE
                 ? "site"
                 : md_subject_name(asking->orders->site, order.subject),
             (long long)(whole ? for_s / 60 : for_s), whole ? "min" : "s", reason_of(asking));
    return md_asking_second(asking, &order, text);
}

json_t *md_asking_approve(struct md_asking *asking, uint8_t kind)
{
    static const struct {
        const char *code, *message;
    } refusals[] = {
        [MD_APPROVAL_UNKNOWN] = {"no-such-request", "no request with this id waits"},
        [MD_APPROVAL_SAME_PERSON] = {"same-person", "a second person must approve it"},
        [MD_APPROVAL_USED] = {"approval-used", "it was approved before"},
        [MD_APPROVAL_LATE] = {"approval-late", "its ten minutes are over: ask again"},
        [MD_APPROVAL_WITHDRAWN] = {"approval-withdrawn", "it was withdrawn"},
        [MD_APPROVAL_CHANGED] = {"approval-changed", "the order is not the one you were shown"},
    };
    struct md_orders *orders = asking->orders;
    const char *id = json_string_value(json_object_get(asking->request, "id"));
    const char *hash = json_string_value(json_object_get(asking->request, "hash"));
    char text[MD_APPROVAL_TEXT_SIZE] = "";
    const struct md_approval *approval;
    struct fo_order order;

    (void)kind;
    for (unsigned i = 0; (approval = md_approvals_at(&orders->approvals, i, pb_clock_us())) != NULL;
         i++) {
        if (id != NULL && strcmp(approval->id, id) == 0) {
            snprintf(text, sizeof(text), "%s", approval->text);
        }
    }
    enum md_approval_verdict verdict = md_approvals_give(
        &orders->approvals, id != NULL ? id : "", hash, asking->person, pb_clock_us(), &order);
    if (verdict != MD_APPROVAL_GIVEN) {
        return md_asking_refuse_noted(asking, refusals[verdict].code, refusals[verdict].message);
    }
    json_t *answer = md_asking_give(asking, &order);
    if (json_is_true(json_object_get(answer, "ok"))) {
        note_begun(orders, &order, text);
    }
    return answer;
}

json_t *md_asking_withdraw(struct md_asking *asking, uint8_t kind)
{
    const char *id = json_string_value(json_object_get(asking->request, "id"));
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = id};

    (void)kind;
    if (id == NULL || !md_approvals_withdraw(&asking->orders->approvals, id, asking->person)) {
        return md_asking_refuse_noted(asking, "no-such-request", "no request of yours has this id");
    }
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b}", "ok", 1);
}

json_t *md_orders_approvals(struct md_orders *orders)
{
    fo_us now_us = pb_clock_us();
    json_t *list = json_array();
    const struct md_approval *approval;

    for (unsigned i = 0; (approval = md_approvals_at(&orders->approvals, i, now_us)) != NULL; i++) {
        json_t *object = approval_json(approval, now_us);

        json_object_set_new(object, "order", json_string(md_order_name(approval->order.kind)));
        json_object_set_new(object, "by",
                            json_string(orders->site->persons[approval->order.person].id));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *person_json(const struct site *site, uint8_t person)
{
    return person < site->person_count ? json_string(site->persons[person].id) : json_null();
}

json_t *md_orders_maintenance(const struct md_orders *orders, const struct fo_view *view)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < view->block_count; i++) {
        const struct fo_view_block *block = &view->blocks[i];
        bool server = block->subject.kind == FO_SUBJECT_SERVER && block->subject.index < FO_SERVERS;
        unsigned place = fo_window_place(block->subject);

        if (block->reason != FO_REASON_BLOCKED_MAINTENANCE || place >= FO_WINDOWS) {
            continue;
        }
        const struct md_maintenance_note *note = &orders->maintenance[place];
        json_array_append_new(
            list,
            json_pack(
                "{s:s?, s:o, s:s?, s:o, s:o, s:f}", "server",
                server ? orders->site->servers[block->subject.index].name : NULL, "target",
                md_subject_json(orders->site, block->subject), "reason",
                note->reason[0] != '\0' ? note->reason : NULL, "by",
                person_json(orders->site, note->person), "second",
                person_json(orders->site, note->second), "left_s",
                block->until_us == FO_NEVER ? 0.0 : (double)block->until_us / (double)FO_SECOND));
    }
    return list;
}

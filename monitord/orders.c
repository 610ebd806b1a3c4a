/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of people: who asks, what for, and the answer. It owns the check that acting needs exactly
 * one person behind the user, and journals refusals; the engine decides about the rest. */
#include "monitord/orders.h"

#include "failover/reason.h"
#include "monitord/code_names.h"
#include "monitord/journal_schema.h"
#include "monitord/record_json.h"
#include "monitord/status.h"
#include "probes/clock.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void look_up(struct md_orders *orders, unsigned person)
{
    const char *login = orders->site->persons[person].login;
    struct passwd entry, *found = NULL;
    char buffer[4096];

    if (login != NULL && getpwnam_r(login, &entry, buffer, sizeof(buffer), &found) == 0 &&
        found != NULL) {
        orders->known[person] = true;
        orders->uid[person] = found->pw_uid;
    }
}

void md_orders_init(struct md_orders *orders, const struct site *site, struct md_driver *driver,
                    uint64_t boot)
{
    memset(orders, 0, sizeof(*orders));
    md_approvals_init(&orders->approvals, boot);
    orders->site = site;
    orders->driver = driver;
    for (unsigned i = 0; i < site->person_count; i++) {
        look_up(orders, i);
    }
}

uint8_t md_orders_person(struct md_orders *orders, uid_t uid)
{
    uint8_t found = FO_NONE;

    for (unsigned i = 0; i < orders->site->person_count; i++) {
        if (!orders->known[i]) {
            look_up(orders, i);
        }
        if (!orders->known[i] || orders->uid[i] != uid) {
            continue;
        }
        if (found != FO_NONE) {
            return FO_NONE; /* two persons behind one user: nobody in particular */
        }
        found = (uint8_t)i;
    }
    return found;
}

static json_t *refuse(const char *code, const char *message)
{
    return json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message", message);
}

/* The number in "INC-20261121-0003", or a bare number; 0 when it is neither. */
static uint32_t incident_number(const json_t *value)
{
    const char *text = json_string_value(value);
    const char *dash;
    char *end;
    unsigned long number;

    if (json_is_integer(value)) {
        json_int_t whole = json_integer_value(value);

        return whole > 0 && whole <= UINT32_MAX ? (uint32_t)whole : 0;
    }
    if (text == NULL || strncmp(text, "INC-", 4) != 0 || (dash = strrchr(text, '-')) == NULL ||
        dash[1] < '0' || dash[1] > '9') {
        return 0;
    }
    number = strtoul(dash + 1, &end, 10);
    return *end == '\0' && number <= UINT32_MAX ? (uint32_t)number : 0;
}

/* A name whose day is not that of the incident's opening is a slip of the pen, not the incident. */
static bool name_matches(struct md_orders *orders, const char *text, uint32_t number)
{
    struct fo_view *view = calloc(1, sizeof(*view));
    bool matches = true;
    char id[24];

    if (view == NULL) {
        return true;
    }
    md_driver_view(orders->driver, view);
    for (unsigned i = 0; i < view->incident_count; i++) {
        if (view->incidents[i].number == number) {
            md_incident_id(orders->site, number, view->incidents[i].opened_wall_ms, id);
            matches = text == NULL || strcmp(text, id) == 0;
        }
    }
    free(view);
    return matches;
}

/* One order on its way through this room. */
struct asking {
    struct md_orders *orders;
    const json_t *request;
    const char *name;
    uid_t uid;
    uint8_t person;
    uint32_t incident;
    uint64_t *ticket;
};

static json_t *where(const struct md_orders *orders)
{
    char path[1024];

    snprintf(path, sizeof(path), "%s/%s", orders->site->state_directory, MD_JOURNAL_FILE);
    return json_pack("{s:b, s:s, s:s}", "ok", 1, "journal", path, "config", orders->site->path);
}

/* A refusal is journalled with the user it came from. */
static json_t *refuse_noted(struct asking *asking, const char *code, const char *message)
{
    struct md_order_note note = {.order = asking->name,
                                 .refused = code,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .incident = asking->incident};

    md_driver_note_order(asking->orders->driver, &note);
    return refuse(code, message);
}

static json_t *give(struct asking *asking, const struct fo_order *order)
{
    struct md_order_outcome outcome;
    json_t *answer;

    md_driver_order(asking->orders->driver, order, asking->uid, &outcome);
    if (!outcome.taken) {
        return refuse(fo_reason_name(outcome.reason), "the order was refused");
    }
    *asking->ticket = outcome.journal_dead ? 0 : outcome.ticket;
    answer = json_pack("{s:b, s:s}", "ok", 1, "order", md_order_name(order->kind));
    if (outcome.journal_dead) {
        json_object_set_new(answer, "journalled", json_false());
    }
    return answer;
}

static json_t *take_incident(struct asking *asking, uint8_t kind)
{
    const json_t *incident = json_object_get(asking->request, "incident");
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};
    json_t *answer;

    asking->incident = incident_number(incident);
    if (asking->incident == 0 ||
        !name_matches(asking->orders, json_string_value(incident), asking->incident)) {
        return refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    order.incident = asking->incident;
    answer = give(asking, &order);
    if (json_is_true(json_object_get(answer, "ok"))) {
        json_object_set(answer, "incident", (json_t *)incident);
    }
    return answer;
}

static json_t *take_plain(struct asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};

    return give(asking, &order);
}

/* The server named in the request; FO_NONE when none is, FO_SERVERS when it does not exist. */
static uint8_t server_of(const struct asking *asking)
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

static json_t *approval_json(const struct md_approval *approval, fo_us now_us)
{
    return json_pack("{s:s, s:s, s:f}", "id", approval->id, "text", approval->text, "left_s",
                     (double)(approval->until_us - now_us) / (double)FO_SECOND);
}

/* Puts the operation before a second person. */
static json_t *ask_second(struct asking *asking, const struct fo_order *order, const char *text)
{
    fo_us now_us = pb_clock_us();
    const struct md_approval *approval =
        md_approvals_ask(&asking->orders->approvals, order, text, now_us);
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = text};

    if (approval == NULL) {
        return refuse_noted(asking, "too-many-requests", "other requests wait for approval");
    }
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b, s:o}", "ok", 1, "approval", approval_json(approval, now_us));
}

static json_t *take_switch(struct asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = server_of(asking)};
    char text[MD_APPROVAL_TEXT_SIZE];

    if (order.server >= FO_SERVERS) {
        return refuse_noted(asking, "no-such-server", "no server has this name");
    }
    snprintf(text, sizeof(text), "switch to %s", asking->orders->site->servers[order.server].name);
    return ask_second(asking, &order, text);
}

static json_t *take_maintenance(struct asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = server_of(asking)};
    json_int_t for_s = json_integer_value(json_object_get(asking->request, "for_s"));
    char text[MD_APPROVAL_TEXT_SIZE];

    if (order.server == FO_SERVERS) {
        return refuse_noted(asking, "no-such-server", "no server has this name");
    }
    if (kind == FO_ORDER_MAINTENANCE_END) {
        return give(asking, &order);
    }
    if (for_s < 1 || for_s > MD_MAINTENANCE_MAX_S) {
        return refuse_noted(asking, "no-end", "maintenance needs an end: for_s, at most a day");
    }
    order.until_us = for_s * FO_SECOND; /* from the approval on */
    snprintf(text, sizeof(text), "maintenance of %s for %lld s",
             order.server < FO_SERVERS ? asking->orders->site->servers[order.server].name : "site",
             (long long)for_s);
    return ask_second(asking, &order, text);
}

static json_t *take_approve(struct asking *asking, uint8_t kind)
{
    const char *id = json_string_value(json_object_get(asking->request, "id"));
    struct fo_order order;

    (void)kind;
    switch (md_approvals_give(&asking->orders->approvals, id != NULL ? id : "", asking->person,
                              pb_clock_us(), &order)) {
        case MD_APPROVAL_GIVEN:
            return give(asking, &order);
        case MD_APPROVAL_SAME_PERSON:
            return refuse_noted(asking, "same-person", "a second person must approve it");
        case MD_APPROVAL_UNKNOWN:
        default:
            return refuse_noted(asking, "no-such-request", "no request with this id waits");
    }
}

static json_t *take_withdraw(struct asking *asking, uint8_t kind)
{
    const char *id = json_string_value(json_object_get(asking->request, "id"));
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = id};

    (void)kind;
    if (id == NULL || !md_approvals_withdraw(&asking->orders->approvals, id, asking->person)) {
        return refuse_noted(asking, "no-such-request", "no request of yours has this id");
    }
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b}", "ok", 1);
}

static const struct {
    const char *name;
    uint8_t kind;
    json_t *(*take)(struct asking *asking, uint8_t kind);
} known_orders[] = {
    {"acknowledge", FO_ORDER_ACKNOWLEDGE, take_incident},
    {"own", FO_ORDER_OWN, take_incident},
    {"cannot", FO_ORDER_CANNOT, take_incident},
    {"resolve", FO_ORDER_RESOLVE, take_incident},
    {"hold", FO_ORDER_HOLD, take_plain},
    {"release", FO_ORDER_RELEASE, take_plain},
    {"switch", FO_ORDER_SWITCH, take_switch},
    {"maintenance_begin", FO_ORDER_MAINTENANCE_BEGIN, take_maintenance},
    {"maintenance_end", FO_ORDER_MAINTENANCE_END, take_maintenance},
    {"approve", FO_ORDER_KINDS, take_approve},
    {"withdraw", FO_ORDER_KINDS, take_withdraw},
};

json_t *md_orders_take(struct md_orders *orders, uid_t uid, const json_t *request, uint64_t *ticket)
{
    struct asking asking = {.orders = orders,
                            .request = request,
                            .name = json_string_value(json_object_get(request, "order")),
                            .uid = uid,
                            .ticket = ticket};

    *ticket = 0;
    if (asking.name == NULL) {
        return refuse("bad-request", "no order");
    }
    if (strcmp(asking.name, "where") == 0) {
        return where(orders);
    }
    for (unsigned i = 0; i < sizeof(known_orders) / sizeof(known_orders[0]); i++) {
        if (strcmp(asking.name, known_orders[i].name) != 0) {
            continue;
        }
        asking.name = known_orders[i].name;
        asking.person = md_orders_person(orders, uid);
        if (asking.person == FO_NONE) {
            asking.incident = incident_number(json_object_get(request, "incident"));
            return refuse_noted(&asking, "not-a-person",
                                "your user is not the login of exactly one person");
        }
        return known_orders[i].take(&asking, known_orders[i].kind);
    }
    return refuse("unknown-order", "this daemon knows no such order");
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

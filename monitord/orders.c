/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of people: who asks, what for, and the answer. It owns the check that acting needs exactly
 * one person behind the user, and journals refusals; the engine decides about the rest. */
#include "monitord/orders.h"

#include "failover/reason.h"
#include "monitord/code_names.h"
#include "monitord/journal_schema.h"
#include "monitord/status.h"

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

void md_orders_init(struct md_orders *orders, const struct site *site, struct md_driver *driver)
{
    memset(orders, 0, sizeof(*orders));
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

static const struct {
    const char *name;
    uint8_t kind;
    bool incident;
} known_orders[] = {
    {"acknowledge", FO_ORDER_ACKNOWLEDGE, true},
    {"own", FO_ORDER_OWN, true},
    {"cannot", FO_ORDER_CANNOT, true},
    {"resolve", FO_ORDER_RESOLVE, true},
    {"hold", FO_ORDER_HOLD, false},
    {"release", FO_ORDER_RELEASE, false},
};

static json_t *where(const struct md_orders *orders)
{
    char path[1024];

    snprintf(path, sizeof(path), "%s/%s", orders->site->state_directory, MD_JOURNAL_FILE);
    return json_pack("{s:b, s:s, s:s}", "ok", 1, "journal", path, "config", orders->site->path);
}

static json_t *answer_of(const struct md_order_outcome *outcome, const json_t *incident)
{
    json_t *answer;

    if (!outcome->taken) {
        return refuse(fo_reason_name(outcome->reason), "the order was refused");
    }
    answer = json_pack("{s:b}", "ok", 1);
    if (incident != NULL) {
        json_object_set(answer, "incident", (json_t *)incident);
    }
    if (outcome->journal_dead) {
        json_object_set_new(answer, "journalled", json_false());
    }
    return answer;
}

json_t *md_orders_take(struct md_orders *orders, uid_t uid, const json_t *request, uint64_t *ticket)
{
    const char *name = json_string_value(json_object_get(request, "order"));
    const json_t *incident = json_object_get(request, "incident");
    struct fo_order order = {.second = FO_NONE, .server = FO_NONE};
    struct md_order_outcome outcome;
    unsigned i = 0, count = sizeof(known_orders) / sizeof(known_orders[0]);

    *ticket = 0;
    if (name == NULL) {
        return refuse("bad-request", "no order");
    }
    if (strcmp(name, "where") == 0) {
        return where(orders);
    }
    while (i < count && strcmp(name, known_orders[i].name) != 0) {
        i++;
    }
    if (i == count) {
        return refuse("unknown-order", "this daemon knows no such order");
    }
    order.kind = known_orders[i].kind;
    order.incident = known_orders[i].incident ? incident_number(incident) : 0;
    order.person = md_orders_person(orders, uid);
    if (order.person == FO_NONE) {
        md_driver_note_refusal(orders->driver, known_orders[i].name, FO_NONE, uid, order.incident,
                               "not-a-person");
        return refuse("not-a-person", "your user is not the login of exactly one person");
    }
    if (known_orders[i].incident &&
        (order.incident == 0 ||
         !name_matches(orders, json_string_value(incident), order.incident))) {
        md_driver_note_refusal(orders->driver, known_orders[i].name, order.person, uid,
                               order.incident, "no-such-incident");
        return refuse("no-such-incident", "no incident has this name");
    }
    md_driver_order(orders->driver, &order, uid, &outcome);
    *ticket = outcome.taken && !outcome.journal_dead ? outcome.ticket : 0;
    return answer_of(&outcome, known_orders[i].incident ? incident : NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What people say about themselves and enter by hand: presence, incidents they have seen, two that
 * are one, calls they made, the drill of the contact network, a changed ladder for what is open. It
 * owns what such a request must say; the engine judges the rest. */
#include "monitord/orders_asking.h"

#include "failover/reason.h"
#include "monitord/code_names.h"

#include <stdio.h>
#include <string.h>

#define DRILL_LENGTH_S 3600 /* unless asked for otherwise; everybody's answer ends it sooner */
#define DRILL_LENGTH_MAX_S (8 * 3600)

static struct fo_order order_of(const struct md_asking *asking, uint8_t kind)
{
    return (struct fo_order){
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};
}

/* The person named at a key; FO_NONE when there is none of that id. */
static uint8_t person_of(const struct md_asking *asking, const char *key)
{
    const char *id = json_string_value(json_object_get(asking->request, key));
    const struct site *site = asking->orders->site;

    for (uint8_t i = 0; id != NULL && i < site->person_count; i++) {
        if (strcmp(site->persons[i].id, id) == 0) {
            return i;
        }
    }
    return FO_NONE;
}

json_t *md_asking_presence(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = order_of(asking, kind);

    if (json_object_get(asking->request, "person") != NULL) {
        uint8_t person = person_of(asking, "person");

        if (person == FO_NONE) {
            return md_asking_refuse_noted(asking, "no-such-person", "no person has this id");
        }
        order.value = 1U + person;
    }
    return md_asking_give(asking, &order);
}

bool md_asking_subject(const struct md_asking *asking, const char *key, struct fo_subject *subject)
{
    const char *name = json_string_value(json_object_get(asking->request, key));
    const struct site *site = asking->orders->site;

    *subject = (struct fo_subject){FO_SUBJECT_SITE, 0};
    if (name == NULL) {
        return json_object_get(asking->request, key) == NULL;
    }
    for (uint8_t kind = FO_SUBJECT_DEVICE; kind <= FO_SUBJECT_SERVICE; kind++) {
        for (uint8_t i = 0; i < FO_DEVICES_MAX; i++) {
            struct fo_subject here = {kind, i};

            if (fo_policy_has(&site->policy, here) &&
                strcmp(md_subject_name(site, here), name) == 0) {
                *subject = here;
                return true;
            }
        }
    }
    return false;
}

json_t *md_asking_raise(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = order_of(asking, kind);
    const char *reason = json_string_value(json_object_get(asking->request, "reason"));
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = reason};

    if (!md_asking_subject(asking, "subject", &order.subject)) {
        return md_asking_refuse_noted(asking, "no-such-object", "nothing has this name");
    }
    if (reason == NULL || reason[0] == '\0' || strlen(reason) > MD_ORDER_REASON_MAX) {
        return md_asking_refuse_noted(asking, "no-reason", "say what was seen");
    }
    md_driver_note_order(asking->orders->driver, &note);
    return md_asking_give(asking, &order);
}

json_t *md_asking_merge(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = order_of(asking, kind);
    json_t *into = json_object_get(asking->request, "into");
    json_t *other = json_pack("{s:O?}", "incident", into);
    struct md_asking second = *asking;

    second.request = other;
    order.incident = md_asking_named(asking);
    order.value = into != NULL ? md_asking_named(&second) : 0;
    json_decref(other);
    if (order.incident == 0 || order.value == 0) {
        return md_asking_refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    return md_asking_give(asking, &order);
}

json_t *md_asking_called(struct md_asking *asking, uint8_t kind)
{
    static const char *const outcomes[] = {[FO_CALLED_NO_ANSWER] = "no-answer",
                                           [FO_CALLED_REACHED] = "reached",
                                           [FO_CALLED_TAKEN] = "taken",
                                           [FO_CALLED_CANNOT] = "cannot"};
    const char *outcome = json_string_value(json_object_get(asking->request, "outcome"));
    struct fo_order order = order_of(asking, kind);

    order.incident = md_asking_named(asking);
    order.second = person_of(asking, "person");
    order.value = FO_CALLED_CANNOT + 1;
    for (unsigned i = 0; outcome != NULL && i <= FO_CALLED_CANNOT; i++) {
        order.value = strcmp(outcomes[i], outcome) == 0 ? i : order.value;
    }
    if (order.incident == 0) {
        return md_asking_refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    if (order.second == FO_NONE) {
        return md_asking_refuse_noted(asking, "no-such-person", "no person has this id");
    }
    if (order.value > FO_CALLED_CANNOT) {
        return md_asking_refuse_noted(asking, "bad-request",
                                      "outcome is no-answer, reached, taken or cannot");
    }
    return md_asking_give(asking, &order);
}

json_t *md_asking_outside(struct md_asking *asking, uint8_t kind)
{
    const struct site *site = asking->orders->site;
    const char *id = json_string_value(json_object_get(asking->request, "contact"));
    struct fo_order order = order_of(asking, kind);

    order.incident = md_asking_named(asking);
    order.value = UINT32_MAX;
    for (unsigned i = 0; id != NULL && i < site->outside_count; i++) {
        order.value = strcmp(site->outside[i].id, id) == 0 ? i : order.value;
    }
    if (order.incident == 0) {
        return md_asking_refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    if (order.value == UINT32_MAX) {
        return md_asking_refuse_noted(asking, "no-such-contact", "no outside contact has this id");
    }
    struct md_order_note note = {.order = asking->name,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .incident = order.incident,
                                 .text = id};
    md_driver_note_order(asking->orders->driver, &note);
    return md_asking_give(asking, &order);
}

json_t *md_asking_drill(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = order_of(asking, kind);
    json_int_t for_s = json_integer_value(json_object_get(asking->request, "for_s"));
    char text[MD_APPROVAL_TEXT_SIZE];

    for_s = for_s == 0 ? DRILL_LENGTH_S : for_s;
    if (for_s < 1 || for_s > DRILL_LENGTH_MAX_S) {
        return md_asking_refuse_noted(asking, "no-end", "a drill lasts at most eight hours");
    }
    order.value = FO_REASON_DRILL;
    order.until_us = for_s * FO_SECOND; /* from the approval on */
    snprintf(text, sizeof(text), "drill of the contact network for %lld s", (long long)for_s);
    return md_asking_second(asking, &order, text);
}

json_t *md_asking_adopt(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = order_of(asking, kind);

    return md_asking_second(asking, &order, "open incidents change to the ladder in force");
}

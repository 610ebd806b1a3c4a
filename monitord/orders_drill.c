/* SPDX-License-Identifier: Apache-2.0 */
/* The order for a switchover drill: what such a request must say, its plan (scope, participants,
 * timer, expectations) as people see it before they ask and as the journal keeps it, and the text a
 * second person approves. Whether it may be is the engine's to judge; orders.c calls it. */
#include "monitord/orders.h"

#include "failover/drill_begin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_S 1800 /* unless asked for otherwise; people's decision ends it sooner */

/* What is asked for; the words live as long as the site and the request. */
struct move {
    uint8_t target;
    long for_s;
    const char *from, *to, *reason;
};

/* Until when the site's own window is open, from now; 0 none. */
static fo_us window_left(const struct md_asking *asking)
{
    struct fo_view *view = calloc(1, sizeof(*view));
    fo_us left_us = 0;

    if (view == NULL) {
        return FO_NEVER; /* the engine itself will judge */
    }
    md_driver_view(asking->orders->driver, view);
    for (unsigned i = 0; i < view->block_count; i++) {
        if (view->blocks[i].reason == FO_REASON_BLOCKED_MAINTENANCE &&
            view->blocks[i].subject.kind == FO_SUBJECT_SITE) {
            left_us = view->blocks[i].until_us;
        }
    }
    free(view);
    return left_us;
}

static json_t *services_of(const struct site *site)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_service_policy *policy = &site->policy.services[i];

        if (policy->needs_server) {
            json_array_append_new(
                list, json_pack("{s:s, s:i, s:o}", "name", site->services[i].name, "class",
                                (int)policy->availability_class, "recovery_time_s",
                                policy->recovery_time_us > 0
                                    ? json_real((double)policy->recovery_time_us / FO_SECOND)
                                    : json_null()));
        }
    }
    return list;
}

/* Who will hear of it: the drill list and nobody else. */
static json_t *participants_of(const struct site *site)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->person_count; i++) {
        if (site->policy.persons[i].drill) {
            json_array_append_new(list, json_pack("{s:s, s:s?}", "person", site->persons[i].id,
                                                  "title", site->persons[i].title));
        }
    }
    return list;
}

static json_t *plan_of(const struct site *site, const struct move *move)
{
    return json_pack("{s:s, s:s?, s:s, s:s, s:I, s:o, s:o}", "site", site->name, "from", move->from,
                     "to", move->to, "reason", move->reason, "for_s", (json_int_t)move->for_s,
                     "services", services_of(site), "participants", participants_of(site));
}

/* False after a refusal in *answer. */
static bool read_move(struct md_asking *asking, struct move *move, json_t **answer)
{
    const struct site *site = asking->orders->site;
    const char *server = json_string_value(json_object_get(asking->request, "server"));
    const char *reason = json_string_value(json_object_get(asking->request, "reason"));
    json_int_t for_s = json_integer_value(json_object_get(asking->request, "for_s"));

    *move = (struct move){.target = FO_NONE, .for_s = for_s == 0 ? LENGTH_S : (long)for_s};
    for (uint8_t i = 0; i < FO_SERVERS && server != NULL; i++) {
        if (site->servers[i].name != NULL && strcmp(site->servers[i].name, server) == 0) {
            move->target = i;
        }
    }
    if (move->target == FO_NONE) {
        *answer = md_asking_refuse_noted(asking, "no-such-server", "no server has this name");
        return false;
    }
    if (for_s < 0 || for_s > FO_DRILL_MAX_US / FO_SECOND) {
        *answer = md_asking_refuse_noted(asking, "no-end", "a drill lasts at most eight hours");
        return false;
    }
    if (reason == NULL || reason[0] == '\0' || strlen(reason) > MD_ORDER_REASON_MAX) {
        *answer = md_asking_refuse_noted(asking, "no-reason", "a drill needs a purpose: reason");
        return false;
    }
    move->to = site->servers[move->target].name;
    move->from = site->servers[1 - move->target].name;
    move->reason = reason;
    return true;
}

/* Keeps the plan beside the request, so that the report needs nothing but the journal. */
static void keep_plan(struct md_asking *asking, const json_t *plan)
{
    char *text = json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS);
    struct md_order_note note = {.order = "drill_plan",
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .text = text};

    if (text != NULL) {
        md_driver_note_order(asking->orders->driver, &note);
    }
    free(text);
}

json_t *md_asking_drill_switchover(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};
    char text[MD_APPROVAL_TEXT_SIZE];
    struct move move;
    json_t *answer = NULL;

    if (!read_move(asking, &move, &answer)) {
        return answer;
    }
    json_t *plan = plan_of(asking->orders->site, &move);
    if (json_is_true(json_object_get(asking->request, "plan"))) {
        return json_pack("{s:b, s:o}", "ok", 1, "plan", plan);
    }
    if (window_left(asking) < move.for_s * FO_SECOND) {
        json_decref(plan);
        return md_asking_refuse_noted(asking, fo_reason_name(FO_REASON_BLOCKED_NO_WINDOW),
                                      "no maintenance window of the site lasts to its end");
    }
    order.value = FO_REASON_SWITCHOVER_DRILL;
    order.subject = (struct fo_subject){FO_SUBJECT_SERVER, move.target};
    order.until_us = move.for_s * FO_SECOND; /* from the approval on */
    snprintf(text, sizeof(text),
             "switchover drill: %.40s -> %.40s for %ld min, %zu services, %zu participants; real "
             "trouble ends it and the window: %.200s",
             move.from, move.to, (move.for_s + 59) / 60,
             json_array_size(json_object_get(plan, "services")),
             json_array_size(json_object_get(plan, "participants")), move.reason);
    keep_plan(asking, plan);
    answer = md_asking_second(asking, &order, text);
    json_object_set_new(answer, "plan", plan);
    return answer;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that only write something down: cause and prevention of an incident, and what became of a
 * drill. They change nothing in the engine; the journal keeps them with the person, reports read
 * them. It owns what such a note must say; orders.c calls it. */
#include "monitord/orders_asking.h"

#include <stdlib.h>
#include <string.h>

/* The text under the key; NULL: missing, empty or longer than a note may be. */
static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL && text[0] != '\0' && strlen(text) <= MD_NOTE_TEXT_MAX ? text : NULL;
}

static bool is_date(const char *text)
{
    return strlen(text) == 10 && strspn(text, "0123456789-") == 10 && text[4] == '-' &&
           text[7] == '-' && text[5] <= '1' && text[8] <= '3';
}

/* Journals the object as the text of an order of this name. */
static json_t *keep(struct md_asking *asking, const char *order, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    struct md_order_note note = {.order = order,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .incident = asking->incident,
                                 .text = text};

    json_decref(object);
    if (text == NULL) {
        return md_asking_refuse("busy", "out of memory");
    }
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    free(text);
    return json_pack("{s:b, s:s}", "ok", 1, "order", order);
}

json_t *md_asking_conclude(struct md_asking *asking, uint8_t kind)
{
    const json_t *request = asking->request;
    const char *cause = text_of(request, "cause"), *prevention = text_of(request, "prevention");
    const char *deferral = text_of(request, "deferral"), *due = text_of(request, "due");
    bool false_alarm = json_is_true(json_object_get(request, "false_alarm"));

    (void)kind;
    asking->incident = md_asking_incident(request);
    if (asking->incident == 0) {
        return md_asking_refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    /* a false alarm has a cause, too; what is put off must say until when */
    if ((cause == NULL || (prevention == NULL && !false_alarm)) &&
        (deferral == NULL || due == NULL)) {
        return md_asking_refuse_noted(asking, "no-cause",
                                      "say cause and prevention, or why and until when not");
    }
    if (due != NULL && !is_date(due)) {
        return md_asking_refuse_noted(asking, "bad-due", "a due date is YYYY-MM-DD");
    }
    return keep(asking, "conclude",
                json_pack("{s:s?, s:s?, s:s?, s:s?, s:b}", "cause", cause, "prevention", prevention,
                          "deferral", deferral, "due", due, "false_alarm", (int)false_alarm));
}

json_t *md_asking_drill_note(struct md_asking *asking, uint8_t kind)
{
    const json_t *result = json_object_get(asking->request, "result");
    const char *what = json_string_value(json_object_get(asking->request, "what"));

    (void)kind;
    if (what == NULL || (strcmp(what, "started") != 0 && strcmp(what, "ended") != 0) ||
        text_of(result, "id") == NULL) {
        return md_asking_refuse_noted(asking, "bad-request", "a drill has started or ended");
    }
    return keep(asking, strcmp(what, "ended") == 0 ? "drill_ended" : "drill_started",
                json_deep_copy(result));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of webhooks. It owns its keys and puts no address of a person into it. */
#include "monitord/webhook_text.h"

#include "failover/reason.h"
#include "monitord/code_names.h"
#include "monitord/wall_time.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

char *md_webhook_payload(const struct md_page *page, const char *token)
{
    const struct fo_notify *notify = &page->command.notify;
    const char *url = page->site->channels[notify->channel].webhook.url;
    bool encrypted = url != NULL && strncmp(url, "https://", 8) == 0;
    bool over = notify->message == FO_MESSAGE_RECOVERED;
    const char *status = over ? "resolved" : "firing";
    char now[MD_WALL_TEXT_SIZE], epoch[16];
    json_t *labels, *annotations, *alert, *payload;
    char *text;

    md_wall_text(page->site->timezone, page->wall_ms, now);
    snprintf(epoch, sizeof(epoch), "%u", notify->epoch);
    labels =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "alertname", fo_reason_name(page->command.reason),
                  "site", page->site->name, "incident", page->message.incident, "epoch", epoch,
                  "drill", notify->drill ? "true" : "false");
    if (encrypted) {
        json_object_set_new(labels, "person", json_string(page->site->persons[notify->person].id));
    }
    annotations =
        json_pack("{s:s, s:s}", "summary", encrypted ? page->message.subject : page->message.brief,
                  "description", encrypted ? page->message.body : page->message.brief);
    alert = json_pack("{s:s, s:O, s:O, s:s, s:s, s:s, s:s}", "status", status, "labels", labels,
                      "annotations", annotations, "startsAt", now, "endsAt",
                      over ? now : "0001-01-01T00:00:00Z", "generatorURL", "", "fingerprint",
                      page->message.key);
    payload = json_pack("{s:s, s:s, s:i, s:s, s:s, s:O, s:O, s:O, s:s, s:[O]}", "version", "4",
                        "groupKey", page->message.incident, "truncatedAlerts", 0, "status", status,
                        "receiver", page->site->channels[notify->channel].name, "groupLabels",
                        labels, "commonLabels", labels, "commonAnnotations", annotations,
                        "externalURL", "", "alerts", alert);
    if (payload != NULL) {
        json_object_set_new(
            payload, "noroshi",
            json_pack("{s:i, s:s, s:s, s:s, s:b, s:b, s:s?}", "schema", 1, "key", page->message.key,
                      "message", md_message_name(notify->message), "brief", page->message.brief,
                      "drill", (int)notify->drill, "resend", (int)notify->resend, "token", token));
    }
    json_decref(labels);
    json_decref(annotations);
    json_decref(alert);
    text = payload != NULL ? json_dumps(payload, JSON_COMPACT) : NULL;
    json_decref(payload);
    return text;
}

static uint8_t order_named(const char *name)
{
    for (uint8_t i = FO_ORDER_ACKNOWLEDGE; i <= FO_ORDER_RESOLVE; i++) {
        if (name != NULL && strcmp(name, md_order_name(i)) == 0) {
            return i;
        }
    }
    return FO_ORDER_KINDS;
}

static bool take(const json_t *object, struct md_webhook_answer *answer)
{
    const char *token = json_string_value(json_object_get(object, "token"));

    if (token == NULL || strlen(token) >= MD_ANSWER_TOKEN_SIZE) {
        return false;
    }
    answer->order = order_named(json_string_value(json_object_get(object, "answer")));
    strcpy(answer->token, token);
    return true;
}

unsigned md_webhook_answers(const char *text, size_t length,
                            struct md_webhook_answer answers[MD_WEBHOOK_ANSWERS_MAX])
{
    json_t *root = json_loadb(text, length, 0, NULL);
    const json_t *list = json_object_get(root, "answers");
    unsigned count = 0;

    if (json_is_array(list)) {
        for (size_t i = 0; i < json_array_size(list) && count < MD_WEBHOOK_ANSWERS_MAX; i++) {
            count += take(json_array_get(list, i), &answers[count]) ? 1 : 0;
        }
    } else if (take(root, &answers[0])) {
        count = 1;
    }
    json_decref(root);
    return count;
}

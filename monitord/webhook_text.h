/* SPDX-License-Identifier: Apache-2.0 */
/* What a webhook gets and may say back, as JSON: the payload of Prometheus Alertmanager's webhook,
 * version 4, so that receivers that exist can take it, with what we add under names of our own; and
 * the answers of people in a reply. Pure. channel_webhook.c sends and receives them. */
#ifndef MONITORD_WEBHOOK_TEXT_H
#define MONITORD_WEBHOOK_TEXT_H

#include "monitord/channel.h"

#define MD_WEBHOOK_ANSWERS_MAX 16

/* The payload; the caller frees it. NULL when out of memory. token: by which people answer; NULL
 * when there is nothing to answer. */
char *md_webhook_payload(const struct md_page *page, const char *token);

struct md_webhook_answer {
    uint8_t order; /* enum fo_order_kind; FO_ORDER_KINDS: a word we do not know */
    char token[MD_ANSWER_TOKEN_SIZE];
};
/* The answers in a reply: {"answers": [ {"token": "…", "answer": "acknowledge"} ]}, or one such
 * object by itself. 0 for anything else; more than MD_WEBHOOK_ANSWERS_MAX are dropped. */
unsigned md_webhook_answers(const char *text, size_t length,
                            struct md_webhook_answer answers[MD_WEBHOOK_ANSWERS_MAX]);

#endif

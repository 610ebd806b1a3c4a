/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks through libcurl: each page is one POST, accepted by any 2xx; what people answer comes in
 * the reply, or is fetched from the receiver, because nothing may come in from outside. It owns the
 * transfers and the choice of the line; sockets are curl_loop.c's, the JSON is webhook_text.c's. */
#include "config/secret_file.h"
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/log.h"
#include "monitord/webhook_text.h"
#include "probes/clock.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX 16384
#define FETCH_MS 5000
#define FETCH_FOR_US FO_HOUR /* how long a page is waited for to be answered */

struct transfer {
    struct md_curl_transfer curl;
    struct webhooks *hooks;
    uint8_t channel;
    struct md_page *page; /* NULL: a test or a fetch */
    md_tested tested;     /* NULL: a fetch */
    void *context;
    struct transfer *next;
    struct curl_slist *headers;
    char *body;
    unsigned tried;
    size_t length;
    char reply[REPLY_MAX];
};
struct webhooks {
    const struct md_channel_world *world;
    struct transfer *transfers;
    struct md_curl_lines lines[FO_CHANNELS_MAX];
    uv_timer_t fetch;
    void (*done)(void *context);
    void *done_context;
};

static const struct cfg_channel *channel_of(const struct transfer *transfer)
{
    return &transfer->hooks->world->site->channels[transfer->channel];
}

static void end_transfer(struct transfer *transfer, enum fo_outcome outcome, unsigned reason,
                         int detail)
{
    struct md_page *page = transfer->page;
    md_tested tested = transfer->tested;
    void *context = transfer->context;
    uint8_t channel = transfer->channel;

    md_curl_close(&transfer->curl);
    for (struct transfer **at = &transfer->hooks->transfers; *at != NULL; at = &(*at)->next) {
        if (*at == transfer) {
            *at = transfer->next;
            break;
        }
    }
    curl_slist_free_all(transfer->headers);
    free(transfer->body);
    free(transfer);
    if (page != NULL) {
        page->done(page, outcome, reason, detail);
    } else if (tested != NULL) {
        tested(context, channel, outcome == FO_OUTCOME_ACCEPTED, detail);
    }
}

/* ---- one try ------------------------------------------------------------------------------------
 */

static size_t on_reply(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t room = sizeof(transfer->reply) - transfer->length;
    size_t take = size * count < room ? size * count : room;

    memcpy(transfer->reply + transfer->length, bytes, take);
    transfer->length += take;
    return size * count; /* more than that is read and dropped */
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    char line[CFG_SECRET_MAX + 64];
    struct curl_slist *longer;

    snprintf(line, sizeof(line), "%s: %s", name, value);
    longer = curl_slist_append(transfer->headers, line);
    transfer->headers = longer != NULL ? longer : transfer->headers;
    sodium_memzero(line, sizeof(line));
}

static void set_headers(struct transfer *transfer)
{
    const char *file = channel_of(transfer)->webhook.token_file;
    char secret[CFG_SECRET_MAX + 8] = "Bearer ", error[256];

    if (transfer->headers == NULL) {
        add_header(transfer, "Content-Type", "application/json");
        if (transfer->page != NULL) {
            add_header(transfer, "Idempotency-Key", transfer->page->message.key);
        }
        if (file != NULL && cfg_secret_read(file, secret + 7, error, sizeof(error))) {
            add_header(transfer, "Authorization", secret);
        } else if (file != NULL) {
            md_log(MD_LOG_ERROR, "webhook: %s", error);
        }
        sodium_memzero(secret, sizeof(secret));
    }
    curl_easy_setopt(transfer->curl.easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static void on_ended(struct md_curl_transfer *curl, CURLcode code);

static bool start_try(struct transfer *transfer)
{
    const struct cfg_webhook *webhook = &channel_of(transfer)->webhook;
    struct md_curl *loop = transfer->hooks->world->curl;
    unsigned lines = md_curl_line_count(channel_of(transfer));
    long limit_ms = md_page_limit_ms(transfer->hooks->world->site, transfer->channel) /
                    (long)(lines > 0 ? lines : 1);
    bool fetch = transfer->page == NULL && transfer->tested == NULL;
    CURL *easy;

    if (loop == NULL || !md_curl_open(loop, &transfer->curl, limit_ms > 100 ? limit_ms : 100)) {
        return false;
    }
    easy = transfer->curl.easy;
    transfer->curl.ended = on_ended;
    transfer->length = 0;
    curl_easy_setopt(easy, CURLOPT_URL, fetch ? webhook->answers_url : webhook->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_reply);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    if (webhook->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, webhook->ca_file);
    }
    if (transfer->page != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
    } else if (transfer->tested != NULL) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L); /* HEAD: nobody is told of anything */
    }
    set_headers(transfer);
    md_curl_bind(easy, &transfer->hooks->lines[transfer->channel], transfer->tried);
    return md_curl_go(&transfer->curl);
}

static void take_answers(const struct transfer *transfer)
{
    struct md_webhook_answer answers[MD_WEBHOOK_ANSWERS_MAX];
    unsigned count = md_webhook_answers(transfer->reply, transfer->length, answers);

    for (unsigned i = 0; i < count; i++) {
        md_answers_take_token(transfer->hooks->world->answers, transfer->channel, answers[i].order,
                              answers[i].token, pb_clock_us());
    }
}

/* A refusal that another try will not mend: the receiver does not want it. 408 and 429 ask for
 * patience. */
static bool is_final(long answer)
{
    return answer >= 400 && answer < 500 && answer != 408 && answer != 429;
}

static void on_ended(struct md_curl_transfer *curl, CURLcode code)
{
    struct transfer *transfer = (struct transfer *)curl;
    long answer = 0;

    curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_OK && answer >= 200 && answer < 300) {
        md_curl_line_worked(&transfer->hooks->lines[transfer->channel], transfer->tried);
        take_answers(transfer);
        end_transfer(transfer, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, (int)answer);
    } else if (code == CURLE_OK && transfer->tested != NULL && answer == 405) {
        /* it lives and only does not know HEAD */
        end_transfer(transfer, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, (int)answer);
    } else if (code == CURLE_OK) {
        end_transfer(transfer, is_final(answer) ? FO_OUTCOME_FAILED : FO_OUTCOME_RETRY,
                     FO_REASON_BAD_STATUS, (int)answer);
    } else if (transfer->tried + 1 < md_curl_line_count(channel_of(transfer))) {
        md_curl_close(curl);
        transfer->tried++;
        if (!start_try(transfer)) {
            end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, (int)code);
        }
    } else {
        end_transfer(transfer, FO_OUTCOME_RETRY, md_curl_reason(code), (int)code);
    }
}

static struct transfer *new_transfer(struct webhooks *hooks, uint8_t channel)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (transfer != NULL) {
        transfer->hooks = hooks;
        transfer->channel = channel;
        transfer->next = hooks->transfers;
        hooks->transfers = transfer;
    }
    return transfer;
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static bool is_fetching(const struct webhooks *hooks, uint8_t channel)
{
    for (const struct transfer *at = hooks->transfers; at != NULL; at = at->next) {
        if (at->channel == channel && at->page == NULL && at->tested == NULL) {
            return true;
        }
    }
    return false;
}

static void on_fetch(uv_timer_t *timer)
{
    struct webhooks *hooks = timer->data;

    for (uint8_t i = 0; i < hooks->world->site->channel_count; i++) {
        const struct cfg_channel *channel = &hooks->world->site->channels[i];
        struct transfer *transfer;

        if (channel->kind != FO_CHANNEL_WEBHOOK || channel->webhook.answers_url == NULL ||
            is_fetching(hooks, i) ||
            !md_answers_open(hooks->world->answers, pb_clock_us(), FETCH_FOR_US)) {
            continue;
        }
        transfer = new_transfer(hooks, i);
        if (transfer != NULL && !start_try(transfer)) {
            end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        }
    }
}

static void *webhook_start(const struct md_channel_world *world)
{
    struct webhooks *hooks = calloc(1, sizeof(*hooks));

    if (hooks == NULL) {
        return NULL;
    }
    hooks->world = world;
    for (unsigned i = 0; i < world->site->channel_count; i++) {
        hooks->lines[i].channel = &world->site->channels[i];
    }
    uv_timer_init(world->loop, &hooks->fetch);
    hooks->fetch.data = hooks;
    uv_timer_start(&hooks->fetch, on_fetch, FETCH_MS, FETCH_MS);
    return hooks;
}

static void webhook_send(void *room, struct md_page *page)
{
    struct webhooks *hooks = room;
    struct transfer *transfer = new_transfer(hooks, page->command.notify.channel);
    bool asks = page->command.notify.message != FO_MESSAGE_RECOVERED && page->command.incident != 0;
    char token[MD_ANSWER_TOKEN_SIZE];

    if (transfer == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        return;
    }
    transfer->page = page;
    if (asks) {
        md_answers_token(hooks->world->answers, &page->command.notify, token);
    }
    transfer->body = md_webhook_payload(page, asks ? token : NULL);
    if (transfer->body == NULL || !start_try(transfer)) {
        end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

static void webhook_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    struct transfer *transfer = new_transfer(room, channel);

    if (transfer == NULL) {
        tested(context, channel, false, 0);
        return;
    }
    transfer->tested = tested;
    transfer->context = context;
    if (!start_try(transfer)) {
        end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

static void on_fetch_closed(uv_handle_t *handle)
{
    struct webhooks *hooks = handle->data;
    void (*done)(void *) = hooks->done;
    void *context = hooks->done_context;

    free(hooks);
    done(context);
}

static void webhook_stop(void *room, void (*done)(void *context), void *context)
{
    struct webhooks *hooks = room;

    hooks->done = done;
    hooks->done_context = context;
    while (hooks->transfers != NULL) {
        end_transfer(hooks->transfers, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
    uv_close((uv_handle_t *)&hooks->fetch, on_fetch_closed);
}

const struct md_channel_kind md_channel_webhook = {webhook_start, webhook_send, webhook_test,
                                                   webhook_stop};

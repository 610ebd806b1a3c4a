/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks through libcurl: each page is one POST, accepted by any 2xx; what people answer comes in
 * the reply, or is fetched from the receiver, because nothing may come in from outside. It owns the
 * requests and what an answer means; the tries are curl_channel.c's, the JSON webhook_text.c's. */
#include "config/secret_file.h"
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/curl_channel.h"
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

struct post {
    struct md_curl_job curl;
    struct curl_slist *headers;
    char *body;
    size_t length;
    char reply[REPLY_MAX];
};
struct webhooks {
    struct md_curl_channel channel;
    uv_timer_t fetch;
    void (*done)(void *context);
    void *done_context;
};

static const struct cfg_webhook *config_of(const struct md_curl_job *job)
{
    return &md_channel_job_config(&job->job)->webhook;
}

/* ---- one try ------------------------------------------------------------------------------------
 */

static size_t on_reply(char *bytes, size_t size, size_t count, void *context)
{
    struct post *post = context;
    size_t room = sizeof(post->reply) - post->length;
    size_t take = size * count < room ? size * count : room;

    memcpy(post->reply + post->length, bytes, take);
    post->length += take;
    return size * count; /* more than that is read and dropped */
}

static void add_header(struct post *post, const char *name, const char *value)
{
    char line[CFG_SECRET_MAX + 64];
    struct curl_slist *longer;

    snprintf(line, sizeof(line), "%s: %s", name, value);
    longer = curl_slist_append(post->headers, line);
    post->headers = longer != NULL ? longer : post->headers;
    sodium_memzero(line, sizeof(line));
}

static void set_headers(struct post *post)
{
    const struct md_page *page = post->curl.job.page;
    const char *file = config_of(&post->curl)->token_file;
    char secret[CFG_SECRET_MAX + 8] = "Bearer ", error[256];

    if (post->headers == NULL) {
        add_header(post, "Content-Type", "application/json");
        if (page != NULL) {
            add_header(post, "Idempotency-Key", page->message.key);
        }
        if (file != NULL && cfg_secret_read(file, secret + 7, error, sizeof(error))) {
            add_header(post, "Authorization", secret);
        } else if (file != NULL) {
            md_log(MD_LOG_ERROR, "webhook: %s", error);
        }
        sodium_memzero(secret, sizeof(secret));
    }
}

static void options(struct md_curl_job *job, CURL *easy)
{
    const struct cfg_webhook *webhook = config_of(job);
    struct post *post = (struct post *)job;

    post->length = 0;
    curl_easy_setopt(easy, CURLOPT_URL,
                     md_channel_job_is_errand(&job->job) ? webhook->answers_url : webhook->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_reply);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, post);
    if (webhook->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, webhook->ca_file);
    }
    if (job->job.page != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->body);
    } else if (job->job.tested != NULL) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L); /* HEAD: nobody is told of anything */
    }
    set_headers(post);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
}

static void take_answers(const struct post *post)
{
    const struct md_channel_job *job = &post->curl.job;
    struct md_webhook_answer answers[MD_WEBHOOK_ANSWERS_MAX];
    unsigned count = md_webhook_answers(post->reply, post->length, answers);

    for (unsigned i = 0; i < count; i++) {
        md_answers_take_token(job->jobs->world->answers, job->channel, answers[i].order,
                              answers[i].token, pb_clock_us());
    }
}

/* A refusal that another try will not mend: the receiver does not want it. 408 and 429 ask for
 * patience. */
static bool is_final(long answer)
{
    return answer >= 400 && answer < 500 && answer != 408 && answer != 429;
}

static bool judge(struct md_curl_job *job, CURLcode code, long answer, enum fo_outcome *outcome)
{
    bool lives = job->job.tested != NULL && answer == 405; /* it only does not know HEAD */

    if (code != CURLE_OK) {
        return false;
    }
    if (answer >= 200 && answer < 300) {
        take_answers((struct post *)job);
        *outcome = FO_OUTCOME_ACCEPTED;
    } else {
        *outcome = lives              ? FO_OUTCOME_ACCEPTED
                   : is_final(answer) ? FO_OUTCOME_FAILED
                                      : FO_OUTCOME_RETRY;
    }
    return true;
}

static void forget(struct md_curl_job *job)
{
    struct post *post = (struct post *)job;

    curl_slist_free_all(post->headers);
    free(post->body);
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static bool is_fetching(const struct webhooks *hooks, uint8_t channel)
{
    for (const struct md_channel_job *at = hooks->channel.jobs.first; at != NULL; at = at->next) {
        if (at->channel == channel && md_channel_job_is_errand(at)) {
            return true;
        }
    }
    return false;
}

static void on_fetch(uv_timer_t *timer)
{
    struct webhooks *hooks = timer->data;
    const struct md_channel_world *world = hooks->channel.jobs.world;

    for (uint8_t i = 0; i < world->site->channel_count; i++) {
        const struct cfg_channel *channel = &world->site->channels[i];
        struct post *post;

        if (channel->kind != FO_CHANNEL_WEBHOOK || channel->webhook.answers_url == NULL ||
            is_fetching(hooks, i) ||
            !md_answers_open(world->answers, pb_clock_us(), FETCH_FOR_US)) {
            continue;
        }
        post = md_channel_job_errand(&hooks->channel.jobs, i);
        if (post != NULL) {
            md_curl_channel_go(&post->curl);
        }
    }
}

static const struct md_curl_manner manner = {sizeof(struct post), options, judge, forget};

static void *webhook_start(const struct md_channel_world *world)
{
    struct webhooks *hooks = calloc(1, sizeof(*hooks));

    if (hooks == NULL) {
        return NULL;
    }
    md_curl_channel_init(&hooks->channel, world, &manner);
    uv_timer_init(world->loop, &hooks->fetch);
    hooks->fetch.data = hooks;
    uv_timer_start(&hooks->fetch, on_fetch, FETCH_MS, FETCH_MS);
    return hooks;
}

static void webhook_send(void *room, struct md_page *page)
{
    struct webhooks *hooks = room;
    struct post *post = md_channel_job_page(&hooks->channel.jobs, page);
    bool asks = page->command.notify.message != FO_MESSAGE_RECOVERED && page->command.incident != 0;
    char token[MD_ANSWER_TOKEN_SIZE];

    if (post == NULL) {
        return;
    }
    if (asks) {
        md_answers_token(hooks->channel.jobs.world->answers, &page->command.notify, token);
    }
    post->body = md_webhook_payload(page, asks ? token : NULL);
    if (post->body != NULL) {
        md_curl_channel_go(&post->curl);
    } else {
        md_channel_job_end(&post->curl.job, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
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
    md_channel_jobs_end(&hooks->channel.jobs);
    uv_close((uv_handle_t *)&hooks->fetch, on_fetch_closed);
}

const struct md_channel_kind md_channel_webhook = {webhook_start, webhook_send,
                                                   md_curl_channel_test, webhook_stop};

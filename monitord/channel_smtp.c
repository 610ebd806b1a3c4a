/* SPDX-License-Identifier: Apache-2.0 */
/* Mail through libcurl's multi interface on the loop. It owns transfers, the choice of the line
 * they leave by, and what an SMTP answer means; the words and the decision come with the page. */
#include "config/secret_file.h"
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/log.h"
#include "monitord/mail_text.h"

#include <curl/curl.h>
#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MAX_MS 5000

struct md_smtp {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer;
    struct transfer *transfers;
    uint8_t first[FO_CHANNELS_MAX]; /* interface that worked last, by channel */
    unsigned handles_open;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

struct transfer {
    struct md_smtp *smtp;
    const struct site *site;
    uint8_t channel;
    struct md_page *page; /* NULL: a quiet test, told to tested */
    void (*tested)(void *context, uint8_t channel, bool works, int detail);
    void *context;
    struct transfer *next;
    CURL *easy;
    struct curl_slist *recipients;
    unsigned tried; /* interfaces so far */
    size_t length, sent;
    char text[MD_MAIL_MAX];
};

struct watch { /* one socket of libcurl */
    uv_poll_t poll;
    struct md_smtp *smtp;
    curl_socket_t socket;
};

/* ---- one transfer ---- */

static const struct cfg_channel *channel_of(const struct transfer *transfer)
{
    return &transfer->site->channels[transfer->channel];
}

static unsigned interface_count(const struct cfg_channel *channel)
{
    unsigned count = 0;

    while (count < FO_LINES_MAX && channel->interfaces[count] != NULL) {
        count++;
    }
    return count;
}

/* The interface of the present try: the one that worked last comes first. */
static unsigned interface_of(const struct transfer *transfer, unsigned count)
{
    return (transfer->smtp->first[transfer->channel] + transfer->tried) % count;
}

static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t room = size * count;
    size_t left = transfer->length - transfer->sent;
    size_t take = left < room ? left : room;

    memcpy(buffer, transfer->text + transfer->sent, take);
    transfer->sent += take;
    return take;
}

static void set_login(CURL *easy, const struct cfg_smtp *smtp)
{
    char password[CFG_SECRET_MAX];
    char error[256];

    if (smtp->username == NULL) {
        return;
    }
    curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->username);
    if (smtp->password_file != NULL) {
        if (cfg_secret_read(smtp->password_file, password, error, sizeof(error))) {
            curl_easy_setopt(easy, CURLOPT_PASSWORD, password);
        } else {
            md_log(MD_LOG_ERROR, "smtp: %s", error);
        }
        sodium_memzero(password, sizeof(password));
    }
}

/* A message to send, or for a quiet test EHLO, TLS and login as configured, then NOOP: nobody is
 * disturbed and nothing is sent. */
static void set_task(CURL *easy, struct transfer *transfer)
{
    if (transfer->page == NULL) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, channel_of(transfer)->smtp.from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
}

/* Time for this try: what the channel has, shared among the interfaces that are left. */
static long try_ms(const struct transfer *transfer, unsigned count)
{
    fo_us whole_us = transfer->site->policy.channels[transfer->channel].timeout_us;
    long each_ms = (long)(whole_us / FO_MS / (fo_us)(count > 0 ? count : 1));

    return each_ms > 100 ? each_ms : 100;
}

static bool start_try(struct transfer *transfer)
{
    const struct cfg_channel *channel = channel_of(transfer);
    const struct cfg_smtp *smtp = &channel->smtp;
    unsigned count = interface_count(channel);
    long limit_ms = try_ms(transfer, count);
    CURL *easy = curl_easy_init();
    char interface[64];

    if (easy == NULL) {
        return false;
    }
    transfer->easy = easy;
    transfer->sent = 0;
    curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     limit_ms < CONNECT_TIMEOUT_MAX_MS ? limit_ms : CONNECT_TIMEOUT_MAX_MS);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     smtp->tls_required ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (smtp->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
    }
    if (count > 0) {
        snprintf(interface, sizeof(interface), "if!%s",
                 channel->interfaces[interface_of(transfer, count)]);
        curl_easy_setopt(easy, CURLOPT_INTERFACE, interface);
    }
    set_login(easy, smtp);
    set_task(easy, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    return curl_multi_add_handle(transfer->smtp->multi, easy) == CURLM_OK;
}

static void end_try(struct transfer *transfer)
{
    if (transfer->easy != NULL) {
        curl_multi_remove_handle(transfer->smtp->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
        transfer->easy = NULL;
    }
}

static void end_transfer(struct transfer *transfer, enum fo_outcome outcome, unsigned reason,
                         int detail)
{
    struct transfer ended = *transfer;

    end_try(transfer);
    for (struct transfer **at = &transfer->smtp->transfers; *at != NULL; at = &(*at)->next) {
        if (*at == transfer) {
            *at = transfer->next;
            break;
        }
    }
    curl_slist_free_all(transfer->recipients);
    free(transfer);
    if (ended.page != NULL) {
        ended.page->done(ended.page, outcome, reason, detail);
    } else {
        ended.tested(ended.context, ended.channel, outcome == FO_OUTCOME_ACCEPTED, detail);
    }
}

static unsigned reason_of(CURLcode code)
{
    switch (code) {
        case CURLE_INTERFACE_FAILED:
            return FO_REASON_NO_ROUTE;
        case CURLE_COULDNT_CONNECT:
            return FO_REASON_REFUSED;
        case CURLE_OPERATION_TIMEDOUT:
            return FO_REASON_NO_ANSWER;
        case CURLE_COULDNT_RESOLVE_HOST:
            return FO_REASON_UNREACHABLE;
        default:
            return FO_REASON_BAD_STATUS;
    }
}

/* The answer of the server speaks first; libcurl's own code only when there was none (an error code
 * with a 2xx or 3xx answer means that the conversation broke off after it). */
static void judge(struct transfer *transfer, CURLcode code)
{
    unsigned count = interface_count(channel_of(transfer));
    long answer = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_OK && answer >= 200 && answer < 300) {
        if (count > 0) {
            transfer->smtp->first[transfer->channel] = (uint8_t)interface_of(transfer, count);
        }
        end_transfer(transfer, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, (int)answer);
    } else if (answer >= 500) {
        end_transfer(transfer, FO_OUTCOME_FAILED, FO_REASON_BAD_STATUS, (int)answer);
    } else if (answer >= 400) {
        end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, (int)answer);
    } else if (transfer->tried + 1 < count) {
        end_try(transfer);
        transfer->tried++;
        if (!start_try(transfer)) {
            end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, (int)code);
        }
    } else {
        end_transfer(transfer, FO_OUTCOME_RETRY, reason_of(code), (int)code);
    }
}

static void take_finished(struct md_smtp *smtp)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(smtp->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;

        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;

            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
            judge(transfer, code);
        }
    }
}

/* ---- libcurl on the loop ---- */

static void on_gone(struct md_smtp *smtp)
{
    void (*done)(void *) = smtp->done;
    void *context = smtp->done_context;

    if (--smtp->handles_open > 0) {
        return;
    }
    free(smtp);
    if (done != NULL) {
        done(context);
    }
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct md_smtp *smtp = watch->smtp;

    free(watch);
    on_gone(smtp);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct md_smtp *smtp = watch->smtp;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    int running;

    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(smtp->multi, watch->socket, flags, &running);
    take_finished(smtp);
}

static void on_timeout(uv_timer_t *timer)
{
    struct md_smtp *smtp = timer->data;
    int running;

    curl_multi_socket_action(smtp->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_finished(smtp);
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct md_smtp *smtp = context;

    (void)multi;
    if (smtp->stopping || timeout_ms < 0) {
        uv_timer_stop(&smtp->timer);
    } else {
        uv_timer_start(&smtp->timer, on_timeout, timeout_ms > 0 ? (uint64_t)timeout_ms : 1, 0);
    }
    return 0;
}

static struct watch *new_watch(struct md_smtp *smtp, curl_socket_t socket)
{
    struct watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL || uv_poll_init_socket(smtp->loop, &watch->poll, socket) != 0) {
        free(watch);
        return NULL;
    }
    watch->smtp = smtp;
    watch->socket = socket;
    watch->poll.data = watch;
    smtp->handles_open++;
    curl_multi_assign(smtp->multi, socket, watch);
    return watch;
}

static int on_curl_socket(CURL *easy, curl_socket_t socket, int what, void *context,
                          void *socket_context)
{
    struct md_smtp *smtp = context;
    struct watch *watch = socket_context;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            curl_multi_assign(smtp->multi, socket, NULL);
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        }
        return 0;
    }
    if (watch == NULL && (watch = new_watch(smtp, socket)) == NULL) {
        return -1;
    }
    events |= (what & CURL_POLL_IN) != 0 ? UV_READABLE : 0;
    events |= (what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0;
    uv_poll_start(&watch->poll, events, on_ready);
    return 0;
}

/* ---- the channel ---- */

struct md_smtp *md_smtp_start(uv_loop_t *loop)
{
    struct md_smtp *smtp = calloc(1, sizeof(*smtp));

    if (smtp == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
        (smtp->multi = curl_multi_init()) == NULL) {
        free(smtp);
        return NULL;
    }
    smtp->loop = loop;
    uv_timer_init(loop, &smtp->timer);
    smtp->timer.data = smtp;
    smtp->handles_open = 1;
    curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETDATA, smtp);
    curl_multi_setopt(smtp->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(smtp->multi, CURLMOPT_TIMERDATA, smtp);
    return smtp;
}

static bool compose(struct transfer *transfer)
{
    const struct md_page *page = transfer->page;
    const struct cfg_person *person = &page->site->persons[page->command.notify.person];
    struct md_mail mail = {.from = channel_of(transfer)->smtp.from,
                           .to = person->mail,
                           .subject = page->message.subject,
                           .body = page->message.body,
                           .key = page->message.key,
                           .incident = page->message.incident,
                           .timezone = page->site->timezone,
                           .wall_ms = page->wall_ms,
                           .drill = page->command.notify.drill};

    if (person->mail == NULL) {
        return false;
    }
    transfer->length = md_mail_compose(&mail, transfer->text);
    transfer->recipients = curl_slist_append(NULL, person->mail);
    return transfer->length > 0 && transfer->recipients != NULL;
}

static struct transfer *new_transfer(struct md_smtp *smtp, const struct site *site, uint8_t channel)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (transfer != NULL) {
        transfer->smtp = smtp;
        transfer->site = site;
        transfer->channel = channel;
        transfer->next = smtp->transfers;
        smtp->transfers = transfer;
    }
    return transfer;
}

void md_smtp_send(struct md_smtp *smtp, struct md_page *page)
{
    struct transfer *transfer = new_transfer(smtp, page->site, page->command.notify.channel);

    if (transfer == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        return;
    }
    transfer->page = page;
    if (!compose(transfer)) {
        end_transfer(transfer, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
    } else if (!start_try(transfer)) {
        end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

void md_smtp_test(struct md_smtp *smtp, const struct site *site, uint8_t channel,
                  void (*tested)(void *context, uint8_t channel, bool works, int detail),
                  void *context)
{
    struct transfer *transfer = new_transfer(smtp, site, channel);

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

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(handle->data);
}

void md_smtp_stop(struct md_smtp *smtp, void (*done)(void *context), void *context)
{
    smtp->stopping = true;
    smtp->done = done;
    smtp->done_context = context;
    while (smtp->transfers != NULL) {
        end_transfer(smtp->transfers, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
    curl_multi_cleanup(smtp->multi);
    uv_close((uv_handle_t *)&smtp->timer, on_timer_closed);
}

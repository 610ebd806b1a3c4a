/* SPDX-License-Identifier: Apache-2.0 */
/* Mail through libcurl. It owns transfers, the choice of the line they leave by, and what an SMTP
 * answer means; the words and the decision come with the page, sockets are curl_loop.c's. */
#include "config/secret_file.h"
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/log.h"
#include "monitord/mail_text.h"
#include "monitord/text_word.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct smtp {
    const struct md_channel_world *world;
    struct transfer *transfers;
    struct md_curl_lines lines[FO_CHANNELS_MAX];
};

struct transfer {
    struct md_curl_transfer curl;
    struct smtp *smtp;
    uint8_t channel;
    struct md_page *page; /* NULL: a quiet test, told to tested */
    md_tested tested;
    void *context;
    struct transfer *next;
    struct curl_slist *recipients;
    unsigned tried; /* lines so far */
    size_t length, sent;
    char text[MD_MAIL_MAX];
};

/* ---- one transfer ---- */

static const struct cfg_channel *channel_of(const struct transfer *transfer)
{
    return &transfer->smtp->world->site->channels[transfer->channel];
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

static void on_ended(struct md_curl_transfer *curl, CURLcode code);

/* Time for this try: what the channel has, shared among the lines that are left. */
static long try_ms(const struct transfer *transfer)
{
    unsigned count = md_curl_line_count(channel_of(transfer));
    long each_ms = md_page_limit_ms(transfer->smtp->world->site, transfer->channel) /
                   (long)(count > 0 ? count : 1);

    return each_ms > 100 ? each_ms : 100;
}

static bool start_try(struct transfer *transfer)
{
    const struct cfg_smtp *smtp = &channel_of(transfer)->smtp;
    struct md_curl *loop = transfer->smtp->world->curl;
    CURL *easy;

    if (loop == NULL || !md_curl_open(loop, &transfer->curl, try_ms(transfer))) {
        return false;
    }
    easy = transfer->curl.easy;
    transfer->curl.ended = on_ended;
    transfer->sent = 0;
    curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     smtp->tls_required ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (smtp->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
    }
    md_curl_bind(easy, &transfer->smtp->lines[transfer->channel], transfer->tried);
    set_login(easy, smtp);
    set_task(easy, transfer);
    return md_curl_go(&transfer->curl);
}

static void end_transfer(struct transfer *transfer, enum fo_outcome outcome, unsigned reason,
                         int detail)
{
    struct md_page *page = transfer->page;
    md_tested tested = transfer->tested;
    void *context = transfer->context;
    uint8_t channel = transfer->channel;

    md_curl_close(&transfer->curl);
    for (struct transfer **at = &transfer->smtp->transfers; *at != NULL; at = &(*at)->next) {
        if (*at == transfer) {
            *at = transfer->next;
            break;
        }
    }
    curl_slist_free_all(transfer->recipients);
    free(transfer);
    if (page != NULL) {
        page->done(page, outcome, reason, detail);
    } else {
        tested(context, channel, outcome == FO_OUTCOME_ACCEPTED, detail);
    }
}

/* The answer of the server speaks first; libcurl's own code only when there was none (an error code
 * with a 2xx or 3xx answer means that the conversation broke off after it). */
static void on_ended(struct md_curl_transfer *curl, CURLcode code)
{
    struct transfer *transfer = (struct transfer *)curl;
    long answer = 0;

    curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_OK && answer >= 200 && answer < 300) {
        md_curl_line_worked(&transfer->smtp->lines[transfer->channel], transfer->tried);
        end_transfer(transfer, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, (int)answer);
    } else if (answer >= 500) {
        end_transfer(transfer, FO_OUTCOME_FAILED, FO_REASON_BAD_STATUS, (int)answer);
    } else if (answer >= 400) {
        end_transfer(transfer, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, (int)answer);
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

/* ---- the channel ---- */

static bool is_encrypted(const struct cfg_smtp *smtp)
{
    return smtp->tls_required || strncmp(smtp->url, "smtps://", 8) == 0;
}

/* What may travel in the clear: the short form, and where the rest is. */
static void short_body(const struct md_page *page, char *text, size_t size)
{
    bool over = page->command.notify.message == FO_MESSAGE_RECOVERED ||
                page->command.notify.message == FO_MESSAGE_ABORTED;
    char how[256] = "";

    if (!over) {
        md_text_fill(how, sizeof(how), page->site->language, MD_WORD_MAIL_ACK_HOW,
                     page->message.incident, NULL);
    }
    snprintf(text, size, "%s\n\n%s\n%s%s", page->message.brief,
             md_text_word(page->site->language, MD_WORD_MAIL_SHORT), how, over ? "" : "\n");
}

static bool compose(struct transfer *transfer)
{
    const struct md_page *page = transfer->page;
    bool whole = is_encrypted(&channel_of(transfer)->smtp);
    char brief[1536];
    const struct cfg_person *person = &page->site->persons[page->command.notify.person];
    struct md_mail mail = {.from = channel_of(transfer)->smtp.from,
                           .to = person->mail,
                           .subject = whole ? page->message.subject : page->message.brief,
                           .body = whole ? page->message.body : brief,
                           .key = page->message.key,
                           .incident = page->message.incident,
                           .timezone = page->site->timezone,
                           .wall_ms = page->wall_ms,
                           .drill = page->command.notify.drill};

    if (person->mail == NULL) {
        return false;
    }
    short_body(page, brief, sizeof(brief));
    transfer->length = md_mail_compose(&mail, transfer->text);
    transfer->recipients = curl_slist_append(NULL, person->mail);
    return transfer->length > 0 && transfer->recipients != NULL;
}

static struct transfer *new_transfer(struct smtp *smtp, uint8_t channel)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (transfer != NULL) {
        transfer->smtp = smtp;
        transfer->channel = channel;
        transfer->next = smtp->transfers;
        smtp->transfers = transfer;
    }
    return transfer;
}

static void *smtp_start(const struct md_channel_world *world)
{
    struct smtp *smtp = calloc(1, sizeof(*smtp));

    for (unsigned i = 0; smtp != NULL && i < world->site->channel_count; i++) {
        smtp->lines[i].channel = &world->site->channels[i];
    }
    if (smtp != NULL) {
        smtp->world = world;
    }
    return smtp;
}

static void smtp_send(void *room, struct md_page *page)
{
    struct transfer *transfer = new_transfer(room, page->command.notify.channel);

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

static void smtp_test(void *room, uint8_t channel, md_tested tested, void *context)
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

static void smtp_stop(void *room, void (*done)(void *context), void *context)
{
    struct smtp *smtp = room;

    while (smtp->transfers != NULL) {
        end_transfer(smtp->transfers, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
    free(smtp);
    done(context);
}

const struct md_channel_kind md_channel_smtp = {smtp_start, smtp_send, smtp_test, smtp_stop};

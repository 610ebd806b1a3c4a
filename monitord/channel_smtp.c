/* SPDX-License-Identifier: Apache-2.0 */
/* Mail through libcurl. It owns the letter, the login and what an SMTP answer means; the words and
 * the decision come with the page, the tries are curl_channel.c's. */
#include "config/secret_file.h"
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/curl_channel.h"
#include "monitord/log.h"
#include "monitord/mail_text.h"
#include "monitord/text_word.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mail {
    struct md_curl_job curl;
    struct curl_slist *recipients;
    size_t length, sent;
    char text[MD_MAIL_MAX];
};

/* ---- one transfer ---- */

static const struct cfg_smtp *config_of(const struct md_curl_job *job)
{
    return &md_channel_job_config(&job->job)->smtp;
}

static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
    struct mail *mail = context;
    size_t room = size * count;
    size_t left = mail->length - mail->sent;
    size_t take = left < room ? left : room;

    memcpy(buffer, mail->text + mail->sent, take);
    mail->sent += take;
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
static void set_task(CURL *easy, struct mail *mail)
{
    if (mail->curl.job.page == NULL) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    mail->sent = 0;
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, config_of(&mail->curl)->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, mail->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, mail);
}

static void options(struct md_curl_job *job, CURL *easy)
{
    const struct cfg_smtp *smtp = config_of(job);

    curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     smtp->tls_required ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (smtp->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
    }
    set_login(easy, smtp);
    set_task(easy, (struct mail *)job);
}

/* The answer of the server speaks first; libcurl's own code only when there was none (an error code
 * with a 2xx or 3xx answer means that the conversation broke off after it). */
static bool judge(struct md_curl_job *job, CURLcode code, long answer, enum fo_outcome *outcome)
{
    (void)job;
    *outcome = answer >= 500   ? FO_OUTCOME_FAILED
               : answer >= 400 ? FO_OUTCOME_RETRY
                               : FO_OUTCOME_ACCEPTED;
    return answer >= 400 || (code == CURLE_OK && answer >= 200 && answer < 300);
}

static void forget(struct md_curl_job *job)
{
    curl_slist_free_all(((struct mail *)job)->recipients);
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

static bool compose(struct mail *letter)
{
    const struct md_page *page = letter->curl.job.page;
    const struct cfg_smtp *smtp = config_of(&letter->curl);
    bool whole = is_encrypted(smtp);
    char brief[1536];
    const struct cfg_person *person = &page->site->persons[page->command.notify.person];
    struct md_mail mail = {.from = smtp->from,
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
    letter->length = md_mail_compose(&mail, letter->text);
    letter->recipients = curl_slist_append(NULL, person->mail);
    return letter->length > 0 && letter->recipients != NULL;
}

static const struct md_curl_manner manner = {sizeof(struct mail), options, judge, forget};

static void *smtp_start(const struct md_channel_world *world)
{
    struct md_curl_channel *channel = calloc(1, sizeof(*channel));

    if (channel != NULL) {
        md_curl_channel_init(channel, world, &manner);
    }
    return channel;
}

static void smtp_send(void *room, struct md_page *page)
{
    struct md_curl_channel *channel = room;
    struct mail *mail = md_channel_job_page(&channel->jobs, page);

    if (mail == NULL) {
        return;
    }
    if (compose(mail)) {
        md_curl_channel_go(&mail->curl);
    } else {
        md_channel_job_end(&mail->curl.job, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
    }
}

static void smtp_stop(void *room, void (*done)(void *context), void *context)
{
    struct md_curl_channel *channel = room;

    md_channel_jobs_end(&channel->jobs);
    free(channel);
    done(context);
}

const struct md_channel_kind md_channel_smtp = {smtp_start, smtp_send, md_curl_channel_test,
                                                smtp_stop};

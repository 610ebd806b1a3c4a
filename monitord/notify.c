/* SPDX-License-Identifier: Apache-2.0 */
/* Pages under way, one list. It owns each page from the command to its outcome and chooses the
 * channel's room by its kind; never the same key twice at once. */
#include "monitord/notify.h"

#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/code_names.h"
#include "monitord/log.h"
#include "monitord/program.h"
#include "monitord/wall_time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keys of pages made without the engine: far above what an engine ever counts. */
#define SEQUENCE_WITHOUT_ENGINE ((uint64_t)1 << 62)

struct md_notify {
    uv_loop_t *loop;
    const struct site *site;
    struct md_notify_hooks hooks;
    struct md_smtp *smtp; /* started when the first mail goes */
    struct md_page *pages;
    struct fo_view *view;
    uint64_t pages_without_engine;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static void say_result(struct md_notify *notify, const struct md_page *page,
                       enum fo_outcome outcome, unsigned reason, int detail)
{
    char key[MD_KEY_TEXT_SIZE];

    md_key_text(page->command.key, key);
    md_log(outcome == FO_OUTCOME_ACCEPTED ? MD_LOG_INFO : MD_LOG_WARNING,
           "notify: key=%s person=%s channel=%s outcome=%s reason=%s detail=%d", key,
           notify->site->persons[page->command.notify.person].id,
           notify->site->channels[page->command.notify.channel].name, md_outcome_name(outcome),
           fo_reason_name(reason), detail);
    if (!notify->stopping && page->command.key.sequence < SEQUENCE_WITHOUT_ENGINE) {
        notify->hooks.result(notify->hooks.context, page->command.key, outcome, reason, detail);
    }
}

/* After a stop: the memory goes with the last page and the mail. */
static void free_when_idle(struct md_notify *notify)
{
    void (*done)(void *) = notify->done;
    void *context = notify->done_context;

    if (!notify->stopping || notify->pages != NULL || notify->smtp != NULL) {
        return;
    }
    free(notify->view);
    free(notify);
    if (done != NULL) {
        done(context);
    }
}

static void on_done(struct md_page *page, enum fo_outcome outcome, unsigned reason, int detail)
{
    struct md_notify *notify = page->context;

    if (page->ended) {
        return;
    }
    page->ended = true;
    for (struct md_page **at = &notify->pages; *at != NULL; at = &(*at)->next) {
        if (*at == page) {
            *at = page->next;
            break;
        }
    }
    say_result(notify, page, outcome, reason, detail);
    free(page);
    free_when_idle(notify);
}

static bool is_under_way(const struct md_notify *notify, struct fo_key key)
{
    for (const struct md_page *page = notify->pages; page != NULL; page = page->next) {
        if (page->command.key.boot == key.boot && page->command.key.sequence == key.sequence) {
            return true;
        }
    }
    return false;
}

static bool has_smtp(struct md_notify *notify)
{
    if (notify->smtp == NULL) {
        notify->smtp = md_smtp_start(notify->loop);
    }
    return notify->smtp != NULL;
}

static void send_page(struct md_notify *notify, struct md_page *page)
{
    switch (notify->site->channels[page->command.notify.channel].kind) {
        case FO_CHANNEL_TERMINAL:
            md_channel_terminal(page);
            break;
        case FO_CHANNEL_COMMAND:
            md_channel_command(page);
            break;
        case FO_CHANNEL_SMTP:
            if (!has_smtp(notify)) {
                on_done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
            } else {
                md_smtp_send(notify->smtp, page);
            }
            break;
        default:
            on_done(page, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
            break;
    }
}

struct md_notify *md_notify_start(uv_loop_t *loop, const struct site *site,
                                  const struct md_notify_hooks *hooks)
{
    struct md_notify *notify = calloc(1, sizeof(*notify));

    if (notify == NULL || (notify->view = calloc(1, sizeof(*notify->view))) == NULL) {
        free(notify);
        return NULL;
    }
    notify->loop = loop;
    notify->site = site;
    notify->hooks = *hooks;
    return notify;
}

void md_notify_send(struct md_notify *notify, const struct fo_command *command)
{
    struct md_page *page;

    if (is_under_way(notify, command->key)) {
        return;
    }
    if (command->notify.person >= notify->site->person_count ||
        command->notify.channel >= notify->site->channel_count) {
        notify->hooks.result(notify->hooks.context, command->key, FO_OUTCOME_FAILED,
                             FO_REASON_WRONG_TYPE, 0);
        return;
    }
    page = calloc(1, sizeof(*page));
    if (page == NULL) {
        notify->hooks.result(notify->hooks.context, command->key, FO_OUTCOME_RETRY, FO_REASON_NONE,
                             0);
        return;
    }
    page->site = notify->site;
    page->loop = notify->loop;
    page->command = *command;
    page->wall_ms = md_wall_now_ms();
    page->watchers = notify->hooks.watchers(notify->hooks.context);
    page->done = on_done;
    page->context = notify;
    page->next = notify->pages;
    notify->pages = page;
    notify->hooks.view(notify->hooks.context, notify->view);
    md_message_compose(notify->site, notify->view, command, page->wall_ms, &page->message);
    send_page(notify, page);
}

static void page_person(struct md_notify *notify, uint64_t boot, unsigned reason, unsigned person)
{
    const struct fo_person_policy *policy = &notify->site->policy.persons[person];

    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        struct fo_command command = {
            .kind = FO_COMMAND_NOTIFY,
            .server = FO_NONE,
            .line = FO_NONE,
            .device = FO_NONE,
            .reason = (uint16_t)reason,
            .key = {boot, SEQUENCE_WITHOUT_ENGINE + notify->pages_without_engine++},
            .deadline_us = FO_NEVER,
            .notify = {.person = (uint8_t)person,
                       .channel = policy->channels[i],
                       .message = FO_MESSAGE_OPENED,
                       .epoch = 1,
                       .attempt = 1}};

        md_notify_send(notify, &command);
    }
}

void md_notify_without_engine(struct md_notify *notify, uint64_t boot, unsigned reason)
{
    const struct fo_policy *policy = &notify->site->policy;
    uint32_t roles = policy->rung_count > 0 ? policy->rungs[0].roles : 0;

    for (unsigned i = 0; i < policy->person_count; i++) {
        if ((policy->persons[i].roles & roles) != 0) {
            page_person(notify, boot, reason, i);
        }
    }
}

void md_notify_test(struct md_notify *notify, uint8_t channel,
                    void (*tested)(void *context, uint8_t channel, bool works, int detail),
                    void *context)
{
    const struct cfg_channel *configured = &notify->site->channels[channel];

    if (configured->kind == FO_CHANNEL_SMTP && has_smtp(notify)) {
        md_smtp_test(notify->smtp, notify->site, channel, tested, context);
    } else if (configured->kind == FO_CHANNEL_SMTP) {
        tested(context, channel, false, 0);
    } else if (configured->kind == FO_CHANNEL_COMMAND) {
        bool runs = configured->command != NULL && access(configured->command, X_OK) == 0;

        tested(context, channel, runs, runs ? 0 : errno);
    } else {
        tested(context, channel, true, 0);
    }
}

unsigned md_notify_under_way(const struct md_notify *notify)
{
    unsigned count = 0;

    for (const struct md_page *page = notify->pages; page != NULL; page = page->next) {
        count++;
    }
    return count;
}

static void on_smtp_stopped(void *context)
{
    struct md_notify *notify = context;

    notify->smtp = NULL;
    free_when_idle(notify);
}

/* Mail ends at once; a child's page ends when its process has been reaped. */
void md_notify_stop(struct md_notify *notify, void (*done)(void *context), void *context)
{
    notify->stopping = true;
    notify->done = done;
    notify->done_context = context;
    for (struct md_page *page = notify->pages; page != NULL; page = page->next) {
        if (notify->site->channels[page->command.notify.channel].kind == FO_CHANNEL_COMMAND &&
            page->channel != NULL) {
            md_program_kill(page->channel);
        }
    }
    if (notify->smtp != NULL) {
        md_smtp_stop(notify->smtp, on_smtp_stopped, notify);
    } else {
        free_when_idle(notify);
    }
}

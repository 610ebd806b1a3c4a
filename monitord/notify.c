/* SPDX-License-Identifier: Apache-2.0 */
/* Pages under way, one list, and the rooms of the channels. It owns each page from the command to
 * its outcome and chooses the channel's room by its kind; never the same key twice at once. */
#include "monitord/notify.h"

#include "failover/reason.h"
#include "monitord/channel_sms.h"
#include "monitord/code_names.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdlib.h>
#include <string.h>

/* Keys of pages made without the engine: far above what an engine ever counts. */
#define SEQUENCE_WITHOUT_ENGINE ((uint64_t)1 << 62)

/* By enum fo_channel_kind, and SMS once more: through gammu-smsd instead of a modem of our own. */
enum { KIND_SPOOL = FO_CHANNEL_KINDS, KINDS };
static const struct md_channel_kind *const kinds[KINDS] = {
    [FO_CHANNEL_TERMINAL] = &md_channel_terminal, [FO_CHANNEL_SMTP] = &md_channel_smtp,
    [FO_CHANNEL_COMMAND] = &md_channel_command,   [FO_CHANNEL_SMS] = &md_channel_modem,
    [FO_CHANNEL_TOWER] = &md_channel_tower,       [FO_CHANNEL_WEBHOOK] = &md_channel_webhook,
    [FO_CHANNEL_INFORM] = &md_channel_inform,     [FO_CHANNEL_SIP] = &md_channel_sip,
    [KIND_SPOOL] = &md_channel_sms_spool,
};

/* One quiet test under way; it lives until its end was told, or the channels have gone. */
struct quiet_test {
    struct md_notify *notify;
    md_tested tested;
    void *context;
    struct quiet_test *next;
};

struct md_notify {
    uv_loop_t *loop;
    const struct site *site;
    struct md_notify_hooks hooks;
    struct md_channel_world world;
    void *rooms[KINDS]; /* NULL: no such channel, or it could not start */
    unsigned open;      /* rooms and libcurl that have not closed yet */
    struct md_page *pages;
    struct quiet_test *tests;
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

/* Forgets a test, which may be one of whose end no channel told. */
static void drop_test(struct quiet_test *test)
{
    struct quiet_test **at = &test->notify->tests;

    while (*at != test) {
        at = &(*at)->next;
    }
    *at = test->next;
    free(test);
}

/* After a stop: the memory goes with the last page and the last room; libcurl after the rooms. */
static void on_closed(void *context);

static void free_when_idle(struct md_notify *notify)
{
    void (*done)(void *) = notify->done;
    void *context = notify->done_context;
    struct md_curl *curl = notify->world.curl;

    if (!notify->stopping || notify->open > 0) {
        return;
    }
    if (curl != NULL) {
        notify->world.curl = NULL;
        notify->open++;
        md_curl_stop(curl, on_closed, notify);
        return;
    }
    while (notify->tests != NULL) {
        drop_test(notify->tests);
    }
    md_answers_stop(notify->world.answers);
    free(notify->view);
    free(notify);
    if (done != NULL) {
        done(context);
    }
}

static void on_closed(void *context)
{
    struct md_notify *notify = context;

    notify->open--;
    free_when_idle(notify);
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
}

static bool is_under_way(const struct md_notify *notify, struct fo_key key)
{
    for (const struct md_page *page = notify->pages; page != NULL; page = page->next) {
        if (fo_key_equal(page->command.key, key)) {
            return true;
        }
    }
    return false;
}

/* ---- the rooms ---- */

static unsigned kind_of(const struct md_notify *notify, unsigned channel)
{
    const struct cfg_channel *configured = &notify->site->channels[channel];

    return configured->kind == FO_CHANNEL_SMS && configured->sms.spool != NULL ? KIND_SPOOL
                                                                               : configured->kind;
}

long md_page_limit_ms(const struct site *site, uint8_t channel)
{
    fo_us whole_us = site->policy.channels[channel].timeout_us;
    fo_us margin_us = whole_us / 20 < FO_SECOND ? whole_us / 20 : FO_SECOND;

    return (long)((whole_us - margin_us) / FO_MS);
}

/* A room that cannot start now is tried again when it is needed. */
static void *room_of(struct md_notify *notify, unsigned channel)
{
    unsigned kind = kind_of(notify, channel);

    if (notify->rooms[kind] == NULL && kinds[kind] != NULL) {
        notify->rooms[kind] = kinds[kind]->start(&notify->world);
        notify->open += notify->rooms[kind] != NULL ? 1 : 0;
    }
    return notify->rooms[kind];
}

static enum md_answer_verdict on_answer(void *context, const struct md_answer *answer)
{
    struct md_notify *notify = context;

    return notify->hooks.answer != NULL && !notify->stopping
               ? notify->hooks.answer(notify->hooks.answer_context, answer)
               : MD_ANSWER_UNKNOWN;
}

static void give_view(void *context, struct fo_view *view)
{
    struct md_notify *notify = context;

    notify->hooks.view(notify->hooks.context, view);
}

struct md_notify *md_notify_start(uv_loop_t *loop, const struct site *site,
                                  const struct md_notify_hooks *hooks)
{
    struct md_notify *notify = calloc(1, sizeof(*notify));

    if (notify == NULL || (notify->view = calloc(1, sizeof(*notify->view))) == NULL ||
        (notify->world.answers = md_answers_start(site, on_answer, notify)) == NULL) {
        free(notify != NULL ? notify->view : NULL);
        free(notify);
        return NULL;
    }
    notify->loop = loop;
    notify->site = site;
    notify->hooks = *hooks;
    notify->world.loop = loop;
    notify->world.site = site;
    notify->world.curl = md_curl_start(loop);
    notify->world.view = give_view;
    notify->world.context = notify;
    for (unsigned i = 0; i < site->channel_count; i++) {
        room_of(notify, i);
    }
    return notify;
}

/* ---- pages ---- */

static void send_page(struct md_notify *notify, struct md_page *page)
{
    unsigned channel = page->command.notify.channel;
    void *room = room_of(notify, channel);

    if (kinds[kind_of(notify, channel)] == NULL) {
        on_done(page, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
    } else if (room == NULL) {
        on_done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    } else {
        kinds[kind_of(notify, channel)]->send(room, page);
    }
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
    page->started_us = pb_clock_us();
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

/* A stop ends tests that would have gone well: what a channel says then is about the stop. */
static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    struct quiet_test *test = context;
    struct quiet_test ended = *test;

    drop_test(test);
    if (!ended.notify->stopping) {
        ended.tested(ended.context, channel, works, detail);
    }
}

void md_notify_test(struct md_notify *notify, uint8_t channel, md_tested tested, void *context)
{
    void *room = room_of(notify, channel);
    struct quiet_test *test = room != NULL ? calloc(1, sizeof(*test)) : NULL;

    if (test == NULL) {
        tested(context, channel, false, 0);
        return;
    }
    *test = (struct quiet_test){notify, tested, context, notify->tests};
    notify->tests = test;
    kinds[kind_of(notify, channel)]->test(room, channel, on_tested, test);
}

bool md_notify_hangs(const struct md_notify *notify, uint8_t channel, fo_us now_us)
{
    fo_us limit_us = 2 * notify->site->policy.channels[channel].timeout_us;

    for (const struct md_page *page = notify->pages; page != NULL; page = page->next) {
        if (page->command.notify.channel == channel && now_us - page->started_us > limit_us) {
            return true;
        }
    }
    return false;
}

unsigned md_notify_under_way(const struct md_notify *notify)
{
    unsigned count = 0;

    for (const struct md_page *page = notify->pages; page != NULL; page = page->next) {
        count++;
    }
    return count;
}

void md_notify_stop(struct md_notify *notify, void (*done)(void *context), void *context)
{
    notify->stopping = true;
    notify->done = done;
    notify->done_context = context;
    notify->open++; /* ours, so that no room that ends at once ends it all */
    for (unsigned i = 0; i < KINDS; i++) {
        if (notify->rooms[i] != NULL) {
            kinds[i]->stop(notify->rooms[i], on_closed, notify);
        }
    }
    on_closed(notify);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages through modems of our own: one page becomes its parts, each with its own mark of a
 * drill, and is accepted when the network has delivered them all (or has taken them, where the site
 * does without reports). What people send back is an answer. It owns the pages under way and no
 * protocol: modem.c speaks, sms_pdu.c codes. */
#include "monitord/channel_sms.h"

#include "failover/reason.h"
#include "monitord/contact_store.h"
#include "monitord/log.h"
#include "monitord/modem.h"
#include "monitord/text_answer.h"
#include "monitord/text_word.h"
#include "probes/clock.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_REFERENCE (-1)

struct job {
    struct line *line;
    struct md_page *page; /* NULL: a reply to somebody's answer, nobody waits for it */
    struct md_sms_parts parts;
    char number[MD_CONTACT_MAX];
    uint8_t tie;        /* reference of the concatenation */
    bool waits;         /* for the modem to come up */
    unsigned handed;    /* parts the network has taken */
    unsigned delivered; /* bit per part */
    int references[MD_SMS_PARTS_MAX];
    uv_timer_t limit;
    struct job *next;
};
struct line { /* one channel */
    struct sms *sms;
    uint8_t channel;
    struct md_modem *modem;
    md_tested tested;
    void *tested_context;
};
struct sms {
    const struct md_channel_world *world;
    struct line lines[FO_CHANNELS_MAX];
    struct job *jobs;
    uint8_t tie;
    bool stopping;
    unsigned open; /* modems and timers */
    void (*done)(void *context);
    void *done_context;
};

static void free_when_idle(struct sms *sms)
{
    void (*done)(void *) = sms->done;
    void *context = sms->done_context;

    if (sms->stopping && sms->open == 0) {
        free(sms);
        done(context);
    }
}

/* ---- one message -------------------------------------------------------------------------------
 */

static void on_limit_closed(uv_handle_t *handle)
{
    struct job *job = handle->data;
    struct sms *sms = job->line->sms;

    sodium_memzero(job, sizeof(*job));
    free(job);
    sms->open--;
    free_when_idle(sms);
}

static void end_job(struct job *job, enum fo_outcome outcome, unsigned reason, int detail)
{
    struct md_page *page = job->page;
    struct sms *sms = job->line->sms;

    for (struct job **at = &sms->jobs; *at != NULL; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    md_modem_forget(job->line->modem, job);
    uv_close((uv_handle_t *)&job->limit, on_limit_closed);
    if (page != NULL) {
        page->done(page, outcome, reason, detail);
    }
}

/* The network took it and never said that it arrived, or the modem was too slow. */
static void on_limit(uv_timer_t *timer)
{
    struct job *job = timer->data;
    bool taken = job->handed == job->parts.count;

    end_job(job, FO_OUTCOME_RETRY, taken ? FO_REASON_NO_ANSWER : FO_REASON_TOO_LATE,
            (int)job->handed);
}

static bool hand_part(struct job *job)
{
    const struct cfg_channel *channel = &job->line->sms->world->site->channels[job->line->channel];
    char hex[MD_SMS_HEX_MAX];
    unsigned length = md_sms_submit(&job->parts, job->handed, job->tie, job->number,
                                    job->page != NULL && channel->sms.delivery_reports, hex);
    bool queued = md_modem_send(job->line->modem, job, hex, length);

    sodium_memzero(hex, sizeof(hex));
    return queued;
}

/* Pages that came while the modem was being brought up: right after a start there are some, and
 * among them what has to be repeated. */
static void on_came(void *context, bool up)
{
    struct line *line = context;
    struct job *next;

    for (struct job *job = line->sms->jobs; job != NULL; job = next) {
        next = job->next;
        if (job->line == line && job->waits) {
            job->waits = false;
            if (!up || !hand_part(job)) {
                end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
            }
        }
    }
}

static void on_sent(void *context, void *cookie, int reference, int error)
{
    struct job *job = cookie;
    const struct line *line = context;
    bool reports = line->sms->world->site->channels[line->channel].sms.delivery_reports;

    if (reference < 0) {
        bool again = error < 0 || md_at_error_passes(error);

        end_job(job, again ? FO_OUTCOME_RETRY : FO_OUTCOME_FAILED,
                error < 0 ? FO_REASON_NO_ANSWER : FO_REASON_DEVICE_ERROR, error);
        return;
    }
    job->references[job->handed++] = reference;
    if (job->handed < job->parts.count) {
        if (!hand_part(job)) {
            end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
        }
    } else if (!reports || job->page == NULL) {
        end_job(job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, reference);
    }
}

static struct job *new_job(struct line *line, struct md_page *page, const char *number)
{
    struct job *job = calloc(1, sizeof(*job));
    struct sms *sms = line->sms;

    if (job == NULL) {
        return NULL;
    }
    job->line = line;
    job->page = page;
    job->tie = ++sms->tie;
    snprintf(job->number, sizeof(job->number), "%s", number);
    uv_timer_init(sms->world->loop, &job->limit);
    job->limit.data = job;
    sms->open++;
    job->next = sms->jobs;
    sms->jobs = job;
    uv_timer_start(&job->limit, on_limit,
                   (uint64_t)md_page_limit_ms(sms->world->site, line->channel), 0);
    return job;
}

void md_sms_text(const struct md_page *page, struct md_answers *answers, char *text, size_t size)
{
    char code[MD_ANSWER_CODE_SIZE], how[128];

    snprintf(text, size, "%s", page->message.brief);
    if (page->command.notify.message != FO_MESSAGE_RECOVERED && page->command.incident != 0) {
        md_answers_code(answers, &page->command.notify, code);
        md_text_fill(how, sizeof(how), page->site->language, MD_WORD_SMS_ANSWER, code, NULL);
        md_text_append(text, size, "\n");
        md_text_append(text, size, how);
    }
}

const char *md_sms_mark(const struct site *site, bool drill)
{
    return drill ? md_text_word(site->language, MD_WORD_TAG_DRILL) : "";
}

static void sms_send(void *room, struct md_page *page)
{
    struct sms *sms = room;
    struct line *line = &sms->lines[page->command.notify.channel];
    const struct cfg_channel *channel = &page->site->channels[page->command.notify.channel];
    char number[MD_CONTACT_MAX], error[256], text[768];
    struct job *job;

    if (!md_contact_number(channel->contacts_file, page->site,
                           page->site->persons[page->command.notify.person].id, number, error,
                           sizeof(error))) {
        md_log(MD_LOG_ERROR, "sms: %s", error);
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
        return;
    }
    if (!md_sms_number_ok(number)) {
        page->done(page, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
        return;
    }
    bool waits = line->modem != NULL && md_modem_is_expected(line->modem);
    if (line->modem == NULL || (!waits && md_modem_state(line->modem) != MD_MODEM_READY) ||
        (job = new_job(line, page, number)) == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE,
                   line->modem != NULL ? (int)md_modem_state(line->modem) : -1);
        return;
    }
    sodium_memzero(number, sizeof(number));
    md_sms_text(page, sms->world->answers, text, sizeof(text));
    if (!md_sms_split(text, md_sms_mark(page->site, page->command.notify.drill), &job->parts)) {
        end_job(job, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
    } else if (waits) {
        job->waits = true;
    } else if (!hand_part(job)) {
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
    }
    sodium_memzero(text, sizeof(text));
}

/* ---- what comes in -----------------------------------------------------------------------------
 */

static void take_report(struct line *line, const struct md_sms_in *in)
{
    for (struct job *job = line->sms->jobs; job != NULL; job = job->next) {
        for (unsigned i = 0; job->line == line && i < job->handed; i++) {
            if (job->references[i] != in->reference ||
                !md_sms_same_number(job->number, in->number)) {
                continue;
            }
            if (in->gives_up) {
                end_job(job, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, in->reference);
                return;
            }
            job->delivered |= in->delivered ? 1U << i : 0;
            if (job->delivered == (1U << job->parts.count) - 1) {
                end_job(job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, in->reference);
            }
            return;
        }
    }
}

void md_sms_reply_text(const struct site *site, const struct md_answer_reply *reply, char *text,
                       size_t size)
{
    static const enum md_word words[MD_ANSWER_VERDICTS] = {
        MD_WORD_REPLY_TAKEN, MD_WORD_REPLY_UNKNOWN, MD_WORD_REPLY_REPLAYED, MD_WORD_REPLY_OLD,
        MD_WORD_REPLY_OVER};
    char words_text[192];

    md_text_fill(words_text, sizeof(words_text), site->language, words[reply->verdict], reply->code,
                 NULL);
    snprintf(text, size, "%s%s", md_sms_mark(site, reply->drill), words_text);
}

bool md_sms_take_answer(const struct md_channel_world *world, uint8_t channel, const char *number,
                        const char *text, struct md_answer_reply *reply)
{
    const struct cfg_channel *configured = &world->site->channels[channel];
    uint8_t order = md_text_answer(text, reply->code);
    uint8_t person =
        md_contact_person(configured->contacts_file, world->site, number, md_sms_same_number);

    reply->drill = world->site->policy.drill;
    reply->verdict = md_answers_take(world->answers, channel, person, order,
                                     reply->code[0] != '\0' ? reply->code : NULL, pb_clock_us());
    return person != FO_NONE;
}

static void take_answer(struct line *line, const struct md_sms_in *in)
{
    struct md_answer_reply reply;
    char text[256];
    struct job *job;

    /* whose number it is not gets no reply: anybody could make us send */
    if (!md_sms_take_answer(line->sms->world, line->channel, in->number, in->text, &reply)) {
        return;
    }
    md_sms_reply_text(line->sms->world->site, &reply, text, sizeof(text));
    job = new_job(line, NULL, in->number);
    if (job != NULL &&
        (!md_sms_split(text, md_sms_mark(line->sms->world->site, reply.drill), &job->parts) ||
         !hand_part(job))) {
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

static void on_received(void *context, const struct md_sms_in *in)
{
    struct line *line = context;

    if (in->kind == MD_SMS_REPORT) {
        take_report(line, in);
    } else {
        take_answer(line, in);
    }
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static void *sms_start(const struct md_channel_world *world)
{
    struct sms *sms = calloc(1, sizeof(*sms));

    if (sms == NULL) {
        return NULL;
    }
    sms->world = world;
    randombytes_buf(&sms->tie, sizeof(sms->tie));
    for (unsigned i = 0; i < world->site->channel_count; i++) {
        struct line *line = &sms->lines[i];
        struct md_modem_hooks hooks = {on_sent, on_received, on_came, line};

        line->sms = sms;
        line->channel = (uint8_t)i;
        if (world->site->channels[i].kind == FO_CHANNEL_SMS &&
            world->site->channels[i].device != NULL) {
            line->modem = md_modem_start(world->loop, &world->site->channels[i], &hooks);
            sms->open += line->modem != NULL ? 1 : 0;
        }
    }
    return sms;
}

static void on_modem_tested(void *context, bool works, int detail)
{
    struct line *line = context;
    md_tested tested = line->tested;

    line->tested = NULL;
    tested(line->tested_context, line->channel, works, detail);
}

static void sms_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    struct sms *sms = room;
    struct line *line = &sms->lines[channel];
    int missing = md_contact_check(sms->world->site->channels[channel].contacts_file,
                                   sms->world->site, channel);

    if (missing != 0 || line->modem == NULL || line->tested != NULL) {
        tested(context, channel, false, missing);
        return;
    }
    line->tested = tested;
    line->tested_context = context;
    md_modem_test(line->modem, on_modem_tested, line);
}

static void on_modem_stopped(void *context)
{
    struct sms *sms = context;

    sms->open--;
    free_when_idle(sms);
}

static void sms_stop(void *room, void (*done)(void *context), void *context)
{
    struct sms *sms = room;

    sms->stopping = true;
    sms->done = done;
    sms->done_context = context;
    while (sms->jobs != NULL) {
        end_job(sms->jobs, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        if (sms->lines[i].modem != NULL) {
            md_modem_stop(sms->lines[i].modem, on_modem_stopped, sms);
        }
    }
    free_when_idle(sms);
}

const struct md_channel_kind md_channel_modem = {sms_start, sms_send, sms_test, sms_stop};

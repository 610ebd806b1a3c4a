/* SPDX-License-Identifier: Apache-2.0 */
/* Telephone calls with recorded phrases: a page is accepted when somebody has heard it through once
 * or has pressed a key that means something; only a key acknowledges, because an answering machine
 * answers too. It owns the pages that wait for the telephone, one call at a time, and no protocol:
 * phone.c speaks to baresip, phone_talk.c puts the phrases together. */
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/contact_store.h"
#include "monitord/log.h"
#include "monitord/phone.h"
#include "monitord/phone_talk.h"
#include "probes/clock.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_MS 30000    /* then nobody is there, and the next page has its turn */
#define HANG_UP_MS 5000  /* baresip says that a call is over within this */
#define SPARE_MS 10000   /* a call ends by itself when its file does; this much later we end it */
#define WRONG_KEYS_MAX 8 /* of one call that are recorded: a cat on the keys fills no journal */
#define KEY_ACKNOWLEDGE '1'
#define KEY_CANNOT '9' /* as by SMS */

enum phase { PHASE_QUEUED, PHASE_DIALLING, PHASE_TALKING, PHASE_ENDING };

struct job { /* a page, then its call, which may outlive it */
    struct line *line;
    struct md_page *page; /* NULL: its end was said */
    struct fo_notify notify;
    enum phase phase;
    bool asks, answered, heard;
    unsigned wrong_keys, round_ms, talk_ms;
    unsigned tokens[3]; /* of the commands that begin the call */
    char code[MD_ANSWER_CODE_SIZE];
    char id[MD_PHONE_ID_MAX]; /* of the call */
    uv_timer_t limit;         /* of the page */
    struct job *next;
};
struct line { /* one channel */
    struct calls *calls;
    uint8_t channel;
    struct md_phone *phone;
    struct job *first, *calling; /* oldest page first; the one whose call is under way */
    uv_timer_t clock;            /* of the call */
    md_tested tested;
    void *tested_context;
    unsigned test_tokens[2];
    bool test_found;
};
struct calls {
    const struct md_channel_world *world;
    struct line lines[FO_CHANNELS_MAX];
    bool stopping;
    unsigned open; /* phones and timers */
    void (*done)(void *context);
    void *done_context;
};

static void go_on(struct line *line);

static void on_gone(struct calls *calls)
{
    void (*done)(void *) = calls->done;
    void *context = calls->done_context;

    calls->open--;
    if (calls->stopping && calls->open == 0) {
        free(calls);
        done(context);
    }
}

static const struct cfg_channel *channel_of(const struct line *line)
{
    return &line->calls->world->site->channels[line->channel];
}

/* Where baresip finds what it plays; the reply is another file, as the first is being played. */
static void talk_path(const struct line *line, bool reply, char path[512])
{
    snprintf(path, 512, "%s/sip-%u%s.wav", line->calls->world->site->state_directory, line->channel,
             reply ? "-reply" : "");
}

/* ---- pages --------------------------------------------------------------------------------------
 */

static void say_end(struct job *job, enum fo_outcome outcome, unsigned reason, int detail)
{
    struct md_page *page = job->page;

    job->page = NULL;
    uv_timer_stop(&job->limit);
    if (page != NULL) {
        page->done(page, outcome, reason, detail);
    }
}

static void on_limit_closed(uv_handle_t *handle)
{
    struct job *job = handle->data;
    struct calls *calls = job->line->calls;

    sodium_memzero(job, sizeof(*job));
    free(job);
    on_gone(calls);
}

static void end_job(struct job *job, enum fo_outcome outcome, unsigned reason, int detail)
{
    struct line *line = job->line;

    for (struct job **at = &line->first; *at != NULL; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    if (line->calling == job) {
        line->calling = NULL;
        uv_timer_stop(&line->clock);
    }
    say_end(job, outcome, reason, detail);
    uv_close((uv_handle_t *)&job->limit, on_limit_closed);
}

/* The call's end is said by baresip (CLOSED), or the connection is made anew. */
static void on_clock(uv_timer_t *timer);

static void hang_up(struct job *job)
{
    job->phase = PHASE_ENDING;
    uv_timer_start(&job->line->clock, on_clock, HANG_UP_MS, 0);
    if (md_phone_say(job->line->phone, "hangup", "") == 0) {
        md_phone_break(job->line->phone);
    }
}

/* The time of the page is over: whoever listens is let listen. */
static void on_limit(uv_timer_t *timer)
{
    struct job *job = timer->data;

    if (job->phase == PHASE_QUEUED) {
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_TOO_LATE, 0);
    } else if (job->phase == PHASE_TALKING) {
        say_end(job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    } else {
        say_end(job, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
        hang_up(job);
    }
}

static void on_clock(uv_timer_t *timer)
{
    struct line *line = timer->data;
    struct job *job = line->calling;

    if (job->phase == PHASE_ENDING) {
        md_phone_break(line->phone);
    } else if (job->phase == PHASE_DIALLING || job->heard) {
        hang_up(job);
    } else {
        job->heard = true;
        say_end(job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
        uv_timer_start(&line->clock, on_clock, job->talk_ms - job->round_ms + SPARE_MS, 0);
    }
}

/* ---- the call -----------------------------------------------------------------------------------
 */

static bool compose(struct job *job)
{
    const struct md_page *page = job->page;
    struct md_phone_page said = {
        .incident = job->notify.incident != 0 ? page->message.incident : "",
        .message = job->notify.message,
        .drill = job->notify.drill,
        .resend = job->notify.resend,
        .asks = job->asks};
    const char *bad = NULL;
    char path[512];
    int error;

    talk_path(job->line, false, path);
    error = md_phone_talk_page(channel_of(job->line)->sip.phrases, path, &said, &job->round_ms,
                               &job->talk_ms, &bad);
    if (error != 0) {
        md_log(MD_LOG_ERROR, "sip: phrase %s: %s", bad != NULL ? bad : "", strerror(error));
    }
    return error == 0;
}

static bool begin_call(struct job *job, const char *number)
{
    struct md_phone *phone = job->line->phone;
    char path[512], source[544];

    talk_path(job->line, false, path);
    snprintf(source, sizeof(source), "aufile,%s", path);
    job->tokens[0] = md_phone_say(phone, "uafind", channel_of(job->line)->sip.from);
    job->tokens[1] = md_phone_say(phone, "ausrc", source);
    job->tokens[2] = md_phone_say(phone, "dial", number);
    return job->tokens[0] != 0 && job->tokens[1] != 0 && job->tokens[2] != 0;
}

static void start_call(struct job *job)
{
    struct line *line = job->line;
    const struct site *site = line->calls->world->site;
    char number[MD_CONTACT_MAX], error[256];

    if (!md_contact_number(channel_of(line)->contacts_file, site,
                           site->persons[job->notify.person].id, number, error, sizeof(error))) {
        md_log(MD_LOG_ERROR, "sip: %s", error);
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
    } else if (!md_phone_number_ok(number)) {
        end_job(job, FO_OUTCOME_FAILED, FO_REASON_WRONG_TYPE, 0);
    } else if (!compose(job)) {
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
    } else {
        if (job->asks) {
            md_answers_code(line->calls->world->answers, &job->notify, job->code);
        }
        line->calling = job;
        job->phase = PHASE_DIALLING;
        uv_timer_start(&line->clock, on_clock, RING_MS, 0);
        if (!begin_call(job, number)) {
            md_phone_break(line->phone);
        }
    }
    sodium_memzero(number, sizeof(number));
}

/* The oldest page that waits has its turn when nobody is on the telephone. */
static void go_on(struct line *line)
{
    while (line->calling == NULL && line->first != NULL && md_phone_is_up(line->phone) &&
           !line->calls->stopping) {
        start_call(line->first);
    }
}

/* A number that does not exist will not exist in half a minute; who is busy may be free. */
static bool is_final(int code)
{
    return code == 404 || code == 410 || code == 484 || code == 604;
}

static void on_call_over(struct job *job, int code)
{
    struct line *line = job->line;

    if (code != 0 && job->phase == PHASE_DIALLING) {
        end_job(job, is_final(code) ? FO_OUTCOME_FAILED : FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS,
                code);
    } else {
        end_job(job, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
    }
    go_on(line);
}

static void reply(struct job *job, bool taken)
{
    const char *bad = NULL;
    char path[512], source[544];
    unsigned talk_ms = 0;

    talk_path(job->line, true, path);
    snprintf(source, sizeof(source), "aufile,%s", path);
    if (md_phone_talk_reply(channel_of(job->line)->sip.phrases, path,
                            taken ? MD_PHONE_TAKEN : MD_PHONE_UNKNOWN, job->notify.drill, &talk_ms,
                            &bad) != 0 ||
        md_phone_say(job->line->phone, "ausrc", source) == 0) {
        hang_up(job); /* it counts without a word */
        return;
    }
    job->heard = true;
    uv_timer_start(&job->line->clock, on_clock, talk_ms + SPARE_MS, 0);
}

static void on_digit(struct job *job, char digit)
{
    struct md_answers *answers = job->line->calls->world->answers;
    uint8_t order = digit == KEY_ACKNOWLEDGE ? FO_ORDER_ACKNOWLEDGE
                    : digit == KEY_CANNOT    ? FO_ORDER_CANNOT
                                             : FO_ORDER_KINDS;

    if (job->answered || job->phase != PHASE_TALKING) {
        return;
    }
    if (order == FO_ORDER_KINDS || !job->asks) {
        if (job->wrong_keys++ < WRONG_KEYS_MAX) {
            md_answers_take(answers, job->line->channel, job->notify.person, FO_ORDER_KINDS, NULL,
                            pb_clock_us());
        }
        return;
    }
    job->answered = true;
    say_end(job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    reply(job, md_answers_take(answers, job->line->channel, job->notify.person, order, job->code,
                               pb_clock_us()) == MD_ANSWER_TAKEN);
}

/* ---- what baresip says --------------------------------------------------------------------------
 */

static void end_test(struct line *line, bool works, int detail)
{
    md_tested tested = line->tested;

    line->tested = NULL;
    if (tested != NULL) {
        tested(line->tested_context, line->channel, works, detail);
    }
}

static void on_response(struct line *line, const struct md_phone_said *said)
{
    struct job *job = line->calling;

    if (line->tested != NULL && said->token == line->test_tokens[0]) {
        line->test_found = said->works;
    } else if (line->tested != NULL && said->token == line->test_tokens[1]) {
        end_test(line, line->test_found && said->works && said->registered, 0);
    }
    for (unsigned i = 0; job != NULL && i < 3 && !said->works; i++) {
        if (said->token == job->tokens[i] && job->phase == PHASE_DIALLING) {
            say_end(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, (int)i);
            if (i < 2) {
                hang_up(job);
            } else {
                end_job(job, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
                go_on(line);
            }
            return;
        }
    }
}

static void on_said(void *context, const struct md_phone_said *said)
{
    struct line *line = context;
    struct job *job = line->calling;

    if (said->what == MD_PHONE_RESPONSE) {
        on_response(line, said);
        return;
    }
    if (job == NULL || (job->id[0] != '\0' && strcmp(job->id, said->id) != 0)) {
        return; /* another call: somebody uses this baresip for something else */
    }
    memcpy(job->id, said->id, sizeof(job->id));
    if (said->what == MD_PHONE_CLOSED) {
        on_call_over(job, said->code);
    } else if (said->what == MD_PHONE_ESTABLISHED && job->phase == PHASE_DIALLING) {
        job->phase = PHASE_TALKING;
        uv_timer_start(&line->clock, on_clock, job->round_ms, 0);
    } else if (said->what == MD_PHONE_DIGIT) {
        on_digit(job, said->digit);
    }
}

static void on_came(void *context, bool up)
{
    struct line *line = context;

    if (!up) {
        line->calling = NULL;
        uv_timer_stop(&line->clock);
        end_test(line, false, 0);
        while (line->first != NULL) {
            end_job(line->first, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
        }
    }
    go_on(line);
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static void *sip_start(const struct md_channel_world *world)
{
    struct calls *calls = calloc(1, sizeof(*calls));

    for (unsigned i = 0; calls != NULL && i < world->site->channel_count; i++) {
        struct line *line = &calls->lines[i];
        struct md_phone_hooks hooks = {on_said, on_came, line};

        calls->world = world;
        line->calls = calls;
        line->channel = (uint8_t)i;
        if (world->site->channels[i].kind == FO_CHANNEL_SIP) {
            line->phone = md_phone_start(world->loop, &world->site->channels[i], &hooks);
            uv_timer_init(world->loop, &line->clock);
            line->clock.data = line;
            calls->open += line->phone != NULL ? 2 : 1;
        }
    }
    return calls;
}

static void sip_send(void *room, struct md_page *page)
{
    struct calls *calls = room;
    struct line *line = &calls->lines[page->command.notify.channel];
    bool comes =
        line->phone != NULL && (md_phone_is_up(line->phone) || md_phone_is_expected(line->phone));
    struct job *job = comes ? calloc(1, sizeof(*job)) : NULL;
    struct job **at = &line->first;

    if (job == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
        return;
    }
    job->line = line;
    job->page = page;
    job->notify = page->command.notify;
    job->asks = job->notify.incident != 0 && job->notify.message != FO_MESSAGE_RECOVERED &&
                job->notify.message != FO_MESSAGE_ABORTED;
    uv_timer_init(calls->world->loop, &job->limit);
    job->limit.data = job;
    calls->open++;
    uv_timer_start(&job->limit, on_limit,
                   (uint64_t)md_page_limit_ms(calls->world->site, line->channel), 0);
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = job;
    go_on(line);
}

static void sip_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    struct calls *calls = room;
    struct line *line = &calls->lines[channel];
    const struct cfg_channel *configured = &calls->world->site->channels[channel];
    const char *bad = NULL;
    int missing = md_contact_check(configured->contacts_file, calls->world->site, channel);

    if (missing == 0 && (missing = md_phone_talk_check(configured->sip.phrases, &bad)) != 0) {
        md_log(MD_LOG_WARNING, "sip: phrase %s: %s", bad, strerror(missing));
    }
    if (missing == 0 && line->phone != NULL && line->tested == NULL) {
        line->test_found = false;
        line->test_tokens[0] = md_phone_say(line->phone, "uafind", configured->sip.from);
        line->test_tokens[1] = md_phone_say(line->phone, "reginfo", "");
        if (line->test_tokens[0] != 0 && line->test_tokens[1] != 0) {
            line->tested = tested;
            line->tested_context = context;
            return;
        }
    }
    tested(context, channel, false, missing);
}

static void on_phone_stopped(void *context)
{
    on_gone(context);
}

static void on_clock_closed(uv_handle_t *handle)
{
    on_gone(((struct line *)handle->data)->calls);
}

static void sip_stop(void *room, void (*done)(void *context), void *context)
{
    struct calls *calls = room;

    calls->stopping = true;
    calls->done = done;
    calls->done_context = context;
    calls->open++; /* ours */
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        struct line *line = &calls->lines[i];

        while (line->first != NULL) {
            end_job(line->first, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        }
        if (line->clock.data != NULL) {
            uv_close((uv_handle_t *)&line->clock, on_clock_closed);
        }
        if (line->phone != NULL) {
            md_phone_stop(line->phone, on_phone_stopped, calls);
        }
    }
    on_gone(calls);
}

const struct md_channel_kind md_channel_sip = {sip_start, sip_send, sip_test, sip_stop};

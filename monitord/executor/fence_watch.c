/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over fences. It owns a timer and at most one program; its memory goes when both have.
 */
#include "monitord/executor/fence_watch.h"

#include "monitord/executor/act.h"
#include "monitord/executor/said.h"
#include "monitord/log.h"
#include "monitord/program.h"
#include "monitord/self_test.h"
#include "probes/clock.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#define ROUND_MS 1000

enum said { SAID_NOTHING, SAID_STATE, SAID_SILENCE };

struct fence {
    const struct cfg_act *act;
    const char *server; /* the first that it is a fence of */
    const char *state;  /* "on" or "off", of the newest look; NULL: it did not tell */
    enum said said;     /* what stands in the log of it */
};

_Static_assert(MD_FENCE_WATCH_MAX <= FO_CHANNELS_MAX, "self_test.h counts so many");

struct md_fence_watch {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct md_self_test test; /* of fences by their index, not of channels */
    struct fence fences[MD_FENCE_WATCH_MAX];
    uint8_t count, at;          /* at: the one being read */
    struct md_program *program; /* NULL: none is being read */
    bool given_up, stopped, timer_closed;
};

static void free_when_idle(struct md_fence_watch *watch)
{
    if (watch->timer_closed && watch->program == NULL) {
        free(watch);
    }
}

void md_fence_watch_facts(const struct md_fence_watch *watch, struct md_fence_watch_facts *facts)
{
    memset(facts, 0, sizeof(*facts));
    facts->watched = watch->count;
    facts->reading = watch->program != NULL;
    for (unsigned i = 0; i < watch->count; i++) {
        facts->readable += watch->test.channels[i].known && watch->test.channels[i].works ? 1 : 0;
        facts->lost += watch->test.channels[i].down ? 1 : 0;
    }
}

json_t *md_fence_watch_json(const struct md_fence_watch *watch)
{
    json_t *list = json_array();

    for (unsigned i = 0; list != NULL && i < watch->count; i++) {
        const struct fence *fence = &watch->fences[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:b}", "act", fence->act->name,
                                              "server", fence->server, "state", fence->state,
                                              "lost", (int)watch->test.channels[i].down));
    }
    return list;
}

/* ---- what came of it ---- */

static void log_state(struct fence *fence)
{
    if (fence->said != SAID_STATE) {
        md_log(MD_LOG_NOTICE, "fence watch: act=%s of %s tells its state: %s", fence->act->name,
               fence->server, fence->state);
    }
    fence->said = SAID_STATE;
}

/* Once when it begins, and once more when it is no chance any more. */
static void log_silence(struct fence *fence, const struct md_program_outcome *outcome,
                        enum md_self_test_news news)
{
    char said[MD_SAID_SIZE];

    md_act_said(fence->act, outcome->output, said);
    if (fence->said != SAID_SILENCE || news == MD_SELF_TEST_DOWN) {
        md_log(news == MD_SELF_TEST_DOWN ? MD_LOG_ERROR : MD_LOG_WARNING,
               "fence watch: act=%s of %s does not tell its state%s: exit=%d%s%s%s",
               fence->act->name, fence->server,
               news == MD_SELF_TEST_DOWN ? "; nothing could be proven off by it now" : "",
               md_act_exit(outcome), outcome->timed_out ? " timed out" : "",
               said[0] != '\0' ? ", it says: " : "", said);
    }
    fence->said = SAID_SILENCE;
}

static void tell_supervisor(const struct md_fence_watch *watch)
{
    struct md_fence_watch_facts facts;

    md_fence_watch_facts(watch, &facts);
    sd_notifyf(0, "STATUS=%u of %u fences tell their state", facts.readable, facts.watched);
}

static void on_ended(void *context, const struct md_program_outcome *outcome)
{
    struct md_fence_watch *watch = context;
    struct fence *fence = &watch->fences[watch->at];
    bool ended = outcome->start_error == 0 && !outcome->timed_out && outcome->signal == 0;
    bool reads = ended && (outcome->exit_code == MD_FENCE_STATUS_ON ||
                           outcome->exit_code == MD_FENCE_STATUS_OFF);
    enum md_self_test_news news;

    watch->program = NULL;
    if (watch->stopped) {
        free_when_idle(watch);
        return;
    }
    if (watch->given_up) {
        md_self_test_put_off(&watch->test, watch->at, pb_clock_us());
        return;
    }
    news = md_self_test_ended(&watch->test, watch->at, reads, pb_clock_us());
    fence->state = !reads ? NULL : outcome->exit_code == MD_FENCE_STATUS_ON ? "on" : "off";
    if (reads) {
        log_state(fence);
    } else {
        log_silence(fence, outcome, news);
    }
    tell_supervisor(watch);
}

/* ---- the rhythm ---- */

static void look(struct md_fence_watch *watch, uint8_t at)
{
    char input[MD_ACT_INPUT_MAX];
    const struct cfg_act *act = watch->fences[at].act;
    struct md_program_request request = {
        .program = act->program, .input = input, .timeout_us = act->timeout_us};

    watch->at = at;
    watch->given_up = false;
    request.input_length = md_act_input(act, "status", input);
    watch->program = md_program_start(watch->loop, &request, on_ended, watch);
    if (watch->program == NULL) {
        md_self_test_put_off(&watch->test, at, pb_clock_us());
    }
}

static void on_round(uv_timer_t *timer)
{
    struct md_fence_watch *watch = timer->data;
    uint8_t at;

    if (watch->program != NULL) {
        return;
    }
    at = md_self_test_due(&watch->test, pb_clock_us());
    if (at != FO_NONE) {
        look(watch, at);
    }
}

/* ---- start and stop ---- */

static void add(struct md_fence_watch *watch, const struct cfg_act *act, const char *server)
{
    for (unsigned i = 0; i < watch->count; i++) {
        if (watch->fences[i].act == act) {
            return;
        }
    }
    watch->fences[watch->count++] = (struct fence){.act = act, .server = server};
}

static void collect(struct md_fence_watch *watch, const struct site *site)
{
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        const char *const *fence = site->servers[server].fence;

        for (unsigned level = 0; fence[level] != NULL; level++) {
            for (unsigned i = 0; i < site->act_count; i++) {
                const struct cfg_act *act = &site->acts[i];

                if (strcmp(act->name, fence[level]) == 0 && strcmp(act->kind, "fence-agent") == 0) {
                    add(watch, act, site->servers[server].name);
                }
            }
        }
    }
}

struct md_fence_watch *md_fence_watch_start(uv_loop_t *loop, const struct site *site)
{
    struct md_fence_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL) {
        return NULL;
    }
    watch->loop = loop;
    collect(watch, site);
    md_self_test_init(&watch->test, watch->count, pb_clock_us());
    uv_timer_init(loop, &watch->timer);
    watch->timer.data = watch;
    uv_timer_start(&watch->timer, on_round, ROUND_MS, ROUND_MS);
    return watch;
}

void md_fence_watch_all(struct md_fence_watch *watch)
{
    md_self_test_all(&watch->test, pb_clock_us());
}

void md_fence_watch_yield(struct md_fence_watch *watch)
{
    if (watch->program != NULL) {
        watch->given_up = true;
        md_program_kill(watch->program);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct md_fence_watch *watch = handle->data;

    watch->timer_closed = true;
    free_when_idle(watch);
}

void md_fence_watch_stop(struct md_fence_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    watch->stopped = true;
    md_fence_watch_yield(watch);
    uv_close((uv_handle_t *)&watch->timer, on_timer_closed);
}

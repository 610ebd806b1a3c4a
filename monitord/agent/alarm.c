/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of calls to people. It owns the child the alarm command runs in and the memory of what
 * was accepted; the words come from the one table. */
#include "monitord/agent/alarm.h"

#include "failover/assert.h"
#include "monitord/log.h"
#include "monitord/text.h"
#include "monitord/text_word.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1
#define RETRY_FIRST_US (10 * FO_SECOND)
#define RETRY_CAP_US (5 * FO_MINUTE)
#define LOOK_MS 500

static json_t *milliseconds(fo_us us)
{
    return us == FO_NEVER ? json_null() : json_integer(us / 1000);
}

static char *describe(const struct md_agent_alarm *alarm, unsigned index,
                      const struct md_alarm_facts *facts)
{
    const struct cfg_agent *config = alarm->config;
    unsigned reason = alarm->waiting[index].reason;
    enum cfg_language language = (enum cfg_language)config->language;
    const char *mark = config->drill ? md_text_word(language, MD_WORD_TAG_DRILL) : "";
    char time[MD_WALL_TEXT_SIZE], title[200], brief[200];
    md_wall_text(NULL, md_wall_now_ms(), time);
    snprintf(title, sizeof title, "%s%s", mark, md_text_reason(language, reason, MD_TEXT_TITLE));
    snprintf(brief, sizeof brief, "%s%s", mark, md_text_reason(language, reason, MD_TEXT_SHORT));
    json_t *object = json_pack(
        "{s:i, s:s, s:s, s:i, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:I, s:i, s:o, s:o}", "schema",
        SCHEMA, "kind", "agent-alarm", "reason", fo_reason_name(reason), "number", (int)reason,
        "server", config->name, "time", time, "drill", (int)config->drill, "title", title, "short",
        brief, "advice", md_text_reason(language, reason, MD_TEXT_ADVICE), "role",
        facts->active ? "active" : "standby", "epoch", (json_int_t)facts->epoch, "attempt",
        (int)alarm->waiting[index].attempts, "monitor_seen_ms",
        milliseconds(facts->monitor_silent_us), "peer_seen_ms",
        milliseconds(facts->peer_silent_us));
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

static void remove_waiting(struct md_agent_alarm *alarm, unsigned index)
{
    FO_ASSERT(index < alarm->count);
    alarm->count--;
    memmove(&alarm->waiting[index], &alarm->waiting[index + 1],
            (alarm->count - index) * sizeof alarm->waiting[0]);
}

static void put_off(struct md_agent_alarm *alarm, unsigned index)
{
    unsigned doublings = alarm->waiting[index].attempts - 1;
    fo_us wait_us = doublings < 5 ? RETRY_FIRST_US << doublings : RETRY_CAP_US;
    wait_us = wait_us < RETRY_CAP_US ? wait_us : RETRY_CAP_US;
    alarm->waiting[index].next_us = pb_clock_us() + wait_us;
    alarm->failed++;
}

/* Until when people count as told of this reason. */
static fo_us told_until(const struct md_agent_alarm *alarm, unsigned reason)
{
    fo_us until_us = 0;
    for (unsigned i = 0; i < MD_ALARM_WAITING_MAX; i++) {
        fo_us end_us = alarm->told[i].at_us + MD_ALARM_AGAIN_US;
        if (alarm->told[i].reason == reason && end_us > until_us) {
            until_us = end_us;
        }
    }
    return until_us;
}

/* Whether its time has come; puts it off when people were told of the same shortly before. */
static bool is_due(struct md_agent_alarm *alarm, unsigned index)
{
    fo_us now_us = pb_clock_us();
    unsigned reason = alarm->waiting[index].reason;
    fo_us told_us = told_until(alarm, reason);
    if (alarm->waiting[index].next_us <= now_us && told_us > now_us) {
        alarm->waiting[index].late = true;
        alarm->waiting[index].next_us = told_us;
        md_log(MD_LOG_NOTICE,
               "%s: people were called for it shortly before; again in %lld s if it holds",
               fo_reason_name(reason), (long long)((told_us - now_us) / FO_SECOND));
    }
    return alarm->waiting[index].next_us <= now_us;
}

static void start_one(struct md_agent_alarm *alarm, unsigned index,
                      const struct md_alarm_facts *facts)
{
    alarm->waiting[index].attempts++;
    char *text = describe(alarm, index, facts);
    if (text == NULL || !md_child_start(&alarm->child, alarm->config->alarm_command, text,
                                        strlen(text), alarm->config->step_timeout_us, false)) {
        put_off(alarm, index);
    } else {
        alarm->running = alarm->waiting[index].reason;
    }
    free(text);
}

static void start_next(struct md_agent_alarm *alarm)
{
    struct md_alarm_facts facts;
    for (unsigned i = 0; i < alarm->count && !alarm->child.running && !alarm->closing;) {
        if (!is_due(alarm, i)) {
            i++;
            continue;
        }
        bool holds = alarm->ask(alarm->context, alarm->waiting[i].reason, &facts);
        if (alarm->waiting[i].late && !holds) {
            remove_waiting(alarm, i);
        } else {
            start_one(alarm, i, &facts);
            i++;
        }
    }
}

static void on_child_end(void *context, const struct md_child_result *result)
{
    struct md_agent_alarm *alarm = context;
    bool accepted = result->end == MD_CHILD_EXITED && result->status == 0;
    if (alarm->closing) {
        md_child_close(&alarm->child);
        return;
    }
    if (accepted) {
        alarm->accepted++;
        alarm->told[alarm->told_next].reason = alarm->running;
        alarm->told[alarm->told_next].at_us = pb_clock_us();
        alarm->told_next = (alarm->told_next + 1) % MD_ALARM_WAITING_MAX;
    } else {
        md_log(MD_LOG_ERROR,
               "alarm command failed for %s (end %d, status %d); it is tried again while it holds",
               fo_reason_name(alarm->running), (int)result->end, result->status);
    }
    for (unsigned i = 0; i < alarm->count; i++) {
        if (alarm->waiting[i].reason == alarm->running) {
            if (accepted || alarm->waiting[i].over) {
                remove_waiting(alarm, i);
            } else {
                put_off(alarm, i);
            }
            break;
        }
    }
    alarm->running = 0;
    start_next(alarm);
}

static void on_timer(uv_timer_t *timer)
{
    start_next(timer->data);
}

bool md_agent_alarm_init(struct md_agent_alarm *alarm, uv_loop_t *loop,
                         const struct cfg_agent *config, md_alarm_ask ask, void *context)
{
    memset(alarm, 0, sizeof *alarm);
    alarm->config = config;
    alarm->ask = ask;
    alarm->context = context;
    int result = uv_timer_init(loop, &alarm->timer);
    FO_ASSERT(result == 0);
    alarm->timer.data = alarm;
    if (!md_child_init(&alarm->child, loop, on_child_end, alarm)) {
        uv_close((uv_handle_t *)&alarm->timer, NULL);
        return false;
    }
    uv_timer_start(&alarm->timer, on_timer, LOOK_MS, LOOK_MS);
    return true;
}

static bool is_waiting(const struct md_agent_alarm *alarm, unsigned reason)
{
    for (unsigned i = 0; i < alarm->count; i++) {
        if (alarm->waiting[i].reason == reason && !alarm->waiting[i].over) {
            return true;
        }
    }
    return false;
}

void md_agent_alarm_call(struct md_agent_alarm *alarm, unsigned reason)
{
    md_log(MD_LOG_ERROR, "ALARM %s: %s", fo_reason_name(reason),
           md_text_reason((enum cfg_language)alarm->config->language, reason, MD_TEXT_TITLE));
    if (alarm->config->alarm_command == NULL || is_waiting(alarm, reason)) {
        return;
    }
    if (alarm->count == MD_ALARM_WAITING_MAX) {
        remove_waiting(alarm, alarm->waiting[0].reason == alarm->running ? 1 : 0);
        alarm->dropped++;
    }
    memset(&alarm->waiting[alarm->count], 0, sizeof alarm->waiting[0]);
    alarm->waiting[alarm->count].reason = (uint16_t)reason;
    alarm->count++;
    start_next(alarm);
}

void md_agent_alarm_withdraw(struct md_agent_alarm *alarm, unsigned reason)
{
    bool runs = alarm->running == reason; /* for the oldest of this reason */
    for (unsigned i = 0; i < alarm->count;) {
        if (alarm->waiting[i].reason != reason) {
            i++;
        } else if (runs) {
            alarm->waiting[i++].over = true;
            runs = false;
        } else {
            remove_waiting(alarm, i);
        }
    }
}

void md_agent_alarm_close(struct md_agent_alarm *alarm)
{
    alarm->closing = true;
    uv_close((uv_handle_t *)&alarm->timer, NULL);
    if (alarm->child.running) {
        md_child_stop(&alarm->child);
    } else {
        md_child_close(&alarm->child);
    }
}

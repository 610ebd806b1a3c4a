/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of promote, demote and drain programs. It owns the one child they run in and what waits
 * behind it; agent.c decides when a step is due and what its end means. */
#include "monitord/agent/steps.h"

#include "failover/assert.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1

const char *md_step_name(enum md_step step)
{
    static const char *const names[] = {"none", "promote", "demote", "drain"};
    FO_ASSERT((size_t)step < sizeof names / sizeof names[0]);
    return names[step];
}

static const char *program_of(const struct md_steps *steps, enum md_step step)
{
    switch (step) {
        case MD_STEP_PROMOTE:
            return steps->config->promote;
        case MD_STEP_DEMOTE:
            return steps->config->demote;
        case MD_STEP_DRAIN:
            return steps->config->drain;
        case MD_STEP_NONE:
            break;
    }
    return NULL;
}

static json_t *describe_address(int family, const void *bytes, bool there)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (!there || inet_ntop(family, bytes, text, sizeof text) == NULL) {
        return json_null();
    }
    return json_string(text);
}

/* The JSON a program gets, on the heap; NULL when out of memory. */
static char *describe(const struct md_steps *steps, enum md_step step,
                      const struct md_step_facts *facts)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    const struct cfg_agent *config = steps->config;
    bool there6 = memcmp(&config->service_address6, &none, sizeof none) != 0;
    json_t *object = json_pack(
        "{s:i, s:s, s:s, s:o, s:o, s:s?, s:I, s:b, s:b, s:b}", "schema", SCHEMA, "step",
        md_step_name(step), "server", config->name, "service_address4",
        describe_address(AF_INET, &config->service_address4, config->service_address4.s_addr != 0),
        "service_address6", describe_address(AF_INET6, &config->service_address6, there6),
        "interface", config->service_interface, "epoch", (json_int_t)facts->epoch, "forced",
        facts->forced, "alone", facts->alone, "start", facts->start);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

static void start_next(struct md_steps *steps)
{
    while (steps->running == MD_STEP_NONE && steps->waiting_count > 0) {
        enum md_step step = steps->waiting[0].step;
        struct md_step_facts facts = steps->waiting[0].facts;
        steps->waiting_count--;
        memmove(&steps->waiting[0], &steps->waiting[1],
                steps->waiting_count * sizeof steps->waiting[0]);
        const char *program = program_of(steps, step);
        if (program == NULL) {
            steps->callback(steps->context, step, true, "no program configured");
            continue;
        }
        char *text = describe(steps, step, &facts);
        steps->overtaken = false;
        if (text != NULL && md_child_start(&steps->child, program, text, strlen(text),
                                           steps->config->step_timeout_us, false)) {
            steps->running = step;
        }
        free(text);
        if (steps->running == MD_STEP_NONE) {
            steps->callback(steps->context, step, false, "no thread or memory to run it");
        }
    }
}

static void on_child_end(void *context, const struct md_child_result *result)
{
    struct md_steps *steps = context;
    enum md_step step = steps->running;
    char detail[64];
    steps->running = MD_STEP_NONE;
    if (steps->closing) {
        md_child_close(&steps->child);
        return;
    }
    switch (result->end) {
        case MD_CHILD_EXITED:
            snprintf(detail, sizeof detail, "exit %d", result->status);
            break;
        case MD_CHILD_SIGNALED:
            snprintf(detail, sizeof detail, "signal %d", result->status);
            break;
        case MD_CHILD_TIMEOUT:
            snprintf(detail, sizeof detail, "timeout");
            break;
        case MD_CHILD_STOPPED:
            snprintf(detail, sizeof detail, "stopped");
            break;
        case MD_CHILD_NOT_STARTED:
            snprintf(detail, sizeof detail, "not started: %s", strerror(result->status));
            break;
    }
    if (!steps->overtaken) {
        bool ok = result->end == MD_CHILD_EXITED && result->status == 0;
        steps->callback(steps->context, step, ok, detail);
    }
    start_next(steps);
}

bool md_steps_init(struct md_steps *steps, uv_loop_t *loop, const struct cfg_agent *config,
                   md_step_callback callback, void *context)
{
    memset(steps, 0, sizeof *steps);
    steps->config = config;
    steps->callback = callback;
    steps->context = context;
    return md_child_init(&steps->child, loop, on_child_end, steps);
}

/* Whether the newer step makes the older one pointless. */
static bool overtakes(enum md_step newer, enum md_step older)
{
    return (newer == MD_STEP_DEMOTE && older != MD_STEP_DEMOTE) ||
           (newer == MD_STEP_PROMOTE && older == MD_STEP_DRAIN) || newer == older;
}

void md_steps_order(struct md_steps *steps, enum md_step step, const struct md_step_facts *facts)
{
    unsigned kept = 0;
    FO_ASSERT(step != MD_STEP_NONE);
    for (unsigned i = 0; i < steps->waiting_count; i++) {
        if (!overtakes(step, steps->waiting[i].step)) {
            steps->waiting[kept++] = steps->waiting[i];
        }
    }
    steps->waiting_count = kept;
    /* the same step again, while it runs, begins anew: its facts may have changed */
    if (steps->running != MD_STEP_NONE && overtakes(step, steps->running)) {
        steps->overtaken = true;
        md_child_stop(&steps->child);
    }
    FO_ASSERT(steps->waiting_count < MD_STEPS_WAITING_MAX); /* at most one of each kind waits */
    steps->waiting[steps->waiting_count].step = step;
    steps->waiting[steps->waiting_count++].facts = *facts;
    start_next(steps);
}

bool md_steps_idle(const struct md_steps *steps)
{
    return steps->running == MD_STEP_NONE && steps->waiting_count == 0;
}

void md_steps_close(struct md_steps *steps)
{
    steps->closing = true;
    steps->waiting_count = 0;
    if (steps->child.running) {
        md_child_stop(&steps->child);
    } else {
        md_child_close(&steps->child);
    }
}

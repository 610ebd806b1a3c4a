/* SPDX-License-Identifier: Apache-2.0 */
/* Runs acts. It owns one struct per act under way; processes are program.c's, netlink is route.c's,
 * SNMP is snmp_set.c's. A fence is proven only by reading back that the power is off, whatever the
 * first call said. An outlet is switched only when it can be read: off already is done, unknown is
 * left alone. */
#include "monitord/executor/act.h"

#include "failover/assert.h"
#include "monitord/executor/route.h"
#include "monitord/executor/said.h"
#include "monitord/executor/snmp_set.h"
#include "monitord/log.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_TRY_AGAIN 75 /* EX_TEMPFAIL of sysexits.h */

enum step { STEP_LOOK, STEP_SWITCH, STEP_READ_BACK }; /* a fence begins with SWITCH */

struct running {
    uv_loop_t *loop;
    const struct site *site;
    const struct cfg_act *act;
    char key[MD_LEDGER_KEY_SIZE];
    struct md_act_how how;
    enum step step; /* fence agents and outlets */
    uv_timer_t later;
    md_act_done done;
    void *context;
    enum md_act_state state;
    int detail;
    const char *reason;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_later(uv_timer_t *timer)
{
    struct running *running = timer->data;

    running->done(running->context, running->state, running->detail, running->reason);
    uv_close((uv_handle_t *)timer, on_closed);
}

/* The outcome is said on the next turn, so that a caller never hears it before its own call
 * returns. */
static void finish(struct running *running, enum md_act_state state, int detail, const char *reason)
{
    running->state = state;
    running->detail = detail;
    running->reason = reason;
    uv_timer_start(&running->later, on_later, 0, 0);
}

static void log_output(const struct running *running, const struct md_program_outcome *outcome)
{
    char said[MD_SAID_SIZE];

    md_act_said(running->act, outcome->output, said);
    if (said[0] != '\0') {
        md_log(MD_LOG_WARNING, "executor: act=%s says: %s", running->act->name, said);
    }
}

int md_act_exit(const struct md_program_outcome *outcome)
{
    if (outcome->start_error != 0) {
        return outcome->start_error;
    }
    return outcome->signal != 0 ? 128 + outcome->signal : outcome->exit_code;
}

/* ---- fence agents and outlets ---- */

size_t md_act_input(const struct cfg_act *act, const char *action, char input[MD_ACT_INPUT_MAX])
{
    const char *options = act->options != NULL ? act->options : "";
    size_t length = strlen(options);
    int written = snprintf(input, MD_ACT_INPUT_MAX, "%s%saction=%s\n", options,
                           length > 0 && options[length - 1] != '\n' ? "\n" : "", action);

    FO_ASSERT(written > 0 && written < MD_ACT_INPUT_MAX); /* the site file bounds the options */
    return (size_t)written;
}

static void on_fence_child(void *context, const struct md_program_outcome *outcome);

static void run_fence(struct running *running, enum step step)
{
    const char *action = step != STEP_SWITCH ? "status" : running->how.restore ? "on" : "off";
    char input[MD_ACT_INPUT_MAX];
    struct md_program_request request = {
        .program = running->act->program, .input = input, .timeout_us = running->act->timeout_us};

    request.input_length = md_act_input(running->act, action, input);
    running->step = step;
    if (md_program_start(running->loop, &request, on_fence_child, running) == NULL) {
        finish(running, MD_ACT_RETRY, 0, "out-of-memory");
    }
}

static void on_fence_child(void *context, const struct md_program_outcome *outcome)
{
    struct running *running = context;
    int wanted = running->how.restore ? MD_FENCE_STATUS_ON : MD_FENCE_STATUS_OFF;
    int other = running->how.restore ? MD_FENCE_STATUS_OFF : MD_FENCE_STATUS_ON;

    if (outcome->start_error != 0) {
        finish(running, MD_ACT_FAILED, outcome->start_error, "cannot-start");
    } else if (running->step == STEP_LOOK && !outcome->timed_out && md_act_exit(outcome) == other) {
        run_fence(running, STEP_SWITCH);
    } else if (running->step == STEP_SWITCH) {
        if (outcome->timed_out || md_act_exit(outcome) != 0) {
            md_log(MD_LOG_WARNING, "executor: act=%s action=%s %s exit=%d", running->act->name,
                   running->how.restore ? "on" : "off", outcome->timed_out ? "timed out" : "ended",
                   md_act_exit(outcome));
            log_output(running, outcome);
        }
        run_fence(running, STEP_READ_BACK);
    } else if (outcome->timed_out) {
        finish(running, MD_ACT_RETRY, 0, "status-timed-out");
    } else if (md_act_exit(outcome) == wanted) {
        finish(running, MD_ACT_DONE, 0, "");
    } else {
        const char *still = running->how.restore ? "still-off" : "still-on";

        finish(running, MD_ACT_FAILED, md_act_exit(outcome),
               md_act_exit(outcome) == other ? still : "status-unknown");
    }
}

/* ---- scripts and routes ---- */

static void on_script_child(void *context, const struct md_program_outcome *outcome)
{
    struct running *running = context;
    int code = md_act_exit(outcome);

    if (outcome->start_error != 0) {
        finish(running, MD_ACT_FAILED, code, "cannot-start");
    } else if (outcome->timed_out) {
        finish(running, MD_ACT_RETRY, 0, "timed-out");
    } else if (code == 0) {
        finish(running, MD_ACT_DONE, 0, "");
    } else if (code == EXIT_TRY_AGAIN) {
        finish(running, MD_ACT_RETRY, code, "script-says-retry");
    } else {
        log_output(running, outcome);
        finish(running, MD_ACT_FAILED, code, "script-failed");
    }
}

static void run_script(struct running *running, const char *program)
{
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:b, s:b}", "schema", 1, "key", running->key,
                               "act", running->act->name, "site", running->site->name, "drill",
                               (int)running->how.drill, "restore", (int)running->how.restore);
    char *input = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    struct md_program_request request = {.program = program,
                                         .input = input,
                                         .input_length = input != NULL ? strlen(input) : 0,
                                         .drill = running->how.drill,
                                         .timeout_us = running->act->timeout_us};

    json_decref(object);
    if (input == NULL ||
        md_program_start(running->loop, &request, on_script_child, running) == NULL) {
        finish(running, MD_ACT_RETRY, 0, "out-of-memory");
    }
    free(input);
}

/* The act is called "route-" and the line's name. */
static void run_route(struct running *running)
{
    static const char prefix[] = "route-";
    const struct cfg_line *line = NULL;
    int code;

    for (unsigned i = 0; i < running->site->line_count; i++) {
        if (strncmp(running->act->name, prefix, sizeof(prefix) - 1) == 0 &&
            strcmp(running->act->name + sizeof(prefix) - 1, running->site->lines[i].name) == 0) {
            line = &running->site->lines[i];
        }
    }
    if (line == NULL || line->gateway.s_addr == 0 || line->interface == NULL) {
        finish(running, MD_ACT_FAILED, 0, "no-gateway");
        return;
    }
    code = md_route_replace(line->interface, line->gateway);
    if (code == 0) {
        finish(running, MD_ACT_DONE, 0, "");
    } else {
        finish(running, MD_ACT_RETRY, code, "kernel-refused");
    }
}

static void on_snmp_set(void *context, enum md_act_state state, int detail, const char *reason)
{
    finish(context, state, detail, reason);
}

bool md_act_start(uv_loop_t *loop, const struct site *site, const struct cfg_act *act,
                  const char *key, const struct md_act_how *how, md_act_done done, void *context)
{
    bool script = strcmp(act->kind, "script") == 0;
    bool outlet = strcmp(act->kind, "outlet") == 0;
    struct running *running = calloc(1, sizeof(*running));

    if (running == NULL) {
        return false;
    }
    running->loop = loop;
    running->site = site;
    running->act = act;
    running->how = *how;
    running->done = done;
    running->context = context;
    snprintf(running->key, sizeof(running->key), "%s", key);
    uv_timer_init(loop, &running->later);
    running->later.data = running;
    if (how->restore && !outlet && (!script || act->restore == NULL)) {
        finish(running, MD_ACT_FAILED, 0, "by-hand");
    } else if (script) {
        run_script(running, how->restore ? act->restore : act->program);
    } else if (how->drill) {
        finish(running, MD_ACT_FAILED, 0, "not-in-a-drill");
    } else if (strcmp(act->kind, "fence-agent") == 0) {
        run_fence(running, STEP_SWITCH);
    } else if (outlet) {
        run_fence(running, STEP_LOOK);
    } else if (strcmp(act->kind, "route") == 0) {
        run_route(running);
    } else if (strcmp(act->kind, "snmp-set") == 0) {
        if (!md_snmp_set_start(loop, act, on_snmp_set, running)) {
            finish(running, MD_ACT_RETRY, 0, "out-of-memory");
        }
    } else {
        finish(running, MD_ACT_FAILED, 0, "unknown-kind");
    }
    return true;
}

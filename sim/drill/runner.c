/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of a drill. It owns one connection to the daemon, opened again when it breaks (drills
 * kill monitors too), and judges each status as it arrives: a status from before a step never
 * counts for it. */
#include "sim/drill/runner.h"

#include "sim/client.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define RECONNECT_MS 200
#define IDLE_MS 200 /* how long a wait for a status may last, so that an interrupt is seen */

struct run {
    struct sim_drill *drill;
    struct sim_client daemon;
    bool connected;
    int64_t started_ms, retry_ms;
    unsigned next; /* step that is due next */
    bool refused;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *sim_verdict_name(uint8_t verdict)
{
    static const char *const names[] = {"not-reached", "pending", "done", "held", "failed"};
    return names[verdict];
}

const char *sim_step_name(uint8_t kind)
{
    static const char *const names[] = {"fault", "expect", "expect-not"};
    return names[kind];
}

static void progress_print(const struct run *run, unsigned index)
{
    const struct sim_step *step = &run->drill->scenario->steps[index];
    const struct sim_outcome *outcome = &run->drill->outcomes[index];
    FILE *stream = run->drill->progress;
    if (stream == NULL) {
        return;
    }
    fprintf(stream, "%8.1f s  %-8s %-10s %s", (double)(now_ms() - run->started_ms) / 1000.0,
            sim_verdict_name(outcome->verdict), sim_step_name(step->kind), step->text);
    if (step->kind != SIM_STEP_FAULT && outcome->verdict != SIM_VERDICT_PENDING) {
        fprintf(stream, "  (%.1f s of %.1f s)", outcome->measured_ms / 1000.0,
                step->bound_ms / 1000.0);
    }
    if (outcome->verdict == SIM_VERDICT_FAILED && outcome->seen[0] != '\0') {
        fprintf(stream, "  [%s]", outcome->seen);
    }
    fprintf(stream, "\n");
    fflush(stream);
}

static void verdict_give(struct run *run, unsigned index, enum sim_verdict verdict)
{
    struct sim_outcome *outcome = &run->drill->outcomes[index];
    int64_t began_ms = run->started_ms + run->drill->scenario->steps[index].at_ms;
    outcome->verdict = (uint8_t)verdict;
    outcome->measured_ms = (uint32_t)(now_ms() - began_ms);
    progress_print(run, index);
}

static void fault_inject(struct run *run, unsigned index)
{
    char text[SIM_EXPECT_MAX];
    char *words[10];
    int count = 0;
    struct sim_outcome *outcome = &run->drill->outcomes[index];
    snprintf(text, sizeof(text), "%s", run->drill->scenario->steps[index].text);
    for (char *rest = text, *word; count < 10 && (word = strtok_r(rest, " ", &rest)) != NULL;) {
        words[count++] = word;
    }
    json_t *order = sim_client_fault(words, count, outcome->seen, sizeof(outcome->seen));
    json_t *answer = order == NULL ? NULL : sim_client_ask(run->drill->room, order);
    json_decref(order);
    if (json_is_true(json_object_get(answer, "ok"))) {
        verdict_give(run, index, SIM_VERDICT_DONE);
    } else {
        const char *message = json_string_value(json_object_get(answer, "message"));
        if (order != NULL) {
            snprintf(outcome->seen, sizeof(outcome->seen), "%s",
                     message != NULL ? message : "no room answers");
        }
        run->refused = true;
        verdict_give(run, index, SIM_VERDICT_FAILED);
    }
    json_decref(answer);
}

static void steps_begin(struct run *run)
{
    const struct sim_scenario *scenario = run->drill->scenario;
    while (run->next < scenario->count && !run->refused &&
           now_ms() >= run->started_ms + scenario->steps[run->next].at_ms) {
        unsigned index = run->next++;
        if (scenario->steps[index].kind == SIM_STEP_FAULT) {
            fault_inject(run, index);
        } else {
            run->drill->outcomes[index].verdict = SIM_VERDICT_PENDING;
            progress_print(run, index);
        }
    }
}

static void status_judge(struct run *run, const json_t *status)
{
    for (unsigned i = 0; i < run->next; i++) {
        const struct sim_step *step = &run->drill->scenario->steps[i];
        struct sim_outcome *outcome = &run->drill->outcomes[i];
        if (outcome->verdict != SIM_VERDICT_PENDING) {
            continue;
        }
        outcome->statuses++;
        if (sim_expect_holds(&step->expect, status, outcome->seen, sizeof(outcome->seen))) {
            verdict_give(run, i,
                         step->kind == SIM_STEP_EXPECT ? SIM_VERDICT_HELD : SIM_VERDICT_FAILED);
        }
    }
}

static void bounds_check(struct run *run)
{
    for (unsigned i = 0; i < run->next; i++) {
        const struct sim_step *step = &run->drill->scenario->steps[i];
        struct sim_outcome *outcome = &run->drill->outcomes[i];
        if (outcome->verdict != SIM_VERDICT_PENDING ||
            now_ms() < run->started_ms + step->at_ms + step->bound_ms) {
            continue;
        }
        if (outcome->statuses == 0) {
            snprintf(outcome->seen, sizeof(outcome->seen), "the daemon said nothing at all");
        }
        /* "it never became true" needs somebody who looked */
        bool kept = step->kind == SIM_STEP_EXPECT_NOT && outcome->statuses > 0;
        verdict_give(run, i, kept ? SIM_VERDICT_HELD : SIM_VERDICT_FAILED);
    }
}

static void daemon_connect(struct run *run)
{
    if (now_ms() < run->retry_ms) {
        return;
    }
    run->retry_ms = now_ms() + RECONNECT_MS;
    if (!sim_client_open(&run->daemon, run->drill->control)) {
        return;
    }
    json_t *order = json_pack("{s:s}", "order", "watch");
    run->connected = sim_client_send(&run->daemon, order);
    json_decref(order);
    if (!run->connected) {
        sim_client_close(&run->daemon);
    }
}

/* Milliseconds until something of ours is due, at most IDLE_MS. */
static int wait_ms(const struct run *run)
{
    const struct sim_scenario *scenario = run->drill->scenario;
    int64_t now = now_ms(), nearest = now + IDLE_MS;
    if (run->next < scenario->count) {
        int64_t due = run->started_ms + scenario->steps[run->next].at_ms;
        nearest = due < nearest ? due : nearest;
    }
    for (unsigned i = 0; i < run->next; i++) {
        const struct sim_step *step = &scenario->steps[i];
        int64_t due = run->started_ms + step->at_ms + step->bound_ms;
        if (run->drill->outcomes[i].verdict == SIM_VERDICT_PENDING && due < nearest) {
            nearest = due;
        }
    }
    return nearest > now ? (int)(nearest - now) : 0;
}

static void daemon_listen(struct run *run)
{
    if (!run->connected) {
        struct timespec pause = {.tv_nsec = (wait_ms(run) % 1000) * 1000000L};
        nanosleep(&pause, NULL);
        daemon_connect(run);
        return;
    }
    json_t *answer = sim_client_next(&run->daemon, wait_ms(run));
    if (answer == NULL && errno != EAGAIN && errno != EINTR) {
        sim_client_close(&run->daemon);
        run->connected = false;
        return;
    }
    const json_t *status = json_object_get(answer, "status");
    if (status != NULL) {
        status_judge(run, status);
    }
    json_decref(answer);
}

static bool run_over(const struct run *run)
{
    if (run->refused) {
        return true;
    }
    if (run->next < run->drill->scenario->count) {
        return false;
    }
    for (unsigned i = 0; i < run->next; i++) {
        if (run->drill->outcomes[i].verdict == SIM_VERDICT_PENDING) {
            return false;
        }
    }
    return true;
}

bool sim_drill_run(struct sim_drill *drill, const volatile sig_atomic_t *interrupted)
{
    struct run run = {.drill = drill, .daemon = {.fd = -1}};
    memset(drill->outcomes, 0, sizeof(drill->outcomes));
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    drill->began_wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    run.started_ms = now_ms();
    daemon_connect(&run);
    while (!run_over(&run) && *interrupted == 0) {
        steps_begin(&run);
        daemon_listen(&run);
        bounds_check(&run);
    }
    if (run.connected) {
        sim_client_close(&run.daemon);
    }
    bool all = true;
    for (unsigned i = 0; i < drill->scenario->count; i++) {
        uint8_t verdict = drill->outcomes[i].verdict;
        all = all && (verdict == SIM_VERDICT_DONE || verdict == SIM_VERDICT_HELD);
    }
    return all;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Walks through the acts with one program at a time. It owns that walk, and judges nothing by
 * itself but exit codes: metadata.c reads what an agent says, fence_options.c compares. */
#include "monitord/executor/fence_check.h"

#include "config/names.h"
#include "monitord/executor/act.h"
#include "monitord/executor/fence_options.h"
#include "monitord/executor/metadata.h"
#include "monitord/executor/said.h"
#include "monitord/program.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum step { STEP_METADATA, STEP_VALIDATE, STEP_STATUS };
static const char *const step_actions[] = {"metadata", "validate-all", "status"};

struct check {
    uv_loop_t loop;
    const struct site *site;
    struct cfg_findings *findings;
    FILE *progress;
    unsigned at; /* index of the next act */
    const struct cfg_act *act;
    enum step step;
    struct md_program *program;
    bool has_status;
    struct md_metadata_reader *reader; /* NULL but in STEP_METADATA */
    bool cut;                          /* its output was more, or other, than metadata */
    unsigned unreadable;
    bool broken; /* memory is out, or a person ends it */
    uv_signal_t on_int, on_term;
};

/* ---- what is told ---- */

__attribute__((format(printf, 5, 6))) static void find(struct check *check, bool warning,
                                                       const char *key, int line,
                                                       const char *format, ...)
{
    char path[128], message[MD_FENCE_MESSAGE_SIZE];
    va_list arguments;

    snprintf(path, sizeof(path), "acts[%u]%s%s", (unsigned)(check->act - check->site->acts),
             key != NULL ? "." : "", key != NULL ? key : "");
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    cfg_finding_add(check->findings, warning, check->site->path, line, path, "%s", message);
}

static void find_option(void *context, bool warning, const char *message)
{
    struct check *check = context;

    find(check, warning, "options", check->act->options_line, "%s", message);
}

static void find_action(void *context, bool warning, const char *message)
{
    struct check *check = context;

    find(check, warning, "program", check->act->program_line, "%s", message);
}

static void tell(struct check *check, const char *result)
{
    fprintf(check->progress, "%s\n", result);
    fflush(check->progress);
}

/* How a program ended that did not do what it should: "no answer within 20 s", "it says: …". */
static void outcome_text(const struct check *check, const struct md_program_outcome *outcome,
                         char *text, size_t size)
{
    char said[MD_SAID_SIZE];

    md_act_said(check->act, outcome->output, said);
    if (outcome->start_error != 0) {
        snprintf(text, size, "it cannot be started: %s", uv_strerror(outcome->start_error));
    } else if (outcome->timed_out) {
        snprintf(text, size, "it did not end within %g s",
                 (double)check->act->timeout_us / (double)FO_SECOND);
    } else if (outcome->signal != 0) {
        snprintf(text, size, "it ended by signal %d", outcome->signal);
    } else {
        snprintf(text, size, "exit %d%s%s", outcome->exit_code,
                 said[0] != '\0' ? ", it says: " : "", said);
    }
}

/* ---- the steps of an agent ---- */

static void next_act(struct check *check);
static void on_ended(void *context, const struct md_program_outcome *outcome);

/* Endless output is cut off here: the reader gives up at its bound. */
static void on_output(void *context, const char *bytes, size_t length)
{
    struct check *check = context;

    if (!check->cut && !md_metadata_feed(check->reader, bytes, length)) {
        check->cut = true;
        md_program_kill(check->program);
    }
}

static void run(struct check *check, enum step step)
{
    char input[MD_ACT_INPUT_MAX];
    struct md_program_request request = {
        .program = check->act->program, .input = input, .timeout_us = check->act->timeout_us};

    if (step == STEP_METADATA) {
        request.input_length = (size_t)snprintf(input, sizeof(input), "action=metadata\n");
        request.output = on_output;
        check->cut = false;
        check->reader = md_metadata_begin();
        check->broken = check->reader == NULL;
    } else {
        request.input_length = md_act_input(check->act, step_actions[step], input);
    }
    check->step = step;
    fprintf(check->progress, "  %-14s", step_actions[step]);
    fflush(check->progress);
    if (!check->broken) {
        check->program = md_program_start(&check->loop, &request, on_ended, check);
        check->broken = check->program == NULL;
    }
}

/* Whether it offers validate-all. */
static bool judge_metadata(struct check *check, const struct md_metadata *metadata)
{
    char text[MD_METADATA_ERROR_SIZE + 40];

    md_fence_actions_check(check->act, metadata, find_action, check);
    md_fence_options_check(check->act, metadata, find_option, check);
    snprintf(text, sizeof(text), "%u options: %s", metadata->count, metadata->title);
    tell(check, text);
    check->has_status = (metadata->actions & MD_METADATA_STATUS) != 0;
    return (metadata->actions & MD_METADATA_VALIDATE) != 0;
}

/* An agent that says that it has no status is not asked for it. */
static void run_status(struct check *check)
{
    if (check->has_status) {
        run(check, STEP_STATUS);
    } else {
        next_act(check);
    }
}

static bool ended_by_itself(const struct md_program_outcome *outcome)
{
    return outcome->start_error == 0 && !outcome->timed_out && outcome->signal == 0;
}

/* What an agent wrote is judged first. How it ended explains what is missing, unless we ended it.
 */
static void end_metadata(struct check *check, const struct md_program_outcome *outcome)
{
    char error[MD_METADATA_ERROR_SIZE], text[MD_SAID_SIZE + 40] = "";
    struct md_metadata *metadata = md_metadata_end(check->reader, error);
    bool validates;

    check->reader = NULL;
    if (metadata != NULL) {
        validates = judge_metadata(check, metadata);
        free(metadata);
        if (validates) {
            run(check, STEP_VALIDATE);
        } else {
            run_status(check);
        }
        return;
    }
    check->has_status = true; /* for all we know */
    if (!check->cut && (!ended_by_itself(outcome) || outcome->exit_code != 0)) {
        outcome_text(check, outcome, text, sizeof(text));
    }
    find(check, false, "program", check->act->program_line,
         "is no fence agent: its metadata %s%s%s%s; its options are not checked", error,
         text[0] != '\0' ? " (" : "", text, text[0] != '\0' ? ")" : "");
    tell(check, "cannot be read");
    if (outcome->start_error != 0) {
        next_act(check);
    } else {
        run_status(check);
    }
}

static void end_validate(struct check *check, const struct md_program_outcome *outcome)
{
    char text[MD_SAID_SIZE + 40];

    if (ended_by_itself(outcome) && outcome->exit_code == 0) {
        tell(check, "accepted");
    } else {
        outcome_text(check, outcome, text, sizeof(text));
        find(check, false, "options", check->act->options_line,
             "are refused by the agent's validate-all: %s", text);
        tell(check, "refused");
    }
    run_status(check);
}

static const char *fenced_server(const struct check *check)
{
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        const char *const *fence = check->site->servers[server].fence;

        for (unsigned level = 0; fence[level] != NULL; level++) {
            if (strcmp(fence[level], check->act->name) == 0) {
                return check->site->servers[server].name;
            }
        }
    }
    return NULL;
}

static void end_status(struct check *check, const struct md_program_outcome *outcome)
{
    bool ended = ended_by_itself(outcome);
    const char *server = fenced_server(check);
    char text[MD_SAID_SIZE + 40];

    if (ended && outcome->exit_code == MD_FENCE_STATUS_ON) {
        tell(check, "on");
    } else if (ended && outcome->exit_code == MD_FENCE_STATUS_OFF) {
        tell(check, "off");
        if (server != NULL) {
            find(check, true, "options", check->act->options_line,
                 "name a plug that reads as off; if \"%s\" runs, it is not its plug", server);
        }
    } else {
        outcome_text(check, outcome, text, sizeof(text));
        find(check, false, "options", check->act->options_line,
             "do not lead to a device that tells its state: %s", text);
        check->unreadable++;
        tell(check, "unknown");
    }
    next_act(check);
}

static void on_ended(void *context, const struct md_program_outcome *outcome)
{
    struct check *check = context;

    check->program = NULL;
    if (check->broken) {
        return;
    }
    switch (check->step) {
        case STEP_METADATA:
            end_metadata(check, outcome);
            break;
        case STEP_VALIDATE:
            end_validate(check, outcome);
            break;
        case STEP_STATUS:
            end_status(check, outcome);
            break;
    }
}

/* ---- programs ---- */

/* The program in the same directory whose name is nearest, to be freed; NULL. */
static char *near_program(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = strndup(path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
    DIR *entries = directory != NULL ? opendir(directory) : NULL;
    const char *near = NULL;
    char *kept = NULL;
    unsigned distance = 64;

    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        unsigned before = distance;

        cfg_name_offer(slash + 1, entry->d_name, &near, &distance);
        if (distance < before) { /* its name lives until the next one only */
            free(kept);
            kept = strdup(near);
        }
    }
    if (entries != NULL) {
        closedir(entries);
    }
    free(directory);
    return kept;
}

static bool is_program(struct check *check, const char *key, const char *path, int line)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    char *near;

    if (there && S_ISREG(status.st_mode) && access(path, X_OK) == 0) {
        return true;
    }
    if (there) {
        find(check, false, key, line, "\"%s\" is no program that may be run", path);
        return false;
    }
    near = errno == ENOENT ? near_program(path) : NULL;
    find(check, false, key, line, "\"%s\": %s%s%s%s", path, strerror(errno),
         near != NULL ? "; there is a \"" : "", near != NULL ? near : "", near != NULL ? "\"" : "");
    free(near);
    return false;
}

/* Goes on to the next act with something to run; a program that is missing is found on the way. */
static void next_act(struct check *check)
{
    while (check->at < check->site->act_count) {
        const struct cfg_act *act = &check->site->acts[check->at++];
        bool there;

        check->act = act;
        if (act->program == NULL) {
            continue;
        }
        fprintf(check->progress, "%s: %s\n", act->name, act->program);
        fflush(check->progress);
        there = is_program(check, "program", act->program, act->program_line);
        if (act->restore != NULL) {
            (void)is_program(check, "restore", act->restore, act->line);
        }
        if (there && strcmp(act->kind, "script") != 0) {
            run(check, STEP_METADATA);
            return;
        }
    }
}

/* A person ends it: the program that runs has a process group of its own and must not stay. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct check *check = signal->data;

    (void)number;
    check->broken = true;
    if (check->program != NULL) {
        md_program_kill(check->program);
    }
}

static void watch_signal(struct check *check, uv_signal_t *signal, int number)
{
    uv_signal_init(&check->loop, signal);
    signal->data = check;
    uv_signal_start(signal, on_signal, number);
    uv_unref((uv_handle_t *)signal);
}

enum md_fence_check_code md_fence_check(const struct site *site, struct cfg_findings *findings,
                                        FILE *progress)
{
    struct check check = {.site = site, .findings = findings, .progress = progress};
    char error[MD_METADATA_ERROR_SIZE];
    int errors = findings->errors;

    if (uv_loop_init(&check.loop) != 0) {
        return MD_FENCE_CHECK_CANNOT;
    }
    watch_signal(&check, &check.on_int, SIGINT);
    watch_signal(&check, &check.on_term, SIGTERM);
    next_act(&check);
    uv_run(&check.loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&check.on_int, NULL);
    uv_close((uv_handle_t *)&check.on_term, NULL);
    uv_run(&check.loop, UV_RUN_DEFAULT);
    uv_loop_close(&check.loop);
    if (check.reader != NULL) {
        free(md_metadata_end(check.reader, error));
    }
    if (check.broken) {
        return MD_FENCE_CHECK_CANNOT;
    }
    return findings->errors - errors > (int)check.unreadable ? MD_FENCE_CHECK_WRONG
           : check.unreadable > 0                            ? MD_FENCE_CHECK_UNREADABLE
                                                             : MD_FENCE_CHECK_GOOD;
}

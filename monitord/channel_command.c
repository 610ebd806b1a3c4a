/* SPDX-License-Identifier: Apache-2.0 */
/* A program of the site as a channel. It owns the JSON the program reads and what its exit code
 * means; the process itself is program.c's. Who is paged stands only in the JSON: nothing personal
 * is ever in an argument or the environment, where every user of the host could read it. */
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/code_names.h"
#include "monitord/program.h"
#include "monitord/wall_time.h"

#include <jansson.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_TRY_AGAIN 75 /* EX_TEMPFAIL of sysexits.h */

static char *input_of(const struct md_page *page)
{
    const struct fo_notify *notify = &page->command.notify;
    const struct cfg_person *person = &page->site->persons[notify->person];
    char time[MD_WALL_TEXT_SIZE], key[MD_KEY_TEXT_SIZE];
    json_t *object;
    char *text;

    md_wall_text(page->site->timezone, page->wall_ms, time);
    md_key_text(page->command.key, key);
    object = json_pack(
        "{s:i, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:s, s:i, s:b, s:b, s:s, s:s, s:s}", "schema",
        1, "key", key, "time", time, "person", person->id, "to", person->title, "address",
        person->command_address, "site", page->site->name, "incident", page->message.incident,
        "message", md_message_name(notify->message), "attempt", (int)notify->attempt, "resend",
        (int)notify->resend, "drill", (int)notify->drill, "subject", page->message.subject, "brief",
        page->message.brief, "body", page->message.body);
    text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

struct job {
    struct programs *programs;
    struct md_page *page;
    struct md_program *program;
    struct job *next;
};
struct programs { /* all that run now */
    struct job *jobs;
    const struct site *site;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static void free_when_idle(struct programs *programs)
{
    void (*done)(void *) = programs->done;
    void *context = programs->done_context;

    if (programs->stopping && programs->jobs == NULL) {
        free(programs);
        done(context);
    }
}

static void say(struct md_page *page, const struct md_program_outcome *outcome)
{
    if (outcome->start_error != 0) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, outcome->start_error);
    } else if (outcome->timed_out) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_TOO_LATE, 0);
    } else if (outcome->signal != 0) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_DEVICE_ERROR, 128 + outcome->signal);
    } else if (outcome->exit_code == 0) {
        page->done(page, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    } else if (outcome->exit_code == EXIT_TRY_AGAIN) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, outcome->exit_code);
    } else {
        page->done(page, FO_OUTCOME_FAILED, FO_REASON_BAD_STATUS, outcome->exit_code);
    }
}

static void on_child(void *context, const struct md_program_outcome *outcome)
{
    struct job *job = context;
    struct programs *programs = job->programs;
    struct md_page *page = job->page;

    for (struct job **at = &programs->jobs; *at != NULL; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    free(job);
    say(page, outcome);
    free_when_idle(programs);
}

static void *command_start(const struct md_channel_world *world)
{
    struct programs *programs = calloc(1, sizeof(*programs));

    if (programs != NULL) {
        programs->site = world->site;
    }
    return programs;
}

static void command_send(void *room, struct md_page *page)
{
    struct programs *programs = room;
    unsigned channel = page->command.notify.channel;
    struct job *job = calloc(1, sizeof(*job));
    char *input = input_of(page);
    struct md_program_request request = {
        .program = page->site->channels[channel].command,
        .input = input,
        .input_length = input != NULL ? strlen(input) : 0,
        .drill = page->command.notify.drill,
        .timeout_us = page->site->policy.channels[channel].timeout_us};

    if (job != NULL && input != NULL && request.program != NULL) {
        *job = (struct job){.programs = programs, .page = page, .next = programs->jobs};
        job->program = md_program_start(page->loop, &request, on_child, job);
    }
    free(input);
    if (job == NULL || job->program == NULL) {
        free(job);
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        return;
    }
    programs->jobs = job;
}

static void command_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    const char *program = ((struct programs *)room)->site->channels[channel].command;
    bool runs = program != NULL && access(program, X_OK) == 0;

    tested(context, channel, runs, runs ? 0 : errno);
}

/* A page ends when its process has been reaped. */
static void command_stop(void *room, void (*done)(void *context), void *context)
{
    struct programs *programs = room;

    programs->stopping = true;
    programs->done = done;
    programs->done_context = context;
    for (struct job *job = programs->jobs; job != NULL; job = job->next) {
        md_program_kill(job->program);
    }
    free_when_idle(programs);
}

const struct md_channel_kind md_channel_command = {command_start, command_send, command_test,
                                                   command_stop};

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

#include <stdlib.h>
#include <string.h>

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

static void on_child(void *context, const struct md_program_outcome *outcome)
{
    struct md_page *page = context;

    page->channel = NULL;
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

void md_channel_command(struct md_page *page)
{
    unsigned channel = page->command.notify.channel;
    char *input = input_of(page);
    struct md_program_request request = {
        .program = page->site->channels[channel].command,
        .input = input,
        .input_length = input != NULL ? strlen(input) : 0,
        .drill = page->command.notify.drill,
        .timeout_us = page->site->policy.channels[channel].timeout_us};

    if (input != NULL && request.program != NULL) {
        page->channel = md_program_start(page->loop, &request, on_child, page);
    }
    free(input);
    if (page->channel == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

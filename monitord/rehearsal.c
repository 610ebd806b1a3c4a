/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a copy of the engine ahead (see rehearsal.h). It owns the copy, the tape of inputs and what
 * the failure of one thing does to them; it decides nothing and answers no command but that a page
 * was taken and a choice journalled. */
#include "monitord/rehearsal.h"

#include "monitord/engine_guard.h"
#include "monitord/engine_side.h"
#include "monitord/rehearsal_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS_MAX FO_COMMANDS_MAX
#define SOURCES_MAX 2048 /* more: those beyond say again what they said at that time */

struct rehearsal {
    const struct md_rehearsal_hooks *hooks;
    struct md_rehearsal_summary *summary;
    const struct site *site; /* lives as long as the visit: all is done in its last step */
    const char *name;
    char *error;
    size_t error_size;
    enum md_rehearsal_result result;
    uint64_t steps, last; /* read so far; to be read */
    struct md_engine_side side;
    struct fo_event *tape; /* ring: what came when */
    size_t first, count;
    uint16_t *newest_of; /* for each place of the tape, the newest input of the same source */
    bool loaded;

    struct md_rehearsal_fault fault;
    fo_us begin_us, end_us;             /* the tape: what lies in (begin, end] */
    fo_us failed_us;                    /* when the thing fails: end_us */
    fo_us heard_us[FO_SERVERS];         /* newest beat of each */
    struct fo_stamp own;                /* newest beat of M */
    struct fo_stamp newest[FO_SERVERS]; /* newest beat of each server */
    uint8_t active;                     /* which holds the lease, as it says; FO_NONE */
    uint8_t failed_active;              /* when the thing fails */
    struct fo_event results[RESULTS_MAX];
    size_t result_count;
};

/* ---- stepping ------------------------------------------------------------------------------- */

/* What was sent tells which beat of M an agent has heard last. */
static void note_sent(struct rehearsal *rehearsal)
{
    const struct fo_output *out = rehearsal->side.out;

    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_datagram *sent = &out->commands[i].datagram;
        if (out->commands[i].kind == FO_COMMAND_SEND && sent->kind == FO_DATAGRAM_BEAT) {
            rehearsal->own = sent->beat.stamp;
        }
    }
}

static bool step(struct rehearsal *rehearsal, const struct fo_event *event)
{
    md_engine_side_step(&rehearsal->side, event);
    note_sent(rehearsal);
    return rehearsal->side.alive;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Whether an input goes on by itself: orders, results and news of the shell do not. */
static bool goes_on(const struct fo_event *event)
{
    return event->kind == FO_EVENT_TICK || event->kind == FO_EVENT_READING ||
           event->kind == FO_EVENT_PROBE ||
           (event->kind == FO_EVENT_SELF && event->self.kind == FO_SELF_CLOCK) ||
           (event->kind == FO_EVENT_DATAGRAM && event->datagram.datagram.kind == FO_DATAGRAM_BEAT);
}

/* Whether two inputs come from one source: the newer says how it is now. */
static bool is_same_source(const struct fo_event *a, const struct fo_event *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
        case FO_EVENT_READING:
            return a->reading.device == b->reading.device;
        case FO_EVENT_PROBE:
            return a->probe.kind == b->probe.kind && a->probe.index == b->probe.index &&
                   (a->probe.kind != FO_PROBE_TARGET || a->probe.target == b->probe.target);
        case FO_EVENT_DATAGRAM:
            return a->datagram.net == b->datagram.net &&
                   a->datagram.datagram.beat.sender == b->datagram.datagram.beat.sender;
        default:
            return true;
    }
}

static uint8_t server_of(const struct fo_event *event)
{
    uint8_t sender = event->datagram.datagram.beat.sender;

    return event->kind == FO_EVENT_DATAGRAM && sender < FO_SERVERS ? sender : FO_NONE;
}

static void hear(struct rehearsal *rehearsal, const struct fo_event *event)
{
    uint8_t server = event->kind == FO_EVENT_DATAGRAM ? server_of(event) : FO_NONE;

    if (server != FO_NONE) {
        rehearsal->heard_us[server] = event->now_us;
        rehearsal->newest[server] = event->datagram.datagram.beat.stamp;
        if (event->datagram.datagram.beat.claim == FO_CLAIM_HOLD) {
            rehearsal->active = server;
        }
    }
}

/* A beat of a server that lives, in its new place: numbered on, and it has heard what M sent last;
 * of a dead one it hears nothing more. */
static void renew_beat(struct rehearsal *rehearsal, struct fo_event *event)
{
    struct fo_beat *beat = &event->datagram.datagram.beat;
    uint8_t other = beat->sender == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
    bool alone = rehearsal->fault.thing == MD_THING_SERVER && rehearsal->fault.index == other;

    beat->stamp.seq = rehearsal->newest[beat->sender].seq + 1;
    beat->echo[FO_VOTER_M] = rehearsal->own;
    beat->echo[other] = rehearsal->newest[other];
    if (alone && beat->silence_us != FO_NEVER) {
        beat->silence_us = event->now_us - rehearsal->heard_us[other];
    }
}

/* ---- looking ahead -------------------------------------------------------------------------- */

static bool is_act(const struct fo_command *command)
{
    return command->kind == FO_COMMAND_CHOOSE || command->kind == FO_COMMAND_FENCE ||
           command->kind == FO_COMMAND_ROUTE || command->kind == FO_COMMAND_SHED ||
           command->kind == FO_COMMAND_PROMOTE || command->kind == FO_COMMAND_DEMOTE;
}

/* Notes the commands: the first act ends the rehearsal, pages and choices are answered. */
static void take_commands(struct rehearsal *rehearsal, const struct fo_event *event)
{
    const struct fo_output *out = rehearsal->side.out;

    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        bool page = command->kind == FO_COMMAND_NOTIFY;

        if (is_act(command) && !rehearsal->summary->acted) {
            rehearsal->summary->acted = true;
            rehearsal->summary->act = *command;
            rehearsal->summary->acted_us = event->now_us - rehearsal->failed_us;
        }
        rehearsal->summary->calls += page;
        if ((page || command->kind == FO_COMMAND_CHOOSE) && rehearsal->result_count < RESULTS_MAX) {
            rehearsal->results[rehearsal->result_count++] = (struct fo_event){
                .kind = FO_EVENT_RESULT,
                .result = {.key = command->key,
                           .outcome = page ? FO_OUTCOME_ACCEPTED : FO_OUTCOME_DONE}};
        }
    }
}

static void tell(struct rehearsal *rehearsal, const struct fo_event *event)
{
    struct md_replay_decision decision = {
        .site = rehearsal->site, .event = event, .recorded = rehearsal->side.out};

    if (rehearsal->side.out->record_count == 0) {
        return;
    }
    rehearsal->summary->decisions++;
    if (rehearsal->hooks->decision != NULL) {
        rehearsal->hooks->decision(rehearsal->hooks->context, &decision,
                                   event->now_us - rehearsal->failed_us);
    }
}

static bool step_ahead(struct rehearsal *rehearsal, const struct fo_event *event)
{
    struct fo_event results[RESULTS_MAX];
    size_t count;

    if (!step(rehearsal, event)) {
        return false;
    }
    tell(rehearsal, event);
    take_commands(rehearsal, event);
    count = rehearsal->result_count;
    memcpy(results, rehearsal->results, count * sizeof(results[0]));
    rehearsal->result_count = 0;
    for (size_t i = 0; i < count; i++) {
        results[i].now_us = event->now_us;
        results[i].wall_ms = event->wall_ms;
        if (!step(rehearsal, &results[i])) {
            return false;
        }
        if (results[i].result.outcome !=
            FO_OUTCOME_ACCEPTED) { /* that pages are taken is assumed */
            tell(rehearsal, &results[i]);
        }
        take_commands(rehearsal, &results[i]);
    }
    return true;
}

static size_t place_of(const struct rehearsal *rehearsal, size_t index)
{
    return (rehearsal->first + index) % MD_REHEARSAL_TAPE_MAX;
}

/* Fills newest_of: sources are few, and each is looked up among those met so far. */
static void find_newest(struct rehearsal *rehearsal)
{
    uint16_t sources[SOURCES_MAX];
    size_t count = 0;

    for (size_t i = rehearsal->count; i > 0; i--) {
        uint16_t place = (uint16_t)place_of(rehearsal, i - 1);
        size_t at = 0;
        while (at < count &&
               !is_same_source(&rehearsal->tape[sources[at]], &rehearsal->tape[place])) {
            at++;
        }
        if (at == count && count < SOURCES_MAX) {
            sources[count++] = place;
        }
        rehearsal->newest_of[place] = at < count ? sources[at] : place;
    }
}

/* Something comes when its like came on the tape, `shift_us` later, and says what its source said
 * last, with the failure in it. */
static bool play(struct rehearsal *rehearsal, size_t place, fo_us shift_us)
{
    const struct fo_event *when = &rehearsal->tape[place];
    struct fo_event event = rehearsal->tape[rehearsal->newest_of[place]];

    event.now_us = when->now_us + shift_us;
    event.wall_ms = when->wall_ms + shift_us / FO_MS;
    if (event.kind == FO_EVENT_READING) {
        md_rehearsal_fault_reading(&rehearsal->fault, rehearsal->site, &event.reading);
    } else if (event.kind == FO_EVENT_PROBE) {
        md_rehearsal_fault_probe(&rehearsal->fault, rehearsal->site, rehearsal->failed_active,
                                 &event.probe);
    } else if (event.kind == FO_EVENT_DATAGRAM) {
        uint8_t server = server_of(&event);
        if (server == FO_NONE ||
            (rehearsal->fault.thing == MD_THING_SERVER && server == rehearsal->fault.index)) {
            event.kind = FO_EVENT_TICK; /* nothing came: only time has passed */
        } else {
            renew_beat(rehearsal, &event);
            hear(rehearsal, &event);
        }
    }
    return step_ahead(rehearsal, &event);
}

static void look_ahead(struct rehearsal *rehearsal)
{
    struct md_rehearsal_summary *summary = rehearsal->summary;
    const struct fo_event *oldest = &rehearsal->tape[rehearsal->first];
    fo_us span_us, end_us = rehearsal->end_us + MD_REHEARSAL_LENGTH_US;

    find_newest(rehearsal);
    rehearsal->failed_us = rehearsal->end_us;
    rehearsal->failed_active = rehearsal->active;
    rehearsal->begin_us = rehearsal->end_us - MD_REHEARSAL_TAPE_US;
    rehearsal->begin_us =
        oldest->now_us > rehearsal->begin_us ? oldest->now_us - 1 : rehearsal->begin_us;
    span_us = rehearsal->end_us - rehearsal->begin_us;
    for (fo_us shift_us = span_us; rehearsal->count > 0; shift_us += span_us) {
        for (size_t i = 0; i < rehearsal->count; i++) {
            const size_t place = place_of(rehearsal, i);
            const struct fo_event *event = &rehearsal->tape[place];
            if (event->now_us <= rehearsal->begin_us) {
                continue;
            }
            fo_us stop_us = summary->acted
                                ? rehearsal->failed_us + summary->acted_us + MD_REHEARSAL_AFTER_US
                                : end_us;
            if (event->now_us + shift_us > stop_us || !play(rehearsal, place, shift_us)) {
                summary->failed = !rehearsal->side.alive;
                return;
            }
            summary->events += shift_us == span_us;
        }
    }
}

/* All inputs are in: what would come of the failure. */
static void rehearse(struct rehearsal *rehearsal)
{
    rehearsal->result = MD_REHEARSAL_NO_SUCH_THING;
    if (!rehearsal->loaded || !rehearsal->side.alive || rehearsal->count == 0) {
        rehearsal->result = MD_REHEARSAL_NO_RECORDING;
        snprintf(rehearsal->error, rehearsal->error_size,
                 "the recording holds no state from which to look ahead");
        return;
    }
    rehearsal->fault = md_rehearsal_fault_find(rehearsal->site, rehearsal->name);
    if (rehearsal->fault.thing == MD_THING_NONE) {
        md_rehearsal_fault_names(rehearsal->site, rehearsal->name, rehearsal->error,
                                 rehearsal->error_size);
        return;
    }
    rehearsal->result = MD_REHEARSAL_DONE;
    look_ahead(rehearsal);
}

/* ---- the recording -------------------------------------------------------------------------- */

static bool on_image(void *context, const struct md_recording_head *head, const struct site *site,
                     const uint8_t *image, size_t length)
{
    struct rehearsal *rehearsal = context;

    rehearsal->site = site;
    md_engine_side_load(&rehearsal->side, &site->policy, image, length);
    rehearsal->loaded = rehearsal->side.alive;
    rehearsal->summary->as_of_ms = head->wall_ms;
    return true;
}

static bool on_recorded(void *context, const struct md_recorded_step *recorded)
{
    struct rehearsal *rehearsal = context;

    if (!recorded->failed) {
        step(rehearsal, &recorded->event);
    }
    rehearsal->summary->as_of_ms = recorded->event.wall_ms;
    rehearsal->end_us = recorded->event.now_us;
    if (goes_on(&recorded->event)) {
        size_t at = (rehearsal->first + rehearsal->count) % MD_REHEARSAL_TAPE_MAX;
        rehearsal->tape[at] = recorded->event;
        hear(rehearsal, &recorded->event);
        if (rehearsal->count < MD_REHEARSAL_TAPE_MAX) {
            rehearsal->count++;
        } else {
            rehearsal->first = (rehearsal->first + 1) % MD_REHEARSAL_TAPE_MAX;
        }
    }
    if (++rehearsal->steps < rehearsal->last) {
        return true;
    }
    rehearse(rehearsal);
    return false;
}

static bool on_anew(void *context)
{
    struct rehearsal *rehearsal = context;

    md_engine_side_load(&rehearsal->side, &rehearsal->site->policy, NULL, 0);
    return true;
}

static bool on_torn(void *context, const char *path, size_t at)
{
    (void)context;
    (void)path;
    (void)at;
    return true; /* the end of what is being written right now */
}

/* ---- the whole ------------------------------------------------------------------------------ */

static bool count_step(void *context, const struct md_recorded_step *recorded)
{
    (void)recorded;
    ++*(uint64_t *)context;
    return true;
}

static bool pass_segment(void *context, const struct md_recording_head *head,
                         const struct site *site, const uint8_t *image, size_t length)
{
    (void)context;
    (void)head;
    (void)site;
    (void)image;
    (void)length;
    return true;
}

static bool pass_anew(void *context)
{
    (void)context;
    return true;
}

/* Reads it twice: to know its end, for it is being written on, and to be there. */
static enum md_rehearsal_result visit(struct rehearsal *rehearsal, const char *const paths[],
                                      size_t count)
{
    const struct md_recording_visitor counting = {.segment = pass_segment,
                                                  .step = count_step,
                                                  .anew = pass_anew,
                                                  .torn = on_torn,
                                                  .context = &rehearsal->last};
    const struct md_recording_visitor visitor = {.segment = on_image,
                                                 .step = on_recorded,
                                                 .anew = on_anew,
                                                 .torn = on_torn,
                                                 .context = rehearsal};

    md_guard_install();
    rehearsal->result = MD_REHEARSAL_NO_RECORDING;
    for (size_t i = 0; i < count; i++) {
        if (md_recording_visit(paths[i], &counting, rehearsal->error, rehearsal->error_size) !=
            MD_RECORDING_READ) {
            return MD_REHEARSAL_NO_RECORDING;
        }
    }
    snprintf(rehearsal->error, rehearsal->error_size, "the recording holds no input");
    for (size_t i = 0; i < count && rehearsal->last > 0; i++) {
        md_recording_visit(paths[i], &visitor, rehearsal->error, rehearsal->error_size);
    }
    return rehearsal->result;
}

enum md_rehearsal_result md_rehearsal_run(const char *const paths[], size_t count, const char *name,
                                          const struct md_rehearsal_hooks *hooks,
                                          struct md_rehearsal_summary *summary, char *error,
                                          size_t error_size)
{
    struct rehearsal *rehearsal = calloc(1, sizeof(*rehearsal));
    enum md_rehearsal_result result = MD_REHEARSAL_NO_RECORDING;

    *summary = (struct md_rehearsal_summary){0};
    snprintf(error, error_size, "out of memory");
    if (rehearsal != NULL) {
        rehearsal->hooks = hooks;
        rehearsal->summary = summary;
        bool made = md_engine_side_make(&rehearsal->side);
        rehearsal->tape = calloc(MD_REHEARSAL_TAPE_MAX, sizeof(*rehearsal->tape));
        rehearsal->newest_of = calloc(MD_REHEARSAL_TAPE_MAX, sizeof(*rehearsal->newest_of));
        if (made && rehearsal->tape != NULL && rehearsal->newest_of != NULL) {
            rehearsal->name = name;
            rehearsal->error = error;
            rehearsal->error_size = error_size;
            rehearsal->active = FO_NONE;
            result = visit(rehearsal, paths, count);
        }
        free(rehearsal->newest_of);
        free(rehearsal->tape);
        md_engine_side_free(&rehearsal->side);
    }
    free(rehearsal);
    return result;
}

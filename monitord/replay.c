/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the engine over a recording (see replay.h). It owns the comparison of two engines. It
 * decides nothing: each rule it shows is the engine's own. */
#include "monitord/replay.h"

#include "monitord/engine_guard.h"
#include "monitord/engine_side.h"
#include "monitord/replay_answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    const struct site *other_site, *site;
    const struct md_replay_hooks *hooks;
    struct md_replay_summary *summary;
    char *error;
    size_t error_size;
    bool foreign;

    struct md_engine_side recorded, other;
    struct md_engine_side kept; /* what the newest image holds */
    struct md_replay_answers answers;
    bool begun, torn; /* torn: since the newest segment */
    uint64_t number, boot;
    fo_wall_ms last_ms;
};

/* ---- segments ------------------------------------------------------------------------------- */

static bool same_name(struct replay *replay, const char *what, unsigned index, const char *a,
                      const char *b)
{
    if (a != NULL && b != NULL && strcmp(a, b) == 0) {
        return true;
    }
    snprintf(replay->error, replay->error_size,
             "it names other things than the recording: %s %u is \"%s\", recorded was \"%s\"", what,
             index + 1, b != NULL ? b : "", a != NULL ? a : "");
    return false;
}

/* Indices must mean the same things, or nothing could be compared. */
static bool fits(struct replay *replay, const struct site *a, const struct site *b)
{
    bool good = true;

    if (a->device_count != b->device_count || a->line_count != b->line_count ||
        a->service_count != b->service_count || a->channel_count != b->channel_count ||
        a->person_count != b->person_count) {
        snprintf(replay->error, replay->error_size,
                 "it has other numbers of devices, lines, services, channels or persons than the "
                 "recording (%u %u %u %u %u, recorded were %u %u %u %u %u)",
                 b->device_count, b->line_count, b->service_count, b->channel_count,
                 b->person_count, a->device_count, a->line_count, a->service_count,
                 a->channel_count, a->person_count);
        return false;
    }
#define SAME(word, count, list)                                              \
    for (unsigned i = 0; good && i < (count); i++) {                         \
        good = same_name(replay, word, i, a->list[i].name, b->list[i].name); \
    }
    SAME("device", a->device_count, devices)
    SAME("server", FO_SERVERS, servers)
    SAME("line", a->line_count, lines)
    SAME("service", a->service_count, services)
    SAME("channel", a->channel_count, channels)
#undef SAME
    return good;
}

static void count_hash(struct replay *replay, bool equal, fo_wall_ms wall_ms)
{
    replay->summary->hashes++;
    if (!equal) {
        replay->summary->unequal++;
        if (replay->summary->unequal_ms == 0) {
            replay->summary->unequal_ms = wall_ms;
        }
    }
}

/* Whether this segment goes on where the one before ended, in the same process. */
static bool goes_on(const struct replay *replay, const struct md_recording_head *head)
{
    return replay->begun && !replay->torn && head->boot == replay->boot &&
           head->number == replay->number + 1 && head->lost == 0 && replay->recorded.alive;
}

static void tell_gap(struct replay *replay, const struct md_recording_head *head)
{
    struct md_replay_gap gap = {.from_ms = replay->last_ms,
                                .to_ms = head->wall_ms,
                                .lost = head->lost,
                                .restart = head->boot != replay->boot};

    replay->summary->gaps++;
    if (replay->hooks->gap != NULL) {
        replay->hooks->gap(replay->hooks->context, &gap);
    }
}

static bool on_segment(void *context, const struct md_recording_head *head, const struct site *site,
                       const uint8_t *image, size_t length)
{
    struct replay *replay = context;
    bool on = goes_on(replay, head);

    if (replay->other_site != NULL && !fits(replay, site, replay->other_site)) {
        replay->foreign = true;
        return false;
    }
    md_engine_side_load(&replay->kept, &site->policy, image, length);
    if (on) {
        count_hash(replay,
                   replay->kept.alive && fo_engine_hash(replay->kept.engine) ==
                                             fo_engine_hash(replay->recorded.engine),
                   head->wall_ms);
    } else if (replay->begun) {
        tell_gap(replay, head);
    }
    /* the recorded side always takes the image, so that one difference is told once */
    if (!on || replay->summary->unequal > 0) {
        md_engine_side_load(&replay->recorded, &site->policy, image, length);
    }
    if (!on && replay->other_site != NULL) {
        md_engine_side_load(&replay->other, &replay->other_site->policy, image, length);
        md_replay_answers_forget(&replay->answers);
        if (!replay->other.alive) {
            snprintf(replay->error, replay->error_size,
                     "its policy cannot take over the recorded state (fewer rungs, channels or "
                     "targets)");
            replay->foreign = true;
            return false;
        }
    }
    if (!replay->begun) {
        replay->summary->from_ms = head->wall_ms;
    }
    replay->begun = true;
    replay->torn = false;
    replay->site = site;
    replay->number = head->number;
    replay->boot = head->boot;
    replay->last_ms = head->wall_ms;
    replay->summary->to_ms = head->wall_ms;
    replay->summary->segments++;
    return true;
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* Every datagram is a step; only those that decide something are told. */
static bool decides(const struct fo_output *out)
{
    bool said = out->record_count > 0;

    for (uint32_t i = 0; i < out->command_count && !said; i++) {
        said = out->commands[i].kind != FO_COMMAND_SEND && out->commands[i].kind != FO_COMMAND_POLL;
    }
    return said;
}

/* What both said, without heartbeats and keys: these differ as soon as one command does. */
static bool say_the_same(const struct fo_output *a, const struct fo_output *b)
{
    if (a->record_count != b->record_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->record_count; i++) {
        const struct fo_record *one = &a->records[i], *two = &b->records[i];

        if (one->reason != two->reason || one->why != two->why ||
            one->subject.kind != two->subject.kind || one->subject.index != two->subject.index ||
            one->incident != two->incident || one->person != two->person) {
            return false;
        }
    }
    return true;
}

static void step_other(struct replay *replay, const struct fo_event *event)
{
    struct fo_event answer;

    if (replay->other_site == NULL) {
        return;
    }
    answer = md_replay_answers_for_other(&replay->answers, event);
    md_engine_side_step(&replay->other, &answer);
    md_replay_answers_note(&replay->answers, replay->recorded.out, replay->other.out);
}

static void tell(struct replay *replay, const struct fo_event *event, bool failed)
{
    struct md_replay_decision decision = {.site = replay->site, .event = event, .failed = failed};
    bool both = replay->other_site != NULL && !failed;

    decision.recorded = !failed && decides(replay->recorded.out) ? replay->recorded.out : NULL;
    decision.other = both && decides(replay->other.out) ? replay->other.out : NULL;
    decision.differs = both && !say_the_same(replay->recorded.out, replay->other.out);
    if (decision.recorded == NULL && decision.other == NULL && !failed) {
        return;
    }
    replay->summary->decisions += decision.recorded != NULL;
    if (decision.differs) {
        replay->summary->different++;
        if (replay->summary->different_ms == 0) {
            replay->summary->different_ms = event->wall_ms;
        }
    }
    if (replay->hooks->decision != NULL) {
        replay->hooks->decision(replay->hooks->context, &decision);
    }
}

/* An answer that came before the other side asked for it is given now. */
static void give_late_answers(struct replay *replay, const struct fo_event *event)
{
    struct fo_event late;

    while (replay->other_site != NULL && replay->other.alive &&
           md_replay_answers_late(&replay->answers, event, &late)) {
        replay->recorded.out->record_count = replay->recorded.out->command_count = 0;
        md_engine_side_step(&replay->other, &late);
        md_replay_answers_note(&replay->answers, replay->recorded.out, replay->other.out);
        tell(replay, &late, false);
    }
}

static bool on_step(void *context, const struct md_recorded_step *step)
{
    struct replay *replay = context;
    bool was_alive = replay->recorded.alive;

    replay->summary->events++;
    replay->summary->to_ms = step->event.wall_ms;
    replay->last_ms = step->event.wall_ms;
    if (step->failed) { /* the daemon went on without it; so do we */
        replay->summary->assertions++;
        tell(replay, &step->event, true);
        return true;
    }
    md_engine_side_step(&replay->recorded, &step->event);
    if (step->has_output) {
        count_hash(replay,
                   replay->recorded.alive && fo_output_hash(replay->recorded.out) == step->output,
                   step->event.wall_ms);
    }
    if (step->has_state) {
        count_hash(replay,
                   replay->recorded.alive && fo_engine_hash(replay->recorded.engine) == step->state,
                   step->event.wall_ms);
    }
    if (was_alive && !replay->recorded.alive && !step->has_state) {
        count_hash(replay, false, step->event.wall_ms); /* it failed here and not there */
    }
    step_other(replay, &step->event);
    tell(replay, &step->event, false);
    give_late_answers(replay, &step->event);
    return true;
}

static bool on_anew(void *context)
{
    struct replay *replay = context;

    md_engine_side_load(&replay->recorded, &replay->site->policy, NULL, 0);
    if (replay->other_site != NULL) {
        md_engine_side_load(&replay->other, &replay->other_site->policy, NULL, 0);
    }
    return true;
}

static bool on_torn(void *context, const char *path, size_t at)
{
    struct replay *replay = context;

    (void)path;
    (void)at;
    replay->summary->torn++;
    replay->torn = true;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static bool allocate(struct replay *replay)
{
    bool recorded = md_engine_side_make(&replay->recorded);
    bool other = md_engine_side_make(&replay->other);
    return md_engine_side_make(&replay->kept) && recorded && other;
}

enum md_recording_result md_replay_run(const char *path, const struct site *other,
                                       const struct md_replay_hooks *hooks,
                                       struct md_replay_summary *summary, char *error,
                                       size_t error_size)
{
    struct replay *replay = calloc(1, sizeof(*replay));
    struct md_recording_visitor visitor = {
        .segment = on_segment, .step = on_step, .anew = on_anew, .torn = on_torn};
    enum md_recording_result result = MD_RECORDING_UNREADABLE;
    char why[512] = "";

    *summary = (struct md_replay_summary){0};
    error[0] = '\0';
    if (replay == NULL || !allocate(replay)) {
        snprintf(error, error_size, "out of memory");
    } else {
        replay->other_site = other;
        replay->hooks = hooks;
        replay->summary = summary;
        replay->error = why;
        replay->error_size = sizeof(why);
        visitor.context = replay;
        md_guard_install();
        result = md_recording_visit(path, &visitor, error, error_size);
        if (replay->foreign) {
            snprintf(error, error_size, "%s", why);
            result = MD_RECORDING_FOREIGN;
        }
    }
    if (replay != NULL) {
        md_engine_side_free(&replay->recorded);
        md_engine_side_free(&replay->other);
        md_engine_side_free(&replay->kept);
    }
    free(replay);
    return result;
}

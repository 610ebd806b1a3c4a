/* SPDX-License-Identifier: Apache-2.0 */
/* The channels on a loop with nobody above them: a test gives one command and waits for its result.
 * Used by the tests of notify.c and of each channel. */
#ifndef TESTS_LIB_NOTIFY_STAGE_H
#define TESTS_LIB_NOTIFY_STAGE_H

#include "failover/reason.h"
#include "monitord/notify.h"
#include "tests/lib/daemon_fixture.h"

enum { STAGE_TERMINAL, STAGE_SMS, STAGE_MAIL };

struct notify_stage {
    struct place place;
    struct md_notify *notify;
    unsigned watchers, results, wanted;
    struct fo_result result; /* newest */
    struct md_answer answer; /* newest */
    unsigned answers;
    struct fo_view view; /* what channels are shown */
    bool stopped;
};

static void stage_on_result(void *context, struct fo_key key, enum fo_outcome outcome,
                            unsigned reason, int detail)
{
    struct notify_stage *stage = context;

    stage->results++;
    stage->result = (struct fo_result){key, (uint8_t)outcome, (uint16_t)reason, detail};
}

static void stage_give_view(void *context, struct fo_view *view)
{
    *view = ((struct notify_stage *)context)->view;
}

/* Nobody above: what the code says is the end of it. */
static enum md_answer_verdict stage_on_answer(void *context, const struct md_answer *answer)
{
    struct notify_stage *stage = context;

    stage->answers++;
    stage->answer = *answer;
    return (enum md_answer_verdict)answer->verdict;
}

static unsigned stage_watchers(void *context)
{
    return ((struct notify_stage *)context)->watchers;
}

/* The channels of place.conf, started; a test may change them between the two. */
DAEMON_FIXTURE void notify_stage_make(struct notify_stage *stage, int smtp_port)
{
    memset(stage, 0, sizeof(*stage));
    place_make(&stage->place, smtp_port);
}

DAEMON_FIXTURE void notify_stage_start(struct notify_stage *stage)
{
    struct md_notify_hooks hooks = {.result = stage_on_result,
                                    .view = stage_give_view,
                                    .watchers = stage_watchers,
                                    .context = stage,
                                    .answer = stage_on_answer,
                                    .answer_context = stage};

    stage->notify = md_notify_start(&stage->place.loop, stage->place.site, &hooks);
    cr_assert_not_null(stage->notify);
}

DAEMON_FIXTURE void notify_stage_open(struct notify_stage *stage, int smtp_port)
{
    notify_stage_make(stage, smtp_port);
    notify_stage_start(stage);
}

DAEMON_FIXTURE struct fo_command notify_stage_command(unsigned channel, uint64_t sequence)
{
    return (struct fo_command){.kind = FO_COMMAND_NOTIFY,
                               .server = FO_NONE,
                               .line = FO_NONE,
                               .device = FO_NONE,
                               .reason = FO_REASON_MAINS_LOST,
                               .incident = 3,
                               .key = {0xabc, sequence},
                               .deadline_us = FO_NEVER,
                               .notify = {.incident = 3,
                                          .epoch = 1,
                                          .channel = (uint8_t)channel,
                                          .message = FO_MESSAGE_OPENED,
                                          .attempt = 1}};
}

/* What the pages of notify_stage_command are about is open and a service is down: the short form is
 * as long as it gets. */
DAEMON_FIXTURE void notify_stage_trouble(struct notify_stage *stage)
{
    stage->view.incident_count = 1;
    stage->view.incidents[0].number = 3;
    stage->view.incidents[0].state = FO_INCIDENT_OPEN;
    stage->view.incidents[0].severity = 1;
    stage->view.incidents[0].cause = FO_REASON_MAINS_LOST;
    stage->view.incidents[0].acked_by = FO_NONE;
    stage->view.services[0].state = FO_STATE_DOWN;
}

static bool stage_has_results(void *context)
{
    struct notify_stage *stage = context;

    return stage->results >= stage->wanted;
}

/* Sends one command and waits for its result. */
DAEMON_FIXTURE void notify_stage_send(struct notify_stage *stage, const struct fo_command *command)
{
    stage->wanted = stage->results + 1;
    md_notify_send(stage->notify, command);
    cr_assert(place_wait(&stage->place, stage_has_results, stage, 30000), "no result");
    cr_assert_eq(stage->result.key.sequence, command->key.sequence);
}

static void stage_on_stopped(void *context)
{
    ((struct notify_stage *)context)->stopped = true;
}

static bool stage_is_stopped(void *context)
{
    return ((struct notify_stage *)context)->stopped;
}

DAEMON_FIXTURE void notify_stage_close(struct notify_stage *stage)
{
    md_notify_stop(stage->notify, stage_on_stopped, stage);
    cr_assert(place_wait(&stage->place, stage_is_stopped, stage, 8000), "does not end");
    place_remove(&stage->place);
}

#endif

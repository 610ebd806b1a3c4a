/* SPDX-License-Identifier: Apache-2.0 */
/* Shadow mode lets nothing out and answers for the world. */
#include "monitord/shadow.h"

#include <criterion/criterion.h>

static unsigned reached, polls, results;
static enum fo_outcome last_outcome;
static unsigned last_reason;

static void reach_datagram(void *context, const struct fo_datagram *datagram)
{
    (void)context;
    (void)datagram;
    reached++;
}

static void reach_command(void *context, const struct fo_command *command)
{
    (void)context;
    (void)command;
    reached++;
}

static void reach_call(void *context)
{
    (void)context;
    reached++;
}

static void count_poll(void *context, unsigned device)
{
    (void)context;
    polls += device;
}

static void take(void *context, struct fo_key key, enum fo_outcome outcome, unsigned reason,
                 int detail)
{
    (void)context;
    (void)detail;
    results += key.sequence == 9 ? 1 : 0;
    last_outcome = outcome;
    last_reason = reason;
}

Test(shadow, nothing_leaves_and_every_command_gets_an_answer)
{
    struct md_acts acts = {.send = reach_datagram,
                           .poll = count_poll,
                           .notify = reach_command,
                           .execute = reach_command,
                           .changed = reach_call,
                           .synced = reach_call,
                           .engine_lost = reach_call};
    struct md_shadow shadow = {.result = take};
    struct fo_command command = {.key = {7, 9}};
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_BEAT};

    md_shadow_take(&shadow, &acts);
    acts.send(acts.context, &datagram);
    acts.engine_lost(acts.context);
    acts.notify(acts.context, &command);
    cr_expect(last_outcome == FO_OUTCOME_ACCEPTED && last_reason == FO_REASON_SHADOWED);
    acts.execute(acts.context, &command);
    cr_expect(last_outcome == FO_OUTCOME_DONE && last_reason == FO_REASON_SHADOWED);
    acts.execute(acts.context, &command);
    cr_expect_eq(results, 3u);
    cr_expect_eq(reached, 0u);
    acts.poll(acts.context, 3);
    acts.changed(acts.context);
    acts.synced(acts.context);
    cr_expect_eq(polls, 3u, "looking is allowed");
    cr_expect_eq(reached, 2u, "the screen goes on");
}

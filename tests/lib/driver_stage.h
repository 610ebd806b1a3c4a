/* SPDX-License-Identifier: Apache-2.0 */
/* The driver on a stage: a real engine and a real journal, acts that only take notes, a writer that
 * can be held or made to fail. Used by the tests of the driver. */
#ifndef TESTS_LIB_DRIVER_STAGE_H
#define TESTS_LIB_DRIVER_STAGE_H

#include "failover/assert.h"
#include "monitord/driver.h"
#include "monitord/journal_read.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

#include <stdatomic.h>

#define LIMIT_MS 8000

enum writer { WRITER_FREE, WRITER_HELD, WRITER_FAILS };

struct stage {
    struct place place;
    struct md_driver *driver;
    _Atomic int writer;
    _Atomic int commits;
    unsigned notified, fenced, routed, sent, changed, lost, synced;
    struct fo_command notify, route;
    struct fo_stamp own; /* of M's newest beat */
    bool stopped;
    uint64_t boot;
    /* the step that shall fail */
    int fail_kind;
    int fail_times;
};

DAEMON_FIXTURE int hold_writer(void *context)
{
    struct stage *stage = context;

    while (atomic_load(&stage->writer) == WRITER_HELD) {
        struct timespec moment = {.tv_nsec = 1000000};

        nanosleep(&moment, NULL);
    }
    atomic_fetch_add(&stage->commits, 1);
    return atomic_load(&stage->writer) == WRITER_FAILS ? 1 : 0;
}

DAEMON_FIXTURE void fail_step(void *context, const struct fo_event *event)
{
    struct stage *stage = context;

    if (stage->fail_times > 0 && (stage->fail_kind < 0 || event->kind == stage->fail_kind)) {
        stage->fail_times--;
        FO_ASSERT(stage == NULL);
    }
}

DAEMON_FIXTURE void on_send(void *context, const struct fo_datagram *datagram)
{
    struct stage *stage = context;

    stage->sent++;
    if (datagram->kind == FO_DATAGRAM_BEAT) {
        stage->own = datagram->beat.stamp;
    }
}

DAEMON_FIXTURE void on_poll(void *context, unsigned device)
{
    (void)context;
    (void)device;
}

DAEMON_FIXTURE void on_notify(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    stage->notified++;
    stage->notify = *command;
}

DAEMON_FIXTURE void on_execute(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    if (command->kind != FO_COMMAND_ROUTE) {
        stage->fenced++;
        return;
    }
    stage->routed++;
    stage->route = *command;
}

DAEMON_FIXTURE void on_changed(void *context)
{
    ((struct stage *)context)->changed++;
}

DAEMON_FIXTURE void on_synced(void *context)
{
    ((struct stage *)context)->synced++;
}

DAEMON_FIXTURE void on_lost(void *context)
{
    ((struct stage *)context)->lost++;
}

DAEMON_FIXTURE void start(struct stage *stage)
{
    struct md_driver_config config = {
        .site = stage->place.site,
        .loop = &stage->place.loop,
        .boot = ++stage->boot,
        .host_boot = "this-boot",
        .acts = {on_send, on_poll, on_notify, on_execute, on_changed, on_synced, on_lost, stage},
        .before_step = fail_step,
        .before_commit = hold_writer,
        .test_context = stage};
    char error[256];

    stage->driver = md_driver_start(&config, error, sizeof(error));
    cr_assert_not_null(stage->driver, "%s", error);
}

DAEMON_FIXTURE void open_stage(struct stage *stage)
{
    memset(stage, 0, sizeof(*stage));
    stage->boot = 100;
    stage->fail_kind = -1;
    place_make(&stage->place, 0);
    start(stage);
}

DAEMON_FIXTURE void on_stopped(void *context)
{
    ((struct stage *)context)->stopped = true;
}

DAEMON_FIXTURE bool is_stopped(void *context)
{
    return ((struct stage *)context)->stopped;
}

DAEMON_FIXTURE void stop(struct stage *stage)
{
    atomic_store(&stage->writer, WRITER_FREE);
    stage->stopped = false;
    md_driver_stop(stage->driver, "test", on_stopped, stage);
    cr_assert(place_wait(&stage->place, is_stopped, stage, LIMIT_MS));
}

DAEMON_FIXTURE void close_stage(struct stage *stage)
{
    stop(stage);
    place_remove(&stage->place);
}

/* An incident with one page for each of them, at once: the monitor's own clock is unwell. */
DAEMON_FIXTURE void make_clock_unwell(struct stage *stage)
{
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .now_us = pb_clock_us(),
                             .self = {.kind = FO_SELF_CLOCK, .value = 0}};

    md_driver_feed(stage->driver, &event);
}

DAEMON_FIXTURE void probe_line(struct stage *stage, unsigned line, bool ok)
{
    for (unsigned target = 0; target < 2; target++) {
        struct fo_event event = {.kind = FO_EVENT_PROBE,
                                 .now_us = pb_clock_us(),
                                 .probe = {.kind = FO_PROBE_TARGET,
                                           .index = (uint8_t)line,
                                           .target = (uint8_t)target,
                                           .ok = ok,
                                           .reason = ok ? FO_REASON_NONE : FO_REASON_NO_ANSWER,
                                           .rtt_us = 1000}};

        md_driver_feed(stage->driver, &event);
    }
}

/* The preferred line fails, the other is well, long enough for any window. */
DAEMON_FIXTURE bool line_a_fails_until_routed(void *context)
{
    struct stage *stage = context;

    probe_line(stage, 0, false);
    probe_line(stage, 1, true);
    return stage->routed > 0;
}

/* An agent that wants the lease and answers our beats: the engine will have to choose. */
DAEMON_FIXTURE void beat_of_server(struct stage *stage, uint64_t seq)
{
    struct fo_event event = {.kind = FO_EVENT_DATAGRAM, .now_us = pb_clock_us()};
    struct fo_beat *beat = &event.datagram.datagram.beat;

    event.datagram.datagram.kind = FO_DATAGRAM_BEAT;
    event.datagram.datagram.to = FO_VOTER_NONE;
    beat->sender = FO_VOTER_P;
    beat->stamp = (struct fo_stamp){7, seq};
    beat->echo[FO_VOTER_M] = stage->own;
    beat->claim = FO_CLAIM_WANT;
    beat->health = FO_HEALTH_OK;
    beat->lease_us = stage->place.site->policy.lease.lease_us;
    beat->silence_us = FO_NEVER;
    beat->choice = FO_VOTER_NONE;
    beat->next = FO_VOTER_NONE;
    md_driver_feed(stage->driver, &event);
}

DAEMON_FIXTURE bool is_notified(void *context)
{
    return ((struct stage *)context)->notified > 0;
}

DAEMON_FIXTURE bool is_lag_long(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return facts.journal_lag_us > 200 * FO_MS;
}

DAEMON_FIXTURE bool is_dead(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return !facts.journal_alive;
}

DAEMON_FIXTURE bool is_alive_again(void *context)
{
    return !is_dead(context);
}

DAEMON_FIXTURE bool nothing_waits(void *context)
{
    struct md_driver_facts facts;

    md_driver_facts(((struct stage *)context)->driver, &facts);
    return facts.journal_lag_us == 0 || facts.waiting == 0;
}

/* ---- reading the journal back ---- */

struct count {
    const char *kind, *text;
    unsigned found;
};

DAEMON_FIXTURE bool count_entry(void *context, const struct md_journal_entry *entry)
{
    struct count *count = context;

    if (strcmp(entry->kind, count->kind) == 0 && strstr(entry->body, count->text) != NULL) {
        count->found++;
    }
    return true;
}

DAEMON_FIXTURE unsigned count_rows(const struct stage *stage, const char *kind, const char *text)
{
    struct count count = {kind, text, 0};
    char path[160], error[256];
    struct md_journal_reader *reader;

    snprintf(path, sizeof(path), "%s/journal.sqlite", stage->place.directory);
    reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    cr_assert(md_journal_read_from(reader, 1, 0, count_entry, &count));
    md_journal_reader_close(reader);
    return count.found;
}

DAEMON_FIXTURE struct md_journal_verdict verify(const struct stage *stage)
{
    struct md_journal_verdict verdict;
    char path[160], error[256];
    struct md_journal_reader *reader;

    snprintf(path, sizeof(path), "%s/journal.sqlite", stage->place.directory);
    reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    md_journal_verify(reader, &verdict);
    md_journal_reader_close(reader);
    return verdict;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's thread on a real disk: what was reported is there, whenever the process is killed
 * and whatever the disk does. */
#include "monitord/journal.h"
#include "monitord/journal_read.h"
#include "monitord/record_json.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"
#include "tests/lib/signal_child.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define LIMIT_MS 8000

struct stage {
    struct place place;
    struct md_journal *journal;
    uint64_t synced, wanted;
    bool alive;
    unsigned deaths;
    _Atomic int refuse;
    int pipe;
};

static void on_synced(void *context, uint64_t ticket)
{
    struct stage *stage = context;

    stage->synced = ticket;
    if (stage->pipe > 0) {
        cr_assert_eq(write(stage->pipe, &ticket, sizeof(ticket)), (ssize_t)sizeof(ticket));
    }
}

static void on_state(void *context, bool alive)
{
    struct stage *stage = context;

    stage->alive = alive;
    stage->deaths += alive ? 0 : 1;
}

static int maybe_refuse(void *context)
{
    return atomic_load(&((struct stage *)context)->refuse);
}

static void start(struct stage *stage)
{
    struct md_journal_config config = {.directory = stage->place.directory,
                                       .site_name = "site-1",
                                       .boot = 5,
                                       .host_boot = "boot",
                                       .synced = on_synced,
                                       .state = on_state,
                                       .context = stage,
                                       .before_commit = maybe_refuse,
                                       .before_commit_context = stage};
    char error[256];

    stage->alive = true;
    stage->synced = 0;
    stage->journal = md_journal_start(&stage->place.loop, &config, error, sizeof(error));
    cr_assert_not_null(stage->journal, "%s", error);
}

static uint64_t append(struct stage *stage, unsigned rows, size_t snapshot)
{
    static uint8_t bytes[65536];
    struct md_journal_row list[64];

    for (unsigned i = 0; i < rows; i++) {
        list[i] = (struct md_journal_row){.kind = "alarm",
                                          .body = md_note_body("test", "a row of some length"),
                                          .at_us = pb_clock_us(),
                                          .wall_ms = 1};
    }
    return md_journal_append(stage->journal, list, rows, bytes, snapshot, pb_clock_us(), 1);
}

static bool is_synced(void *context)
{
    struct stage *stage = context;

    return stage->synced >= stage->wanted;
}

static bool is_dead(void *context)
{
    struct stage *stage = context;

    md_journal_check(stage->journal, pb_clock_us());
    return !stage->alive;
}

static struct md_journal_verdict verify(struct stage *stage)
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

Test(journal, tickets_are_reported_in_order_when_their_rows_are_on_disk)
{
    struct stage stage = {0};
    struct md_journal_verdict verdict;

    place_make(&stage.place, 0);
    start(&stage);
    for (unsigned i = 0; i < 50; i++) {
        stage.wanted = append(&stage, 3, i % 10 == 0 ? 1000 : 0);
        cr_assert_eq(stage.wanted, i + 1);
    }
    cr_assert(place_wait(&stage.place, is_synced, &stage, LIMIT_MS));
    verdict = verify(&stage);
    cr_assert(verdict.good, "%s", verdict.problem);
    cr_assert_eq(verdict.rows, 150);
    cr_assert_eq(md_journal_lag_us(stage.journal, pb_clock_us()), 0);
    cr_assert(md_journal_latency_us(stage.journal) > 0);
    md_journal_stop(stage.journal);
    place_remove(&stage.place);
}

Test(journal, a_refused_commit_loses_nothing_and_doubles_nothing)
{
    struct stage stage = {0};
    struct md_journal_verdict verdict;

    place_make(&stage.place, 0);
    start(&stage);
    atomic_store(&stage.refuse, 1);
    append(&stage, 2, 0);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS));
    stage.wanted = append(&stage, 3, 100);
    atomic_store(&stage.refuse, 0);
    cr_assert(place_wait(&stage.place, is_synced, &stage, LIMIT_MS));
    cr_assert(stage.alive);
    md_journal_stop(stage.journal);
    verdict = verify(&stage);
    cr_assert(verdict.good, "%s", verdict.problem);
    cr_assert_eq(verdict.rows, 5);
    place_remove(&stage.place);
}

Test(journal, memory_is_bounded_while_the_disk_is_gone_and_the_loss_is_written_down)
{
    struct stage stage = {0};
    struct md_journal_verdict verdict;
    unsigned taken = 0;

    place_make(&stage.place, 0);
    start(&stage);
    atomic_store(&stage.refuse, 1);
    for (unsigned i = 0; i < MD_JOURNAL_ROWS_MAX / 50 + 20; i++) {
        uint64_t ticket = append(&stage, 50, 0);

        taken += ticket != 0 ? 50 : 0;
        stage.wanted = ticket != 0 ? ticket : stage.wanted;
    }
    cr_assert_eq(taken, MD_JOURNAL_ROWS_MAX);
    cr_assert_eq(md_journal_lost_rows(stage.journal), 1000);
    atomic_store(&stage.refuse, 0);
    cr_assert(place_wait(&stage.place, is_synced, &stage, 20000));
    md_journal_stop(stage.journal);
    verdict = verify(&stage);
    cr_assert(verdict.good, "%s", verdict.problem);
    cr_assert_eq(verdict.rows, MD_JOURNAL_ROWS_MAX + 1, "one row must say what was lost");
    place_remove(&stage.place);
}

Test(journal, a_full_disk_is_a_dead_journal_until_there_is_room)
{
    struct stage stage = {0};
    struct rlimit limit, before;
    struct md_journal_verdict verdict;

    signal(SIGXFSZ, SIG_IGN);
    place_make(&stage.place, 0);
    start(&stage);
    stage.wanted = append(&stage, 2, 0);
    cr_assert(place_wait(&stage.place, is_synced, &stage, LIMIT_MS));
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    /* one snapshot is too much: of those that wait together only the newest is written */
    limit.rlim_cur = 70 * 1024;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (unsigned i = 0; i < 8; i++) {
        append(&stage, 2, 60000);
    }
    bool died = place_wait(&stage.place, is_dead, &stage, LIMIT_MS);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_assert(died, "nobody noticed that the disk is full");
    stage.wanted = append(&stage, 1, 0);
    cr_assert(place_wait(&stage.place, is_synced, &stage, LIMIT_MS));
    md_journal_stop(stage.journal);
    verdict = verify(&stage);
    cr_assert(verdict.good, "%s", verdict.problem);
    cr_assert_eq(verdict.rows, 2 + 16 + 1);
    place_remove(&stage.place);
}

/* The child appends for ever and says which tickets were reported to it; ticket n holds row n. */
static void run_child(struct stage *stage)
{
    uint64_t ticket = 0;

    start(stage);
    for (;;) {
        while (ticket < stage->synced + 20) {
            ticket = append(stage, 1, ticket % 5 == 0 ? 20000 : 0);
        }
        uv_run(&stage->place.loop, UV_RUN_ONCE);
    }
}

Test(journal, whatever_was_reported_is_there_after_kill_9_at_any_instant)
{
    struct stage stage = {0};
    int64_t total = 0;

    place_make(&stage.place, 0);
    for (unsigned round = 0; round < 12; round++) {
        uint64_t ticket, reported = 0;
        struct timespec pause = {.tv_nsec = 1000000 + (long)randombytes_uniform(60000000)};
        struct md_journal_verdict verdict;
        int fds[2];
        pid_t child;

        cr_assert_eq(pipe(fds), 0);
        child = fork();
        if (child == 0) {
            stage.pipe = fds[1];
            uv_loop_fork(&stage.place.loop);
            run_child(&stage);
        }
        close(fds[1]);
        cr_assert_eq(read(fds[0], &reported, sizeof(reported)), (ssize_t)sizeof(reported));
        nanosleep(&pause, NULL);
        signal_child(child, SIGKILL);
        waitpid(child, NULL, 0);
        while (read(fds[0], &ticket, sizeof(ticket)) == (ssize_t)sizeof(ticket)) {
            reported = ticket;
        }
        close(fds[0]);
        verdict = verify(&stage);
        cr_assert(verdict.good, "round %u: %s at %lld", round, verdict.problem,
                  (long long)verdict.bad_seq);
        cr_assert_geq(verdict.rows, total + (int64_t)reported, "reported rows are gone");
        total = verdict.rows;
    }
    cr_assert_gt(total, 12);
    place_remove(&stage.place);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The power goes at every write of the journal in turn, on a disk that keeps nothing it has not
 * been told to sync: what was acknowledged is there, what was done was written before, nothing is
 * done again under another key, and the chain holds. Then disks that are full, read-only, slow or
 * damaged. */
#include "monitord/code_names.h"
#include "tests/lib/driver_stage.h"
#include "tests/lib/power_cut.h"

#define ACTS_MAX 64

struct act {
    struct fo_key key;
    struct fo_notify notify;
};
struct life { /* one process */
    struct stage *stage;
    struct act acts[ACTS_MAX];
    unsigned act_count;
    unsigned acknowledged; /* orders answered as taken, with their row on disk */
};
static struct life *life;

static void act_notify(void *context, const struct fo_command *command)
{
    struct stage *stage = context;

    if (atomic_load(&power.off)) {
        return; /* nobody is there any more */
    }
    cr_assert_lt(life->act_count, (unsigned)ACTS_MAX);
    life->acts[life->act_count++] = (struct act){command->key, command->notify};
    md_driver_result(stage->driver, command->key, FO_OUTCOME_ACCEPTED, 0, 0);
}

static void begin_life(struct life *started, struct stage *stage, uint64_t boot)
{
    struct md_driver_config config = {
        .site = stage->place.site,
        .loop = &stage->place.loop,
        .boot = boot,
        .host_boot = "this-boot",
        .acts = {on_send, on_poll, act_notify, on_execute, on_changed, on_synced, on_lost, stage},
        .test_context = stage};
    char error[256];

    memset(started, 0, sizeof(*started));
    started->stage = stage;
    life = started;
    stage->driver = md_driver_start(&config, error, sizeof(error));
    cr_assert_not_null(stage->driver, "%s", error);
}

static bool has_acted_or_is_off(void *context)
{
    return ((struct life *)context)->act_count > 0 || atomic_load(&power.off);
}

static uint64_t wanted;
static bool is_kept_or_off(void *context)
{
    struct life *lived = context;

    return md_driver_is_synced(lived->stage->driver, wanted) || atomic_load(&power.off);
}

static void order(struct life *lived, enum fo_order_kind kind)
{
    struct md_order_outcome outcome;
    struct fo_order given = {.kind = (uint8_t)kind,
                             .second = FO_NONE,
                             .server = FO_NONE,
                             .incident = kind == FO_ORDER_ACKNOWLEDGE ? 1 : 0};

    md_driver_order(lived->stage->driver, &given, 4711, &outcome);
    wanted = outcome.ticket;
    if (!outcome.taken || outcome.ticket == 0) {
        return;
    }
    cr_assert(place_wait(&lived->stage->place, is_kept_or_off, lived, LIMIT_MS));
    lived->acknowledged += atomic_load(&power.off) ? 0 : 1;
}

/* An incident, pages, and three orders of a person. */
static void live(struct life *lived)
{
    make_clock_unwell(lived->stage);
    cr_assert(place_wait(&lived->stage->place, has_acted_or_is_off, lived, LIMIT_MS));
    order(lived, FO_ORDER_ACKNOWLEDGE);
    order(lived, FO_ORDER_HOLD);
    order(lived, FO_ORDER_RELEASE);
}

static bool nothing_waits_or_is_off(void *context)
{
    return nothing_waits(context) || atomic_load(&power.off);
}

static bool same_page(const struct fo_notify *a, const struct fo_notify *b)
{
    return a->incident == b->incident && a->epoch == b->epoch && a->person == b->person &&
           a->channel == b->channel && a->message == b->message && a->attempt == b->attempt;
}

/* What was done or acknowledged in that life and is not in the journal: it must be nothing. */
static unsigned lost_of(struct stage *stage, const struct life *before)
{
    char text[MD_KEY_TEXT_SIZE], path[160], error[256];
    unsigned lost = 0;

    snprintf(path, sizeof(path), "%s/journal.sqlite", stage->place.directory);
    struct md_journal_reader *reader = md_journal_reader_open(path, error, sizeof(error));
    if (reader == NULL) {
        return before->act_count + before->acknowledged;
    }
    md_journal_reader_close(reader);
    for (unsigned i = 0; i < before->act_count; i++) {
        md_key_text(before->acts[i].key, text);
        lost += count_rows(stage, "command", text) == 0 ? 1 : 0;
    }
    unsigned orders = count_rows(stage, "order", "\"refused\":null");
    return lost + (orders < before->acknowledged ? before->acknowledged - orders : 0);
}

/* After the power came back: the same state directory, another process. */
static void check_after(struct stage *stage, const struct life *before, long cut_at)
{
    struct life after;
    struct md_journal_verdict verdict;

    if (before->act_count + before->acknowledged > 0) {
        verdict = verify(stage);
        cr_assert(verdict.good, "cut at %ld: %s at row %lld", cut_at, verdict.problem,
                  (long long)verdict.bad_seq);
    }
    cr_assert_eq(lost_of(stage, before), 0u,
                 "cut at %ld: a person was called, or an order acknowledged, and the journal "
                 "does not know",
                 cut_at);
    begin_life(&after, stage, 2000 + (uint64_t)cut_at);
    place_turn(&stage->place, 5);
    cr_assert(place_wait(&stage->place, nothing_waits, stage, LIMIT_MS));
    for (unsigned i = 0; i < after.act_count; i++) {
        for (unsigned j = 0; j < before->act_count; j++) {
            if (same_page(&after.acts[i].notify, &before->acts[j].notify)) {
                cr_assert_eq(after.acts[i].key.boot, before->acts[j].key.boot,
                             "cut at %ld: the same page under another key", cut_at);
                cr_assert_eq(after.acts[i].key.sequence, before->acts[j].key.sequence);
                cr_assert(after.acts[i].notify.resend, "cut at %ld: not marked as sent again",
                          cut_at);
            }
        }
    }
    stop(stage);
    verdict = verify(stage);
    cr_assert(verdict.good, "cut at %ld, after the next life: %s at row %lld", cut_at,
              verdict.problem, (long long)verdict.bad_seq);
}

static void empty(const struct stage *stage)
{
    char command[256];

    snprintf(command, sizeof(command), "rm -f %s/journal.sqlite*", stage->place.directory);
    cr_assert_eq(system(command), 0);
    power_begin(0);
}

/* A life on a disk whose power goes. Returns whether it went before the life was over. */
static bool live_until(struct stage *stage, struct life *before, long cut_at,
                       enum power_fault fault)
{
    empty(stage);
    power_begin(cut_at);
    atomic_store(&power.fault, fault);
    begin_life(before, stage, 1000);
    live(before);
    place_wait(&stage->place, nothing_waits_or_is_off, stage, LIMIT_MS);
    bool went = atomic_load(&power.off);
    stop(stage);
    return went || atomic_load(&power.off);
}

static bool cut_once(struct stage *stage, long cut_at, bool tear)
{
    struct life before;
    bool went = live_until(stage, &before, cut_at, POWER_WELL);

    power_back((uint64_t)cut_at * 977, tear);
    check_after(stage, &before, cut_at);
    return went;
}

static void open_power_stage(struct stage *stage)
{
    memset(stage, 0, sizeof(*stage));
    place_make(&stage->place, 0);
    stage->place.site->recorder.size = 0; /* it has a disk of its own making */
    power_install();
}

/* At every write in turn, until a whole life passes without meeting the cut. */
static void cut_everywhere(bool tear)
{
    struct stage stage;
    long cut_at = 1;

    open_power_stage(&stage);
    while (cut_once(&stage, cut_at, tear)) {
        cut_at++;
    }
    cr_assert_gt(cut_at, 40, "only %ld writes", cut_at);
    place_remove(&stage.place);
}

Test(power_cut, nothing_is_lost_or_doubled_when_all_that_was_not_synced_is_gone, .timeout = 200)
{
    cut_everywhere(false);
}

Test(power_cut, nothing_is_lost_or_doubled_when_what_was_not_synced_is_torn, .timeout = 200)
{
    cut_everywhere(true);
}

/* The check itself can fail: SIGKILL would lose nothing here, because the pages are the system's.
 */
Test(power_cut, a_journal_that_is_not_synced_is_found_out_by_the_power_and_not_by_a_kill,
     .timeout = 200)
{
    struct stage stage;
    struct life before;
    unsigned lost = 0;

    open_power_stage(&stage);
    for (long cut_at = 1; live_until(&stage, &before, cut_at, POWER_DEAF); cut_at += 5) {
        atomic_store(&power.cut_at, 0);
        atomic_store(&power.off, false);
        cr_assert_eq(lost_of(&stage, &before), 0u, "cut at %ld: the process alone ended", cut_at);
        power_back((uint64_t)cut_at * 977, false);
        lost += lost_of(&stage, &before);
    }
    cr_assert_gt(lost, 10u, "only %u calls and orders were lost", lost);
    place_remove(&stage.place);
}

/* ---- disks that go on working, badly ---- */

static bool has_called_somebody(void *context)
{
    return ((struct life *)context)->act_count > 0;
}

static void live_with(enum power_fault fault)
{
    struct stage stage;
    struct life lived;
    struct md_order_outcome outcome;
    struct fo_order hold = {.kind = FO_ORDER_HOLD, .second = FO_NONE, .server = FO_NONE};

    open_power_stage(&stage);
    power_begin(0);
    begin_life(&lived, &stage, 1);
    cr_assert(place_wait(&stage.place, nothing_waits, &stage, LIMIT_MS));
    atomic_store(&power.fault, fault);
    make_clock_unwell(&stage);
    cr_assert(place_wait(&stage.place, is_dead, &stage, LIMIT_MS), "nobody noticed");
    cr_assert(place_wait(&stage.place, has_called_somebody, &lived, LIMIT_MS), "nobody was called");
    md_driver_order(stage.driver, &hold, 0, &outcome);
    cr_assert_not(outcome.taken, "a change was taken that could not be written down");
    cr_assert_eq(outcome.reason, FO_REASON_JOURNAL_DEAD);
    place_wait(&stage.place, line_a_fails_until_routed, &stage, 2500);
    cr_assert_eq(stage.routed + stage.fenced, 0u, "it acted by itself");
    atomic_store(&power.fault, POWER_WELL);
    cr_assert(place_wait(&stage.place, is_alive_again, &stage, 20000));
    stop(&stage);
    cr_assert(verify(&stage).good);
    cr_assert_geq(count_rows(&stage, "record", "journal_dead"), 1u, "it is not written down");
    place_remove(&stage.place);
}

Test(power_cut, a_full_disk_stops_acts_and_calls_people, .timeout = 60)
{
    live_with(POWER_FULL);
}

Test(power_cut, a_disk_turned_read_only_stops_acts_and_calls_people, .timeout = 60)
{
    live_with(POWER_READONLY);
}

Test(power_cut, a_disk_that_syncs_too_slowly_stops_acts_and_calls_people, .timeout = 60)
{
    live_with(POWER_SLOW);
}

Test(power_cut, a_damaged_page_is_found_and_its_row_named)
{
    struct stage stage;
    struct life lived;
    char path[160], error[256];
    FILE *file;

    open_power_stage(&stage);
    power_begin(0);
    begin_life(&lived, &stage, 1);
    live(&lived);
    for (unsigned i = 0; i < 60; i++) {
        order(&lived, i % 2 == 0 ? FO_ORDER_HOLD : FO_ORDER_RELEASE);
    }
    stop(&stage);
    struct md_journal_verdict whole = verify(&stage), damaged;
    cr_assert(whole.good);
    snprintf(path, sizeof(path), "%s/journal.sqlite", stage.place.directory);
    file = fopen(path, "r+e");
    cr_assert_not_null(file);
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    long pages = ftell(file) / 4096;
    unsigned found = 0;
    for (long page = 1; page < pages; page++) {
        uint8_t kept[4096], noise[4096];

        fseek(file, page * 4096, SEEK_SET);
        cr_assert_eq(fread(kept, 1, sizeof(kept), file), sizeof(kept));
        for (unsigned i = 0; i < sizeof(noise); i++) {
            noise[i] = (uint8_t)(kept[i] ^ (i % 7 == 0 ? 0x5a : 0));
        }
        fseek(file, page * 4096, SEEK_SET);
        fwrite(noise, 1, sizeof(noise), file);
        fflush(file);
        struct md_journal_reader *reader = md_journal_reader_open(path, error, sizeof(error));
        memset(&damaged, 0, sizeof(damaged));
        damaged.good = true;
        if (reader != NULL) { /* the page of the tables' names: it does not even open */
            md_journal_verify(reader, &damaged);
            md_journal_reader_close(reader);
        } else {
            cr_assert_not_null(strstr(error, "malformed"), "%s", error);
        }
        if (!damaged.good) { /* pages of the index of names and of the snapshot hold no row */
            found++;
            cr_assert_gt(damaged.bad_seq, 0, "it does not say where");
            cr_assert_leq(damaged.bad_seq, whole.rows + 1);
        }
        fseek(file, page * 4096, SEEK_SET);
        fwrite(kept, 1, sizeof(kept), file);
        fflush(file);
    }
    cr_assert_gt(found, 2u, "%u of %ld pages", found, pages);
    fclose(file);
    cr_assert(verify(&stage).good);
    place_remove(&stage.place);
}

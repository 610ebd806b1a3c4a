/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder and the replay together: a site of the engine's test world is recorded through hours
 * of its own time, and run again from the files. */
#include "monitord/recorder.h"
#include "monitord/recorder_folder.h"
#include "monitord/replay.h"
#include "tests/lib/engine_fixture.h"
#include "tests/lib/recorded_site.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

static char state[64], folder[128];
static struct site site;
static struct md_engine_host host;
static struct md_recorder *recorder;
static char last_id[32];

/* The thread is real, the world's time is not: it must not run away from the disk. */
static void wait_for_disk(void)
{
    struct md_recorder_facts facts;
    struct timespec moment = {.tv_nsec = 1000000};

    md_recorder_facts(recorder, &facts);
    for (unsigned i = 0; i < 20000 && facts.held > MD_RECORDER_HELD_MAX / 4; i++) {
        nanosleep(&moment, NULL);
        md_recorder_facts(recorder, &facts);
    }
}

static void on_stepped(const struct fo_event *event, const struct fo_output *out)
{
    md_recorder_take(recorder, &host, event, MD_HOST_SEEN_STEP);
    for (unsigned i = 0; i < out->record_count; i++) {
        snprintf(last_id, sizeof(last_id), "INC-20261121-%04u", out->records[i].incident);
        if (out->records[i].reason == FO_REASON_INCIDENT_OPENED) {
            md_recorder_pin(recorder, last_id);
        } else if (out->records[i].reason == FO_REASON_INCIDENT_CLOSED) {
            md_recorder_unpin(recorder, last_id);
        }
    }
    wait_for_disk();
}

static void begin_with(const struct fo_policy *policy)
{
    strcpy(state, "/tmp/noroshi-test-XXXXXX");
    cr_assert_geq(sodium_init(), 0);
    cr_assert_not_null(mkdtemp(state));
    snprintf(folder, sizeof(folder), "%s/recorder", state);
    world_begin_with(policy);
    recorded_site(&site);
    site.path = "test";
    site.state_directory = state;
    site.recorder = (struct cfg_recorder){.size = 64 << 20, .kept = 64 << 20};
    host = (struct md_engine_host){.engine = &world.engine, .out = &world.out};
    recorder = md_recorder_start(&site, 5);
    cr_assert_not_null(recorder);
    md_recorder_begin(recorder, &host, world.now_us, world.wall_ms + world.now_us / FO_MS);
    world.forgetful = true;
    world.stepped = on_stepped;
}

static void begin(void)
{
    struct fo_policy policy = fixture_policy();

    begin_with(&policy);
}

static void stop(void)
{
    world.stepped = NULL;
    md_recorder_stop(recorder);
    recorder = NULL;
}

static void end(void)
{
    char command[160];

    snprintf(command, sizeof(command), "rm -rf %s", state);
    cr_assert_eq(system(command), 0);
}

static struct md_replay_summary replay(const char *path, const struct site *other)
{
    struct md_replay_hooks hooks = {0};
    struct md_replay_summary summary;
    char error[512];

    cr_assert_eq(md_replay_run(path, other, &hooks, &summary, error, sizeof(error)),
                 MD_RECORDING_READ, "%s", error);
    return summary;
}

/* The mains fail, the active server dies, all is well again. */
static void live_through_a_night(void)
{
    step_for(2 * FO_MINUTE);
    mains_fail();
    step_for(20 * FO_SECOND);
    world.alive[0] = false;
    step_for(40 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 1});
    step_for(2 * FO_MINUTE);
    mains_return();
    step_for(5 * FO_MINUTE);
}

Test(replay, every_hash_of_a_night_is_the_same_again)
{
    begin();
    live_through_a_night();
    stop();
    struct md_replay_summary summary = replay(folder, NULL);
    cr_assert_eq(summary.unequal, 0u);
    cr_assert_gt(summary.hashes, 400u);
    cr_assert_gt(summary.decisions, 20u);
    cr_assert_geq(summary.segments, 9u);
    cr_assert_eq(summary.gaps + summary.torn + summary.assertions, 0u);
    end();
}

Test(replay, the_stretch_of_an_incident_alone_gives_the_same_hashes)
{
    char path[200];

    begin();
    step_for(3 * FO_MINUTE);
    mains_fail();
    step_for(FO_MINUTE);
    mains_return();
    step_for(5 * FO_MINUTE);
    stop();
    snprintf(path, sizeof(path), "%s/INC-20261121-0001.rec", folder);
    cr_assert_eq(access(path, R_OK), 0, "the incident was closed and joined");
    struct md_replay_summary summary = replay(path, NULL);
    cr_assert_eq(summary.unequal, 0u);
    cr_assert_gt(summary.decisions, 3u);
    end();
}

Test(replay, a_byte_of_the_policy_changed_in_the_daemon_would_be_seen)
{
    /* the recording says one policy, the engine ran with another: the comparison is real */
    begin();
    world.engine.policy.devices[UPS_A].low_runtime_us += FO_HOUR;
    live_through_a_night();
    stop();
    struct md_replay_summary summary = replay(folder, NULL);
    cr_assert_gt(summary.unequal, 0u);
    cr_assert_neq(summary.unequal_ms, 0);
    end();
}

static unsigned differences;
static struct md_replay_decision first;
static uint16_t first_recorded, first_other;

static void on_decision(void *context, const struct md_replay_decision *decision)
{
    (void)context;
    if (decision->differs && differences++ == 0) {
        first = *decision;
        first_recorded = decision->recorded != NULL ? decision->recorded->records[0].reason : 0;
        first_other = decision->other != NULL ? decision->other->records[0].reason : 0;
    }
}

Test(replay, another_policy_shows_the_first_decision_that_differs)
{
    static struct site other;
    struct md_replay_hooks hooks = {.decision = on_decision};
    struct md_replay_summary summary;
    char error[512];

    begin();
    live_through_a_night();
    stop();
    other = site;
    cr_assert_eq(replay(folder, &other).different, 0u, "the same policy decides the same");
    for (unsigned i = 0; i < other.policy.device_count; i++) {
        other.policy.devices[i].start_warn_us += 2 * FO_SECOND; /* what if we waited for longer */
    }
    cr_assert_eq(md_replay_run(folder, &other, &hooks, &summary, error, sizeof(error)),
                 MD_RECORDING_READ, "%s", error);
    cr_assert_eq(summary.unequal, 0u, "what was recorded is still what was recorded");
    cr_assert_gt(summary.different, 0u);
    cr_assert_eq(summary.different, differences);
    cr_assert_neq(first_recorded, first_other);
    cr_assert_eq(first_other, 0, "the other waits");
    end();
}

Test(replay, a_site_that_names_other_things_is_refused)
{
    static struct site other;
    struct md_replay_hooks hooks = {0};
    struct md_replay_summary summary;
    char error[512];

    begin();
    step_for(FO_SECOND);
    stop();
    other = site;
    other.devices[1].name = "ups-z";
    cr_assert_eq(md_replay_run(folder, &other, &hooks, &summary, error, sizeof(error)),
                 MD_RECORDING_FOREIGN);
    cr_assert_not_null(strstr(error, "device 2 is \"ups-z\", recorded was \"ups-b\""), "%s", error);
    other.person_count--;
    cr_assert_eq(md_replay_run(folder, &other, &hooks, &summary, error, sizeof(error)),
                 MD_RECORDING_FOREIGN);
    cr_assert_not_null(strstr(error, "persons"), "%s", error);
    end();
}

/* The newest segment's path and size. */
static off_t newest(char path[200])
{
    struct md_folder_list list;
    uint64_t number;
    struct stat about;

    cr_assert(md_folder_read(folder, "0", &list));
    cr_assert_gt(list.count, 0u);
    cr_assert(md_folder_segment(list.files[list.count - 1].name, &number));
    snprintf(path, 200, "%s/%s", folder, list.files[list.count - 1].name);
    md_folder_free(&list);
    cr_assert_eq(stat(path, &about), 0);
    return about.st_size;
}

Test(replay, a_recording_cut_anywhere_is_replayed_up_to_the_cut)
{
    char path[200], command[512], error[512];
    struct md_replay_hooks hooks = {0};
    struct md_replay_summary summary;

    begin();
    mains_fail();
    step_for(10 * FO_SECOND);
    stop();
    off_t size = newest(path);
    uint64_t before = 0;
    for (off_t at = 0; at < size; at += 1 + size / 60) {
        snprintf(command, sizeof(command), "head -c %lld %s > %s/cut", (long long)at, path, state);
        cr_assert_eq(system(command), 0);
        snprintf(command, sizeof(command), "%s/cut", state);
        enum md_recording_result result =
            md_replay_run(command, NULL, &hooks, &summary, error, sizeof(error));
        if (result == MD_RECORDING_READ) {
            cr_assert_eq(summary.unequal, 0u, "cut at %lld", (long long)at);
            cr_assert_geq(summary.events, before);
            before = summary.events;
        } else {
            cr_assert_eq(before, 0u, "cut at %lld: %s", (long long)at, error);
            cr_assert_gt(strlen(error), 0u);
        }
    }
    cr_assert_gt(before, 100u);
    end();
}

Test(replay, steps_that_could_not_be_recorded_are_a_gap_and_no_difference)
{
    char moved[160];

    begin();
    step_for(10 * FO_SECOND);
    snprintf(moved, sizeof(moved), "%s/away", state);
    /* the disk refuses every new segment */
    md_recorder_stop(recorder);
    cr_assert_eq(rename(folder, moved), 0);
    int fd = open(folder, O_WRONLY | O_CREAT, 0600);
    cr_assert_geq(fd, 0);
    close(fd);
    recorder = md_recorder_start(&site, 5);
    cr_assert_not_null(recorder, "it starts all the same");
    md_recorder_begin(recorder, &host, world.now_us, world.wall_ms);
    step_for(30 * FO_SECOND);
    struct md_recorder_facts facts;
    md_recorder_facts(recorder, &facts);
    cr_assert(facts.on);
    cr_assert_not(facts.well);
    cr_assert_gt(facts.lost, 100u);
    cr_assert_not_null(strstr(facts.error, "/recorder: "), "%s", facts.error);
    md_recorder_stop(recorder);
    cr_assert_eq(unlink(folder), 0);
    cr_assert_eq(rename(moved, folder), 0);
    recorder = md_recorder_start(&site, 6);
    md_recorder_begin(recorder, &host, world.now_us, world.wall_ms + world.now_us / FO_MS);
    step_for(10 * FO_SECOND);
    stop();
    struct md_replay_summary summary = replay(folder, NULL);
    cr_assert_eq(summary.gaps, 1u);
    cr_assert_eq(summary.unequal, 0u);
    end();
}

Test(replay, what_is_no_recording_is_refused_with_a_word)
{
    struct md_replay_hooks hooks = {0};
    struct md_replay_summary summary;
    char error[512];

    cr_assert_eq(md_replay_run("/nowhere", NULL, &hooks, &summary, error, sizeof(error)),
                 MD_RECORDING_UNREADABLE);
    cr_assert_not_null(strstr(error, strerror(ENOENT)), "%s", error);
    cr_assert_eq(
        md_replay_run(NOROSHI_SOURCE_DIR "/LICENSE", NULL, &hooks, &summary, error, sizeof(error)),
        MD_RECORDING_FOREIGN);
    cr_assert_not_null(strstr(error, "not a recording"), "%s", error);
}

Test(replay, hours_stay_within_their_size)
{
    begin();
    md_recorder_stop(recorder);
    site.recorder.size = 4 << 20;
    recorder = md_recorder_start(&site, 5);
    md_recorder_begin(recorder, &host, world.now_us, world.wall_ms + world.now_us / FO_MS);
    step_for(FO_HOUR);
    uint64_t bytes = 0;
    stop();
    struct md_folder_list list;
    cr_assert(md_folder_read(folder, "0", &list));
    for (size_t i = 0; i < list.count; i++) {
        bytes += list.files[i].size;
    }
    cr_assert_gt(list.count, 10u);
    md_folder_free(&list);
    cr_assert_leq(bytes, 4u << 20);
    cr_assert_eq(replay(folder, NULL).unequal, 0u);
    end();
}

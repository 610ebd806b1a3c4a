/* SPDX-License-Identifier: Apache-2.0 */
/* A rehearsal beside the thing itself: the engine's test world is recorded, one thing is rehearsed
 * to fail, then it fails in the world, and what was said would happen happens. */
#include "monitord/rehearsal.h"
#include "tests/lib/engine_fixture.h"
#include "tests/lib/recorded_site.h"

#include <sodium.h>
#include <unistd.h>

static char path[] = "/tmp/noroshi-rehearsal-XXXXXX";
static FILE *file;
static struct site site;
static struct md_recording_memory memory;
static uint8_t item[MD_RECORDING_ITEM_MAX];

static void put(size_t length)
{
    cr_assert_gt(length, 0u);
    cr_assert_eq(fwrite(item, 1, length, file), length);
}

static void on_stepped(const struct fo_event *event, const struct fo_output *out)
{
    struct md_recorded_step step = {.event = *event};

    (void)out;
    put(md_recording_put_step(item, &memory, &step));
}

static void begin_with(const struct fo_policy *policy)
{
    struct md_recording_head head = {.version = MD_RECORDING_VERSION, .number = 1, .boot = 5};

    cr_assert_geq(sodium_init(), 0);
    file = fdopen(mkstemp(path), "w");
    cr_assert_not_null(file);
    world_begin_with(policy);
    recorded_site(&site);
    head.now_us = world.now_us;
    head.wall_ms = world.wall_ms + world.now_us / FO_MS;
    cr_assert_eq(fwrite(MD_RECORDING_MAGIC, 1, MD_RECORDING_MAGIC_SIZE, file),
                 (size_t)MD_RECORDING_MAGIC_SIZE);
    put(md_recording_put_head(item, &head));
    put(md_recording_put_site(item, &site));
    put(md_recording_put_image(item, &world.engine));
    world.stepped = on_stepped;
    step_for(30 * FO_SECOND);
}

static void begin(void)
{
    const struct fo_policy policy = fixture_policy();
    begin_with(&policy);
}

static void end(void)
{
    world.stepped = NULL;
    fclose(file);
    unlink(path);
}

/* What was told, of the newest rehearsal. */
static bool told_reason[65536];
static fo_us opened_us;

static void on_decision(void *context, const struct md_replay_decision *decision, fo_us after_us)
{
    (void)context;
    for (uint32_t i = 0; i < decision->recorded->record_count; i++) {
        uint16_t reason = decision->recorded->records[i].reason;
        opened_us =
            reason == FO_REASON_INCIDENT_OPENED && opened_us == FO_NEVER ? after_us : opened_us;
        told_reason[reason] = true;
    }
}

static struct md_rehearsal_summary rehearse(const char *name, enum md_rehearsal_result expected)
{
    const struct md_rehearsal_hooks hooks = {.decision = on_decision};
    const char *const paths[] = {path};
    struct md_rehearsal_summary summary;
    char error[512] = "";

    memset(told_reason, 0, sizeof(told_reason));
    opened_us = FO_NEVER;
    fflush(file);
    cr_assert_eq(md_rehearsal_run(paths, 1, name, &hooks, &summary, error, sizeof(error)), expected,
                 "%s", error);
    if (expected == MD_REHEARSAL_NO_SUCH_THING) {
        cr_assert_not_null(strstr(error, "dispatch-1 dispatch-2 line-a line-b ups-a"), "%s", error);
    }
    return summary;
}

Test(rehearsal, a_dead_server_is_dealt_with_as_it_was_said)
{
    begin();
    struct md_rehearsal_summary said = rehearse("dispatch-1", MD_REHEARSAL_DONE);
    cr_assert(said.acted && !said.failed);
    cr_assert_eq(said.act.kind, FO_COMMAND_CHOOSE);
    cr_assert_eq(said.act.server, 1);
    cr_assert(told_reason[FO_REASON_CHECK_PASSED] && told_reason[FO_REASON_SWITCHOVER_STARTED]);
    cr_assert_geq(said.calls, 1u);

    fo_us died_us = world.now_us;
    host_die(0);
    step_until(told(FO_COMMAND_CHOOSE), 5 * FO_SECOND);
    cr_assert_leq(llabs(world.now_us - died_us - said.acted_us), 300 * FO_MS, "%lld and %lld",
                  (long long)(world.now_us - died_us), (long long)said.acted_us);
    end();
}

Test(rehearsal, a_dead_standby_moves_nothing)
{
    begin();
    struct md_rehearsal_summary said = rehearse("dispatch-2", MD_REHEARSAL_DONE);
    cr_assert_not(said.acted);
    cr_assert_neq(opened_us, FO_NEVER);
    end();
}

Test(rehearsal, a_ups_that_runs_down_moves_the_service_off_it)
{
    begin();
    struct md_rehearsal_summary said = rehearse("ups-a", MD_REHEARSAL_DONE);
    cr_assert(told_reason[FO_REASON_DRAIN_STARTED]);
    cr_assert(said.acted && said.act.kind == FO_COMMAND_CHOOSE && said.act.server == 1);
    end();
}

/* Not full, with a quarter of an hour left: no number that a plan would take for misread. */
static void worn_batteries(void)
{
    for (unsigned i = UPS_A; i <= UPS_B; i++) {
        world.devices[i].charge = 60;
        world.devices[i].runtime_s = 15 * 60;
    }
    step_for(15 * FO_SECOND);
}

/* A site whose plan gives up a load of class 1 at 20 minutes of the standby's UPS. */
static void begin_with_plan(bool armed)
{
    struct fo_policy policy = fixture_policy();

    policy.stage_count = 1;
    policy.stages[0] = (struct fo_stage_policy){.loads = FO_LOADS_CLASS_1,
                                                .acts = 1,
                                                .supplies = 1U << UPS_B,
                                                .runtime_us = 20 * FO_MINUTE,
                                                .hold_us = 5 * FO_SECOND,
                                                .window_us = 10 * FO_SECOND};
    policy.shed_armed = armed;
    policy.shed_act_us = 10 * FO_SECOND;
    policy.return_hold_us = FO_MINUTE;
    begin_with(&policy);
    worn_batteries();
}

Test(rehearsal, an_outage_ends_at_the_first_load_that_the_plan_gives_up)
{
    begin_with_plan(true);
    struct md_rehearsal_summary said = rehearse("mains", MD_REHEARSAL_DONE);
    cr_assert(said.acted && !said.failed);
    cr_assert_eq(said.act.kind, FO_COMMAND_SHED);
    cr_assert_eq(said.act.stage, 0);
    cr_assert_eq(said.act.act, 0);
    cr_assert(said.calls >= 1 && opened_us < said.acted_us, "people are told before");
    cr_assert_eq(told_count(FO_COMMAND_SHED), 0u, "nothing of it is done");

    fo_us lost_us = world.now_us;
    mains_fail();
    step_until(told(FO_COMMAND_SHED), 30 * FO_SECOND);
    cr_assert_leq(llabs(world.now_us - lost_us - said.acted_us), 3 * FO_SECOND, "%lld and %lld",
                  (long long)(world.now_us - lost_us), (long long)said.acted_us);
    end();
}

Test(rehearsal, a_plan_that_is_not_armed_gives_nothing_up)
{
    begin_with_plan(false);
    struct md_rehearsal_summary said = rehearse("mains", MD_REHEARSAL_DONE);
    cr_assert_neq(said.act.kind, FO_COMMAND_SHED);
    end();
}

Test(rehearsal, lines_mains_and_silent_devices_have_their_incidents)
{
    static const char *const names[] = {"line-b", "mains", "gen-1"};

    begin();
    for (unsigned i = 0; i < 3; i++) {
        rehearse(names[i], MD_REHEARSAL_DONE);
        cr_assert_neq(opened_us, FO_NEVER, "%s", names[i]);
    }
    end();
}

Test(rehearsal, as_things_are_is_where_it_begins)
{
    begin();
    host_die(1); /* the standby is dead already */
    step_for(FO_MINUTE);
    struct md_rehearsal_summary said = rehearse("dispatch-1", MD_REHEARSAL_DONE);
    cr_assert_not(said.acted, "there is nothing left to switch to");
    end();
}

Test(rehearsal, what_is_not_there_cannot_fail)
{
    begin();
    rehearse("dispatch-9", MD_REHEARSAL_NO_SUCH_THING);
    end();
}

Test(rehearsal, nothing_can_be_said_without_a_recording)
{
    const char *const paths[] = {"/nonexistent"};
    const struct md_rehearsal_hooks hooks = {0};
    struct md_rehearsal_summary summary;
    char error[512];

    cr_assert_eq(md_rehearsal_run(paths, 1, "mains", &hooks, &summary, error, sizeof(error)),
                 MD_REHEARSAL_NO_RECORDING);
    cr_assert_not_null(strstr(error, "/nonexistent"));
}

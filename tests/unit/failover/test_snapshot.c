/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the durable state: the same state the same bytes, there and back, and damage refused. */
#include "failover/codec.h"
#include "failover/record.h"
#include "tests/lib/engine_fixture.h"

static uint8_t again[FO_SNAPSHOT_MAX];
static struct fo_engine other;

/* A site in which much is going on. */
static void begin_busy(void)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    world_begin_with(&policy);
    mains_fail();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    world.route = FO_OUTCOMES;
    world.notify[MAIL] = FO_OUTCOMES;
    step_for(10 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 1});
    give_order(
        (struct fo_order){.kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = 1});
}

static size_t encode(void)
{
    return fo_snapshot_encode(&world.engine, world.now_us, world.wall_ms, world.snapshot);
}

/* Bytes with a right sum, so that only what they say can be wrong. */
static void seal(size_t length)
{
    uint64_t sum = fo_codec_sum(world.snapshot, length - 8);
    for (unsigned i = 0; i < 8; i++) {
        world.snapshot[length - 8 + i] = (uint8_t)(sum >> (8 * i));
    }
}

Test(snapshot, the_way_there_and_back_gives_the_same_bytes)
{
    begin_busy();
    size_t length = encode();
    cr_assert_lt(length, (size_t)FO_SNAPSHOT_MAX);
    fo_engine_init(&other, &world.policy);
    cr_assert(fo_snapshot_decode(&other, world.snapshot, length));
    cr_assert_eq(fo_snapshot_encode(&other, world.now_us, world.wall_ms, again), length);
    cr_assert_arr_eq(world.snapshot, again, length);
    cr_assert_eq(other.plan.step, world.engine.plan.step);
    cr_assert_eq(other.inhibit.hold, true);
}

Test(snapshot, each_flipped_bit_is_refused)
{
    begin_busy();
    size_t length = encode();
    for (size_t i = 0; i < length; i += 7) {
        world.snapshot[i] ^= 0x10;
        fo_engine_init(&other, &world.policy);
        cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
        world.snapshot[i] ^= 0x10;
    }
}

Test(snapshot, each_cut_is_refused_and_leaves_the_engine_as_it_was)
{
    begin_busy();
    size_t length = encode();
    fo_engine_init(&other, &world.policy);
    uint64_t hash = fo_engine_hash(&other);
    for (size_t i = 0; i < length; i += 13) {
        cr_assert_not(fo_snapshot_decode(&other, world.snapshot, i));
    }
    for (size_t i = 9; i < length; i += i < 60 ? 1 : 31) {
        uint8_t saved[8];
        memcpy(saved, world.snapshot + i - 8, 8);
        seal(i);
        cr_assert_not(fo_snapshot_decode(&other, world.snapshot, i));
        memcpy(world.snapshot + i - 8, saved, 8);
    }
    cr_assert_eq(fo_engine_hash(&other), hash);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, FO_SNAPSHOT_MAX + 1));
    world.snapshot[length - 8] = 0; /* one byte more than was written */
    seal(length + 1);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length + 1));
}

Test(snapshot, another_version_another_file_and_another_time_are_refused)
{
    begin_busy();
    size_t length = fo_snapshot_encode(&world.engine, -1, world.wall_ms, world.snapshot);
    fo_engine_init(&other, &world.policy);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length), "taken before time began");
    length = encode();
    world.snapshot[0] ^= 1;
    seal(length);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
    world.snapshot[0] ^= 1;
    world.snapshot[4] = 99;
    seal(length);
    fo_engine_init(&other, &world.policy);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
}

Test(snapshot, well_sealed_nonsense_never_breaks_a_law)
{
    begin_busy();
    size_t length = encode();
    uint64_t dice = 11;
    unsigned taken = 0;
    for (int round = 0; round < 3000; round++) {
        dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
        size_t at = 22 + (size_t)((dice >> 33) % (length - 30));
        uint8_t was = world.snapshot[at];
        world.snapshot[at] = (uint8_t)(dice >> 24);
        seal(length);
        fo_engine_init(&other, &world.policy);
        if (fo_snapshot_decode(&other, world.snapshot, length)) {
            struct fo_event boot = {.kind = FO_EVENT_BOOT,
                                    .now_us = world.now_us,
                                    .wall_ms = world.wall_ms,
                                    .boot = {.boot = 5, .same_host_boot = true}};
            fo_step(&other, &boot, &world.out);
            taken++;
        }
        world.snapshot[at] = was;
    }
    cr_assert_gt(taken, 100U, "most single numbers are as good as others");
}

Test(snapshot, names_the_policy_does_not_have_are_refused)
{
    begin_busy();
    size_t length = encode();
    struct fo_policy smaller = world.policy;
    smaller.person_count = 1;
    fo_engine_init(&other, &smaller);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
    smaller = world.policy;
    smaller.device_count = 1;
    fo_engine_init(&other, &smaller);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
    smaller = world.policy;
    smaller.line_count = 0;
    fo_engine_init(&other, &smaller);
    cr_assert_not(fo_snapshot_decode(&other, world.snapshot, length));
}

Test(snapshot, the_fullest_engine_fits)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        world.engine.incidents[i].state = FO_INCIDENT_OPEN;
        world.engine.incidents[i].child_count = FO_CHILDREN_MAX;
    }
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        world.engine.attempts[i].state = FO_ATTEMPT_QUEUED;
    }
    size_t length = encode();
    cr_assert_lt(length, (size_t)FO_SNAPSHOT_MAX);
}

Test(snapshot, the_hash_tells_engines_apart_and_equal_ones_alike)
{
    begin_busy();
    other = world.engine;
    cr_assert_eq(fo_engine_hash(&other), fo_engine_hash(&world.engine));
    other.servers[1].held_epoch++;
    cr_assert_neq(fo_engine_hash(&other), fo_engine_hash(&world.engine));
    other = world.engine;
    other.lines[1].loss.lost[7] ^= 1;
    cr_assert_neq(fo_engine_hash(&other), fo_engine_hash(&world.engine));
    other = world.engine;
    other.incidents[0].did++;
    cr_assert_neq(fo_engine_hash(&other), fo_engine_hash(&world.engine));
}

Test(snapshot, the_same_events_give_the_same_hash)
{
    uint64_t hashes[2];
    for (int run = 0; run < 2; run++) {
        begin_busy();
        step_for(FO_MINUTE);
        hashes[run] = fo_engine_hash(&world.engine);
    }
    cr_assert_eq(hashes[0], hashes[1]);
}

Test(snapshot, numbers_of_each_width_keep_their_value)
{
    uint8_t bytes[64];
    uint8_t one = 0xab;
    uint16_t two = 0xabcd;
    uint32_t four = 0xabcdef01;
    uint64_t eight = 0xabcdef0123456789;
    bool yes = true;
    fo_us never = FO_NEVER;
    struct fo_codec out = {.mode = FO_CODEC_WRITE, .out = bytes, .length = sizeof bytes};
    FO_FIELD(&out, one);
    FO_FIELD(&out, two);
    FO_FIELD(&out, four);
    FO_FIELD(&out, eight);
    fo_codec_bool(&out, &yes);
    fo_codec_instant(&out, &never);
    cr_assert_eq(out.at, 24);
    cr_assert_eq(bytes[1], 0xcd, "little end first");
    one = 0;
    two = 0;
    four = 0;
    eight = 0;
    yes = false;
    struct fo_codec in = {.mode = FO_CODEC_READ, .in = bytes, .length = out.at};
    FO_FIELD(&in, one);
    FO_FIELD(&in, two);
    FO_FIELD(&in, four);
    FO_FIELD(&in, eight);
    fo_codec_bool(&in, &yes);
    cr_assert(one == 0xab && two == 0xabcd && four == 0xabcdef01 && yes);
    cr_assert_eq(eight, 0xabcdef0123456789);
    cr_assert_not(in.bad);
    bytes[15] = 2;
    in.at = 15;
    fo_codec_bool(&in, &yes);
    cr_assert(in.bad, "a boolean is 0 or 1");
    struct fo_codec shift = {.mode = FO_CODEC_SHIFT, .shift_us = -5};
    fo_us instant = 100;
    fo_codec_instant(&shift, &instant);
    fo_codec_instant(&shift, &never);
    FO_FIELD(&shift, eight);
    cr_assert(instant == 95 && never == FO_NEVER && eight == 0xabcdef0123456789);
}

/* ---- states that no engine can have written -------------------------------------------------- */

static struct fo_incident *some_incident(void)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (other.incidents[i].state == FO_INCIDENT_OPEN && other.incidents[i].child_count > 0) {
            return &other.incidents[i];
        }
    }
    cr_assert(false, "the busy site has an incident with a child");
    return NULL;
}

static struct fo_attempt *some_attempt(void)
{
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        if (other.attempts[i].state == FO_ATTEMPT_QUEUED) {
            return &other.attempts[i];
        }
    }
    cr_assert(false, "the busy site has an attempt under way");
    return NULL;
}

static bool is_taken(void)
{
    static struct fo_engine fresh;
    size_t length = fo_snapshot_encode(&other, world.now_us, world.wall_ms, again);
    fo_engine_init(&fresh, &world.policy);
    return fo_snapshot_decode(&fresh, again, length);
}

/* The busy engine with one thing changed is refused. */
#define refuses(...)                                   \
    do {                                               \
        other = world.engine;                          \
        cr_assert(is_taken());                         \
        __VA_ARGS__;                                   \
        cr_assert_not(is_taken(), "%s", #__VA_ARGS__); \
    } while (0)

Test(snapshot, an_incident_that_cannot_be_is_refused)
{
    begin_busy();
    refuses(some_incident()->state = FO_INCIDENT_STATES);
    refuses(some_incident()->cause = 199);
    refuses(some_incident()->subject.kind = FO_SUBJECT_KINDS);
    refuses(some_incident()->subject.index = 5);
    refuses(some_incident()->severity = 0);
    refuses(some_incident()->severity = 5);
    refuses(some_incident()->epoch = 0);
    refuses(some_incident()->message = FO_MESSAGES);
    refuses(some_incident()->number = 0);
    refuses(some_incident()->number = 1000);
    refuses(some_incident()->branches[0].acked_by = 50);
    refuses(some_incident()->owned_by = 50);
    refuses(some_incident()->child_count = FO_CHILDREN_MAX + 1);
    refuses(some_incident()->ladder = FO_LADDERS_MAX);
    refuses(some_incident()->branches[1].rung = 0); /* a rung of another branch */
    refuses(some_incident()->branches[0].rung = 10);
    refuses(some_incident()->wanted |= 1ULL << 40);
    refuses(some_incident()->accepted[3] |= 1ULL << 40);
    refuses(some_incident()->clear_us = 5);
    refuses(some_incident()->active = false);
    refuses(some_incident()->state = FO_INCIDENT_RECOVERED);
    refuses((some_incident()->active = false, some_incident()->clear_us = 5,
             some_incident()->state = FO_INCIDENT_RECOVERED));
    refuses(some_incident()->children[0].cause = 0);
    refuses(some_incident()->children[0].subject = (struct fo_subject){FO_SUBJECT_LINE, 9});
    refuses(some_incident()->children[0].subject = (struct fo_subject){FO_SUBJECT_SERVICE, 9});
    refuses(some_incident()->children[0].subject = (struct fo_subject){FO_SUBJECT_SERVER, 2});
    refuses(some_incident()->children[0].subject = (struct fo_subject){FO_SUBJECT_CHANNEL, 9});
    refuses(some_incident()->children[0].since_us = FO_NEVER - 1);
}

Test(snapshot, an_attempt_that_cannot_be_is_refused)
{
    begin_busy();
    refuses(some_attempt()->state = FO_ATTEMPT_STATES);
    refuses(some_attempt()->slot = FO_INCIDENTS_MAX);
    refuses(some_attempt()->notify.person = 50);
    refuses(some_attempt()->notify.channel = 7);
    refuses(some_attempt()->notify.message = FO_MESSAGES);
    refuses(some_attempt()->key.sequence = 0);
    refuses(some_attempt()->result_us = FO_NEVER);
    refuses(some_attempt()->state = FO_ATTEMPT_RETRY);
    refuses((some_attempt()->result_us = FO_NEVER, some_attempt()->state = FO_ATTEMPT_HELD));
    other = world.engine;
    some_attempt()->notify.drill = true;
    world.policy.persons[some_attempt()->notify.person].drill = true;
    cr_assert(is_taken(), "who is on the drill list may be called in a drill");
    other = world.engine;
    some_attempt()->state = FO_ATTEMPT_HELD;
    cr_assert(is_taken(), "a page may wait for a line");
    other = world.engine;
    world.policy.persons[some_attempt()->notify.person].drill = false;
    refuses(some_attempt()->notify.drill = true);
}

Test(snapshot, a_plan_that_cannot_be_is_refused)
{
    begin_busy();
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    refuses(other.plan.step = FO_PLAN_STEPS);
    refuses(other.plan.target = 2);
    refuses(other.plan.from = 1);
    refuses(other.plan.from = 7);
    refuses(other.plan.from = FO_NONE);
    refuses(other.plan.key.sequence = 0);
    refuses(other.plan.deadline_us = FO_NEVER);
    refuses(other.active = 2);
    refuses(other.switch_next = FO_SWITCHES_KEPT);
    refuses((other.after_fence.sequence = 1, other.after_fence_server = 2));
    other = world.engine;
    other.plan.step = FO_PLAN_HOLD;
    other.plan.from = FO_NONE;
    cr_assert(is_taken(), "a first choice takes nothing from anybody");
}

Test(snapshot, a_contact_network_that_cannot_be_is_refused)
{
    begin_busy();
    refuses(other.ladder = FO_LADDERS_MAX);
    refuses(other.ladders[1].rung_count = FO_RUNGS_MAX + 1);
    refuses(other.ladders[0].rungs[2].branch = FO_BRANCHES_MAX);
    refuses(other.ladders[0].rungs[2].wait_us = 0);
}

Test(snapshot, a_room_that_cannot_be_is_refused)
{
    begin_busy();
    cr_assert(world.engine.mains.lost);
    refuses(other.mains.lost_us = FO_NEVER);
    refuses(other.mains.lost = false);
    refuses(other.route.active = 9);
    refuses(other.route.wanted = 9);
    refuses((other.route.active = FO_NONE, other.route.wanted = 1));
    other = world.engine;
    other.route.active = other.route.wanted = FO_NONE;
    cr_assert(is_taken(), "a site without lines has no route");
    refuses(other.devices[UPS_A].outage_us = FO_NEVER);
    refuses(other.devices[UPS_A].runtime_us = -5);
    refuses((other.devices[40].on_battery = true, other.devices[40].outage_us = 1));
}

Test(snapshot, a_stage_of_the_shutdown_plan_that_cannot_be_is_refused)
{
    begin_busy();
    world.engine.policy.stage_count = world.policy.stage_count = 1;
    world.engine.policy.shed_act_us = world.policy.shed_act_us = FO_SECOND;
    world.engine.policy.stages[0] = world.policy.stages[0] =
        (struct fo_stage_policy){.acts = 2, .supplies = 1U << UPS_A};
    struct fo_stage *stage = &world.engine.stages[0];
    stage->state = FO_STAGE_SHEDDING;
    stage->since_us = world.engine.now_us;
    stage->act = 1;
    stage->key = fo_key_next(&world.engine);
    refuses(other.stages[0].state = FO_STAGE_STATES);
    refuses(other.stages[0].since_us = FO_NEVER);
    refuses(other.stages[0].act = 2);
    refuses(other.stages[0].key.sequence = 0);
    refuses((other.stages[1].state = FO_STAGE_DUE, other.stages[1].since_us = 1));
}

Test(snapshot, an_order_to_switch_loads_on_again_that_cannot_be_is_refused)
{
    begin_busy();
    world.engine.policy.stage_count = world.policy.stage_count = 1;
    world.engine.policy.shed_act_us = world.policy.shed_act_us = FO_SECOND;
    world.engine.policy.stages[0] = world.policy.stages[0] =
        (struct fo_stage_policy){.acts = 2, .supplies = 1U << UPS_A};
    struct fo_restore *restore = &world.engine.restore;
    restore->stages = 1;
    restore->stage = 0;
    restore->act = 1;
    refuses(other.restore.stages = 2);
    refuses(other.restore.stage = 1);
    refuses(other.restore.act = 2);
    refuses(other.restore.stages = 0);
}

Test(snapshot, a_full_house_of_persons_is_believed)
{
    struct fo_policy policy = fixture_policy();
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = WORLD_PERSONS; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
    }
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    other = world.engine;
    cr_assert(is_taken());
}

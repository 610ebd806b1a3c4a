/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the bytes a recording is made of: no field forgotten, an engine that goes on from its
 * image as if nothing had been, another policy taken, damage and foreign things refused. */
#include "failover/durable.h"
#include "failover/image.h"
#include "failover/walk.h"
#include "tests/lib/engine_fixture.h"

static uint8_t image[FO_IMAGE_MAX];
static struct fo_engine first, second;

/* Bytes of a struct of ones that the walk does not bring over. What is left by a walk that forgets
 * nothing are the gaps between members, so the number is known. A new field: add it to its walk,
 * then correct the number. */
#define POLICY_GAPS 3392
#define ENGINE_GAPS 6170

static size_t count_left(const void *decoded, size_t size)
{
    const uint8_t *bytes = decoded;
    size_t left = 0;
    for (size_t i = 0; i < size; i++) {
        left += bytes[i] == 0;
    }
    return left;
}

Test(image, no_field_of_a_policy_is_forgotten)
{
    static struct fo_policy ones, decoded;
    static uint8_t bytes[FO_POLICY_BYTES_MAX];
    memset(&ones, 1, sizeof ones);
    size_t length = fo_policy_encode(&ones, bytes);
    fo_policy_decode(&decoded, bytes, length); /* no valid policy, but every field is set */
    cr_assert_eq(count_left(&decoded, sizeof decoded), (size_t)POLICY_GAPS,
                 "%zu bytes of the policy are not walked: add the new field to walk_policy.c, then "
                 "correct POLICY_GAPS if a gap has grown",
                 count_left(&decoded, sizeof decoded));
    cr_assert_eq(length, sizeof decoded - POLICY_GAPS, "a field is walked twice");
}

Test(image, no_field_of_the_engine_is_forgotten)
{
    memset(&first, 1, sizeof first);
    memset(&second, 0, sizeof second);
    first.out = NULL;
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        first.incidents[i].child_count = FO_CHILDREN_MAX;
    }
    for (unsigned i = 0; i < FO_LADDERS_MAX; i++) {
        first.ladders[i].rung_count = FO_RUNGS_MAX;
    }
    size_t length = fo_image_encode(&first, image);
    cr_assert_lt(length, (size_t)FO_IMAGE_MAX);
    /* the numbers are nonsense and would be refused, so the walks are asked themselves */
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = image, .length = length};
    fo_durable_walk(&codec, &second);
    fo_walk_rest(&codec, &second);
    cr_assert(!codec.bad && codec.at == length);
    /* not in the bytes on purpose: what the policy says, what follows from the rest */
    memset(&second.policy, 1, sizeof second.policy);
    memset(second.rung_persons, 1, sizeof second.rung_persons);
    second.deciders = second.deputies = UINT64_MAX;
    memset(&second.monitor.voter.params, 1, sizeof second.monitor.voter.params);
    memset(second.deadlines.heap, 1, sizeof second.deadlines.heap);
    memset(second.deadlines.place, 1, sizeof second.deadlines.place);
    memset(&second.out, 1, sizeof second.out);
    cr_assert_eq(
        count_left(&second, sizeof second), (size_t)ENGINE_GAPS,
        "%zu bytes of the engine are not walked: add the new field to durable.c or hash.c, then "
        "correct ENGINE_GAPS if a gap has grown",
        count_left(&second, sizeof second));
}

/* A site in which much is going on, some way into it. */
static void begin_busy(fo_us length_us)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    world_begin_with(&policy);
    mains_fail();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    world.notify[MAIL] = FO_OUTCOMES;
    step_for(length_us);
}

/* Every event that the world's engine gets from here on is also given to `second`. */
static unsigned steps, differences;
static void also(const struct fo_event *event, const struct fo_output *said)
{
    static struct fo_output out;
    fo_step(&second, event, &out);
    steps++;
    if (fo_output_hash(&out) != fo_output_hash(said) ||
        fo_engine_hash(&second) != fo_engine_hash(&world.engine)) {
        differences++;
    }
}

static void go_on_from_an_image(fo_us after_us)
{
    begin_busy(after_us);
    size_t length = fo_image_encode(&world.engine, image);
    fo_engine_init(&second, &world.policy);
    cr_assert(fo_image_decode(&second, image, length));
    cr_assert_eq(fo_engine_hash(&second), fo_engine_hash(&world.engine));
    steps = differences = 0;
    world.stepped = also;
    world.alive[0] = false;
    step_for(5 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 1});
    mains_return();
    step_for(5 * FO_MINUTE);
    world.stepped = NULL;
    cr_assert_gt(steps, 1000U);
    cr_assert_eq(differences, 0U, "%u of %u steps differ", differences, steps);
}

Test(image, an_engine_goes_on_from_its_image_as_if_nothing_had_been)
{
    go_on_from_an_image(10 * FO_SECOND);
    go_on_from_an_image(3 * FO_MINUTE + 7 * FO_MS);
    go_on_from_an_image(100 * FO_MS);
}

Test(image, an_engine_not_yet_started_has_an_image_too)
{
    struct fo_policy policy = fixture_policy();
    fo_engine_init(&first, &policy);
    size_t length = fo_image_encode(&first, image);
    fo_engine_init(&second, &policy);
    cr_assert(fo_image_decode(&second, image, length));
    cr_assert_eq(fo_engine_hash(&first), fo_engine_hash(&second));
    cr_assert_not(second.booted);
}

Test(image, another_policy_takes_it_when_it_has_the_same_things)
{
    begin_busy(10 * FO_SECOND);
    size_t length = fo_image_encode(&world.engine, image);
    struct fo_policy other = world.policy;
    other.devices[0].communication.bad_of = 5;
    other.devices[0].communication.window = 5;
    other.block_us = FO_MINUTE;
    fo_engine_init(&second, &other);
    cr_assert(fo_image_decode(&second, image, length));
    cr_assert_eq(second.policy.block_us, FO_MINUTE);
    cr_assert_eq(fo_engine_hash(&second), fo_engine_hash(&world.engine));

    other.device_count = 0;
    other.servers[0].power = other.servers[1].power = 0;
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        other.lines[i].power = 0;
    }
    fo_engine_init(&second, &other);
    uint64_t before = fo_engine_hash(&second);
    cr_assert_not(fo_image_decode(&second, image, length), "incidents name devices it has not");
    cr_assert_eq(fo_engine_hash(&second), before);
}

Test(image, each_cut_is_refused)
{
    begin_busy(10 * FO_SECOND);
    size_t length = fo_image_encode(&world.engine, image);
    fo_engine_init(&second, &world.policy);
    uint64_t before = fo_engine_hash(&second);
    for (size_t i = 0; i < length; i += 17) {
        cr_assert_not(fo_image_decode(&second, image, i));
    }
    cr_assert_not(fo_image_decode(&second, image, length + 1));
    cr_assert_eq(fo_engine_hash(&second), before);
}

Test(image, nonsense_is_refused_or_runs_without_leaving_its_arrays)
{
    begin_busy(10 * FO_SECOND);
    size_t length = fo_image_encode(&world.engine, image);
    uint64_t dice = 7;
    unsigned taken = 0;
    for (int round = 0; round < 4000; round++) {
        dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
        size_t at = (size_t)((dice >> 33) % length);
        uint8_t was = image[at];
        image[at] = (uint8_t)(dice >> 24);
        fo_engine_init(&second, &world.policy);
        if (fo_image_decode(&second, image, length)) {
            taken++; /* the sanitizers watch the hash and the encoding of it */
            fo_engine_hash(&second);
        }
        image[at] = was;
    }
    cr_assert_gt(taken, 100U, "most single numbers are as good as others");
}

/* ---- numbers that no engine can have written --------------------------------------------------
 */

/* What the busy engine's image says, one thing changed, is taken or not by a fresh engine. */
static bool is_taken(void)
{
    static struct fo_engine fresh;
    size_t length = fo_image_encode(&second, image);
    fo_engine_init(&fresh, &world.policy);
    return fo_image_decode(&fresh, image, length);
}

#define refuses(...)                                   \
    do {                                               \
        second = world.engine;                         \
        cr_assert(is_taken());                         \
        __VA_ARGS__;                                   \
        cr_assert_not(is_taken(), "%s", #__VA_ARGS__); \
    } while (0)

Test(image, a_number_that_says_where_to_look_stays_within_its_array)
{
    begin_busy(10 * FO_SECOND);
    refuses(second.monitor.choice = FO_SERVERS);
    refuses(second.monitor.next = FO_SERVERS);
    refuses(second.monitor.ask.sender = FO_VOTERS);
    refuses(second.monitor.voter.vote_to = FO_SERVERS);
    refuses(second.monitor.voter.vote = FO_VOTE_SELF + 1);
    refuses(second.monitor.voter.heard[1].refused_next = 4);
    refuses(second.monitor.voter.heard[1].beat.sender = FO_VOTERS);
    refuses(second.monitor.voter.heard[1].beat.choice = FO_SERVERS);
    refuses(second.monitor.voter.heard[1].beat.next = FO_SERVERS);
    refuses(second.lines[LINE_B].loss.next = FO_LOSS_SAMPLES);
    refuses(second.lines[LINE_B].loss.filled = FO_LOSS_SAMPLES + 1);
    refuses(second.lines[LINE_B].direction.out.next = FO_LOSS_SAMPLES);
    refuses(second.lines[LINE_B].direction.back.filled = FO_LOSS_SAMPLES + 1);
    refuses(second.lines[LINE_B].down_next = FO_LINE_CHANGES);
    refuses(second.lines[LINE_B].state = FO_STATES);
    refuses(second.need = (struct fo_need){.cause = FO_REASON_SERVER_DEAD, .target = FO_SERVERS});
    refuses(second.need = (struct fo_need){.cause = FO_REASON_SERVER_DEAD, .from = FO_SERVERS});
    refuses(second.now_us = -1);
    refuses(second.poll = (uint64_t)1 << WORLD_DEVICES);
}

Test(image, a_need_and_a_poll_of_what_is_there_are_believed)
{
    begin_busy(10 * FO_SECOND);
    second = world.engine;
    second.need = (struct fo_need){.cause = FO_REASON_SERVER_DEAD, .from = 0, .target = 1};
    second.poll = (uint64_t)1 << UPS_B;
    cr_assert(is_taken());
    second.need.from = FO_NONE;
    cr_assert(is_taken(), "nobody held");
    second.need = (struct fo_need){.from = FO_SERVERS};
    cr_assert(is_taken(), "without a need nobody looks");
}

Test(image, a_full_house_of_devices_may_all_be_asked_at_once)
{
    struct fo_policy policy = fixture_policy();
    policy.device_count = FO_DEVICES_MAX;
    for (unsigned i = WORLD_DEVICES; i < FO_DEVICES_MAX; i++) {
        policy.devices[i] = policy.devices[UPS_A];
    }
    world_begin_empty(&policy);
    second = world.engine;
    second.poll = UINT64_MAX;
    cr_assert(is_taken());
}

/* ---- events and policies ----------------------------------------------------------------------
 */

static void expect_same_event(const struct fo_event *event)
{
    uint8_t bytes[FO_EVENT_BYTES_MAX], again[FO_EVENT_BYTES_MAX];
    struct fo_event decoded;
    size_t length = fo_event_encode(event, bytes);
    cr_assert_gt(length, 0U);
    cr_assert(fo_event_decode(&decoded, bytes, length), "kind %u", event->kind);
    cr_assert_eq(fo_event_encode(&decoded, again), length);
    cr_assert_arr_eq(bytes, again, length);
    for (size_t i = 0; i < length; i++) {
        cr_assert_not(fo_event_decode(&decoded, bytes, i), "kind %u cut at %zu", event->kind, i);
    }
    cr_assert_lt(length, sizeof bytes);
    bytes[length] = 0;
    cr_assert_not(fo_event_decode(&decoded, bytes, length + 1), "kind %u and more", event->kind);
}

Test(image, every_kind_of_event_comes_back_as_it_was)
{
    /* bytes of ones in each kind's member, gaps left out: as many as the walk writes after the
     * common 17 */
    static const size_t lengths[FO_EVENT_KINDS] = {
        [FO_EVENT_TICK] = 0,
        [FO_EVENT_BOOT] = 9,
        [FO_EVENT_READING] = 6 + FO_VARIABLES_MAX * 12,
        [FO_EVENT_PROBE] = 15,
        [FO_EVENT_DATAGRAM] = 1 + 2 + 172,
        [FO_EVENT_RESULT] = 23,
        [FO_EVENT_ORDER] = 25,
        [FO_EVENT_SELF] = 10 + FO_STATIONS * 8,
        [FO_EVENT_ROSTER] = FO_ROLES_MAX * 16 + 12,
        [FO_EVENT_PLACE] = 4,
    };
    struct fo_event event;
    uint8_t bytes[FO_EVENT_BYTES_MAX];
    for (unsigned kind = 0; kind < FO_EVENT_KINDS; kind++) {
        memset(&event, 1, sizeof event);
        event.kind = (uint8_t)kind;
        if (kind == FO_EVENT_READING) {
            event.reading.count = FO_VARIABLES_MAX;
        }
        expect_same_event(&event);
        cr_assert_eq(fo_event_encode(&event, bytes), 17 + lengths[kind], "kind %u: %zu", kind,
                     fo_event_encode(&event, bytes));
    }
    event = (struct fo_event){
        .kind = FO_EVENT_DATAGRAM,
        .datagram.datagram = {.kind = FO_DATAGRAM_ANSWER, .answer = {.given = true, .holder = 1}}};
    expect_same_event(&event);
    memset(&event, 1, sizeof event);
    event.kind = FO_EVENT_PROBE;
    event.probe.kind = FO_PROBE_DIRECTION;
    expect_same_event(&event);
    cr_assert_eq(fo_event_encode(&event, bytes), 17 + lengths[FO_EVENT_PROBE] + 12);
}

Test(image, what_is_no_event_is_refused)
{
    struct fo_event event = {.kind = FO_EVENT_KINDS}, decoded;
    uint8_t bytes[FO_EVENT_BYTES_MAX];
    cr_assert_eq(fo_event_encode(&event, bytes), 0U);
    event = (struct fo_event){.kind = FO_EVENT_READING, .reading.count = FO_VARIABLES_MAX + 1};
    cr_assert_eq(fo_event_encode(&event, bytes), 0U);
    event = (struct fo_event){.kind = FO_EVENT_DATAGRAM, .datagram.datagram.kind = 7};
    cr_assert_eq(fo_event_encode(&event, bytes), 0U);
    event = (struct fo_event){.kind = FO_EVENT_TICK};
    size_t length = fo_event_encode(&event, bytes);
    bytes[0] = FO_EVENT_KINDS;
    cr_assert_not(fo_event_decode(&decoded, bytes, length));
}

Test(image, a_policy_comes_back_and_an_invalid_one_is_refused)
{
    static uint8_t bytes[FO_POLICY_BYTES_MAX], again[FO_POLICY_BYTES_MAX];
    struct fo_policy policy = fixture_policy(), decoded;
    size_t length = fo_policy_encode(&policy, bytes);
    cr_assert(fo_policy_decode(&decoded, bytes, length));
    cr_assert_eq(fo_policy_encode(&decoded, again), length);
    cr_assert_arr_eq(bytes, again, length);
    for (size_t i = 0; i < length; i++) {
        cr_assert_not(fo_policy_decode(&decoded, bytes, i), "cut at %zu", i);
    }
    cr_assert_not(fo_policy_decode(&decoded, bytes, length + 1), "and more");
    policy.line_count = FO_LINES_MAX + 1;
    length = fo_policy_encode(&policy, bytes);
    cr_assert_not(fo_policy_decode(&decoded, bytes, length));
}

Test(image, the_hash_of_an_output_tells_each_word_of_it)
{
    static struct fo_output out, other;
    out = (struct fo_output){.record_count = 1, .command_count = 2};
    out.commands[0] = (struct fo_command){.kind = FO_COMMAND_NOTIFY, .notify = {.person = 3}};
    out.commands[1] =
        (struct fo_command){.kind = FO_COMMAND_SEND, .datagram = {.kind = FO_DATAGRAM_BEAT}};
    uint64_t hash = fo_output_hash(&out);
    other = out;
    cr_assert_eq(fo_output_hash(&other), hash);
    other.commands[0].notify.person++;
    cr_assert_neq(fo_output_hash(&other), hash);
    other = out;
    other.commands[1].datagram.beat.epoch++;
    cr_assert_neq(fo_output_hash(&other), hash);
    other = out;
    other.records[0].b++;
    cr_assert_neq(fo_output_hash(&other), hash);
    other = out;
    other.record_count = 0;
    cr_assert_neq(fo_output_hash(&other), hash);
}

Test(image, a_timer_of_what_is_not_there_does_nothing)
{
    begin_busy(10 * FO_SECOND);
    second = world.engine;
    const unsigned timers[] = {
        FO_TIMER_DEVICE + FO_DEVICES_MAX - 1, FO_TIMER_LINE + FO_LINES_MAX - 1,
        FO_TIMER_SERVICE + FO_SERVICES_MAX - 1, FO_TIMER_ATTEMPT + FO_ATTEMPTS_MAX - 1};
    for (unsigned i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        second.deadlines.due_us[timers[i]] = world.now_us;
    }
    size_t length = fo_image_encode(&second, image);
    fo_engine_init(&first, &world.policy);
    cr_assert(fo_image_decode(&first, image, length));
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = world.now_us};
    fo_step(&first, &tick, &world.out);
    for (unsigned i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        cr_assert_eq(first.deadlines.due_us[timers[i]], FO_NEVER);
    }
}

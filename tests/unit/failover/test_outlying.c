/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the watch over other places: the same rules as in the room, one story for each place,
 * nothing taken back by silence, and an engine that does not grow with the devices. */
#include "failover/outlying.h"

#include "tests/lib/engine_fixture.h"

#define FIRST_US (1000 * FO_SECOND)

static struct fo_device_policy policy_of(uint8_t kind)
{
    struct fo_policy policy;
    memset(&policy, 0, sizeof policy);
    fixture_policy_power(&policy);
    policy.devices[0].kind = kind;
    return policy.devices[0];
}

static struct fo_reading ups_says(int64_t status, int64_t runtime_s)
{
    struct fo_reading reading = {.quality = FO_GOOD, .count = 2};
    reading.values[0] = (struct fo_value){.variable = FO_VAR_UPS_STATUS, .milli = status};
    reading.values[1] =
        (struct fo_value){.variable = FO_VAR_BATTERY_RUNTIME, .milli = runtime_s * 1000};
    return reading;
}

static bool holds(const struct fo_outlying *outlying, enum fo_reason cause)
{
    return (outlying->holds >> (cause - 100) & 1) != 0;
}

static void say(struct fo_outlying *outlying, const struct fo_device_policy *policy, int64_t status,
                fo_us now_us)
{
    struct fo_reading reading = ups_says(status, 1800);
    fo_outlying_reading(outlying, policy, &reading, now_us);
}

static void be_silent(struct fo_outlying *outlying, const struct fo_device_policy *policy,
                      fo_us from_us, unsigned polls)
{
    struct fo_reading none = {.quality = FO_ABSENT, .reason = FO_REASON_NO_ANSWER};
    for (unsigned i = 0; i < polls; i++) {
        fo_outlying_reading(outlying, policy, &none, from_us + i * FO_SECOND);
    }
}

Test(outlying, a_ups_on_battery_is_seen_with_its_first_reading)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OL), FIRST_US);
    cr_assert_eq(ups.holds, 0);
    say(&ups, &policy, FO_UPS(OB) | FO_UPS(DISCHRG), FIRST_US + FO_SECOND);
    cr_assert(holds(&ups, FO_REASON_UPS_ON_BATTERY));
    say(&ups, &policy, FO_UPS(OL), FIRST_US + 2 * FO_SECOND);
    cr_assert_eq(ups.holds, 0);
}

Test(outlying, low_counts_only_on_battery_and_only_when_held)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    fo_outlying_init(&ups);
    for (int i = 0; i < 20; i++) {
        say(&ups, &policy, FO_UPS(OL) | FO_UPS(LB), FIRST_US + i * FO_SECOND);
    }
    cr_assert_eq(ups.holds, 0, "low on mains is not low");
    say(&ups, &policy, FO_UPS(OB) | FO_UPS(LB), FIRST_US + 20 * FO_SECOND);
    cr_assert_not(holds(&ups, FO_REASON_UPS_LOW), "not held yet");
    say(&ups, &policy, FO_UPS(OB) | FO_UPS(LB), FIRST_US + 25 * FO_SECOND);
    cr_assert(holds(&ups, FO_REASON_UPS_LOW));
}

Test(outlying, silence_on_mains_is_not_silence_on_battery)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OL), FIRST_US);
    be_silent(&ups, &policy, FIRST_US + FO_SECOND, 2);
    cr_assert_eq(ups.holds, 0, "two of three are not silence");
    be_silent(&ups, &policy, FIRST_US + 3 * FO_SECOND, 1);
    cr_assert_eq(ups.holds, (uint64_t)1 << (FO_REASON_UPS_SILENT - 100));

    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OB), FIRST_US);
    be_silent(&ups, &policy, FIRST_US + FO_SECOND, 3);
    cr_assert(holds(&ups, FO_REASON_UPS_SILENT_ON_BATTERY));
    cr_assert(holds(&ups, FO_REASON_UPS_ON_BATTERY), "silence does not bring the mains back");
    cr_assert_not(holds(&ups, FO_REASON_UPS_EXHAUSTED));
    be_silent(&ups, &policy, FIRST_US + (1800 - 60) * FO_SECOND, 1);
    cr_assert(holds(&ups, FO_REASON_UPS_EXHAUSTED), "counted down by what it last said");
}

Test(outlying, no_word_at_all_ends_no_alarm)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OL), FIRST_US);
    be_silent(&ups, &policy, FIRST_US + FO_SECOND, 3);
    fo_outlying_run(&ups, &policy, FIRST_US + FO_HOUR);
    cr_assert_eq(ups.state.communication.state, FO_STATE_UNKNOWN);
    cr_assert(holds(&ups, FO_REASON_UPS_SILENT));
}

Test(outlying, an_engine_elsewhere_is_watched_at_rest)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_GENERATOR);
    struct fo_outlying generator;
    struct fo_reading reading = {.quality = FO_GOOD, .count = 3};
    reading.values[0] =
        (struct fo_value){.variable = FO_VAR_GENERATOR_STATUS, .milli = FO_GEN_STOPPED};
    reading.values[1] =
        (struct fo_value){.variable = FO_VAR_GENERATOR_MODE, .milli = FO_GEN_MODE_MANUAL};
    reading.values[2] = (struct fo_value){.variable = FO_VAR_FUEL_LEVEL, .milli = 82000};
    fo_outlying_init(&generator);
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US);
    cr_assert_eq(generator.holds, 0, "a flash is not believed");
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US + FO_SECOND);
    cr_assert(holds(&generator, FO_REASON_GENERATOR_NOT_AUTO));
    struct fo_view_device view;
    fo_outlying_view(&generator, &policy, FIRST_US + FO_SECOND, &view);
    cr_assert_eq(view.state, FO_STATE_DEGRADED);
    cr_assert_eq(view.reason, FO_REASON_GENERATOR_NOT_AUTO);
    cr_assert_eq(view.quality, FO_GOOD);
}

Test(outlying, a_sign_is_believed_with_its_second_reading)
{
    static const struct {
        int64_t status;
        enum fo_reason cause;
        enum fo_state state;
    } signs[] = {{FO_UPS(OL) | FO_UPS(BYPASS), FO_REASON_UPS_BYPASS, FO_STATE_DEGRADED},
                 {FO_UPS(OL) | FO_UPS(OVER), FO_REASON_UPS_OVERLOAD, FO_STATE_DEGRADED},
                 {FO_UPS(OL) | FO_UPS(RB), FO_REASON_UPS_REPLACE_BATTERY, FO_STATE_DEGRADED},
                 {FO_UPS(OFF), FO_REASON_UPS_OFF, FO_STATE_DOWN}};
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    for (unsigned i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct fo_outlying ups;
        struct fo_view_device view;
        fo_outlying_init(&ups);
        say(&ups, &policy, signs[i].status, FIRST_US);
        cr_assert_eq(ups.holds, 0);
        say(&ups, &policy, signs[i].status, FIRST_US + FO_SECOND);
        cr_assert(holds(&ups, signs[i].cause), "%u", i);
        fo_outlying_view(&ups, &policy, FIRST_US + FO_SECOND, &view);
        cr_assert_eq(view.state, signs[i].state);
        cr_assert_eq(view.reason, signs[i].cause);
        cr_assert_eq(view.isolated_protection, signs[i].cause == FO_REASON_UPS_BYPASS);
    }
}

Test(outlying, a_ups_past_its_inverter_is_shown_as_such)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    struct fo_view_device view;
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OL) | FO_UPS(ECO), FIRST_US);
    fo_outlying_view(&ups, &policy, FIRST_US, &view);
    cr_assert(view.isolated_protection);
    cr_assert_eq(view.state, FO_STATE_OK, "chosen so, and no alarm");
}

Test(outlying, a_reading_without_the_status_changes_nothing_but_its_age)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_reading reading = {.quality = FO_GOOD, .count = 1};
    struct fo_outlying ups;
    struct fo_view_device view;
    reading.values[0] = (struct fo_value){.variable = FO_VAR_BATTERY_RUNTIME, .milli = 900000};
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OB), FIRST_US);
    fo_outlying_reading(&ups, &policy, &reading, FIRST_US + 10 * FO_SECOND);
    cr_assert(ups.state.on_battery, "no word that the mains are back");
    fo_outlying_view(&ups, &policy, FIRST_US + 12 * FO_SECOND, &view);
    cr_assert_eq(view.age_us, 2 * FO_SECOND);
    cr_assert_eq(view.outage_us, 12 * FO_SECOND);
    cr_assert_neq(view.runtime_us, FO_NEVER);
}

Test(outlying, once_dying_it_stays_so_until_the_mains_are_back)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    fo_outlying_init(&ups);
    say(&ups, &policy, FO_UPS(OB) | FO_UPS(LB), FIRST_US);
    say(&ups, &policy, FO_UPS(OB) | FO_UPS(LB), FIRST_US + 5 * FO_SECOND);
    cr_assert(holds(&ups, FO_REASON_UPS_LOW));
    say(&ups, &policy, FO_UPS(OB), FIRST_US + 6 * FO_SECOND);
    cr_assert(holds(&ups, FO_REASON_UPS_LOW), "a battery does not recover under load");
    say(&ups, &policy, FO_UPS(OL), FIRST_US + 7 * FO_SECOND);
    cr_assert_not(holds(&ups, FO_REASON_UPS_LOW));
}

Test(outlying, what_was_well_and_is_not_asked_any_more_is_unknown_and_not_silent)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    struct fo_view_device view;
    fo_outlying_init(&ups);
    fo_outlying_view(&ups, &policy, FIRST_US, &view);
    cr_assert_eq(view.quality, FO_ABSENT, "never heard");
    cr_assert_eq(view.age_us, FO_NEVER);
    say(&ups, &policy, FO_UPS(OL), FIRST_US);
    fo_outlying_run(&ups, &policy, FIRST_US + FO_MINUTE);
    cr_assert_eq(ups.holds, 0);
    fo_outlying_view(&ups, &policy, FIRST_US + FO_MINUTE, &view);
    cr_assert_eq(view.state, FO_STATE_UNKNOWN);
    cr_assert_eq(view.reason, FO_REASON_TOO_OLD);
    cr_assert_eq(view.quality, FO_STALE);
}

Test(outlying, one_lost_answer_is_shown_with_its_reason_and_raises_nothing)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_reading none = {.quality = FO_ABSENT, .reason = FO_REASON_NO_ANSWER};
    struct fo_outlying ups;
    struct fo_view_device view;
    fo_outlying_init(&ups);
    fo_outlying_reading(&ups, &policy, &none, FIRST_US);
    cr_assert_eq(ups.holds, 0);
    fo_outlying_view(&ups, &policy, FIRST_US, &view);
    cr_assert_eq(view.state, FO_STATE_UNKNOWN);
    cr_assert_eq(view.reason, FO_REASON_NO_ANSWER);
}

static struct fo_reading only(enum fo_variable variable, int64_t milli)
{
    struct fo_reading reading = {.quality = FO_GOOD, .count = 1};
    reading.values[0] = (struct fo_value){.variable = (uint8_t)variable, .milli = milli};
    return reading;
}

/* The two kinds that have no battery to run down: silent is silent, and unknown ends nothing. */
static void expect_silence(uint8_t kind, enum fo_reason cause)
{
    struct fo_device_policy policy = policy_of(kind);
    struct fo_reading well = only(FO_VAR_FUEL_LEVEL, 90000);
    struct fo_outlying device;
    struct fo_view_device view;
    fo_outlying_init(&device);
    fo_outlying_reading(&device, &policy, &well, FIRST_US);
    fo_outlying_run(&device, &policy, FIRST_US + FO_MINUTE);
    cr_assert_eq(device.holds, 0, "not asked is not silent");
    be_silent(&device, &policy, FIRST_US + FO_MINUTE, 3);
    cr_assert_eq(device.holds, (uint64_t)1 << (cause - 100));
    fo_outlying_run(&device, &policy, FIRST_US + FO_HOUR);
    cr_assert_eq(device.state.communication.state, FO_STATE_UNKNOWN);
    cr_assert(holds(&device, cause), "no word at all ends no alarm");
    fo_outlying_view(&device, &policy, FIRST_US + FO_HOUR, &view);
    cr_assert_eq(view.runtime_us, FO_NEVER);
    cr_assert_eq(view.outage_us, 0);
    fo_outlying_reading(&device, &policy, &well, FIRST_US + FO_HOUR);
    fo_outlying_reading(&device, &policy, &well, FIRST_US + FO_HOUR + FO_SECOND);
    cr_assert_eq(device.holds, 0);
}

Test(outlying, a_silent_generator_or_transfer_switch_is_silent_until_it_speaks)
{
    expect_silence(FO_DEVICE_GENERATOR, FO_REASON_GENERATOR_SILENT);
    expect_silence(FO_DEVICE_TRANSFER_SWITCH, FO_REASON_TRANSFER_SWITCH_SILENT);
}

Test(outlying, a_status_that_no_generator_has_is_not_believed)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_GENERATOR);
    struct fo_outlying generator;
    struct fo_reading reading = only(FO_VAR_GENERATOR_STATUS, FO_GEN_RUNNING);
    fo_outlying_init(&generator);
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US);
    cr_assert_eq(generator.state.status, FO_GEN_RUNNING);
    cr_assert(generator.state.voltage);
    reading.values[0].milli = FO_GEN_LOADED;
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US);
    cr_assert(generator.state.voltage);
    reading.values[0].milli = FO_GEN_STATUSES;
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US);
    cr_assert_eq(generator.state.status, 0);
    reading.values[0].milli = -1;
    fo_outlying_reading(&generator, &policy, &reading, FIRST_US);
    cr_assert_eq(generator.state.status, 0);
}

/* ---- a place --------------------------------------------------------------------------------- */

static void take(struct fo_place *place, struct fo_outlying *ups, int64_t status, fo_us now_us)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    uint64_t before = ups->holds;
    bool heard = ups->heard;
    say(ups, &policy, status, now_us);
    fo_place_count(place, before, heard, ups);
}

Test(outlying, a_place_says_a_cause_once_however_many_devices_do)
{
    struct fo_outlying ups[2];
    struct fo_place place;
    struct fo_place_said said = {.place = 7};
    fo_place_init(&place);
    for (int i = 0; i < 2; i++) {
        fo_outlying_init(&ups[i]);
        fo_place_add(&place);
    }
    take(&place, &ups[0], FO_UPS(OB), FIRST_US);
    cr_assert(fo_place_next(&place, &said));
    cr_assert_eq(said.cause, FO_REASON_UPS_ON_BATTERY);
    cr_assert(said.holds);
    cr_assert_eq(said.place, 7);
    cr_assert_not(fo_place_next(&place, &said), "what is over is unknown while one is unheard");
    take(&place, &ups[1], FO_UPS(OB), FIRST_US);
    while (fo_place_next(&place, &said)) {
        cr_assert_not(said.holds, "the rest is over, as far as was ever known");
    }
    take(&place, &ups[0], FO_UPS(OL), FIRST_US + FO_SECOND);
    cr_assert_not(fo_place_next(&place, &said), "the other one is still on its battery");
    take(&place, &ups[1], FO_UPS(OL), FIRST_US + FO_SECOND);
    cr_assert(fo_place_next(&place, &said));
    cr_assert_eq(said.cause, FO_REASON_UPS_ON_BATTERY);
    cr_assert_not(said.holds);
}

Test(outlying, a_device_that_was_never_heard_keeps_its_place_from_taking_anything_back)
{
    struct fo_device_policy policy = policy_of(FO_DEVICE_UPS);
    struct fo_outlying ups;
    struct fo_place place;
    struct fo_place_said said = {.place = 7};
    fo_place_init(&place);
    fo_outlying_init(&ups);
    fo_place_add(&place);
    be_silent(&ups, &policy, FIRST_US, 3);
    fo_place_count(&place, 0, false, &ups);
    cr_assert(fo_place_next(&place, &said));
    cr_assert_eq(said.cause, FO_REASON_UPS_SILENT);
    cr_assert_not(fo_place_next(&place, &said), "what was before our start may still hold");
}

Test(outlying, what_holds_is_said_again_on_request)
{
    struct fo_outlying ups;
    struct fo_place place;
    struct fo_place_said said = {.place = 0};
    fo_outlying_init(&ups);
    fo_place_init(&place);
    fo_place_add(&place);
    take(&place, &ups, FO_UPS(OB), FIRST_US);
    while (fo_place_next(&place, &said)) {
    }
    fo_place_retell(&place);
    cr_assert(fo_place_next(&place, &said));
    cr_assert_eq(said.cause, FO_REASON_UPS_ON_BATTERY);
    cr_assert(said.holds);
    cr_assert_not(fo_place_next(&place, &said));
}

/* ---- in the engine --------------------------------------------------------------------------- */

static void place_says(uint8_t place, enum fo_reason cause, bool it_holds)
{
    give((struct fo_event){.kind = FO_EVENT_PLACE,
                           .place = {.place = place, .cause = (uint16_t)cause, .holds = it_holds}});
}

static void begin_with_places(void)
{
    struct fo_policy policy = fixture_policy();
    policy.place_count = 3;
    world_begin_with(&policy);
}

Test(outlying, a_place_has_an_incident_and_the_room_stays_well)
{
    begin_with_places();
    place_says(1, FO_REASON_UPS_ON_BATTERY, true);
    const struct fo_incident *incident = incident_of(FO_REASON_UPS_ON_BATTERY);
    cr_assert_not_null(incident);
    cr_assert_eq(incident->subject.kind, FO_SUBJECT_PLACE);
    cr_assert_eq(incident->subject.index, 1);
    cr_assert_not(incident->class2);
    cr_assert_not(world.engine.mains.lost, "it has no vote on the mains of the room");
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
    place_says(1, FO_REASON_UPS_LOW, true);
    cr_assert(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_LOW));
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->severity, 2, "never the worst");
    place_says(1, FO_REASON_UPS_LOW, false);
    place_says(1, FO_REASON_UPS_ON_BATTERY, false);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
}

Test(outlying, a_blackout_of_the_region_is_one_incident)
{
    begin_with_places();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_B].status = FO_UPS(OB);
    world.devices[SWITCH].source = FO_SOURCE_NONE;
    step_until(incident_of(FO_REASON_MAINS_LOST), 5 * FO_SECOND);
    place_says(0, FO_REASON_UPS_ON_BATTERY, true);
    place_says(2, FO_REASON_UPS_ON_BATTERY, true);
    cr_assert_eq(open_incidents(), 1);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
}

Test(outlying, a_place_of_one_number_is_not_the_device_of_that_number)
{
    begin_with_places();
    place_says(UPS_A, FO_REASON_UPS_LOW, true);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(world.engine.devices[UPS_A].on_battery, 5 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_eq(open_incidents(), 2);
}

Test(outlying, an_incident_of_a_place_outlives_a_restart)
{
    begin_with_places();
    place_says(2, FO_REASON_GENERATOR_FAULT, true);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    cr_assert_not_null(incident_of(FO_REASON_GENERATOR_FAULT));
    place_says(2, FO_REASON_GENERATOR_FAULT, false);
    step_until(!incident_of(FO_REASON_GENERATOR_FAULT), FO_MINUTE);
}

Test(outlying, what_a_place_cannot_say_is_refused)
{
    begin_with_places();
    mark();
    place_says(3, FO_REASON_UPS_ON_BATTERY, true);
    place_says(0, FO_REASON_SERVER_DEAD, true);
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 2);
    cr_assert_eq(open_incidents(), 0);
}

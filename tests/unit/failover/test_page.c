/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a page where every place for an attempt is taken: who gives way to whom. */
#include "failover/page.h"
#include "tests/lib/people_fixture.h"
#include "tests/unit/failover/condition_bench.h"

#define LAST (FO_ATTEMPTS_MAX - 1)

static struct fo_incident *it(enum fo_reason cause)
{
    cr_assert_not_null(incident_of(cause));
    return (struct fo_incident *)(uintptr_t)incident_of(cause);
}

/* A grave incident (1) and two lesser ones (3), and nobody under way for any of them. */
static void three_incidents(void)
{
    begin();
    set(FO_REASON_TWO_ANSWERS, site, true);
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_GENERATOR_NOT_AUTO, device(GENERATOR), true);
    step_for(FO_SECOND);
    cr_assert_eq(it(FO_REASON_TWO_ANSWERS)->severity, 1);
    cr_assert_eq(it(FO_REASON_UPS_BYPASS)->severity, 3);
    cr_assert_eq(it(FO_REASON_GENERATOR_NOT_AUTO)->severity, 3);
}

/* Places first to last are held by attempts of this incident. */
static void hold(unsigned first, unsigned last, enum fo_reason cause, enum fo_attempt_state state)
{
    const struct fo_incident *incident = it(cause);
    for (unsigned i = first; i <= last; i++) {
        world.engine.attempts[i] =
            (struct fo_attempt){.state = (uint8_t)state,
                                .slot = (uint8_t)(incident - world.engine.incidents),
                                .order = 1000 + i,
                                .notify = {.incident = incident->number,
                                           .epoch = incident->epoch,
                                           .person = OFFICER,
                                           .channel = MAIL},
                                .result_us = world.now_us + FO_HOUR,
                                .retry_us = world.now_us + FO_HOUR,
                                .next_us = FO_NEVER,
                                .emit_us = world.now_us,
                                .arrive_us = FO_NEVER};
    }
}

/* Made again after a crash, and its turn comes in an hour. */
static void back_off(unsigned index)
{
    struct fo_attempt *attempt = &world.engine.attempts[index];
    attempt->notify.resend = attempt->emit = true;
    attempt->emit_us = world.now_us + FO_HOUR;
}

static bool page(enum fo_reason cause)
{
    unsigned slot = (unsigned)(it(cause) - world.engine.incidents);
    world.engine.out = &world.out;
    world.out.record_count = world.out.command_count = 0;
    bool paged_now = fo_page_person(&world.engine, slot, CHIEF, FO_MESSAGE_WORSENED);
    world.engine.out = NULL;
    return paged_now;
}

/* Times that the last page has recorded that somebody gave way. */
static unsigned gave_way(void)
{
    unsigned times = 0;
    for (unsigned i = 0; i < world.out.record_count; i++) {
        times += world.out.records[i].why == FO_REASON_GAVE_WAY ? 1 : 0;
    }
    return times;
}

/* The place still holds what hold() has put there. */
static bool stands(unsigned index)
{
    const struct fo_attempt *attempt = &world.engine.attempts[index];
    return attempt->order == 1000 + index && attempt->state != FO_ATTEMPT_FAILED;
}

Test(page, what_is_under_way_gives_way_to_nobody)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    cr_assert_not(page(FO_REASON_TWO_ANSWERS));
    cr_assert(world.engine.attempts_starved);
    cr_assert_eq(gave_way(), 0);
}

Test(page, what_only_waits_gives_way_to_a_graver_page_and_the_record_says_so)
{
    static const enum fo_attempt_state waiting[] = {FO_ATTEMPT_RETRY, FO_ATTEMPT_HELD,
                                                    FO_ATTEMPT_QUEUED};
    three_incidents();
    for (unsigned i = 0; i < 3; i++) {
        hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
        hold(7, 8, FO_REASON_UPS_BYPASS, waiting[i]);
        if (waiting[i] == FO_ATTEMPT_QUEUED) {
            back_off(7);
            back_off(8);
        }
        cr_assert(page(FO_REASON_TWO_ANSWERS), "state %d", waiting[i]);
        cr_assert_eq(gave_way(), 2);
        cr_assert_not(stands(7));
        cr_assert(stands(6) && stands(9));
        cr_assert_eq(world.engine.attempts[7].notify.person, CHIEF);
    }
}

Test(page, one_place_is_not_enough)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    hold(7, 7, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    cr_assert_not(page(FO_REASON_TWO_ANSWERS));
    cr_assert(stands(7), "it has given way for nothing");
    world.engine.attempts[LAST].state = FO_ATTEMPT_FREE;
    cr_assert(page(FO_REASON_TWO_ANSWERS), "one is free, one gives way");
    cr_assert_eq(gave_way(), 1);
}

Test(page, as_grave_gives_no_way_but_one_made_again_after_a_crash_does)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    cr_assert_not(page(FO_REASON_GENERATOR_NOT_AUTO));
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    hold(7, 8, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    back_off(7);
    back_off(8);
    cr_assert(page(FO_REASON_GENERATOR_NOT_AUTO));
    cr_assert_not(stands(7));
    hold(0, LAST, FO_REASON_TWO_ANSWERS, FO_ATTEMPT_QUEUED);
    back_off(7);
    back_off(8);
    cr_assert_not(page(FO_REASON_GENERATOR_NOT_AUTO), "the graver one keeps its place");
    cr_assert(stands(7));
}

Test(page, the_least_grave_goes_first_and_of_equals_the_oldest)
{
    three_incidents();
    it(FO_REASON_GENERATOR_NOT_AUTO)->severity = 2;
    hold(0, LAST, FO_REASON_GENERATOR_NOT_AUTO, FO_ATTEMPT_RETRY);
    hold(40, 50, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    world.engine.attempts[44].order = 1;
    world.engine.attempts[48].order = 2;
    cr_assert(page(FO_REASON_TWO_ANSWERS));
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        cr_assert_eq(stands(i), i != 44 && i != 48, "place %u", i);
    }
}

Test(page, of_two_as_grave_the_one_that_had_its_chance_goes_first)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    hold(70, 71, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    back_off(70);
    back_off(71);
    cr_assert(page(FO_REASON_TWO_ANSWERS));
    cr_assert_not(stands(70) || stands(71));
    cr_assert(stands(0));
}

Test(page, what_is_over_gives_way_to_everything)
{
    three_incidents();
    hold(0, LAST, FO_REASON_TWO_ANSWERS, FO_ATTEMPT_QUEUED);
    hold(3, 4, FO_REASON_TWO_ANSWERS, FO_ATTEMPT_RETRY);
    world.engine.attempts[3].notify.epoch--;
    world.engine.attempts[4].notify.incident += 500; /* its place was used again */
    world.engine.attempts[4].notify.message = FO_MESSAGE_RECOVERED;
    cr_assert(page(FO_REASON_UPS_BYPASS));
    cr_assert_not(stands(3) || stands(4));
}

Test(page, a_drill_gives_way_to_the_real_thing_and_nobody_to_a_drill)
{
    three_incidents();
    it(FO_REASON_TWO_ANSWERS)->drill = true;
    hold(0, LAST, FO_REASON_TWO_ANSWERS, FO_ATTEMPT_RETRY);
    cr_assert(page(FO_REASON_UPS_BYPASS));
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_RETRY);
    cr_assert_not(page(FO_REASON_TWO_ANSWERS));
}

Test(page, what_was_answered_gives_its_place_and_stays_answered)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    hold(7, 8, FO_REASON_UPS_BYPASS, FO_ATTEMPT_ACKNOWLEDGED);
    world.engine.attempts[7].next_us = world.engine.attempts[8].next_us = world.now_us + FO_HOUR;
    world.engine.attempts[LAST].state = FO_ATTEMPT_FREE;
    cr_assert(page(FO_REASON_TWO_ANSWERS));
    cr_assert_eq(world.engine.attempts[7].state, FO_ATTEMPT_ACKNOWLEDGED);
}

Test(page, whom_a_page_has_reached_stays_reached_when_his_ladder_gives_way)
{
    three_incidents();
    hold(0, LAST, FO_REASON_UPS_BYPASS, FO_ATTEMPT_QUEUED);
    hold(7, 8, FO_REASON_UPS_BYPASS, FO_ATTEMPT_ACCEPTED);
    world.engine.attempts[7].next_us = world.engine.attempts[8].next_us = world.now_us + FO_HOUR;
    world.engine.attempts[8].order = 1;
    world.engine.attempts[LAST].state = FO_ATTEMPT_FREE;
    cr_assert(page(FO_REASON_TWO_ANSWERS));
    cr_assert_eq(gave_way(), 1);
    cr_assert_eq(world.engine.attempts[7].state, FO_ATTEMPT_ACCEPTED);
}

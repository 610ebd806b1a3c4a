/* SPDX-License-Identifier: Apache-2.0 */
/* The absolute timer: not early, not a millisecond late by rounding, moved, stopped, in the past.
 */
#include "monitord/loop_timer.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

struct ticking {
    struct place place;
    struct md_loop_timer timer;
    unsigned fired;
    fo_us due_us, at_us;
    bool closed;
};

static void on_fired(void *context, fo_us due_us)
{
    struct ticking *ticking = context;

    ticking->fired++;
    ticking->due_us = due_us;
    ticking->at_us = pb_clock_us();
}

static void on_closed(void *context)
{
    ((struct ticking *)context)->closed = true;
}

static bool is_closed(void *context)
{
    return ((struct ticking *)context)->closed;
}

static bool has_fired(void *context)
{
    return ((struct ticking *)context)->fired > 0;
}

static void open_ticking(struct ticking *ticking)
{
    memset(ticking, 0, sizeof(*ticking));
    place_make(&ticking->place, 0);
    cr_assert_eq(md_loop_timer_init(&ticking->place.loop, &ticking->timer, on_fired, ticking), 0);
}

static void close_ticking(struct ticking *ticking)
{
    md_loop_timer_close(&ticking->timer, on_closed);
    cr_assert(place_wait(&ticking->place, is_closed, ticking, 2000));
    place_remove(&ticking->place);
}

Test(loop_timer, it_fires_once_at_its_time_and_never_before)
{
    struct ticking ticking;
    fo_us due_us;

    open_ticking(&ticking);
    due_us = pb_clock_us() + 20500;
    md_loop_timer_set(&ticking.timer, due_us);
    cr_assert(place_wait(&ticking.place, has_fired, &ticking, 2000));
    cr_assert_eq(ticking.due_us, due_us);
    cr_assert_geq(ticking.at_us, due_us, "early");
    place_turn(&ticking.place, 30);
    cr_assert_eq(ticking.fired, 1);
    close_ticking(&ticking);
}

Test(loop_timer, a_time_that_is_past_fires_at_once)
{
    struct ticking ticking;

    open_ticking(&ticking);
    md_loop_timer_set(&ticking.timer, 1);
    cr_assert(place_wait(&ticking.place, has_fired, &ticking, 1000));
    ticking.fired = 0;
    md_loop_timer_set(&ticking.timer, 0);
    cr_assert(place_wait(&ticking.place, has_fired, &ticking, 1000));
    close_ticking(&ticking);
}

Test(loop_timer, it_can_be_moved_and_stopped)
{
    struct ticking ticking;

    open_ticking(&ticking);
    md_loop_timer_set(&ticking.timer, pb_clock_us() + FO_HOUR);
    md_loop_timer_set(&ticking.timer, pb_clock_us() + 10 * FO_MS);
    cr_assert(place_wait(&ticking.place, has_fired, &ticking, 1000));
    ticking.fired = 0;
    md_loop_timer_set(&ticking.timer, pb_clock_us() + 20 * FO_MS);
    md_loop_timer_set(&ticking.timer, FO_NEVER);
    place_turn(&ticking.place, 60);
    cr_assert_eq(ticking.fired, 0);
    close_ticking(&ticking);
}

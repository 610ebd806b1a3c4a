/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the daemon's watch over other places: numbering, what reaches the engine and when, and
 * what is said again. */
#include "monitord/outlying.h"

#include <criterion/criterion.h>
#include <string.h>

#define FIRST_US (1000 * FO_SECOND)
#define ROOM 2

static struct site site;
static struct cfg_outlying outlying[3];
static struct fo_event said[64];
static unsigned said_count;

static void on_said(void *context, const struct fo_event *event)
{
    (void)context;
    cr_assert(said_count < 64);
    said[said_count++] = *event;
}

static struct md_outlying *begin(void)
{
    struct md_outlying *watch = NULL;
    memset(&site, 0, sizeof(site));
    site.device_count = ROOM;
    site.outlying = outlying;
    site.outlying_count = 3;
    site.place_count = 2;
    for (unsigned i = 0; i < 3; i++) {
        outlying[i] = (struct cfg_outlying){
            .place = i == 2 ? 1 : 0,
            .policy = {.kind = FO_DEVICE_UPS,
                       .interval_us = FO_SECOND,
                       .low_runtime_us = FO_MINUTE,
                       .low_hold_us = FO_SECOND,
                       .communication = {
                           .bad_of = 3, .window = 5, .good_run = 2, .stale_us = 3 * FO_SECOND}}};
    }
    said_count = 0;
    cr_assert(md_outlying_start(&site, on_said, NULL, &watch));
    cr_assert_not_null(watch);
    return watch;
}

static void read_ups(struct md_outlying *watch, uint16_t device, int64_t status)
{
    struct fo_reading reading = {.device = device, .quality = FO_GOOD, .count = 1};
    reading.values[0] = (struct fo_value){.variable = FO_VAR_UPS_STATUS, .milli = status};
    md_outlying_reading(watch, &reading, FIRST_US);
}

/* How often a cause has been said of a place to hold, or to be over. */
static unsigned times(uint8_t place, enum fo_reason cause, bool holds)
{
    unsigned count = 0;
    for (unsigned i = 0; i < said_count; i++) {
        cr_assert_eq(said[i].kind, FO_EVENT_PLACE);
        count += said[i].place.place == place && said[i].place.cause == cause &&
                         said[i].place.holds == holds
                     ? 1
                     : 0;
    }
    return count;
}

Test(outlying, the_engine_hears_of_a_place_and_not_of_its_devices)
{
    struct md_outlying *watch = begin();
    read_ups(watch, ROOM, FO_UPS(OB));
    read_ups(watch, ROOM + 1, FO_UPS(OB));
    cr_assert_eq(times(0, FO_REASON_UPS_ON_BATTERY, true), 1);
    read_ups(watch, ROOM, FO_UPS(OL));
    cr_assert_eq(times(0, FO_REASON_UPS_ON_BATTERY, false), 0);
    read_ups(watch, ROOM + 1, FO_UPS(OL));
    cr_assert_eq(times(0, FO_REASON_UPS_ON_BATTERY, false), 1);
    cr_assert_eq(times(1, FO_REASON_UPS_ON_BATTERY, true), 0);
    md_outlying_free(watch);
}

Test(outlying, what_holds_is_said_again_once_a_minute)
{
    struct md_outlying *watch = begin();
    read_ups(watch, ROOM + 2, FO_UPS(OB));
    for (unsigned i = 0; i < 59; i++) {
        md_outlying_round(watch, FIRST_US);
    }
    cr_assert_eq(times(1, FO_REASON_UPS_ON_BATTERY, true), 1);
    md_outlying_round(watch, FIRST_US);
    cr_assert_eq(times(1, FO_REASON_UPS_ON_BATTERY, true), 2);
    md_outlying_free(watch);
}

Test(outlying, a_device_grows_stale_by_the_passing_of_time)
{
    struct md_outlying *watch = begin();
    struct fo_view_device view;
    md_outlying_view(watch, 1, FIRST_US, &view);
    cr_assert_eq(view.quality, FO_ABSENT);
    read_ups(watch, ROOM + 1, FO_UPS(OL));
    md_outlying_view(watch, 1, FIRST_US, &view);
    cr_assert_eq(view.state, FO_STATE_OK);
    md_outlying_round(watch, FIRST_US + 4 * FO_SECOND);
    md_outlying_view(watch, 1, FIRST_US + 4 * FO_SECOND, &view);
    cr_assert_eq(view.state, FO_STATE_UNKNOWN);
    cr_assert_eq(view.quality, FO_STALE);
    cr_assert_eq(view.age_us, 4 * FO_SECOND);
    md_outlying_free(watch);
}

Test(outlying, a_site_without_other_places_has_no_watch)
{
    struct md_outlying *watch = (struct md_outlying *)&site;
    memset(&site, 0, sizeof(site));
    cr_assert(md_outlying_start(&site, on_said, NULL, &watch));
    cr_assert_null(watch);
    md_outlying_free(watch);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is done once a second: the passing of time, the clock's rate, who is on duty, whether a
 * drill is due, quiet tests, the anchor, the word to systemd. It owns the rhythm of these chores;
 * what follows from them is the engine's. app.c runs it. */
#include "monitord/upkeep.h"

#include "failover/reason.h"
#include "monitord/clock.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdio.h>
#include <string.h>

#define ANCHOR_ROUNDS 3600
#define CALL_AGAIN_ROUNDS 600 /* without an engine, until somebody restarts it */

static void say(void *context, const struct fo_event *event)
{
    struct md_upkeep *upkeep = context;

    md_driver_feed(upkeep->driver, event);
}

void md_upkeep_init(struct md_upkeep *upkeep, uv_loop_t *loop, const struct site *site,
                    uint64_t boot, struct md_driver *driver, struct md_notify *notify)
{
    memset(upkeep, 0, sizeof(*upkeep));
    upkeep->site = site;
    upkeep->boot = boot;
    upkeep->driver = driver;
    upkeep->notify = notify;
    upkeep->duty = md_duty_watch_start(site, say, upkeep);
    upkeep->proof = md_proof_watch_start(loop, site, say, upkeep);
    upkeep->drill = md_drill_watch_start(loop, site, say, upkeep);
    md_self_test_init(&upkeep->self_test, site->channel_count, pb_clock_us());
}

static void look_at_clock(struct md_upkeep *upkeep)
{
    bool well = md_clock_rate_well();
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .now_us = pb_clock_us(),
                             .self = {.kind = FO_SELF_CLOCK, .value = well ? 1 : 0}};

    if (!upkeep->clock_known || well != upkeep->clock_well) {
        upkeep->clock_known = true;
        upkeep->clock_well = well;
        md_driver_feed(upkeep->driver, &event);
    }
}

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    struct md_upkeep *upkeep = context;
    enum md_self_test_news news =
        md_self_test_ended(&upkeep->self_test, channel, works, pb_clock_us());
    struct fo_event event = {
        .kind = FO_EVENT_SELF,
        .now_us = pb_clock_us(),
        .self = {.kind = FO_SELF_CHANNEL, .index = channel, .value = works ? 1 : 0}};

    upkeep->self_test.channels[channel].detail = detail;
    if (!works) {
        md_log(MD_LOG_WARNING, "self test: channel %s does not work: %d",
               upkeep->site->channels[channel].name, detail);
    }
    if (news != MD_SELF_TEST_SAME && !upkeep->stopped) {
        md_driver_feed(upkeep->driver, &event);
    }
}

static void test_channels(struct md_upkeep *upkeep)
{
    uint8_t channel;

    while ((channel = md_self_test_due(&upkeep->self_test, pb_clock_us())) != FO_NONE) {
        if (md_notify_hangs(upkeep->notify, channel, pb_clock_us())) {
            on_tested(upkeep, channel, false, 0); /* what waits in it is too old to be waited for */
        } else {
            md_notify_test(upkeep->notify, channel, on_tested, upkeep);
        }
    }
}

/* An engine beyond use was told of once by the app; nobody else reminds people. */
static void call_again(struct md_upkeep *upkeep, const struct md_driver_facts *driver)
{
    if (driver->engine_lost && !upkeep->site->shadow && upkeep->rounds % CALL_AGAIN_ROUNDS == 0) {
        md_notify_without_engine(upkeep->notify, upkeep->boot, FO_REASON_ENGINE_ASSERTION);
    }
}

static void tell_supervisor(struct md_upkeep *upkeep, const struct md_driver_facts *driver)
{
    struct md_supervisor_facts facts;
    char status[128];

    snprintf(status, sizeof(status), "%llu steps, journal %s, %u assertions%s",
             (unsigned long long)driver->steps, driver->journal_alive ? "ok" : "dead",
             driver->assertions, driver->engine_lost ? ", engine lost" : "");
    facts = (struct md_supervisor_facts){.step_age_us = pb_clock_us() - driver->last_step_us,
                                         .loop_lag_us = driver->lag_us,
                                         .journal_lag_us = driver->journal_lag_us,
                                         .journal_alive = driver->journal_alive,
                                         .status = status};
    md_supervisor_tell(&upkeep->supervisor, &facts);
}

void md_upkeep_round(struct md_upkeep *upkeep)
{
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = pb_clock_us()};
    struct md_driver_facts driver;

    look_at_clock(upkeep);
    md_driver_feed(upkeep->driver, &tick);
    if (upkeep->duty != NULL) {
        md_duty_watch_round(upkeep->duty, md_wall_now_ms());
    }
    if (upkeep->proof != NULL) {
        md_proof_watch_round(upkeep->proof, pb_clock_us());
    }
    if (upkeep->drill != NULL) {
        md_drill_watch_round(upkeep->drill, pb_clock_us(), md_wall_now_ms());
    }
    test_channels(upkeep);
    md_driver_facts(upkeep->driver, &driver);
    call_again(upkeep, &driver);
    tell_supervisor(upkeep, &driver);
    if (++upkeep->rounds % ANCHOR_ROUNDS == 0) {
        md_driver_log_anchor(upkeep->driver);
    }
}

void md_upkeep_stop(struct md_upkeep *upkeep)
{
    upkeep->stopped = true;
    md_duty_watch_free(upkeep->duty);
    upkeep->duty = NULL;
    md_proof_watch_stop(upkeep->proof);
    upkeep->proof = NULL;
    md_drill_watch_stop(upkeep->drill);
    upkeep->drill = NULL;
    md_supervisor_stopping();
}

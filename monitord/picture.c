/* SPDX-License-Identifier: Apache-2.0 */
/* Collects figures from driver, fleet, heartbeats and orders for one status. It decides nothing and
 * keeps nothing; app.c calls it for the control socket. */
#include "monitord/picture.h"

#include "monitord/status.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <string.h>

static void fill_facts(const struct md_picture *picture, struct md_shell_facts *facts)
{
    struct md_driver_facts driver;

    md_driver_facts(picture->driver, &driver);
    memset(facts, 0, sizeof(*facts));
    facts->wall_ms = md_wall_now_ms();
    facts->loop_lag_ms = (double)driver.lag_us / (double)FO_MS;
    facts->loop_lag_p999_ms = (double)driver.lag_p999_us / (double)FO_MS;
    facts->turn_cpu_ms = (double)driver.busy_us / (double)FO_MS;
    facts->journal_lag_ms = (double)driver.journal_lag_us / (double)FO_MS;
    facts->journal_dead = !driver.journal_alive;
    facts->recorder = driver.recorder;
    facts->boot = picture->boot;
    facts->uptime_us = pb_clock_us() - picture->started_us;
    if (picture->heartbeat != NULL) {
        const struct pb_heartbeat_counts *counts = pb_heartbeat_count(picture->heartbeat);

        facts->heartbeats_sent = counts->sent;
        facts->heartbeats_received = counts->received;
        facts->heartbeats_bad =
            counts->bad_size + counts->bad_hash + counts->bad_version + counts->bad_field;
    }
}

static const struct fo_reading *find_reading(const struct md_picture *picture, unsigned device,
                                             const char **profile)
{
    fo_us read_us;

    if (picture->fleet == NULL) {
        *profile = NULL;
        return NULL;
    }
    *profile = pb_fleet_profile(picture->fleet, device);
    return pb_fleet_reading(picture->fleet, device, &read_us);
}

/* The build is md_status_build or md_status_head. */
static json_t *make(const struct md_picture *picture,
                    json_t *(*build)(const struct site *, const struct fo_view *,
                                     const struct md_shell_facts *))
{
    struct md_shell_facts facts;
    json_t *approvals = md_orders_approvals(picture->orders);
    json_t *maintenance, *status;

    fill_facts(picture, &facts);
    for (unsigned i = 0; i < picture->site->device_count; i++) {
        facts.readings[i] = find_reading(picture, i, &facts.profiles[i]);
    }
    facts.approvals = approvals;
    facts.self_test = picture->self_test;
    facts.fences = picture->fences;
    facts.duty = picture->duty != NULL ? md_duty_watch_facts(picture->duty) : NULL;
    facts.drill = md_drill_watch_facts(picture->drill);
    md_driver_view(picture->driver, picture->view);
    facts.maintenance = maintenance = md_orders_maintenance(picture->orders, picture->view);
    status = build(picture->site, picture->view, &facts);
    json_decref(approvals);
    json_decref(maintenance);
    return status;
}

json_t *md_picture_status(const struct md_picture *picture)
{
    return make(picture, md_status_build);
}

json_t *md_picture_head(const struct md_picture *picture)
{
    return make(picture, md_status_head);
}

json_t *md_picture_device(const struct md_picture *picture, unsigned device)
{
    const struct site *site = picture->site;
    struct fo_view_device outlying;
    const struct fo_view_device *view = &outlying;
    const char *profile;

    if (device < site->device_count) {
        view = &picture->view->devices[device];
    } else if (device < cfg_site_watched(site)) {
        md_outlying_view(picture->outlying, device - site->device_count, pb_clock_us(), &outlying);
    } else {
        return NULL;
    }
    const struct fo_reading *reading = find_reading(picture, device, &profile);
    return md_status_device(site, device, view, reading, profile);
}

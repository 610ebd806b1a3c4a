/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the pure machines (which profile, which objects, which reading) to one SNMP session. It
 * draws no conclusion and keeps no history; device.c calls it once for each poll. */
#include "probes/snmp_device.h"

#include "failover/assert.h"
#include "probes/clock.h"
#include "probes/oid.h"
#include "probes/snmp_detect.h"
#include "probes/snmp_reading.h"
#include "probes/snmp_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum stage { STAGE_IDLE, STAGE_DETECT, STAGE_POLL };

struct pb_snmp_device {
    uv_loop_t *loop;
    const struct cfg_device *device;
    pb_driver_callback callback;
    void *context;
    struct pb_snmp_session *session; /* NULL: to be opened with the next poll */
    enum stage stage;
    bool known; /* the profile is, and map is ready */
    struct pb_snmp_detect detect;
    struct pb_snmp_map map;
};

static void step(struct pb_snmp_device *snmp);

static void finish(struct pb_snmp_device *snmp, const struct fo_reading *reading)
{
    FO_ASSERT(snmp->stage != STAGE_IDLE);
    snmp->stage = STAGE_IDLE;
    snmp->callback(snmp->context, reading);
}

static void finish_absent(struct pb_snmp_device *snmp, enum fo_reason reason)
{
    struct fo_reading reading = pb_reading_absent((uint16_t)reason);
    finish(snmp, &reading);
}

static void finish_poll(struct pb_snmp_device *snmp)
{
    struct fo_reading reading;
    pb_snmp_reading_make(&snmp->map, pb_clock_us(), &reading);
    if (reading.quality == FO_ABSENT && reading.reason == FO_REASON_NO_SUCH_OBJECT &&
        snmp->device->chosen == NULL) {
        snmp->known = false; /* another card answers here now: look again */
    }
    finish(snmp, &reading);
}

static void on_answer(void *context, enum fo_reason reason, const struct pb_snmp_answer *answer)
{
    struct pb_snmp_device *snmp = context;

    if (reason == FO_REASON_ACCESS_DENIED) { /* the next poll reads the password files again */
        pb_snmp_session_close(snmp->session, NULL, NULL);
        snmp->session = NULL;
    }
    if (snmp->stage == STAGE_DETECT) {
        if (reason != FO_REASON_NONE) {
            finish_absent(snmp, reason);
            return;
        }
        pb_snmp_detect_answer(&snmp->detect, answer);
    } else if (reason == FO_REASON_NONE) {
        pb_snmp_map_answer(&snmp->map, answer);
    } else {
        pb_snmp_map_silent(&snmp->map, reason);
    }
    step(snmp);
}

static void start_map(struct pb_snmp_device *snmp, const struct cfg_profile *profile)
{
    pb_snmp_map_init(&snmp->map, profile, snmp->device);
    pb_snmp_map_begin(&snmp->map);
    snmp->known = true;
    snmp->stage = STAGE_POLL;
}

/* Sends the next request of this poll, or ends the poll. */
static void step(struct pb_snmp_device *snmp)
{
    struct pb_snmp_request request;

    if (snmp->stage == STAGE_DETECT && !pb_snmp_detect_ask(&snmp->detect, &request)) {
        const struct cfg_profile *profile = pb_snmp_detect_choice(&snmp->detect);
        if (profile == NULL) {
            finish_absent(snmp, FO_REASON_NO_SUCH_OBJECT);
            return;
        }
        start_map(snmp, profile);
    }
    if (snmp->stage == STAGE_POLL && !pb_snmp_map_ask(&snmp->map, &request)) {
        finish_poll(snmp);
        return;
    }
    enum fo_reason reason = pb_snmp_session_ask(snmp->session, &request);
    if (reason == FO_REASON_NONE) {
        return;
    }
    if (snmp->stage == STAGE_DETECT) {
        finish_absent(snmp, reason);
    } else {
        pb_snmp_map_silent(&snmp->map, reason);
        finish_poll(snmp);
    }
}

struct pb_snmp_device *pb_snmp_device_open(uv_loop_t *loop, const struct cfg_device *device,
                                           pb_driver_callback callback, void *context)
{
    FO_ASSERT(device->driver == CFG_DRIVER_SNMP);
    struct pb_snmp_device *snmp = calloc(1, sizeof *snmp);
    if (snmp != NULL) {
        snmp->loop = loop;
        snmp->device = device;
        snmp->callback = callback;
        snmp->context = context;
    }
    return snmp;
}

void pb_snmp_device_poll(struct pb_snmp_device *snmp)
{
    enum fo_reason reason = FO_REASON_NONE;

    if (snmp->stage != STAGE_IDLE) {
        return;
    }
    if (snmp->session == NULL) {
        snmp->session =
            pb_snmp_session_open(snmp->loop, &snmp->device->address, &snmp->device->snmp,
                                 snmp->device->timeout_us, on_answer, snmp, &reason);
    }
    if (snmp->known) {
        snmp->stage = STAGE_POLL;
        pb_snmp_map_begin(&snmp->map);
    } else if (snmp->device->chosen != NULL) {
        start_map(snmp, snmp->device->chosen);
    } else {
        snmp->stage = STAGE_DETECT;
        pb_snmp_detect_init(&snmp->detect, snmp->device->profiles, snmp->device->kind);
    }
    if (snmp->session == NULL) {
        finish_absent(snmp, reason);
        return;
    }
    step(snmp);
}

const struct cfg_profile *pb_snmp_device_profile(const struct pb_snmp_device *snmp)
{
    return snmp->known ? snmp->map.profile : NULL;
}

bool pb_snmp_device_trace(const struct pb_snmp_device *snmp, enum fo_variable variable,
                          struct pb_trace *trace)
{
    struct pb_snmp_trace found;

    memset(trace, 0, sizeof *trace);
    if (!snmp->known || !pb_snmp_reading_trace(&snmp->map, variable, &found)) {
        return false;
    }
    pb_oid_format(&found.oid, trace->source, sizeof trace->source);
    if (found.known && found.fraction) {
        (void)snprintf(trace->raw, sizeof trace->raw, "%" PRId64 "/1000", found.raw);
    } else if (found.known) {
        (void)snprintf(trace->raw, sizeof trace->raw, "%" PRId64, found.raw);
    }
    return true;
}

void pb_snmp_device_close(struct pb_snmp_device *snmp, void (*done)(void *context), void *context)
{
    struct pb_snmp_session *session = snmp->session;
    free(snmp);
    if (session == NULL) {
        if (done != NULL) {
            done(context);
        }
        return;
    }
    pb_snmp_session_close(session, done, context);
}

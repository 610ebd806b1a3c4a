/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the status that says who is on duty: whom the engine calls for each role now, and
 * until when the calendar says so; and how the ways to reach them do. status.c calls it. */
#ifndef MONITORD_STATUS_DUTY_H
#define MONITORD_STATUS_DUTY_H

#include "failover/view.h"
#include "monitord/duty_watch.h"
#include "monitord/self_test.h"

#include <jansson.h>

/* "duty" of the status. New reference. */
json_t *md_status_duty(const struct site *site, const struct fo_view *view,
                       const struct md_duty_facts *duty);

/* "channels" of the status: how each answered its newest quiet test. New reference. */
json_t *md_status_channels(const struct site *site, const struct md_self_test *test);

#endif

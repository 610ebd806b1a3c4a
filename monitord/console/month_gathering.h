/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the month share: the report being made and its span. Others use month.h.
 */
#ifndef MONITORD_CONSOLE_MONTH_GATHERING_H
#define MONITORD_CONSOLE_MONTH_GATHERING_H

#include "config/site.h"
#include "monitord/console/drill_real.h"
#include "monitord/proof.h"

#include <jansson.h>

struct md_month_gathering {
    json_t *report;
    json_t *channel_of;         /* key of an attempt: its channel, until its result is seen */
    struct md_drill_real *real; /* the switchover drills */
    struct md_proof *proof;     /* of the contacts, by all rows up to the month's end */
    const struct site *site;
    char month[16];         /* "2026-11" */
    int64_t from_ms, to_ms; /* the month */
    int64_t end_ms;         /* its end, or now */
    int64_t last_ms;        /* of the newest row so far */
    int64_t last_drill_ms;  /* 0: none */
};

/* Adds "findings": what somebody has to see to. */
void md_month_find(struct md_month_gathering *gathering);

#endif

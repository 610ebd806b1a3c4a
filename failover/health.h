/* SPDX-License-Identifier: Apache-2.0 */
/* Hysteresis of one source: n bad of the last m, a run of good ones and a hold before it is good
 * again, and staleness. It decides nothing about what the source speaks of; every room that listens
 * to a source keeps one of these. */
#ifndef FAILOVER_HEALTH_H
#define FAILOVER_HEALTH_H

#include "failover/policy.h"
#include "failover/types.h"

struct fo_source {
    uint16_t bad;     /* newest sample in bit 0; 1 = bad */
    uint8_t filled;   /* samples seen, at most 16 */
    uint8_t good_run; /* good samples in a row, saturating */
    uint8_t state;    /* enum fo_state: unknown (never, or stale), ok, down */
    bool stale;       /* it was known once, and is too old now */
    fo_us last_us;    /* newest sample; FO_NEVER none */
    fo_us good_us;    /* first of the present run of good ones; FO_NEVER none */
};

void fo_source_init(struct fo_source *source);
/* One sample. The first good one makes an unknown source ok; bad_of of the window make it down.
 * True when the state changed. */
bool fo_source_sample(struct fo_source *source, const struct fo_health_policy *policy, bool good,
                      fo_us now_us);
/* Lets time pass: the hold may be over, or the source stale. True when the state changed. */
bool fo_source_expire(struct fo_source *source, const struct fo_health_policy *policy,
                      fo_us now_us);
/* When fo_source_expire must be called next; FO_NEVER. */
fo_us fo_source_due(const struct fo_source *source, const struct fo_health_policy *policy);
/* Our own loop stood still: what was known is stale, without a verdict. */
void fo_source_forget(struct fo_source *source);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Hysteresis and staleness of one source (see health.h). Pure arithmetic on its own small struct;
 * it never raises an alarm. */
#include "failover/health.h"

#include "failover/assert.h"

#define WINDOW_MAX 16

static unsigned count_bits(unsigned bits)
{
    unsigned count = 0;
    while (bits != 0) {
        bits &= bits - 1;
        count++;
    }
    return count;
}

void fo_source_init(struct fo_source *source)
{
    *source =
        (struct fo_source){.state = FO_STATE_UNKNOWN, .last_us = FO_NEVER, .good_us = FO_NEVER};
}

static bool change_to(struct fo_source *source, uint8_t state)
{
    bool changed = source->state != state;
    source->state = state;
    return changed;
}

static bool is_held_good(const struct fo_source *source, const struct fo_health_policy *policy,
                         fo_us now_us)
{
    return source->good_run >= policy->good_run && source->good_us != FO_NEVER &&
           now_us - source->good_us >= policy->hold_us;
}

bool fo_source_sample(struct fo_source *source, const struct fo_health_policy *policy, bool good,
                      fo_us now_us)
{
    FO_ASSERT(policy->window >= 1 && policy->window <= WINDOW_MAX);
    FO_ASSERT(policy->bad_of >= 1 && policy->bad_of <= policy->window);
    source->last_us = now_us;
    source->stale = false;
    source->bad = (uint16_t)((unsigned)source->bad << 1 | (good ? 0U : 1U));
    source->filled = (uint8_t)(source->filled < WINDOW_MAX ? source->filled + 1 : WINDOW_MAX);
    if (good) {
        source->good_us = source->good_run == 0 ? now_us : source->good_us;
        source->good_run =
            (uint8_t)(source->good_run < UINT8_MAX ? source->good_run + 1 : UINT8_MAX);
        if (source->state == FO_STATE_UNKNOWN) {
            return change_to(source, FO_STATE_OK);
        }
        if (source->state == FO_STATE_DOWN && is_held_good(source, policy, now_us)) {
            source->bad = 0;
            return change_to(source, FO_STATE_OK);
        }
        return false;
    }
    source->good_run = 0;
    source->good_us = FO_NEVER;
    unsigned window = (1U << policy->window) - 1U;
    if (count_bits(source->bad & window) >= policy->bad_of) {
        return change_to(source, FO_STATE_DOWN);
    }
    return false;
}

bool fo_source_expire(struct fo_source *source, const struct fo_health_policy *policy, fo_us now_us)
{
    FO_ASSERT(source != NULL);
    FO_ASSERT(policy->stale_us > 0);
    if (source->state == FO_STATE_UNKNOWN) {
        return false;
    }
    if (now_us - source->last_us >= policy->stale_us) {
        fo_source_forget(source);
        return true;
    }
    if (source->state == FO_STATE_DOWN && is_held_good(source, policy, now_us)) {
        source->bad = 0;
        return change_to(source, FO_STATE_OK);
    }
    return false;
}

fo_us fo_source_due(const struct fo_source *source, const struct fo_health_policy *policy)
{
    if (source->state == FO_STATE_UNKNOWN) {
        return FO_NEVER;
    }
    fo_us due_us = source->last_us + policy->stale_us;
    if (source->state == FO_STATE_DOWN && source->good_us != FO_NEVER &&
        source->good_run >= policy->good_run && source->good_us + policy->hold_us < due_us) {
        due_us = source->good_us + policy->hold_us;
    }
    return due_us;
}

void fo_source_forget(struct fo_source *source)
{
    bool known = source->state != FO_STATE_UNKNOWN || source->stale;
    source->state = FO_STATE_UNKNOWN;
    source->stale = known;
    source->bad = 0;
    source->filled = 0;
    source->good_run = 0;
    source->good_us = FO_NEVER;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One carrier line (see line.h): several far targets, so that one dead target is not a dead line.
 * It never changes a route. */
#include "failover/line.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/contact.h"
#include "failover/direction.h"
#include "failover/network.h"
#include "failover/record.h"

#include <string.h>

#define RTT_SMOOTHING 8
#define JITTER_SMOOTHING 16 /* RFC 3550, section 6.4.1, with round trips for one-way transits */
#define DEGRADED_US (10 * FO_SECOND) /* the first lost samples of an outage are no degradation */

void fo_line_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        struct fo_line *line = &engine->lines[i];
        memset(line, 0, sizeof *line);
        line->rtt_us = FO_NEVER;
        line->jitter_us = FO_NEVER;
        line->ok_us = FO_NEVER;
        line->poor_us = FO_NEVER;
        line->better_us = FO_NEVER;
        line->reason = FO_REASON_NOT_READ_YET;
        fo_direction_init(&line->direction);
        for (unsigned j = 0; j < FO_TARGETS_MAX; j++) {
            fo_source_init(&line->targets[j]);
            line->target_rtt_us[j] = FO_NEVER;
        }
        for (unsigned j = 0; j < FO_LINE_CHANGES; j++) {
            line->down_us[j] = FO_NEVER;
        }
    }
}

static fo_us smoothed(fo_us before_us, fo_us sample_us, int divisor)
{
    return before_us == FO_NEVER ? sample_us : before_us + (sample_us - before_us) / divisor;
}

/* Targets are at different distances, so a change counts against the same target's last echo. */
static void count_rtt(struct fo_line *line, unsigned target, fo_us rtt_us)
{
    fo_us before_us = line->target_rtt_us[target];
    line->target_rtt_us[target] = rtt_us;
    line->rtt_us = smoothed(line->rtt_us, rtt_us, RTT_SMOOTHING);
    if (before_us != FO_NEVER) {
        fo_us change_us = rtt_us > before_us ? rtt_us - before_us : before_us - rtt_us;
        line->jitter_us = smoothed(line->jitter_us, change_us, JITTER_SMOOTHING);
    }
}

/* At its limit it begins to be so, below four fifths of it it ends. */
static bool beyond(bool was, fo_us value_us, fo_us limit_us)
{
    if (limit_us == 0 || value_us == FO_NEVER) {
        return false;
    }
    return was ? value_us >= limit_us - limit_us / 5 : value_us >= limit_us;
}

static bool is_poor(const struct fo_line *line)
{
    return line->lossy || line->slow || line->unsteady;
}

/* Down when enough targets are; unknown while not one of them is known. */
static uint8_t judge(const struct fo_line *line, const struct fo_line_policy *policy)
{
    unsigned down = 0;
    unsigned known = 0;
    for (unsigned i = 0; i < policy->targets; i++) {
        down += line->targets[i].state == FO_STATE_DOWN ? 1 : 0;
        known += line->targets[i].state != FO_STATE_UNKNOWN ? 1 : 0;
    }
    if (known == 0) {
        return FO_STATE_UNKNOWN;
    }
    if (down >= policy->targets_bad || down == known) {
        return down >= policy->targets_bad ? FO_STATE_DOWN : FO_STATE_UNKNOWN;
    }
    return is_poor(line) ? FO_STATE_DEGRADED : FO_STATE_OK;
}

/* All down; a line that is unknown takes nothing back, one that works does. */
static void all_lines(struct fo_engine *engine)
{
    bool all = engine->policy.line_count > 1;
    bool any = false;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        uint8_t state = engine->lines[i].state;
        all = all && state == FO_STATE_DOWN;
        any = any || state == FO_STATE_OK || state == FO_STATE_DEGRADED;
    }
    if (all || any) {
        fo_condition_set(engine, FO_REASON_LINES_ALL_DOWN, fo_subject_of(FO_SUBJECT_SITE, 0), all);
    }
}

static void state_changed(struct fo_engine *engine, unsigned index)
{
    struct fo_line *line = &engine->lines[index];
    struct fo_subject subject = fo_subject_of(FO_SUBJECT_LINE, index);
    bool down = line->state == FO_STATE_DOWN;
    if (down) {
        line->down_us[line->down_next] = engine->now_us;
        line->down_next = (uint8_t)((line->down_next + 1) % FO_LINE_CHANGES);
    }
    line->ok_us = line->state == FO_STATE_OK ? engine->now_us : FO_NEVER;
    line->reason = down ? FO_REASON_LINE_DOWN
                        : (line->state == FO_STATE_UNKNOWN
                               ? FO_REASON_TOO_OLD
                               : (is_poor(line) ? FO_REASON_LINE_DEGRADED : FO_REASON_NONE));
    line->poor_us = line->state == FO_STATE_DEGRADED ? engine->now_us : FO_NEVER;
    if (line->state != FO_STATE_UNKNOWN) { /* silence of our probes ends no outage */
        fo_condition_set(engine, FO_REASON_LINE_DOWN, subject, down);
    }
    if (line->state == FO_STATE_OK || down) {
        fo_condition_set(engine, FO_REASON_LINE_DEGRADED, subject, false);
    }
    all_lines(engine);
    fo_contact_changed(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
}

static void look(struct fo_engine *engine, unsigned index)
{
    struct fo_line *line = &engine->lines[index];
    const struct fo_line_policy *policy = &engine->policy.lines[index];
    if (line->loss.filled >= FO_LOSS_FILLED_MIN) {
        unsigned permille = fo_loss_permille(&line->loss);
        unsigned limit = policy->loss_degraded_permille;
        line->lossy = line->lossy ? permille * 2 >= limit : permille >= limit;
    }
    line->slow = beyond(line->slow, line->rtt_us, policy->delay_degraded_us);
    line->unsteady = beyond(line->unsteady, line->jitter_us, policy->jitter_degraded_us);
    uint8_t before = line->state;
    line->state = judge(line, policy);
    if (line->state != before) {
        state_changed(engine, index);
    }
}

void fo_line_probe(struct fo_engine *engine, const struct fo_probe *probe)
{
    FO_ASSERT(probe->index < engine->policy.line_count);
    FO_ASSERT(probe->target < engine->policy.lines[probe->index].targets);
    if (probe->quality == FO_ABSENT) {
        return; /* it could not be asked: that says nothing about it */
    }
    struct fo_line *line = &engine->lines[probe->index];
    struct fo_source *target = &line->targets[probe->target];
    const struct fo_health_policy *policy = &engine->policy.lines[probe->index].target;
    uint8_t before = target->state;
    fo_loss_count(&line->loss, !probe->ok);
    if (probe->ok) {
        fo_network_heard(engine);
        count_rtt(line, probe->target, probe->rtt_us);
    }
    if (fo_source_sample(target, policy, probe->ok, engine->now_us)) {
        fo_network_source(engine, before, target->state);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_LINE + probe->index,
                    fo_line_run(engine, probe->index));
}

fo_us fo_line_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_LINES_MAX);
    if (index >= engine->policy.line_count) {
        return FO_NEVER;
    }
    struct fo_line *line = &engine->lines[index];
    const struct fo_line_policy *policy = &engine->policy.lines[index];
    fo_us due_us = FO_NEVER;
    for (unsigned i = 0; i < policy->targets; i++) {
        uint8_t before = line->targets[i].state;
        if (fo_source_expire(&line->targets[i], &policy->target, engine->now_us)) {
            fo_network_source(engine, before, line->targets[i].state);
        }
        fo_us target_us = fo_source_due(&line->targets[i], &policy->target);
        due_us = target_us < due_us ? target_us : due_us;
    }
    look(engine, index);
    if (line->poor_us == FO_NEVER) {
        return due_us;
    }
    fo_us raise_us = line->poor_us + DEGRADED_US;
    if (engine->now_us < raise_us) {
        return raise_us < due_us ? raise_us : due_us;
    }
    fo_condition_set(engine, FO_REASON_LINE_DEGRADED, fo_subject_of(FO_SUBJECT_LINE, index), true);
    return due_us;
}

void fo_line_forget(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        for (unsigned j = 0; j < engine->policy.lines[i].targets; j++) {
            uint8_t before = engine->lines[i].targets[j].state;
            fo_source_forget(&engine->lines[i].targets[j]);
            fo_network_source(engine, before, FO_STATE_UNKNOWN);
        }
        fo_direction_forget(&engine->lines[i].direction);
        fo_deadline_set(&engine->deadlines, FO_TIMER_LINE + i, engine->now_us);
    }
}

bool fo_line_is_flapping(const struct fo_engine *engine, unsigned index, fo_us now_us)
{
    fo_us calm_us = fo_line_calm_us(engine, index);
    return calm_us != FO_NEVER && now_us < calm_us;
}

fo_us fo_line_calm_us(const struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_LINES_MAX);
    const struct fo_line *line = &engine->lines[index];
    fo_us first_us = FO_NEVER;
    fo_us last_us = 0;
    for (unsigned i = 0; i < FO_LINE_CHANGES; i++) {
        if (line->down_us[i] == FO_NEVER) {
            return FO_NEVER;
        }
        first_us = line->down_us[i] < first_us ? line->down_us[i] : first_us;
        last_us = line->down_us[i] > last_us ? line->down_us[i] : last_us;
    }
    return last_us - first_us <= FO_LINE_FLAP_US ? last_us + FO_LINE_FLAP_US : FO_NEVER;
}

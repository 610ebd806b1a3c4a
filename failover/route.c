/* SPDX-License-Identifier: Apache-2.0 */
/* Which line is the preferred route (see line.h): away from a line that is down, back to the
 * preferred one only after it has held for a while, and never to one that flaps or is worked on. A
 * change is a command to the executor and takes effect with its result. */
#include "failover/assert.h"
#include "failover/incident.h"
#include "failover/line.h"
#include "failover/record.h"
#include "failover/window.h"

#define ROUTE_RESULT_US (10 * FO_SECOND) /* silence of the executor until then is failure */
#define ROUTE_RETRY_US (10 * FO_SECOND)

static bool is_good(const struct fo_engine *engine, unsigned line)
{
    uint8_t state = engine->lines[line].state;
    return state == FO_STATE_OK || state == FO_STATE_DEGRADED;
}

/* Good, and the newest sample of one target at least says so too: when both lines die together, one
 * of them is found out first. */
static bool is_alive(const struct fo_engine *engine, unsigned line)
{
    for (unsigned i = 0; i < engine->policy.lines[line].targets; i++) {
        const struct fo_source *target = &engine->lines[line].targets[i];
        if (target->state == FO_STATE_OK && (target->bad & 1U) == 0) {
            return is_good(engine, line);
        }
    }
    return false;
}

/* The line to go to from one that is down; FO_NONE when there is none to trust. */
static uint8_t find_other(const struct fo_engine *engine)
{
    uint8_t best = FO_NONE;
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        if (i == engine->route.active || !is_alive(engine, i) ||
            fo_window_holds(engine, fo_subject_of(FO_SUBJECT_LINE, i)) ||
            fo_line_is_flapping(engine, i, engine->now_us)) {
            continue;
        }
        if (best == FO_NONE ||
            (engine->lines[best].state != FO_STATE_OK && engine->lines[i].state == FO_STATE_OK)) {
            best = i;
        }
    }
    return best;
}

/* The preferred line, when it has been good long enough to go back to. */
static uint8_t find_return(const struct fo_engine *engine, fo_us *due_us)
{
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        if (!engine->policy.lines[i].preferred || i == engine->route.active ||
            fo_window_holds(engine, fo_subject_of(FO_SUBJECT_LINE, i)) || !is_good(engine, i) ||
            engine->lines[i].ok_us == FO_NEVER) {
            continue;
        }
        fo_us at_us = engine->lines[i].ok_us + FO_LINE_RETURN_US;
        if (fo_line_is_flapping(engine, i, engine->now_us)) {
            fo_us calm_us = fo_line_calm_us(engine, i);
            at_us = calm_us > at_us ? calm_us : at_us;
        }
        if (at_us <= engine->now_us) {
            return i;
        }
        *due_us = at_us < *due_us ? at_us : *due_us;
    }
    return FO_NONE;
}

static void start(struct fo_engine *engine, uint8_t line)
{
    struct fo_route *route = &engine->route;
    route->wanted = line;
    route->key = fo_key_next(engine);
    route->deadline_us = engine->now_us + ROUTE_RESULT_US;
    route->emit = true;
    fo_durable(engine);
}

static void emit(struct fo_engine *engine)
{
    struct fo_route *route = &engine->route;
    struct fo_command *command = fo_command_add(engine, FO_COMMAND_ROUTE);
    uint8_t slot = fo_incident_find(engine, FO_REASON_LINE_DOWN,
                                    fo_subject_of(FO_SUBJECT_LINE, route->active));
    command->line = route->wanted;
    command->reason = slot != FO_NONE ? FO_REASON_LINE_DOWN : FO_REASON_NONE;
    command->incident = slot != FO_NONE ? engine->incidents[slot].number : 0;
    command->key = route->key;
    command->deadline_us = route->deadline_us;
    route->emit = false;
}

static void fail(struct fo_engine *engine)
{
    engine->route.wanted = FO_NONE;
    engine->route.deadline_us = FO_NEVER;
    engine->route.retry_us = engine->now_us + ROUTE_RETRY_US;
    fo_durable(engine);
}

fo_us fo_route_run(struct fo_engine *engine)
{
    struct fo_route *route = &engine->route;
    if (route->active == FO_NONE) {
        return FO_NEVER;
    }
    FO_ASSERT(route->active < engine->policy.line_count);
    if (route->wanted != FO_NONE) {
        if (route->emit) {
            emit(engine);
        }
        if (engine->now_us < route->deadline_us) {
            return route->deadline_us;
        }
        fail(engine);
    }
    if (engine->self.journal_dead || engine->self.frozen) {
        return FO_NEVER; /* it could not be written down; looked at again when it can */
    }
    if (engine->now_us < route->retry_us) {
        return route->retry_us;
    }
    fo_us due_us = FO_NEVER;
    uint8_t line = engine->lines[route->active].state == FO_STATE_DOWN
                       ? find_other(engine)
                       : find_return(engine, &due_us);
    if (line == FO_NONE) {
        for (unsigned i = 0; i < engine->policy.line_count; i++) {
            if (fo_line_is_flapping(engine, i, engine->now_us)) {
                fo_us calm_us = fo_line_calm_us(engine, i);
                due_us = calm_us < due_us ? calm_us : due_us;
            }
        }
        return due_us;
    }
    start(engine, line);
    emit(engine);
    return route->deadline_us;
}

bool fo_route_result(struct fo_engine *engine, const struct fo_result *result)
{
    struct fo_route *route = &engine->route;
    if (route->wanted == FO_NONE || !fo_key_equal(route->key, result->key)) {
        return false;
    }
    if (result->outcome == FO_OUTCOME_DONE) {
        struct fo_subject left = fo_subject_of(FO_SUBJECT_LINE, route->active);
        fo_incident_did(engine, FO_REASON_LINE_DOWN, left, FO_REASON_LINE_CHANGED);
        struct fo_record *record = fo_note_more(engine, FO_REASON_LINE_CHANGED, 0,
                                                fo_subject_of(FO_SUBJECT_LINE, route->wanted));
        record->key = route->key;
        record->a = route->wanted;
        record->b = route->active;
        route->active = route->wanted;
        route->wanted = FO_NONE;
        route->deadline_us = FO_NEVER;
        fo_durable(engine);
    } else {
        fail(engine);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
    return true;
}

void fo_route_boot(struct fo_engine *engine)
{
    struct fo_route *route = &engine->route;
    FO_ASSERT(route->active == FO_NONE || route->active < engine->policy.line_count);
    if (route->wanted != FO_NONE) { /* no result is known: the same key again */
        route->emit = true;
        route->deadline_us = engine->now_us + ROUTE_RESULT_US;
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
}

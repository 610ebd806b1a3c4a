/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of route.h: away from a line that is down, or long worse than another, back to the
 * preferred one after its hold, and never to one that flaps or is worked on. It judges no line. */
#include "failover/route.h"

#include "failover/assert.h"
#include "failover/incident.h"
#include "failover/line.h"
#include "failover/record.h"
#include "failover/window.h"

#define ROUTE_RESULT_US (10 * FO_SECOND) /* silence of the executor until then is failure */
#define ROUTE_RETRY_US (10 * FO_SECOND)
#define ROUTE_LOOK_US \
    FO_SECOND /* while the line in use is degraded: losses change without events */

void fo_route_init(struct fo_engine *engine)
{
    struct fo_route *route = &engine->route;
    route->active = FO_NONE;
    route->wanted = FO_NONE;
    route->deadline_us = FO_NEVER;
    route->left_us = FO_NEVER;
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        if (route->active == FO_NONE ||
            (engine->policy.lines[i].preferred && !engine->policy.lines[route->active].preferred)) {
            route->active = i;
        }
    }
}

/* Another line than the one in use that works and has nothing against it. */
static bool is_open(const struct fo_engine *engine, unsigned line)
{
    uint8_t state = engine->lines[line].state;
    return line != engine->route.active && (state == FO_STATE_OK || state == FO_STATE_DEGRADED) &&
           !fo_window_holds(engine, fo_subject_of(FO_SUBJECT_LINE, line)) &&
           !fo_line_is_flapping(engine, line, engine->now_us);
}

/* The newest sample of one target at least says so too: when both lines die together, one of them
 * is found out first. */
static bool is_alive(const struct fo_engine *engine, unsigned line)
{
    for (unsigned i = 0; i < engine->policy.lines[line].targets; i++) {
        const struct fo_source *target = &engine->lines[line].targets[i];
        if (target->state == FO_STATE_OK && (target->bad & 1U) == 0) {
            return true;
        }
    }
    return false;
}

/* OK before degraded; of two degraded ones the one that loses less. */
static bool is_better(const struct fo_line *line, const struct fo_line *other)
{
    if (line->state == FO_STATE_OK || other->state == FO_STATE_OK) {
        return other->state != FO_STATE_OK;
    }
    return fo_loss_permille(&line->loss) < fo_loss_permille(&other->loss);
}

/* The line to go to from one that is down; FO_NONE when there is none to trust. */
static uint8_t find_other(const struct fo_engine *engine)
{
    uint8_t best = FO_NONE;
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        if (is_open(engine, i) && is_alive(engine, i) &&
            (best == FO_NONE || is_better(&engine->lines[i], &engine->lines[best]))) {
            best = i;
        }
    }
    return best;
}

/* Not before: what one change to a better line has done must be seen before the next. */
static fo_us rest_us(const struct fo_engine *engine)
{
    return engine->route.left_us == FO_NEVER ? 0 : engine->route.left_us + FO_ROUTE_REST_US;
}

/* The preferred line, when it has been OK long enough to go back to. */
static uint8_t find_return(const struct fo_engine *engine, fo_us *due_us)
{
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        if (!engine->policy.lines[i].preferred || i == engine->route.active ||
            fo_window_holds(engine, fo_subject_of(FO_SUBJECT_LINE, i)) ||
            engine->lines[i].ok_us == FO_NEVER) {
            continue;
        }
        fo_us at_us = engine->lines[i].ok_us + engine->policy.lines[i].return_us;
        at_us = rest_us(engine) > at_us ? rest_us(engine) : at_us;
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

/* So much better than the degraded line in use that the difference is none of chance. */
static bool is_clearly_better(const struct fo_engine *engine, unsigned index)
{
    const struct fo_line *line = &engine->lines[index];
    const struct fo_line *used = &engine->lines[engine->route.active];
    uint64_t loss = fo_loss_permille(&line->loss);
    uint64_t used_loss = fo_loss_permille(&used->loss);
    if (used->state != FO_STATE_DEGRADED || !is_open(engine, index)) {
        return false;
    }
    if (line->state == FO_STATE_OK && !used->lossy) {
        return true; /* the one in use is slow or unsteady, this one is neither */
    }
    return 2 * loss <= used_loss &&
           (line->state == FO_STATE_OK || used_loss - loss >= FO_ROUTE_MARGIN_PERMILLE);
}

static void compare(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        struct fo_line *line = &engine->lines[i];
        if (!is_clearly_better(engine, i)) {
            line->better_us = FO_NEVER;
        } else if (line->better_us == FO_NEVER) {
            line->better_us = engine->now_us;
        }
    }
}

/* A line that has been clearly better for long enough to leave the degraded one for it. */
static uint8_t find_better(const struct fo_engine *engine, fo_us *due_us)
{
    uint8_t best = FO_NONE;
    for (uint8_t i = 0; i < engine->policy.line_count; i++) {
        const struct fo_line *line = &engine->lines[i];
        if (line->better_us == FO_NEVER) {
            continue;
        }
        fo_us at_us = line->better_us + engine->policy.lines[engine->route.active].leave_us;
        at_us = rest_us(engine) > at_us ? rest_us(engine) : at_us;
        if (at_us <= engine->now_us && is_alive(engine, i) &&
            (best == FO_NONE || is_better(line, &engine->lines[best]))) {
            best = i;
        }
    }
    if (engine->lines[engine->route.active].state == FO_STATE_DEGRADED) {
        fo_us look_us = engine->now_us + ROUTE_LOOK_US;
        *due_us = look_us < *due_us ? look_us : *due_us;
    }
    return best;
}

/* Where to go from the line in use; FO_NONE: it stays. */
static uint8_t choose(const struct fo_engine *engine, fo_us *due_us)
{
    if (engine->lines[engine->route.active].state == FO_STATE_DOWN) {
        return find_other(engine);
    }
    uint8_t line = find_return(engine, due_us);
    return line != FO_NONE ? line : find_better(engine, due_us);
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
    struct fo_subject left = fo_subject_of(FO_SUBJECT_LINE, route->active);
    uint16_t cause = FO_REASON_LINE_DOWN;
    uint8_t slot = fo_incident_find(engine, cause, left);
    if (slot == FO_NONE) {
        cause = FO_REASON_LINE_DEGRADED;
        slot = fo_incident_find(engine, cause, left);
    }
    command->line = route->wanted;
    command->reason = slot != FO_NONE ? cause : FO_REASON_NONE;
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
    compare(engine);
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
    uint8_t line = choose(engine, &due_us);
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
        fo_incident_did(engine, FO_REASON_LINE_DEGRADED, left, FO_REASON_LINE_CHANGED);
        struct fo_record *record = fo_note_more(engine, FO_REASON_LINE_CHANGED, 0,
                                                fo_subject_of(FO_SUBJECT_LINE, route->wanted));
        record->key = route->key;
        record->a = route->wanted;
        record->b = route->active;
        if (engine->lines[route->wanted].better_us != FO_NEVER) {
            route->left_us = engine->now_us;
        }
        for (unsigned i = 0; i < engine->policy.line_count; i++) {
            engine->lines[i].better_us = FO_NEVER; /* than the one left */
        }
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Orders, drawn (see orders.h). */
#include "sim/storm/orders.h"

#include "failover/reason.h"
#include "failover/restore.h"

static uint8_t any_person(struct storm_random *random)
{
    bool nobody = storm_random_chance(random, 50); /* one there is not */
    return nobody ? STORM_PERSONS : (uint8_t)storm_random_below(random, STORM_PERSONS);
}

/* One of those on the screen; or one that is over, or that there never was. */
static uint32_t any_incident(const struct storm_world *world, struct storm_random *random)
{
    const struct fo_engine *engine = &world->daemon.engine;
    unsigned slot = (unsigned)storm_random_below(random, FO_INCIDENTS_MAX);
    uint32_t back = (uint32_t)storm_random_below(random, 6);
    bool any = storm_random_chance(random, 200);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX && !any; i++) {
        const struct fo_incident *incident = &engine->incidents[(slot + i) % FO_INCIDENTS_MAX];
        if (incident->state == FO_INCIDENT_OPEN) {
            return incident->number;
        }
    }
    return engine->last_number > back ? engine->last_number - back : engine->last_number + 1;
}

/* Something is off since an outage, and people want it back; or somebody only thinks so. */
static bool is_restored(const struct storm_world *world, struct storm_random *random)
{
    const struct fo_engine *engine = &world->daemon.engine; /* without a policy while it is down */
    bool off = false;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        off = off || fo_restore_left(engine, i) != 0;
    }
    return storm_random_chance(random, off ? 600 : 20);
}

static struct fo_subject any_stage(struct storm_random *random)
{
    bool all = storm_random_chance(random, 500);
    return all ? (struct fo_subject){.kind = FO_SUBJECT_SITE}
               : (struct fo_subject){.kind = FO_SUBJECT_STAGE,
                                     .index = (uint8_t)storm_random_below(random, 3)};
}

struct fo_order storm_order_operator(const struct storm_world *world, struct storm_random *random,
                                     fo_us local_us)
{
    struct fo_order order = {
        .kind = (uint8_t)storm_random_between(random, FO_ORDER_SWITCH, FO_ORDER_RELEASE),
        .person = any_person(random),
        .second = any_person(random),
        .server = (uint8_t)storm_random_below(random, FO_SERVERS),
        .alone = storm_random_chance(random, 150)};
    if (storm_random_chance(random, 50)) {
        order.kind = FO_ORDER_STOP_SHED;
    }
    if (is_restored(world, random)) {
        order.kind = FO_ORDER_RESTORE;
        order.subject = any_stage(random);
    }
    if (order.kind != FO_ORDER_SWITCH && storm_random_chance(random, 300)) {
        order.server = FO_NONE;
    }
    order.second = order.alone ? FO_NONE : order.second;
    order.until_us = local_us + storm_random_below(random, 2 * FO_MINUTE) - FO_SECOND;
    if (storm_random_chance(random, 50)) { /* nonsense altogether */
        order.kind = (uint8_t)storm_random_below(random, 256);
        order.person = (uint8_t)storm_random_below(random, 256);
        order.server = (uint8_t)storm_random_below(random, 256);
        order.incident = (uint32_t)storm_random_below(random, 100);
        order.value = (uint32_t)storm_random_below(random, 300);
    }
    return order;
}

struct fo_order storm_order_duty(struct storm_random *random)
{
    static const uint8_t kinds[] = {FO_ORDER_HANDOVER, FO_ORDER_AWAY, FO_ORDER_AWAY, FO_ORDER_BACK};
    return (struct fo_order){.kind = kinds[storm_random_below(random, 4)],
                             .person = any_person(random),
                             .second = FO_NONE,
                             .server = FO_NONE};
}

static struct fo_subject any_subject(struct storm_random *random)
{
    struct fo_subject subject = {
        .kind = (uint8_t)storm_random_between(random, FO_SUBJECT_SITE, FO_SUBJECT_SERVICE)};
    subject.index = subject.kind == FO_SUBJECT_SITE ? 0 : (uint8_t)storm_random_below(random, 3);
    return subject;
}

struct fo_order storm_order_entry(const struct storm_world *world, struct storm_random *random)
{
    static const uint8_t kinds[] = {FO_ORDER_REPORT, FO_ORDER_MERGE,   FO_ORDER_CALLED,
                                    FO_ORDER_CALLED, FO_ORDER_OUTSIDE, FO_ORDER_ADOPT_LADDER};
    struct fo_order order = {.kind = kinds[storm_random_below(random, 6)],
                             .person = any_person(random),
                             .second = any_person(random),
                             .server = FO_NONE,
                             .incident = any_incident(world, random),
                             .subject = any_subject(random)};
    order.value = order.kind == FO_ORDER_MERGE    ? any_incident(world, random)
                  : order.kind == FO_ORDER_CALLED ? (uint32_t)storm_random_below(random, 5)
                                                  : 0;
    return order;
}

struct fo_order storm_order_drill(const struct storm_world *world, struct storm_random *random,
                                  fo_us local_us)
{
    static const uint16_t causes[] = {FO_REASON_DRILL, FO_REASON_DRILL, FO_REASON_SERVER_DEAD,
                                      FO_REASON_LINES_ALL_DOWN, FO_REASON_SERVICE_DOWN};
    bool begin = storm_random_chance(random, 700);
    struct fo_order order = {.kind = begin ? FO_ORDER_DRILL_BEGIN : FO_ORDER_DRILL_END,
                             .person = any_person(random),
                             .second = any_person(random),
                             .server = FO_NONE,
                             .incident = begin ? 0 : any_incident(world, random)};
    order.value = causes[storm_random_below(random, 5)];
    order.subject.kind = order.value == FO_REASON_SERVER_DEAD    ? FO_SUBJECT_SERVER
                         : order.value == FO_REASON_SERVICE_DOWN ? FO_SUBJECT_SERVICE
                                                                 : FO_SUBJECT_SITE;
    order.until_us = local_us + storm_random_scale(random, FO_SECOND, 10 * FO_MINUTE);
    return order;
}

struct fo_order storm_order_window(fo_us until_us)
{
    return (struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                             .person = 0,
                             .second = 1,
                             .server = FO_NONE,
                             .until_us = until_us};
}

struct fo_order storm_order_switchover_drill(const struct storm_world *world, fo_us until_us)
{
    uint8_t target = world->daemon.engine.active == 0 ? 1 : 0;
    return (struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                             .person = 0,
                             .second = 1,
                             .server = FO_NONE,
                             .value = FO_REASON_SWITCHOVER_DRILL,
                             .subject = {FO_SUBJECT_SERVER, target},
                             .until_us = until_us};
}

struct fo_order storm_order_mistake(const struct storm_world *world, struct storm_random *random)
{
    uint32_t newest = world->daemon.engine.last_number;
    return (struct fo_order){
        .kind = (uint8_t)storm_random_between(random, FO_ORDER_ACKNOWLEDGE, FO_ORDER_RESOLVE),
        .person = (uint8_t)storm_random_below(random, STORM_PERSONS + 2),
        .second = FO_NONE,
        .server = FO_NONE,
        .incident = (uint32_t)storm_random_below(random, (int64_t)newest + 3),
        .epoch = (uint8_t)storm_random_below(random, 4),
        .round = (uint8_t)storm_random_below(random, 3)};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's own network (see network.h). It never judges a source, only all of them together.
 */
#include "failover/network.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/record.h"

#define SOURCES_MIN 2 /* one silent source is that source's own trouble */

void fo_network_source(struct fo_engine *engine, uint8_t before, uint8_t after)
{
    struct fo_self_state *self = &engine->self;
    FO_ASSERT(before < FO_STATES && after < FO_STATES);
    FO_ASSERT(before != FO_STATE_OK || self->sources_ok > 0);
    FO_ASSERT(before != FO_STATE_DOWN || self->sources_down > 0);
    self->sources_ok = (uint16_t)(self->sources_ok - (before == FO_STATE_OK ? 1 : 0) +
                                  (after == FO_STATE_OK ? 1 : 0));
    self->sources_down = (uint16_t)(self->sources_down - (before == FO_STATE_DOWN ? 1 : 0) +
                                    (after == FO_STATE_DOWN ? 1 : 0));
    fo_deadline_set(&engine->deadlines, FO_TIMER_NETWORK, engine->now_us);
}

void fo_network_heard(struct fo_engine *engine)
{
    engine->self.heard_us = engine->now_us;
}

void fo_network_probe(struct fo_engine *engine, unsigned net, bool ok)
{
    FO_ASSERT(net < FO_NETS_MAX);
    struct fo_self_state *self = &engine->self;
    uint8_t bit = (uint8_t)(1U << net);
    uint8_t before = self->nets_down;
    self->nets_known |= bit;
    self->nets_down = (uint8_t)(ok ? self->nets_down & ~bit : self->nets_down | bit);
    if (before != self->nets_down) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_NETWORK, engine->now_us);
    }
}

static bool hears_an_agent(const struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        if (engine->servers[i].hearing == FO_HEARING_WELL) {
            return true;
        }
    }
    return false;
}

bool fo_network_is_cut(const struct fo_engine *engine)
{
    const struct fo_self_state *self = &engine->self;
    return self->cut_off || (self->nets_known != 0 && self->nets_down == self->nets_known);
}

fo_us fo_network_run(struct fo_engine *engine)
{
    struct fo_self_state *self = &engine->self;
    struct fo_subject monitor = fo_subject_of(FO_SUBJECT_MONITOR, 0);
    if (self->sources_ok > 0 || hears_an_agent(engine)) {
        self->cut_off = false;
    } else if (self->sources_down >= SOURCES_MIN) {
        self->cut_off = true;
    }
    bool cut = fo_network_is_cut(engine);
    bool bad = cut || self->nets_down != 0;
    bool heard = self->sources_ok > 0 || hears_an_agent(engine) || self->nets_known != 0;
    if (bad || heard) { /* after a start of ours, what has not been asked yet ends nothing */
        fo_condition_set(engine, FO_REASON_MONITOR_NETWORK, monitor, bad);
    }
    if (cut != self->cut_known) {
        self->cut_known = cut;
        fo_condition_weigh(engine, FO_REASON_MONITOR_NETWORK, monitor);
        fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
        fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    }
    return FO_NEVER;
}

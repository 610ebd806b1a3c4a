/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the view that is about power: each device with the worst of what is wrong with it,
 * and how far each stage of the shutdown plan is. It reads the engine and changes nothing; view.c
 * calls it. */
#ifndef FAILOVER_VIEW_POWER_H
#define FAILOVER_VIEW_POWER_H

#include "failover/types.h"

struct fo_view_device {
    uint8_t state, quality; /* enum fo_state, enum fo_quality */
    uint16_t reason;
    fo_us age_us;                                /* of the newest good reading; FO_NEVER none */
    bool on_battery, dying, isolated_protection; /* UPS; the last: not protected (bypass, eco) */
    fo_us runtime_us; /* UPS on battery: counted down; FO_NEVER unknown */
    fo_us outage_us;  /* UPS: own outage clock; 0 on mains */
    fo_us fuel_us;    /* generator: its fuel lasts so long at this load; FO_NEVER not known */
};
struct fo_view_stage {
    uint8_t state;    /* enum fo_stage_state */
    bool left_off;    /* given up in an earlier outage, and nobody has said that it is on again */
    uint8_t off;      /* … bit per act of it; empty unless left_off */
    uint16_t refused; /* why they cannot be switched on now (enum fo_reason); NONE: they can */
    fo_us since_us;   /* in the state for so long; 0 never left READY */
    fo_us left_us;   /* its loads are fed so long; FO_NEVER on mains, or nothing that is believed */
    fo_us begins_us; /* dry run: its acts would begin in so long; FO_NEVER unknown, or never */
};

/* Loads that are switched on again. */
struct fo_view_restore {
    bool under_way;
    uint8_t stage, act; /* the load being switched on, or the next one; FO_NONE none */
    uint16_t stopped;   /* why the newest order ended early, while something is off; NONE */
    uint16_t refused;   /* why an order for all would be refused now; NONE: it would not */
};

struct fo_engine;
/* Each fills *out from the engine as of now_us; index is one the policy has. */
void fo_view_device(const struct fo_engine *engine, unsigned index, fo_us now_us,
                    struct fo_view_device *out);
void fo_view_stage(const struct fo_engine *engine, unsigned index, fo_us now_us,
                   struct fo_view_stage *out);
void fo_view_restore(const struct fo_engine *engine, struct fo_view_restore *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The electrical side of the room as one object: mains to transfer switches, with their generators,
 * to UPSes. Pure integers; sim_plant_step moves everything by SIM_STEP_MS. The room calls it from a
 * timer, tests call it in a loop. */
#ifndef SIM_PLANT_PLANT_H
#define SIM_PLANT_PLANT_H

#include "sim/plant/generator.h"
#include "sim/plant/outlets.h"
#include "sim/plant/transfer.h"
#include "sim/plant/ups.h"

#define SIM_UPS_MAX 16
#define SIM_GENERATORS_MAX 4
#define SIM_TRANSFERS_MAX 4
#define SIM_STRIPS_MAX 4

/* Where something gets its power. */
enum sim_feed_kind { SIM_FEED_MAINS, SIM_FEED_TRANSFER, SIM_FEED_GENERATOR };
struct sim_feed {
    uint8_t kind; /* enum sim_feed_kind */
    uint8_t index;
};

struct sim_plant {
    struct sim_mains mains;
    uint8_t ups_count, generator_count, transfer_count;
    struct sim_ups ups[SIM_UPS_MAX];
    struct sim_feed ups_feed[SIM_UPS_MAX];
    struct sim_generator generators[SIM_GENERATORS_MAX];
    struct sim_transfer transfers[SIM_TRANSFERS_MAX];
    uint8_t transfer_generator[SIM_TRANSFERS_MAX]; /* index of its generator */
    uint8_t strip_count;
    struct sim_outlets strips[SIM_STRIPS_MAX]; /* switched by hand or by whoever may write */
    uint64_t now_ms;                           /* simulated steps since the start */
};

/* An empty plant on a good mains. */
void sim_plant_init(struct sim_plant *plant, uint32_t nominal_v, uint32_t nominal_hz);
/* Moves everything by SIM_STEP_MS. A generator without a transfer switch is asked for as soon as
 * the mains is not good. */
void sim_plant_step(struct sim_plant *plant);
/* Whether any of the UPSes in the set (bit per UPS) delivers; an empty set is always powered. */
bool sim_plant_powered(const struct sim_plant *plant, uint32_t ups_set);

#endif

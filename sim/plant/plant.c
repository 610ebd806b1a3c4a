/* SPDX-License-Identifier: Apache-2.0 */
/* Joins mains, transfer switches, generators and UPSes along the wiring, once per step. It owns the
 * order of the steps and the sums of the loads; the behaviour of each part is in its own room. */
#include "sim/plant/plant.h"

void sim_plant_init(struct sim_plant *plant, uint32_t nominal_v, uint32_t nominal_hz)
{
    *plant = (struct sim_plant){0};
    sim_mains_init(&plant->mains, nominal_v, nominal_hz);
}

/* Watts that all UPSes on one feed take from it. */
static uint32_t feed_load_w(const struct sim_plant *plant, enum sim_feed_kind kind, unsigned index)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < plant->ups_count; i++) {
        if (plant->ups_feed[i].kind == kind && plant->ups_feed[i].index == index) {
            sum += sim_ups_input_w(&plant->ups[i]);
        }
    }
    return sum;
}

static void generator_step(struct sim_plant *plant, unsigned index, bool mains_good)
{
    uint32_t load_w = feed_load_w(plant, SIM_FEED_GENERATOR, index);
    bool asked = false, wired = false;
    for (unsigned i = 0; i < plant->transfer_count; i++) {
        if (plant->transfer_generator[i] != index) {
            continue;
        }
        wired = true;
        asked = asked || plant->transfers[i].asks;
        if (plant->transfers[i].position == SIM_SOURCE_GENERATOR) {
            load_w += feed_load_w(plant, SIM_FEED_TRANSFER, i);
        }
    }
    sim_generator_step(&plant->generators[index], wired ? asked : !mains_good, load_w);
}

static struct sim_supply feed_supply(const struct sim_plant *plant, struct sim_feed feed)
{
    switch (feed.kind) {
        case SIM_FEED_TRANSFER:
            return sim_transfer_supply(&plant->transfers[feed.index]);
        case SIM_FEED_GENERATOR:
            return sim_generator_supply(&plant->generators[feed.index]);
        default:
            return sim_mains_supply(&plant->mains);
    }
}

void sim_plant_step(struct sim_plant *plant)
{
    struct sim_supply mains = sim_mains_supply(&plant->mains);
    bool mains_good = sim_supply_good(mains, plant->mains.nominal_v, plant->mains.nominal_hz);
    for (unsigned i = 0; i < plant->generator_count; i++) {
        generator_step(plant, i, mains_good);
    }
    for (unsigned i = 0; i < plant->transfer_count; i++) {
        const struct sim_generator *generator = &plant->generators[plant->transfer_generator[i]];
        sim_transfer_step(&plant->transfers[i], mains, sim_generator_supply(generator),
                          sim_generator_ready(generator));
    }
    for (unsigned i = 0; i < plant->ups_count; i++) {
        sim_ups_step(&plant->ups[i], feed_supply(plant, plant->ups_feed[i]));
    }
    plant->now_ms += SIM_STEP_MS;
}

bool sim_plant_powered(const struct sim_plant *plant, uint32_t ups_set)
{
    if (ups_set == 0) {
        return true;
    }
    for (unsigned i = 0; i < plant->ups_count; i++) {
        if ((ups_set & (1U << i)) != 0 && plant->ups[i].output_on) {
            return true;
        }
    }
    return false;
}

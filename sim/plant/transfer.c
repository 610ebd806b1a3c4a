/* SPDX-License-Identifier: Apache-2.0 */
/* The transfer switch's clocks and contacts. It owns no supply; it looks at two and passes one on.
 */
#include "sim/plant/transfer.h"

void sim_transfer_init(struct sim_transfer *transfer, uint32_t nominal_v, uint32_t nominal_hz)
{
    *transfer = (struct sim_transfer){.nominal_v = nominal_v,
                                      .nominal_hz = nominal_hz,
                                      .start_ms = 1000,
                                      .transfer_ms = 2000,
                                      .return_ms = 10000,
                                      .open_ms = 500,
                                      .position = SIM_SOURCE_MAINS,
                                      .target = SIM_SOURCE_MAINS};
}

static uint32_t held_ms(uint32_t before_ms, bool holds)
{
    if (!holds) {
        return 0;
    }
    return before_ms < UINT32_MAX - SIM_STEP_MS ? before_ms + SIM_STEP_MS : before_ms;
}

static void transfer_move(struct sim_transfer *transfer, enum sim_transfer_source to)
{
    if (transfer->stuck || transfer->position == to) {
        return;
    }
    transfer->target = (uint8_t)to;
    transfer->position = SIM_SOURCE_NONE;
    transfer->open_left_ms = transfer->open_ms;
}

void sim_transfer_step(struct sim_transfer *transfer, struct sim_supply mains,
                       struct sim_supply generator, bool generator_ready)
{
    bool mains_good = sim_supply_good(mains, transfer->nominal_v, transfer->nominal_hz);
    transfer->mains = mains;
    transfer->generator = generator;
    transfer->mains_bad_ms = held_ms(transfer->mains_bad_ms, !mains_good);
    transfer->mains_good_ms = held_ms(transfer->mains_good_ms, mains_good);
    transfer->generator_good_ms = held_ms(transfer->generator_good_ms, generator_ready);
    if (transfer->position == SIM_SOURCE_NONE) {
        if (transfer->open_left_ms <= SIM_STEP_MS) {
            transfer->open_left_ms = 0;
            transfer->position = transfer->target;
        } else {
            transfer->open_left_ms -= SIM_STEP_MS;
        }
        return;
    }
    if (transfer->mains_bad_ms >= transfer->start_ms) {
        transfer->asks = true;
    }
    if (transfer->position == SIM_SOURCE_MAINS) {
        if (transfer->asks && !mains_good && transfer->generator_good_ms >= transfer->transfer_ms) {
            transfer_move(transfer, SIM_SOURCE_GENERATOR);
        } else if (transfer->mains_good_ms >= transfer->return_ms) {
            transfer->asks = false;
        }
    } else if (mains_good && (transfer->mains_good_ms >= transfer->return_ms || !generator_ready)) {
        /* a dead generator is left at once: waiting would only keep the load dark */
        transfer_move(transfer, SIM_SOURCE_MAINS);
    }
}

struct sim_supply sim_transfer_supply(const struct sim_transfer *transfer)
{
    switch (transfer->position) {
        case SIM_SOURCE_MAINS:
            return transfer->mains;
        case SIM_SOURCE_GENERATOR:
            return transfer->generator;
        default:
            return (struct sim_supply){0, 0};
    }
}

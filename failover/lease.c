/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of the quorum lease: which parameters go together, how long a promise is, and how
 * epochs are numbered. It holds no state; the voter, the agent, the monitor and config/ call it. */
#include "failover/lease.h"

#include "failover/assert.h"

#define PARTS_PER_MILLION 1000000
#define BEAT_MIN_US (10 * FO_MS)
#define BEAT_MAX_US FO_SECOND
/* section 1: an LMAX above the default is raised only for beats slower than this */
#define BEAT_SLOW_US (80 * FO_MS)
#define BEATS_PER_LEASE_MIN 6

bool fo_lease_params_valid(const struct fo_lease_params *params)
{
    FO_ASSERT(params != NULL);
    if (params->beat_us < BEAT_MIN_US || params->beat_us > BEAT_MAX_US) {
        return false;
    }
    if (params->lease_max_us <= 0 || params->lease_max_us > FO_LEASE_LMAX_LIMIT) {
        return false;
    }
    if (params->lease_max_us > FO_LEASE_LMAX_DEFAULT && params->beat_us <= BEAT_SLOW_US) {
        return false;
    }
    if (params->lease_us <= 0 || params->lease_us > params->lease_max_us) {
        return false;
    }
    if (params->margin_us < 0 || params->margin_us > FO_LEASE_MARGIN_LIMIT) {
        return false;
    }
    if (params->gate_us < 0 || params->drift_ppm > FO_LEASE_DRIFT_LIMIT) {
        return false;
    }
    return params->lease_us - params->gate_us >= BEATS_PER_LEASE_MIN * params->beat_us;
}

fo_us fo_lease_promise_us(const struct fo_lease_params *params, fo_us lease_us)
{
    FO_ASSERT(params->drift_ppm <= FO_LEASE_DRIFT_LIMIT);
    FO_ASSERT(lease_us >= 0 && lease_us <= FO_LEASE_LMAX_LIMIT);
    /* Holder and voter may both err, in opposite directions: (1 + rho) / (1 - rho), rounded up. */
    fo_us slow = PARTS_PER_MILLION - (fo_us)params->drift_ppm;
    fo_us fast = PARTS_PER_MILLION + (fo_us)params->drift_ppm;
    fo_us promise_us = (lease_us * fast + slow - 1) / slow + params->margin_us;

    FO_ASSERT(promise_us >= lease_us);
    return promise_us;
}

uint64_t fo_lease_next_epoch(uint64_t seen, enum fo_voter server)
{
    FO_ASSERT(server == FO_VOTER_P || server == FO_VOTER_S);
    FO_ASSERT(seen <= UINT64_MAX - 4);
    return (seen / 2 + 1) * 2 + (uint64_t)server;
}

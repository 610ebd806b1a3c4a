/* SPDX-License-Identifier: Apache-2.0 */
/* The durable part of the engine as one walk; the public doors to it are in engine.h. */
#ifndef FAILOVER_DURABLE_H
#define FAILOVER_DURABLE_H

#include "failover/codec.h"
#include "failover/engine_state.h"

/* Every durable field, once, in a fixed order. */
void fo_durable_walk(struct fo_codec *codec, struct fo_engine *engine);
/* A contact network, for its identity. */
void fo_durable_ladder(struct fo_codec *codec, struct fo_ladder *ladder);
/* Whether everything that decoded durable state names is of the engine's policy, and no law of the
 * engine is broken by it. */
bool fo_durable_fits(const struct fo_engine *engine);
/* The host has been started anew since the snapshot: its instants are moved to the new clock, by
 * the wall time that has passed. A wall clock set back delays nothing. */
void fo_durable_carry(struct fo_engine *engine);

#endif

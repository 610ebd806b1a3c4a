/* SPDX-License-Identifier: Apache-2.0 */
/* Laws that hold after every step, in production, in tests and in the storm. A broken law is a
 * programmer error: the assertion stops automatic actions. */
#ifndef FAILOVER_INVARIANT_H
#define FAILOVER_INVARIANT_H

#include "failover/engine_state.h"

/* Cheap enough for each step. */
void fo_invariant_check(const struct fo_engine *engine, const struct fo_output *out);
/* All of them, over all incidents and attempts; when durable state has changed. */
void fo_invariant_check_all(const struct fo_engine *engine);

#endif

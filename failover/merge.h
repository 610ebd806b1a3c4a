/* SPDX-License-Identifier: Apache-2.0 */
/* One incident that two monitors have followed while they were cut apart, made one again: nothing
 * that people said to either is lost, and nothing that was worse becomes better. Pure; whoever
 * carries the other monitor's state here calls it. */
#ifndef FAILOVER_MERGE_H
#define FAILOVER_MERGE_H

#include "failover/engine_state.h"

/* The same cause of the same thing in the same onset: opened within an hour of each other by the
 * wall clock. */
bool fo_merge_same(const struct fo_incident *a, const struct fo_incident *b);
/* Into kept: words of people together, the higher epoch and the graver severity, everybody who was
 * reached, the rungs that were climbed furthest. The number of kept stays. */
void fo_merge(struct fo_incident *kept, const struct fo_incident *other);

#endif

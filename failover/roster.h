/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a role at this instant. The calendar is the shell's; this room keeps what it said last,
 * who is at a call, and who has handed over, and answers with sets of persons. Whom to call about
 * what is ladder.c's and escalation.c's. */
#ifndef FAILOVER_ROSTER_H
#define FAILOVER_ROSTER_H

#include "failover/engine_state.h"

/* The persons who are called for a role now, each human once: those on duty, those whose shift has
 * ended and who have not handed over, and the deputies when one of them is at a call or there is
 * nobody. */
uint64_t fo_roster_role(const struct fo_engine *engine, unsigned role);
/* The person that this one is another id of, or itself. */
unsigned fo_roster_human(const struct fo_engine *engine, unsigned person);
/* The same over a set of roles. */
uint64_t fo_roster_of(const struct fo_engine *engine, uint32_t roles);
/* The persons whose word counts: all but substitutes nobody has approved. */
uint64_t fo_roster_counts(const struct fo_engine *engine);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty, as the checkers work it out for themselves from what was said: rosters, handing
 * over, leaving for a call and coming back. It is kept with the checkers' book, so that it forgets
 * what the journal forgets. It reads nothing of the engine but the incident in question. */
#ifndef SIM_STORM_DUTY_H
#define SIM_STORM_DUTY_H

#include "sim/storm/world.h"

/* One event that the engine has taken. */
void storm_duty_step(struct storm_world *world, const struct fo_event *event,
                     const struct fo_output *out);
/* The person behind this id; ids of one human are one. */
unsigned storm_duty_human(const struct storm_world *world, unsigned person);
/* Who is called for a role now, deputies included; a set of humans. */
uint64_t storm_duty_role(const struct storm_world *world, unsigned role);
/* Who decides, as far as this incident may call them. */
uint64_t storm_duty_deciders(const struct storm_world *world, const struct fo_incident *incident);
/* Everybody whom this incident's contact network can call now. */
uint64_t storm_duty_all(const struct storm_world *world, const struct fo_incident *incident);
/* Those whom it has come to so far; at least its first rung. */
uint64_t storm_duty_called(const struct storm_world *world, const struct fo_incident *incident);
/* Those of the branches this person belongs to. */
uint64_t storm_duty_beside(const struct storm_world *world, const struct fo_incident *incident,
                           unsigned person);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The machine room as it truly is, and what the daemon's probes are told about it: mains, two UPSes
 * that discharge, a generator, a transfer switch, two lines with far targets, the services at the
 * service address; devices that fall silent, freeze and lie. Integers and absolute times only. It
 * never tells the engine a truth the probes could not know. */
#ifndef SIM_STORM_ROOM_H
#define SIM_STORM_ROOM_H

#include "sim/storm/world.h"

void storm_room_init(struct storm_world *world);
/* One probe or reading is due: what the daemon gets of it. Sets when the next one is. */
void storm_room_source(struct storm_world *world, unsigned source, struct fo_event *event);
/* The engine wants this device read at once. */
void storm_room_poll(struct storm_world *world, unsigned device);
/* Mains, generator or a fault of power changed: who has power is worked out anew. */
void storm_room_power(struct storm_world *world);
/* A generator may have come up; a battery may be empty. */
void storm_room_generator(struct storm_world *world);
/* Fencing took the power of a server away; people give it back a while later. */
void storm_room_power_off(struct storm_world *world, unsigned server);
/* How many MACs the daemon sees answering for the service address. */
unsigned storm_room_answers(const struct storm_world *world);
/* A line carries traffic. */
bool storm_room_line_up(const struct storm_world *world, unsigned line);
/* Somebody answers for the service to a client outside. */
bool storm_room_served(const struct storm_world *world);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Two dispatch servers that nobody may touch: no agent, no lease, no gate. What is true of them
 * (who has the service, who answers whom) and what each probe can find of it. A server that comes
 * up again does not serve by itself; somebody makes it. It decides nothing: executor.c and hand.c
 * move the service, server.c switches them on and off, room.c asks. */
#ifndef SIM_STORM_PAIR_H
#define SIM_STORM_PAIR_H

#include "sim/storm/world.h"

/* Draws whether this site's servers have agents; if not, its policy becomes that of such a pair. */
void storm_pair_draw(struct storm_world *world);
/* The host has power and is not frozen. */
bool storm_pair_reachable(const struct storm_world *world, unsigned server);
/* A client gets an answer from it. */
bool storm_pair_serves(const struct storm_world *world, unsigned server);
/* What a probe of the monitor finds: the host itself; the service, whoever has it. */
bool storm_pair_host_found(const struct storm_world *world, unsigned server);
bool storm_pair_service_found(const struct storm_world *world);

/* Somebody makes it serve, or cease to; it must be reachable. */
void storm_pair_begin(struct storm_world *world, unsigned server);
void storm_pair_cease(struct storm_world *world, unsigned server);
/* Its power, or the service's process alone, is gone: with the power all that is being done on it.
 */
void storm_pair_lose(struct storm_world *world, unsigned server, bool power);
/* Its outlet has been switched off by somebody who looked: nothing that was made to serve does. */
void storm_pair_unbind(struct storm_world *world, unsigned server);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A dispatch server: the shell around the agent's lease core, as dispatch-agent is one. It does the
 * acts in their order, each perhaps late, keeps the gate as an absolute end on the host's own
 * clock, and forgets what was not yet on the disk when it dies. It decides nothing. run.c drives
 * it, strike.c hurts it. */
#ifndef SIM_STORM_SERVER_H
#define SIM_STORM_SERVER_H

#include "sim/storm/world.h"

void storm_server_init(struct storm_world *world);
/* The node's turn on the agenda: start, or work off what waits. */
void storm_server_run(struct storm_world *world, unsigned server);
/* A datagram for this server has come. */
void storm_server_arrive(struct storm_world *world, unsigned server,
                         const struct storm_letter *letter);
/* Something about it changed: its place on the agenda is set anew. */
void storm_server_touch(struct storm_world *world, unsigned server);
/* The process dies; it starts again after back_us. With its host the gate goes too. */
void storm_server_kill(struct storm_world *world, unsigned server, bool host, fo_us back_us);
/* The operator orders it to leave; it starts again later. */
void storm_server_leave(struct storm_world *world, unsigned server);
/* A person at its console says that the other server is off: its vote, which stands to that one, is
 * its own again (F1). Nothing happens where no vote stands. */
void storm_server_force(struct storm_world *world, unsigned server);
/* The gate may have become able to be shut: the agent tries again. */
void storm_server_unstick(struct storm_world *world, unsigned server);

/* The gate is open and behind it the service answers. */
bool storm_server_serves(const struct storm_world *world, unsigned server);

#endif

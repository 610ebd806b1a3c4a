/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's daemon: the shell around the engine, as monitord is one. It keeps the order law
 * (append, sync, act, the result comes back as an event), tells the engine when its own loop stood
 * still, and restores it from the journal after a crash. It decides nothing. run.c drives it,
 * strike.c hurts it. */
#ifndef SIM_STORM_DAEMON_H
#define SIM_STORM_DAEMON_H

#include "sim/storm/world.h"

void storm_daemon_init(struct storm_world *world);
/* One event, stamped with this host's clocks; nothing happens while the process is down. */
void storm_daemon_give(struct storm_world *world, struct fo_event *event);
/* An event that cannot wait for a late or frozen process is lost; true when it was given. */
bool storm_daemon_offer(struct storm_world *world, struct fo_event *event);
/* The node's turn on the agenda. */
void storm_daemon_run(struct storm_world *world);
void storm_daemon_arrive(struct storm_world *world, const struct storm_letter *letter);
void storm_daemon_synced(struct storm_world *world);
void storm_daemon_overdue(struct storm_world *world);
void storm_daemon_result(struct storm_world *world, unsigned place);
void storm_daemon_touch(struct storm_world *world);
/* The process dies and starts again after back_us; with its host, the boottime starts anew. */
void storm_daemon_kill(struct storm_world *world, bool host, fo_us back_us);
/* The disk works again. */
void storm_daemon_disk_well(struct storm_world *world);
/* The daemon looks how many answer for the service address, and hears of a change. */
void storm_daemon_watch(struct storm_world *world);
/* The daemon says who is on duty, when it has not yet; `again`: after its start. */
void storm_daemon_roster(struct storm_world *world, bool again);
/* An assertion of the engine has failed: nothing automatic happens until the process starts anew.
 */
void storm_daemon_assertion(struct storm_world *world);
/* The daemon finds out something about itself. */
void storm_daemon_tell(struct storm_world *world, enum fo_self_kind kind, uint8_t index,
                       int64_t value);

#endif

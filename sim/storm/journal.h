/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's journal as the order law sees it: what is appended is safe only after a sync that
 * takes a while, one at a time; a crash keeps what was synced, and what was being written just then
 * or not, as chance has it. It never acts: daemon.c asks it which commands may go out. */
#ifndef SIM_STORM_JOURNAL_H
#define SIM_STORM_JOURNAL_H

#include "sim/storm/world.h"

void storm_journal_init(struct storm_world *world);
/* The engine's durable state as of this step. Returns the ticket, 0 when the journal is dead. */
uint64_t storm_journal_append(struct storm_world *world, fo_us local_us, fo_wall_ms wall_ms);
/* The sync under way is over. False: the disk did not take it, the journal is dead from now on. */
bool storm_journal_synced(struct storm_world *world);
/* The disk works again: what is not safe yet is written now. True when the journal was dead. */
bool storm_journal_revive(struct storm_world *world, fo_us local_us, fo_wall_ms wall_ms);
/* The process is gone: the image that its successor will find. */
const struct storm_image *storm_journal_crash(struct storm_world *world);

bool storm_journal_wait(struct storm_world *world, uint64_t ticket, fo_us until_us,
                        const struct fo_command *command);
/* The next command that may go out: synced; or overdue; or any, when the journal is dead. */
bool storm_journal_take(struct storm_world *world, struct fo_command *command, bool *synced);

#endif

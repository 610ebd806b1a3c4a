/* SPDX-License-Identifier: Apache-2.0 */
/* monitorctl replay: an incident decided again, offline, in words; with another site file the two
 * side by side. It reads a recording and changes nothing. */
#ifndef MONITORD_CONSOLE_REPLAY_H
#define MONITORD_CONSOLE_REPLAY_H

#include "monitord/console/options.h"

/* replay [INC] [--file PATH] [--with FILE] [--json]. Exit 0: every hash is equal; 1: one is not, or
 * no such incident is recorded; 3: a file cannot be read or is none; 4: no daemon says where the
 * recordings are. */
int md_replay(const struct md_options *options);
/* The folder of the running daemon's recordings; false after saying that there is none. */
bool md_replay_folder(const struct md_options *options, char *path, size_t size);

#endif

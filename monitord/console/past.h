/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal still knows: all incidents, and whether its chain holds. Reads only. Errors are
 * said on standard error with a hint. */
#ifndef MONITORD_CONSOLE_PAST_H
#define MONITORD_CONSOLE_PAST_H

#include "monitord/console/options.h"
#include "monitord/journal_read.h"

/* Opens the journal of --file, or the one of the running daemon. NULL after saying why. path (at
 * least 1024 bytes) gets its name. */
struct md_journal_reader *md_past_open(const struct md_options *options, char *path, size_t size);
/* Incidents of the journal, newest first, shaped like those of the status (closed ones have state
 * "closed"); those the status also lists are taken from there. New reference; NULL after saying
 * why. status may be NULL. */
json_t *md_past_incidents(const struct md_options *options, const json_t *status);
/* The same of the running daemon, without a word: a screen must not be written over. */
json_t *md_past_incidents_quietly(const struct md_options *options, const json_t *status);
/* journal verify: exit 0 intact, 1 broken, 3 not readable. */
int md_past_verify(const struct md_options *options);
/* Sets the zone in which times of the journal are shown: that of the status's own time, else the
 * environment's. */
const char *md_past_timezone(const json_t *status);

#endif

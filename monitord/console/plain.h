/* SPDX-License-Identifier: Apache-2.0 */
/* The status as plain lines, one fact a line, in the order of the eye; and its changes as lines,
 * for screen readers and logs. Pure but for the stream it is given. */
#ifndef MONITORD_CONSOLE_PLAIN_H
#define MONITORD_CONSOLE_PLAIN_H

#include "monitord/console/speech.h"

#include <stdio.h>

/* One line; control characters become '?', and where the reader has only ASCII, all others too. */
void md_plain_line(FILE *out, const struct md_speech *speech, const char *line);
void md_plain_status(FILE *out, const struct md_speech *speech, const json_t *status);
/* One incident in full: headline, what the machine did, what to do, related faults, contacts. */
void md_plain_incident(FILE *out, const struct md_speech *speech, const json_t *status,
                       const json_t *incident);
/* One line of a list of incidents. */
void md_plain_incident_line(FILE *out, const struct md_speech *speech, const json_t *status,
                            const json_t *incident);
/* 0 ok, 1 degraded, 2 down, 3 unknown. */
int md_plain_exit(const json_t *status);

/* The facts whose change is worth a line: key to text. New reference. */
json_t *md_plain_facts(const struct md_speech *speech, const json_t *status);
/* Prints "HH:MM:SS key: text" for each fact of after that before lacks or says otherwise, and for
 * each that is gone. before may be NULL: everything is new. Returns how many lines. */
size_t md_plain_changes(FILE *out, const struct md_speech *speech, const json_t *before,
                        const json_t *after, const char *clock);
/* One line for each order that waits for a second person. */
void md_plain_approvals(FILE *out, const struct md_speech *speech, const json_t *status);

#endif

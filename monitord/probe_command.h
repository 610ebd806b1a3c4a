/* SPDX-License-Identifier: Apache-2.0 */
/* `monitord --probe NAME`: one device read once and told in full, as a table or as JSON. It owns
 * the wording of that output and its exit codes; the reading is probes/probe_once.h's. main.c calls
 * it. */
#ifndef MONITORD_PROBE_COMMAND_H
#define MONITORD_PROBE_COMMAND_H

#include "config/site.h"
#include "probes/probe_once.h"

#include <jansson.h>

#define MD_PROBE_NO_SUCH_DEVICE 2
#define MD_PROBE_NOT_READ 3

/* Reads the device of that name and prints to standard output; the reason it cannot be read goes to
 * standard error. Returns 0, or one of the codes above. Runs a loop of its own. */
int md_probe_command(const struct site *site, const char *name, bool json);
/* The object `--json` prints: one of power[] of the status, and "raw" and "source" by variable. New
 * reference. */
json_t *md_probe_json(const struct site *site, unsigned device,
                      const struct pb_probe_report *report);

#endif

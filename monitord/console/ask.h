/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the daemon, one answer. Errors are said on standard error with a hint. */
#ifndef MONITORD_CONSOLE_ASK_H
#define MONITORD_CONSOLE_ASK_H

#include "monitord/console/options.h"

/* Takes over the reference to order. NULL after saying why; else a new reference. */
json_t *md_ask(const struct md_options *options, json_t *order);
/* The answer to "status", which has an object "status"; NULL after saying why. New reference. */
json_t *md_ask_status(const struct md_options *options);
/* Where journal and site file of the daemon lie: key "journal" or "config". Silent; false when
 * nobody says. */
bool md_ask_where(const struct md_options *options, const char *key, char *path, size_t size);

#endif

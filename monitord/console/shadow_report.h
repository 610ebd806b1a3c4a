/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorctl shadow report`: what shadow mode would have done, act by act with its time, out of
 * the journal. Reads only. */
#ifndef MONITORD_CONSOLE_SHADOW_REPORT_H
#define MONITORD_CONSOLE_SHADOW_REPORT_H

#include "monitord/console/options.h"
#include "monitord/journal_read.h"

/* The acts as {"schema":1,"acts":[{"time","kind":"choose"|"fence"|"route"|"notify","target",
 * "person","channel","message","reason","incident"}],"counts":{KIND:n}}, oldest first. New
 * reference; NULL on a read error. timezone as md_wall_text takes it. */
json_t *md_shadow_acts(struct md_journal_reader *reader, const char *timezone);
/* The command: exit 0; 3 when the journal cannot be read, 4 without daemon and --file. */
int md_shadow_report(const struct md_options *options);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The runbook pages: one text per alarm code and language, read from disk when a person asks for
 * one, without any network. Lookup: /etc/noroshi/runbooks (the site's own pages) first, then
 * $NOROSHI_RUNBOOKS, the installed pages, and those beside a build tree. */
#ifndef MONITORD_CONSOLE_RUNBOOK_H
#define MONITORD_CONSOLE_RUNBOOK_H

#include "monitord/console/options.h"

#define MD_RUNBOOK_MAX 16384 /* bytes of one page */

/* The page of a code ("mains_lost") in this language, else in English. Owned by the caller (free);
 * NULL: there is none, or the code is not one. */
char *md_runbook_load(enum cfg_language language, const char *code);
/* `monitorctl runbook CODE|INC`: prints the page. Exit 0; 1 when there is none. */
int md_runbook_print(const struct md_options *options);

#endif

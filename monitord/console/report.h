/* SPDX-License-Identifier: Apache-2.0 */
/* The incident report: what the journal says about one incident, gathered into one JSON object, and
 * that object as a page for paper. Gathering reads a journal; the page is pure. Nobody's name,
 * number or address is in it: persons go by the titles and ids of the site.
 *
 * { "schema":1, "issue":N, "final":B, "site":S, "made":T, "incident":ID, "number":N, "drill":B,
 *   "state":"open"|"recovered"|"closed", "opened_wall_ms":N, "severity":1..4|null,
 *   "root":CODE, "subject":{…},
 *   "times":{"detected","decided","acted","restored","recovered","closed"},   RFC 3339 or null
 *   "after_s":{"decided","acted","restored","recovered","closed"},            or null
 *   "services":[{"name","class","recovery_time_s","outage_s":N|null,"within":B|null,
 *               "ongoing":true}],
 *   "children":[{"cause","subject","at"}],
 *   "redundancy":null | {"as_of","servers":[…],"lines":[…],"power":[…]},      from the live status
 *   "measures":[{"at","after_s","reason","why":CODE|null,"subject"}],
 *   "contacts":[{"at","after_s","person","title","channel","message","attempt","rung","resend",
 *                "outcome":"pending"|"accepted"|"retry"|"failed","acknowledged":T|null}],
 *   "orders":[{"at","after_s","order","person","refused":CODE|null}],
 *   "conclusion":null | {"at","person","cause","prevention","deferral","due","false_alarm"},
 *   "evidence":{"journal","first_row","last_row","rows"} }
 *
 * It is final when it is closed and has a conclusion. The issue (第n報) counts what has to be told:
 * the opening, each worsening, recovery, closure. */
#ifndef MONITORD_CONSOLE_REPORT_H
#define MONITORD_CONSOLE_REPORT_H

#include "monitord/console/options.h"
#include "monitord/journal_read.h"

#include <stdio.h>

/* New reference; NULL when the journal knows no such incident or cannot be read (*readable says
 * which). status: the live one, or NULL. */
json_t *md_report_gather(struct md_journal_reader *reader, const char *path, const char *id,
                         const json_t *status, int64_t made_wall_ms, bool *readable);
/* Sets "title" on every contact and order: the person's title in the site (may be NULL), else the
 * id. */
void md_report_titles(json_t *report, const struct site *site);
/* The page: plain lines of at most 80 columns, or one HTML file with the timeline drawn in it. */
void md_report_page(FILE *out, const struct md_speech *speech, const json_t *report, bool html);
/* report INC: exit 0; 1 no such incident; 3 journal not readable; 4 no daemon and no --file. */
int md_report(const struct md_options *options);

#endif

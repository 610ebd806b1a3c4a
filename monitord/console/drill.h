/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorctl drill`: plan, start, status, abort and report of drills. A simulator drill runs in
 * the twin of the site (deploy/drill-twin); the real daemon only journals that it began and what
 * became of it, and is watched all the while: real trouble ends the drill. A switchover drill is
 * carried out by the daemon itself on the real servers, when two persons have ordered it.
 *
 * A result, as it is journalled and shown:
 * { "schema":1, "id":"DRILL-20261128-100346", "kind":"simulator", "scenario":"server-loss", "name",
 *   "description", "site", "started":T, "ended":T, "began_wall_ms":N, "by":S, "held":B,
 *   "aborted":null|"real"|"order",
 *   "steps":[{"at_s","kind":"fault"|"expect"|"expect-not","text","verdict","measured_s",
 *             "bound_s","seen"}],
 *   "times":[{"incident","root","subject","fault":S|null,"detect_s","decide_s","act_s",
 *             "restore_s"}],
 *   "services":[{"name","class","recovery_time_s","outage_s":N|null,"within":B|null}],
 *   "people":[{"person","title","channel","calls":N,"accepted":N,"acknowledged":T|null}],
 *   "messages":{"left":N,"marked":N}, "journal_intact":B,
 *   "reports":[an incident report (report.h) without what is only of paper] } */
#ifndef MONITORD_CONSOLE_DRILL_H
#define MONITORD_CONSOLE_DRILL_H

#include "monitord/console/options.h"
#include "monitord/journal_read.h"

#include <stdio.h>

#define MD_DRILL_DIRECTORY "/run/noroshi-drill" /* unless --directory says otherwise */
#define MD_DRILL_EVERY_DAYS 35 /* the site file's default, where no daemon says what it says */

/* The command: exit 0 every expectation held (or done); 1 not, or refused, or overdue; 2 the site
 * or this host does not allow it; 4 no daemon where one is needed; 64 wrong usage. */
int md_drill(const struct md_options *options);

/* How a drill ended. */
enum md_drill_end {
    MD_DRILL_HELD,
    MD_DRILL_FAILED,
    MD_DRILL_UNFIT,
    MD_DRILL_REAL,
    MD_DRILL_ORDERED
};
struct md_drill_run {
    const char *script, *site_file, *scenario_file, *directory, *programs;
    const char *socket; /* of the daemon that is watched for real trouble; NULL: there is none */
};
/* Carries it out; progress goes to standard error. Blocks until it is over, until the real daemon
 * has an incident or falls silent, or until SIGTERM or SIGINT. */
enum md_drill_end md_drill_carry_out(const struct md_drill_run *run);
/* The incident that is real, open and more than information; "" none. Lives as long as status. */
const char *md_drill_real_trouble(const json_t *status);

/* What came of it: `raw` is the twin's result.json (NULL: it wrote none), `head` has id, kind,
 * scenario, name, description, site, started, ended and by. New reference. */
json_t *md_drill_result(const json_t *raw, const json_t *head, enum md_drill_end end);
/* The report page; `plan`: the same before it began, without results. */
void md_drill_page(FILE *out, const struct md_speech *speech, const json_t *result, bool plan,
                   bool html);

/* All results in the journal, oldest first, as an array; wall_ms of each in "journalled_wall_ms".
 * New reference; NULL on a read error. */
json_t *md_drill_results(struct md_journal_reader *reader);
/* Prints the last one, and when the next is due or that it is overdue; `site_drills`: "drills" of
 * the status, NULL: no daemon says. Exit 0; 1 overdue; 3 the journal cannot be read. */
int md_drill_put_due(const struct md_options *options, const struct md_speech *speech,
                     const json_t *site_drills);
/* report drill [ID]: the newest, or the one of that id. */
int md_drill_report(const struct md_options *options, const char *id);
/* drill rehearse NAME: what would be decided if that failed now (drill_rehearse.c). Exit 0 said; 1
 * no such thing; 3 nothing can be said of the present; 4 no daemon says where its recordings are.
 */
int md_drill_rehearse(const struct md_options *options);

/* drill switchover [SERVER]: shows its plan and asks for it; plan_only (drill plan switchover): the
 * plan alone. Exit 0 asked; 1 refused; 4 no daemon; 64 no purpose. (drill_switch.c) */
int md_drill_switchover(const struct md_options *options, bool plan_only);
/* drill give-back: asks for the way back of the switchover drill that goes on. Exit as above. */
int md_drill_give_back(const struct md_options *options);
/* drill abort: ends it; false: none goes on, and nothing was said. */
bool md_drill_move_end(const struct md_options *options, const json_t *status, int *code);
/* One line about it; false: none goes on. */
bool md_drill_move_status(const struct md_speech *speech, const json_t *status);

#endif

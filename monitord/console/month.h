/* SPDX-License-Identifier: Apache-2.0 */
/* The monthly report: what the journal says about one month, in one pass over its rows, and that as
 * a page for paper. Gathering reads a journal and a site; the page is pure.
 *
 * { "schema":1, "site":S, "month":"2026-11", "made":T, "so_far":B, "period_s":N, "watched_s":N,
 *   "starts":N, "gap_s":N,                             gap: not watched, between two starts
 *   "services":[{"name","class","recovery_time_s":N|null,"outages":N,"down_s":N,"longest_s":N,
 *                "exceeded":N,"available":N %}],       % of the time that was watched
 *   "switchovers":[{"at","reason","why","subject"}],
 *   "incidents":[{"incident","number","root","subject","opened":T,"lasted_s":N|null,
 *                 "false_alarm":B,
 *                 "concluded":B,"due":DATE|null}],
 *   "channels":[{"name","tried":N,"accepted":N,"failed":N}],
 *   "drills":[{"id","name","started","held":B,"aborted"}],
 *   "people":[{"person","title","proven":T|null,"age_days":N|null}],
 *   "findings":[{"code":…,"name":S,"number":N,"text":S}] } */
#ifndef MONITORD_CONSOLE_MONTH_H
#define MONITORD_CONSOLE_MONTH_H

#include "config/site.h"
#include "monitord/console/options.h"
#include "monitord/journal_read.h"

#include <stdio.h>

/* What a finding says; the order is that of enum md_word from MONTH_FINDING_DRILL on. */
enum md_month_finding {
    MD_MONTH_NO_DRILL,
    MD_MONTH_DRILL_FAILED,
    MD_MONTH_CONTACT,
    MD_MONTH_CHANNEL,
    MD_MONTH_INCIDENT,
    MD_MONTH_DUE,
    MD_MONTH_RTO,
    MD_MONTH_GAP
};

/* month: "2026-11", NULL: the one that contains now_ms. site: services, persons, zone (not NULL).
 * New reference; NULL when the month is none or the journal cannot be read (*readable says). */
json_t *md_month_gather(struct md_journal_reader *reader, const struct site *site,
                        const char *month, int64_t now_ms, bool *readable);
void md_month_page(FILE *out, const struct md_speech *speech, const json_t *report, bool html);
/* report month [YYYY-MM]: exit 0; 3 not readable; 4 no daemon and no --file with --config; 64. */
int md_month(const struct md_options *options);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a month leaves to be seen to: overdue and failed drills, contacts without proof, channels
 * that took nothing, incidents without cause, due dates, recovery times, gaps. It judges what
 * month.c gathered and reads nothing. */
#include "monitord/console/drill.h"
#include "monitord/console/month.h"
#include "monitord/console/month_gathering.h"
#include "monitord/fact.h"

#include <string.h>

#define GAP_WORTH_S 60 /* a restart after an update takes seconds */

static void add(struct md_month_gathering *gathering, enum md_month_finding code, const char *name,
                double number, const char *text)
{
    json_array_append_new(json_object_get(gathering->report, "findings"),
                          json_pack("{s:i, s:s, s:f, s:s}", "code", (int)code, "name", name,
                                    "number", number, "text", text));
}

static void find_drills(struct md_month_gathering *gathering)
{
    fo_us every_us = gathering->site->drill_every_us;
    json_t *drill;
    size_t i;

    if (every_us > 0 && gathering->end_ms - gathering->last_drill_ms >= every_us / FO_MS) {
        add(gathering, MD_MONTH_NO_DRILL, "", (double)(every_us / FO_HOUR) / 24, "");
    }
    json_array_foreach(json_object_get(gathering->report, "drills"), i, drill)
    {
        if (!md_fact_true(drill, "held") && !json_is_string(json_object_get(drill, "aborted"))) {
            add(gathering, MD_MONTH_DRILL_FAILED, md_fact_text(drill, "id"), 0,
                md_fact_text(drill, "name"));
        }
    }
}

static void find_people(struct md_month_gathering *gathering)
{
    json_t *entry;
    size_t i;

    for (unsigned person = 0; person < gathering->site->person_count; person++) {
        if (md_proof_is_late(gathering->proof, person, MD_PROOF_FINDING_DAYS, gathering->end_ms)) {
            add(gathering, MD_MONTH_CONTACT, gathering->site->persons[person].title,
                MD_PROOF_FINDING_DAYS, "");
        }
    }
    json_array_foreach(json_object_get(gathering->report, "channels"), i, entry)
    {
        if (md_fact_number(entry, "tried", 0) > 0 && md_fact_number(entry, "accepted", 0) == 0) {
            add(gathering, MD_MONTH_CHANNEL, md_fact_text(entry, "name"),
                md_fact_number(entry, "tried", 0), "");
        }
    }
}

static void find_incidents(struct md_month_gathering *gathering)
{
    const char *today = md_fact_text(gathering->report, "made");
    json_t *incident;
    size_t i;

    json_array_foreach(json_object_get(gathering->report, "incidents"), i, incident)
    {
        const char *id = md_fact_text(incident, "incident"), *due = md_fact_text(incident, "due");
        if (!md_fact_true(incident, "concluded") && !md_fact_true(incident, "deferred")) {
            add(gathering, MD_MONTH_INCIDENT, id, 0, "");
        } else if (!md_fact_true(incident, "concluded") && due[0] != '\0' &&
                   strncmp(due, today, 10) < 0) {
            add(gathering, MD_MONTH_DUE, id, 0, due);
        }
    }
}

void md_month_find(struct md_month_gathering *gathering)
{
    double gap_s = md_fact_number(gathering->report, "gap_s", 0);
    json_t *service;
    size_t i;

    json_array_foreach(json_object_get(gathering->report, "services"), i, service)
    {
        double exceeded = md_fact_number(service, "exceeded", 0);
        if (exceeded > 0) {
            add(gathering, MD_MONTH_RTO, md_fact_text(service, "name"), exceeded, "");
        }
    }
    find_incidents(gathering);
    find_drills(gathering);
    find_people(gathering);
    if (gap_s > GAP_WORTH_S) {
        add(gathering, MD_MONTH_GAP, "", gap_s, "");
    }
}

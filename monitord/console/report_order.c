/* SPDX-License-Identifier: Apache-2.0 */
/* The command `report INC`: finds the journal, the live status and the site file as far as they can
 * be had, and prints page or JSON. It owns no fact of the report; main.c calls it. */
#include "monitord/console/ask.h"
#include "monitord/console/client.h"
#include "monitord/console/drill.h"
#include "monitord/console/mask.h"
#include "monitord/console/month.h"
#include "monitord/console/orders.h"
#include "monitord/console/past.h"
#include "monitord/console/people.h"
#include "monitord/console/report.h"
#include "monitord/fact.h"

#include "config/load.h"
#include "monitord/incident_name.h"
#include "monitord/wall_time.h"

#include <string.h>

void md_report_titles(json_t *report, const struct site *site)
{
    static const char *const lists[] = {"contacts", "orders"};

    for (unsigned list = 0; list < 2; list++) {
        json_t *entry;
        size_t i;
        json_array_foreach(json_object_get(report, lists[list]), i, entry)
        {
            const char *title = md_people_title(site, md_fact_text(entry, "person"));
            json_object_set_new(entry, "title", json_string(title));
        }
        md_mask_people(json_object_get(report, lists[list]), site);
    }
}

/* The status when it can be had; a report must also be possible beside a dead daemon. */
static json_t *quiet_status(const struct md_options *options)
{
    char error[MD_CLIENT_ERROR_SIZE];

    return md_client_ask(options->socket, json_pack("{s:s}", "order", "status"), error);
}

struct search {
    const char *argument;
    char id[MD_INCIDENT_NAME_SIZE];
};

static bool match_number(void *context, const struct md_journal_incident *incident)
{
    struct search *search = context;
    char number[16];

    snprintf(number, sizeof(number), "%u", incident->number);
    if (strcmp(number, search->argument + strspn(search->argument, "0")) == 0) {
        snprintf(search->id, sizeof(search->id), "%s", incident->id);
        return false;
    }
    return true;
}

/* The id of the incident for "INC-…" or a bare number of the journal; false: none. */
static bool find_id(struct md_journal_reader *reader, const char *argument,
                    char id[MD_INCIDENT_NAME_SIZE])
{
    struct search search = {.argument = argument};

    if (strspn(argument, "0123456789") != strlen(argument)) {
        return snprintf(id, MD_INCIDENT_NAME_SIZE, "%s", argument) < MD_INCIDENT_NAME_SIZE;
    }
    md_journal_read_incidents(reader, 0, match_number, &search);
    snprintf(id, MD_INCIDENT_NAME_SIZE, "%s", search.id);
    return id[0] != '\0';
}

/* What the site file alone says of a status: enough for zone, name, services and their targets. */
static json_t *status_of_site(const struct site *site)
{
    json_t *services = json_array();
    char time[MD_WALL_TEXT_SIZE];

    md_wall_text(site->timezone, md_wall_now_ms(), time);
    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_service_policy *policy = &site->policy.services[i];
        json_t *target = policy->recovery_time_us > 0
                             ? json_real((double)policy->recovery_time_us / 1e6)
                             : json_null();
        json_array_append_new(
            services, json_pack("{s:s, s:i, s:o}", "name", site->services[i].name, "class",
                                (int)policy->availability_class, "recovery_time_s", target));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "site", site->name, "time", time, "language",
                     site->language == CFG_LANGUAGE_JA ? "ja" : "en", "services", services);
}

static int print_report(const struct md_options *options, struct md_journal_reader *reader,
                        const char *path, const json_t *status)
{
    bool readable = true;
    char id[MD_INCIDENT_NAME_SIZE];
    json_t *report = NULL;

    struct site *site = md_people_site(options, false);
    json_t *stand_in = status == NULL && site != NULL ? status_of_site(site) : NULL;
    status = stand_in != NULL ? stand_in : status;
    if (find_id(reader, options->argument, id)) {
        report = md_report_gather(reader, path, id, status, md_wall_now_ms(), &readable);
    }
    struct md_speech speech = md_options_speech(options, status);
    speech.ascii = speech.ascii && !options->html; /* a file, not a terminal */
    json_decref(stand_in);
    if (report == NULL) {
        fprintf(stderr,
                readable ? "monitorctl: the journal %s knows no incident \"%s\"; `monitorctl "
                           "incidents --all` lists all\n"
                         : "monitorctl: the journal %s could not be read for \"%s\"\n",
                path, options->argument);
        cfg_site_free(site);
        return readable ? MD_EXIT_FAILED : MD_EXIT_UNKNOWN;
    }
    md_report_titles(report, site);
    cfg_site_free(site);
    if (options->json) {
        json_dumpf(report, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        md_report_page(stdout, &speech, report, options->html);
    }
    json_decref(report);
    return MD_EXIT_OK;
}

int md_report(const struct md_options *options)
{
    if (strcmp(options->argument, "month") == 0) {
        return md_month(options);
    }
    if (strcmp(options->argument, "drill") == 0) {
        return md_drill_report(options, options->second);
    }
    char path[1024];
    json_t *answer = quiet_status(options);
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));
    int code = options->file == NULL && answer == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_UNKNOWN;

    if (reader != NULL) {
        code = print_report(options, reader, path, json_object_get(answer, "status"));
        md_journal_reader_close(reader);
    }
    json_decref(answer);
    return code;
}

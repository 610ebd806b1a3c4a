/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the site file for what people must know about the contact network. It owns no address:
 * those stay in the site and are never printed. main.c and report.c call it. */
#include "monitord/console/people.h"

#include "config/load.h"
#include "monitord/console/ask.h"
#include "monitord/console/plain.h"

#include <stdlib.h>
#include <string.h>

struct site *md_people_site(const struct md_options *options, bool say)
{
    char path[1024];
    struct cfg_findings *findings;
    struct site *site;

    if (options->config != NULL) {
        snprintf(path, sizeof(path), "%s", options->config);
    } else if (!md_ask_where(options, "config", path, sizeof(path))) {
        if (say) {
            fprintf(stderr,
                    "monitorctl: no daemon at %s tells where the site file is; name it with "
                    "--config FILE\n",
                    options->socket);
        }
        return NULL;
    }
    findings = calloc(1, sizeof(*findings));
    site = findings == NULL ? NULL : cfg_site_load(path, findings);
    if (site == NULL && say && findings != NULL) {
        fprintf(stderr, "monitorctl: cannot use the site file %s:\n", path);
        cfg_findings_print(findings, stderr);
    }
    free(findings);
    return site;
}

const char *md_people_title(const struct site *site, const char *id)
{
    for (unsigned i = 0; site != NULL && i < site->person_count; i++) {
        if (strcmp(site->persons[i].id, id) == 0 && site->persons[i].title != NULL) {
            return site->persons[i].title;
        }
    }
    return id;
}

static void rung_line(FILE *out, const struct md_speech *speech, const struct site *site,
                      unsigned rung)
{
    const struct fo_rung_policy *policy = &site->policy.rungs[rung];
    char line[800], number[16], wait[48], part[200];
    const char *comma = "  ";

    snprintf(number, sizeof(number), "%u", rung + 1);
    md_text_fill(line, sizeof(line), speech->language, MD_WORD_RUNG, number, NULL);
    for (unsigned role = 0; role < site->role_count; role++) {
        if ((policy->roles >> role & 1) != 0) {
            md_text_append(line, sizeof(line), comma);
            md_text_append(line, sizeof(line), site->roles[role].title);
            comma = ", ";
        }
    }
    md_say_duration(speech, (double)policy->wait_us / 1e6, wait, sizeof(wait));
    md_text_fill(part, sizeof(part), speech->language, MD_WORD_RUNG_WAIT, wait, NULL);
    md_text_append(line, sizeof(line), "  ");
    md_text_append(line, sizeof(line), part);
    if (policy->everybody) {
        md_text_append(line, sizeof(line), "  ");
        md_text_append(line, sizeof(line), md_say(speech, MD_WORD_RUNG_EVERYBODY));
    }
    md_plain_line(out, speech, line);
}

static void person_line(FILE *out, const struct md_speech *speech, const struct site *site,
                        unsigned person)
{
    const struct fo_person_policy *policy = &site->policy.persons[person];
    const char *arrow = "  ";
    char line[800];

    snprintf(line, sizeof(line), "    %s  %s", site->persons[person].id,
             site->persons[person].title);
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] < site->channel_count; i++) {
        md_text_append(line, sizeof(line), arrow);
        md_text_append(line, sizeof(line), site->channels[policy->channels[i]].name);
        arrow = " > ";
    }
    if (policy->drill) {
        md_text_append(line, sizeof(line), "  ");
        md_text_append(line, sizeof(line), md_say(speech, MD_WORD_RUNG_DRILL));
    }
    md_plain_line(out, speech, line);
}

void md_people_ladder(FILE *out, const struct md_speech *speech, const struct site *site)
{
    for (unsigned rung = 0; rung < site->rung_count; rung++) {
        unsigned count = 0;
        rung_line(out, speech, site, rung);
        for (unsigned person = 0; person < site->person_count; person++) {
            if ((site->policy.persons[person].roles & site->policy.rungs[rung].roles) != 0) {
                person_line(out, speech, site, person);
                count++;
            }
        }
        if (count == 0) {
            char line[200];
            snprintf(line, sizeof(line), "    %s", md_say(speech, MD_WORD_RUNG_NOBODY));
            md_plain_line(out, speech, line);
        }
    }
}

int md_people(const struct md_options *options)
{
    struct site *site = md_people_site(options, true);

    if (site == NULL) {
        char path[1024];
        bool heard = options->config != NULL || md_ask_where(options, "config", path, sizeof(path));
        return heard ? MD_EXIT_UNKNOWN : MD_EXIT_NO_DAEMON;
    }
    json_t *language =
        json_pack("{s:s}", "language", site->language == CFG_LANGUAGE_JA ? "ja" : "en");
    struct md_speech speech = md_options_speech(options, language);
    json_decref(language);
    md_people_ladder(stdout, &speech, site);
    cfg_site_free(site);
    return MD_EXIT_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the rosters of the next weeks and the journal of the last, and prints what is missing. It
 * owns no rule of duty (config/roster.h) and none of proof (monitord/proof.h). people.c calls it.
 */
#include "monitord/console/contacts_check.h"

#include "config/calendar.h"
#include "config/duty_file.h"
#include "config/load.h"
#include "monitord/console/ask.h"
#include "monitord/console/past.h"
#include "monitord/console/people.h"
#include "monitord/console/plain.h"
#include "monitord/duty_watch.h"
#include "monitord/fact.h"
#include "monitord/json_value.h"
#include "monitord/proof.h"
#include "monitord/wall_time.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS ((fo_wall_ms)24 * 3600 * 1000)

struct check {
    const struct site *site;
    struct md_speech speech;
    struct cfg_duty duty;
    struct md_proof proof;
    fo_wall_ms now_ms;
    json_t *gaps, *unproven, *proven;
    bool file_bad, journal_read;
};

/* "2026-12-31 08:30" of the site's wall. */
static void minute_text(int64_t minute, char text[24])
{
    struct cfg_date date = cfg_date_of((int32_t)(minute / CFG_DAY_MINUTES));
    unsigned of_day = (unsigned)(minute % CFG_DAY_MINUTES);

    snprintf(text, 24, "%04u-%02u-%02u %02u:%02u", (unsigned)date.year % 10000, date.month % 100,
             date.day % 100, of_day / 60, of_day % 60);
}

static void gap_note(struct check *check, unsigned role, int64_t from, int64_t until)
{
    char begins[24], ends[24];

    minute_text(from, begins);
    minute_text(until, ends);
    json_array_append_new(
        check->gaps, json_pack("{s:s, s:s, s:s, s:s}", "role", check->site->roles[role].id, "title",
                               check->site->roles[role].title, "from", begins, "until", ends));
}

static void find_gaps(struct check *check)
{
    int64_t begin = md_duty_minute(check->site, check->now_ms);
    int64_t end = begin + (int64_t)MD_DUTY_CHECK_DAYS * CFG_DAY_MINUTES;
    int64_t since[FO_ROLES_MAX];
    uint32_t open = 0;

    for (int64_t at = begin; at < end; at = cfg_roster_next(check->site, &check->duty, at)) {
        struct fo_roster roster;

        cfg_roster_at(check->site, &check->duty, at, &roster);
        for (unsigned role = 0; role < check->site->role_count; role++) {
            bool gap = (roster.gaps >> role & 1) != 0, was = (open >> role & 1) != 0;

            if (gap && !was) {
                since[role] = at;
            } else if (!gap && was) {
                gap_note(check, role, since[role], at);
            }
        }
        open = roster.gaps;
    }
    for (unsigned role = 0; role < check->site->role_count; role++) {
        if ((open >> role & 1) != 0) {
            gap_note(check, role, since[role], end);
        }
    }
}

/* Each step of each person's own ladder: when it was last proven. */
static void find_unproven(struct check *check)
{
    const struct site *site = check->site;
    fo_wall_ms bound = check->now_ms - MD_PROOF_FINDING_DAYS * DAY_MS;

    for (unsigned i = 0; i < site->person_count; i++) {
        const struct fo_person_policy *policy = &site->policy.persons[i];

        for (unsigned step = 0; step < FO_CHANNELS_MAX && policy->channels[step] != FO_NONE;
             step++) {
            uint8_t channel = policy->channels[step];
            fo_wall_ms proven = check->proof.proven_wall_ms[i][channel];
            char when[MD_WALL_TEXT_SIZE] = "";

            if (proven != 0) {
                md_wall_text(site->timezone, proven, when);
            }
            json_array_append_new(
                policy->drill && proven < bound ? check->unproven : check->proven,
                json_pack(
                    "{s:s, s:s, s:s, s:s?, s:o}", "person", site->persons[i].id, "title",
                    site->persons[i].title, "channel", site->channels[channel].name, "proven",
                    proven != 0 ? when : NULL, "days",
                    proven != 0 ? json_integer((check->now_ms - proven) / DAY_MS) : json_null()));
        }
    }
}

/* A journal that cannot be read is no finding about people; the gaps are found all the same. */
static void read_journal(struct check *check, const struct md_options *options)
{
    char path[1024], error[256];
    struct md_journal_reader *reader = NULL;

    if (options->file != NULL) {
        snprintf(path, sizeof(path), "%s", options->file);
    } else if (!md_ask_where(options, "journal", path, sizeof(path))) {
        return;
    }
    reader = md_journal_reader_open(path, error, sizeof(error));
    if (reader == NULL) {
        fprintf(stderr, "monitorctl: cannot read the journal %s: %s\n", path, error);
        return;
    }
    check->journal_read = md_journal_read_from(reader, 0, 0, md_proof_take, &check->proof);
    md_journal_reader_close(reader);
}

static void say_proof(const struct check *check, const json_t *entry)
{
    const char *proven = md_fact_text(entry, "proven");
    bool late = md_fact_number(entry, "days", 0) > MD_PROOF_FINDING_DAYS - 1;
    char text[400], ago[48];

    md_say_duration(&check->speech, md_fact_number(entry, "days", 0) * 86400, ago, sizeof(ago));
    md_text_fill(text, sizeof(text), check->speech.language,
                 proven[0] == '\0' ? MD_WORD_PROVEN_NEVER
                 : late            ? MD_WORD_PROVEN_OLD
                                   : MD_WORD_PROVEN_ON,
                 md_fact_text(entry, "title"), md_fact_text(entry, "channel"), proven, ago, NULL);
    md_plain_line(stdout, &check->speech, text);
}

static void say(const struct check *check)
{
    char text[400], days[12];
    const json_t *entry;
    size_t i;

    snprintf(days, sizeof(days), "%d", MD_DUTY_CHECK_DAYS);
    if (check->file_bad) {
        md_plain_line(stdout, &check->speech, md_say(&check->speech, MD_WORD_CHECK_FILE));
    }
    json_array_foreach(check->gaps, i, entry)
    {
        md_text_fill(text, sizeof(text), check->speech.language, MD_WORD_CHECK_GAP,
                     md_fact_text(entry, "title"), md_fact_text(entry, "from"),
                     md_fact_text(entry, "until"), NULL);
        md_plain_line(stdout, &check->speech, text);
    }
    if (json_array_size(check->gaps) == 0) {
        md_text_fill(text, sizeof(text), check->speech.language, MD_WORD_CHECK_NO_GAP, days, NULL);
        md_plain_line(stdout, &check->speech, text);
    }
    if (!check->journal_read) {
        return;
    }
    json_array_foreach(check->unproven, i, entry)
    {
        say_proof(check, entry);
    }
    json_array_foreach(check->proven, i, entry)
    {
        say_proof(check, entry);
    }
    if (json_array_size(check->unproven) == 0) {
        md_text_fill(text, sizeof(text), check->speech.language, MD_WORD_PROVEN_ALL, days, NULL);
        md_plain_line(stdout, &check->speech, text);
    }
}

static int conclude(struct check *check, const struct md_options *options)
{
    bool found = check->file_bad || json_array_size(check->gaps) > 0 ||
                 (check->journal_read && json_array_size(check->unproven) > 0);

    if (options->json) {
        json_t *whole =
            json_pack("{s:i, s:i, s:b, s:O, s:O, s:O}", "schema", 1, "days", MD_DUTY_CHECK_DAYS,
                      "duty_file_bad", (int)check->file_bad, "gaps", check->gaps, "unproven",
                      check->unproven, "proven", check->proven);
        json_object_set_new(whole, "journal_read", json_boolean(check->journal_read));
        json_dumpf(whole, stdout, JSON_INDENT(2) | MD_JSON_DIGITS);
        putchar('\n');
        json_decref(whole);
    } else {
        say(check);
    }
    return found ? MD_EXIT_FAILED : MD_EXIT_OK;
}

int md_contacts_check(const struct md_options *options)
{
    struct check *check = calloc(1, sizeof(*check));
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    struct site *site = check != NULL && findings != NULL ? md_people_site(options, true) : NULL;
    int code = options->config != NULL ? MD_EXIT_UNKNOWN : MD_EXIT_NO_DAEMON;

    if (site != NULL) {
        json_t *language =
            json_pack("{s:s}", "language", site->language == CFG_LANGUAGE_JA ? "ja" : "en");
        check->site = site;
        check->speech = md_options_speech(options, language);
        check->now_ms = md_wall_now_ms();
        check->gaps = json_array();
        check->unproven = json_array();
        check->proven = json_array();
        md_proof_init(&check->proof, site);
        check->file_bad = site->duty_file != NULL &&
                          !cfg_duty_load(site, site->duty_file, &check->duty, findings);
        cfg_findings_print(findings, stderr);
        find_gaps(check);
        read_journal(check, options);
        find_unproven(check);
        code = conclude(check, options);
        json_decref(check->gaps);
        json_decref(check->unproven);
        json_decref(check->proven);
        json_decref(language);
    }
    cfg_site_free(site);
    free(findings);
    free(check);
    return code;
}

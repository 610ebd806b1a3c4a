/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty, from the wall clock to the engine (see duty_watch.h). The roster is worked out
 * once a minute and when the duty file has changed; only a change is said. */
#include "monitord/duty_watch.h"

#include "config/calendar.h"
#include "config/duty_file.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_ROUNDS 10 /* seconds between two looks at the duty file */

struct md_duty_watch {
    const struct site *site;
    md_duty_feed feed;
    void *context;
    struct md_duty_facts facts;
    struct cfg_duty duty, read;
    struct timespec read_at; /* modification of the file as last read */
    off_t read_size;
    bool read_once;
    int64_t minute; /* of the last look */
    int64_t ahead_day;
    uint32_t gaps_ahead; /* as said */
    bool ahead_known;
    unsigned rounds;
};

int64_t md_duty_minute(const struct site *site, fo_wall_ms wall_ms)
{
    struct tm local;

    md_wall_local(site->timezone, wall_ms, &local);
    struct cfg_date date = {local.tm_year + 1900, (unsigned)local.tm_mon + 1,
                            (unsigned)local.tm_mday};
    return (int64_t)cfg_day_of(date) * CFG_DAY_MINUTES + local.tm_hour * 60 + local.tm_min;
}

struct md_duty_watch *md_duty_watch_start(const struct site *site, md_duty_feed feed, void *context)
{
    struct md_duty_watch *watch = calloc(1, sizeof(*watch));

    if (watch != NULL) {
        watch->site = site;
        watch->feed = feed;
        watch->context = context;
        watch->minute = INT64_MIN;
    }
    return watch;
}

void md_duty_watch_free(struct md_duty_watch *watch)
{
    free(watch);
}

const struct md_duty_facts *md_duty_watch_facts(const struct md_duty_watch *watch)
{
    return &watch->facts;
}

/* ---- the duty file ---- */

/* Reads the file when it is another one; true when what counts has changed. */
static bool read_file(struct md_duty_watch *watch)
{
    const char *path = watch->site->duty_file;
    struct stat status;
    struct cfg_findings *findings;

    if (path == NULL) {
        return false;
    }
    if (stat(path, &status) != 0) {
        memset(&status, 0, sizeof(status));
    }
    bool same = watch->read_once && watch->read_size == status.st_size &&
                watch->read_at.tv_sec == status.st_mtim.tv_sec &&
                watch->read_at.tv_nsec == status.st_mtim.tv_nsec;
    if (same || (findings = calloc(1, sizeof(*findings))) == NULL) {
        return false;
    }
    watch->read_once = true;
    watch->read_at = status.st_mtim;
    watch->read_size = status.st_size;
    watch->facts.file_bad = !cfg_duty_load(watch->site, path, &watch->read, findings);
    for (int i = 0; i < findings->count; i++) {
        const struct cfg_finding *finding = &findings->list[i];

        md_log(finding->warning ? MD_LOG_NOTICE : MD_LOG_ERROR, "duty: %s:%d: %s: %s",
               finding->file, finding->line, finding->path, finding->message);
    }
    free(findings);
    if (!watch->facts.file_bad) {
        watch->duty = watch->read;
    }
    return !watch->facts.file_bad;
}

/* ---- what is said ---- */

static void say_roster(struct md_duty_watch *watch, fo_wall_ms wall_ms,
                       const struct fo_roster *roster)
{
    struct fo_event event = {
        .kind = FO_EVENT_ROSTER, .now_us = pb_clock_us(), .wall_ms = wall_ms, .roster = *roster};

    watch->facts.roster = *roster;
    watch->facts.known = true;
    watch->feed(watch->context, &event);
}

/* The roles that will have nobody, from a minute on, within so many days. */
static uint32_t gaps_within(const struct md_duty_watch *watch, int64_t minute, unsigned days)
{
    int64_t end = minute + (int64_t)days * CFG_DAY_MINUTES;
    uint32_t gaps = 0;

    for (int64_t at = minute; at < end; at = cfg_roster_next(watch->site, &watch->duty, at)) {
        struct fo_roster roster;

        cfg_roster_at(watch->site, &watch->duty, at, &roster);
        gaps |= roster.gaps;
    }
    return gaps;
}

/* Once a day, and when the file has changed. After our start each role is said once, so that an
 * incident of before is not left open. */
static void look_ahead(struct md_duty_watch *watch, int64_t minute)
{
    uint32_t gaps = gaps_within(watch, minute, MD_DUTY_AHEAD_DAYS);

    for (unsigned role = 0; role < watch->site->role_count; role++) {
        bool gap = (gaps >> role & 1) != 0;
        bool changed = gap != ((watch->gaps_ahead >> role & 1) != 0);
        struct fo_event event = {
            .kind = FO_EVENT_SELF,
            .now_us = pb_clock_us(),
            .self = {.kind = FO_SELF_AHEAD, .index = (uint8_t)role, .value = gap ? 0 : 1}};

        if (changed || (!watch->ahead_known && watch->site->policy.roles[role].required)) {
            watch->feed(watch->context, &event);
        }
    }
    watch->gaps_ahead = gaps;
    watch->ahead_known = true;
}

/* When the persons of each role change, for people. */
static void find_ends(struct md_duty_watch *watch, int64_t minute, fo_wall_ms wall_ms)
{
    int64_t end = minute + (int64_t)MD_DUTY_CHECK_DAYS * CFG_DAY_MINUTES;
    unsigned left = watch->site->role_count;
    fo_wall_ms whole_ms = wall_ms - wall_ms % 60000;

    memset(watch->facts.until_wall_ms, 0, sizeof(watch->facts.until_wall_ms));
    for (int64_t at = cfg_roster_next(watch->site, &watch->duty, minute); at < end && left > 0;
         at = cfg_roster_next(watch->site, &watch->duty, at)) {
        struct fo_roster then;

        cfg_roster_at(watch->site, &watch->duty, at, &then);
        for (unsigned role = 0; role < watch->site->role_count; role++) {
            bool changes = then.on[role] != watch->facts.roster.on[role];

            if (changes && watch->facts.until_wall_ms[role] == 0) {
                watch->facts.until_wall_ms[role] = whole_ms + (at - minute) * 60000;
                left--;
            }
        }
    }
}

void md_duty_watch_round(struct md_duty_watch *watch, fo_wall_ms wall_ms)
{
    bool changed = watch->rounds++ % FILE_ROUNDS == 0 && read_file(watch);
    int64_t minute = md_duty_minute(watch->site, wall_ms);
    struct fo_roster roster;

    if (minute == watch->minute && !changed) {
        return;
    }
    watch->minute = minute;
    cfg_roster_at(watch->site, &watch->duty, minute, &roster);
    if (!watch->facts.known || memcmp(&roster, &watch->facts.roster, sizeof(roster)) != 0) {
        say_roster(watch, wall_ms, &roster);
        changed = true;
    }
    if (changed) {
        find_ends(watch, minute, wall_ms);
    }
    if (changed || minute / CFG_DAY_MINUTES != watch->ahead_day) {
        watch->ahead_day = minute / CFG_DAY_MINUTES;
        look_ahead(watch, minute);
    }
}

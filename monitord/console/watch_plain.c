/* SPDX-License-Identifier: Apache-2.0 */
/* `watch --plain`: a line for each change, for screen readers and logs. It owns the facts printed
 * last; a lost daemon is a change like any other, and said as often. */
#include "monitord/console/call_tree.h"
#include "monitord/console/link.h"
#include "monitord/console/past.h"
#include "monitord/console/people.h"
#include "monitord/console/plain.h"
#include "monitord/console/scene.h"
#include "monitord/console/watch.h"
#include "monitord/fact.h"

#include "config/load.h"
#include "monitord/wall_time.h"

#include <unistd.h>

#define TICK_MS 500

static void say_lost(const struct md_options *options, const struct md_link *link)
{
    struct md_speech speech = md_options_speech(options, link->status);
    char line[600], clock[16];
    struct tm local;

    md_wall_local(md_past_timezone(link->status), md_wall_now_ms(), &local);
    strftime(clock, sizeof(clock), "%H:%M:%S", &local);
    snprintf(line, sizeof(line), "%s %s: %s %s", clock, md_say(&speech, MD_WORD_LABEL_MONITOR),
             md_say_mark(&speech, "unknown"), md_say(&speech, MD_WORD_LOST_DAEMON));
    md_plain_line(stdout, &speech, line);
}

/* The call tree, once each time that nobody outside can be reached. */
static void say_tree(const struct md_options *options, const struct md_speech *speech,
                     const json_t *status)
{
    struct site *site = md_people_site(options, false);

    md_tree_print(stdout, speech, site, status);
    cfg_site_free(site);
}

int md_watch_plain(const struct md_options *options)
{
    struct md_link link;
    struct md_tree_onset onset = {.holds = false};
    json_t *facts = NULL;
    bool lost = false;

    md_link_init(&link, options->socket);
    while (fflush(stdout) == 0) {
        bool news = md_link_wait(&link, -1, TICK_MS);
        double age_s = (double)(md_link_now_ms() - link.status_ms) / 1000.0;
        bool gone = !link.connected || (link.status != NULL && age_s > MD_SCREEN_STALE_S);
        if (gone && !lost) {
            say_lost(options, &link);
            json_decref(facts); /* whatever comes next is news */
            facts = NULL;
        }
        lost = gone;
        if (!news || gone || link.status == NULL) {
            continue;
        }
        struct md_speech speech = md_options_speech(options, link.status);
        json_t *now = md_plain_facts(&speech, link.status);
        char clock[9];
        md_fact_clock(md_fact_text(link.status, "time"), clock);
        md_plain_changes(stdout, &speech, facts, now, clock);
        if (md_tree_begins(&onset, link.status)) {
            say_tree(options, &speech, link.status);
        }
        json_decref(facts);
        facts = now;
    }
    json_decref(facts);
    md_link_close(&link);
    return MD_EXIT_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From the wall clock to the engine: the roster is said at the start and at changes alone, the duty
 * file is read again when it changes, a slip in it leaves the last good one, a near gap is said. */
#include "monitord/duty_watch.h"

#include "tests/unit/config/people_text.h"

#include <stdio.h>

static struct fo_event said[64];
static unsigned said_count;

static void take(void *context, const struct fo_event *event)
{
    (void)context;
    cr_assert_lt(said_count, 64);
    said[said_count++] = *event;
}

static unsigned rosters_said(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < said_count; i++) {
        count += said[i].kind == FO_EVENT_ROSTER;
    }
    return count;
}

/* What was said last of a role's coming days; -1: nothing. */
static int ahead_said(unsigned role)
{
    int value = -1;
    for (unsigned i = 0; i < said_count; i++) {
        if (said[i].kind == FO_EVENT_SELF && said[i].self.kind == FO_SELF_AHEAD &&
            said[i].self.index == role) {
            value = (int)said[i].self.value;
        }
    }
    return value;
}

/* A minute of the wall in Japan as milliseconds of UTC. */
static fo_wall_ms wall(const char *when)
{
    return (minute_at(when) - 9 * 60) * 60000;
}

static struct md_duty_watch *begin(const struct site *site)
{
    struct md_duty_watch *watch = md_duty_watch_start(site, take, NULL);
    cr_assert_not_null(watch);
    said_count = 0;
    return watch;
}

static void duty_write(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    fputs(text, stream);
    fclose(stream);
}

static void rounds(struct md_duty_watch *watch, unsigned count, const char *when)
{
    for (unsigned i = 0; i < count; i++) {
        md_duty_watch_round(watch, wall(when) + i * 1000);
    }
}

Test(duty_watch, the_roster_is_said_at_the_start_and_when_it_changes)
{
    struct site *site = people_site(NULL, NULL);
    struct md_duty_watch *watch = begin(site);
    md_duty_watch_round(watch, wall("2026-04-04 08:29") + 59999);
    cr_assert_eq(rosters_said(), 1);
    cr_assert_eq(said[0].roster.on[ROLE_CHIEF], 1U << CHIEF_1);
    cr_assert_eq(ahead_said(ROLE_CHIEF), 1, "said once after the start");
    md_duty_watch_round(watch, wall("2026-04-04 08:30"));
    cr_assert_eq(rosters_said(), 2);
    const struct md_duty_facts *facts = md_duty_watch_facts(watch);
    cr_assert_eq(facts->roster.on[ROLE_CHIEF], 1U << CHIEF_2);
    cr_assert_eq(facts->roster.outgoing[ROLE_CHIEF], 1U << CHIEF_1);
    cr_assert_eq(facts->until_wall_ms[ROLE_CHIEF], wall("2026-04-05 08:30"));
    cr_assert_eq(facts->until_wall_ms[ROLE_DEPUTY], 0, "always the same");
    rounds(watch, 60, "2026-04-04 08:31");
    cr_assert_eq(rosters_said(), 2);
    md_duty_watch_round(watch, wall("2026-04-04 08:40"));
    cr_assert_eq(rosters_said(), 3, "the overlap has ended");
    md_duty_watch_round(watch, wall("2026-04-04 08:35"));
    cr_assert_eq(rosters_said(), 4, "a clock stepped back is a change like any other");
    md_duty_watch_free(watch);
    cfg_site_free(site);
}

Test(duty_watch, the_duty_file_is_read_again_and_a_slip_leaves_the_last_good_one)
{
    char path[] = "/tmp/noroshi-duty-XXXXXX", key[128];
    close(mkstemp(path));
    snprintf(key, sizeof key, "name = \"site-1\"; duty_file = \"%s\";", path);
    struct site *site = people_site("name = \"site-1\";", key);
    struct md_duty_watch *watch = begin(site);
    duty_write(path, "");
    rounds(watch, 20, "2026-04-06 12:00");
    cr_assert_eq(rosters_said(), 1);
    duty_write(path,
               "absences = ( { person = \"chief-2\"; from = \"2026-04-06\"; "
               "until = \"2026-04-06\"; } );\n");
    rounds(watch, 20, "2026-04-06 12:01");
    cr_assert_eq(rosters_said(), 2);
    cr_assert_eq(md_duty_watch_facts(watch)->roster.on[ROLE_CHIEF], 0);
    cr_assert_eq(md_duty_watch_facts(watch)->roster.gaps, 0, "the deputy stands in");
    duty_write(path, "absences = ( { person = \"chief-9\"; from = \"2026-04-06\"; } );\n");
    rounds(watch, 20, "2026-04-06 12:02");
    cr_assert(md_duty_watch_facts(watch)->file_bad);
    cr_assert_eq(rosters_said(), 2, "he is still absent");
    unlink(path);
    rounds(watch, 20, "2026-04-06 12:03");
    cr_assert_eq(rosters_said(), 3, "no file: nobody is absent");
    md_duty_watch_free(watch);
    cfg_site_free(site);
}

Test(duty_watch, a_gap_in_the_next_days_is_said_before_it_comes_and_taken_back)
{
    char path[] = "/tmp/noroshi-duty-XXXXXX", key[128];
    close(mkstemp(path));
    snprintf(key, sizeof key, "name = \"site-1\"; duty_file = \"%s\";", path);
    struct site *site = people_site("name = \"site-1\";", key);
    struct md_duty_watch *watch = begin(site);
    duty_write(path,
               "absences = ( { person = \"ciso\"; from = \"2026-04-12\"; "
               "until = \"2026-04-12\"; },\n { person = \"ciso-too\"; from = \"2026-04-12\"; "
               "until = \"2026-04-12\"; }, { person = \"staff\"; from = \"2026-04-12 12:00\"; "
               "until = \"2026-04-12\"; } );\n");
    rounds(watch, 20, "2026-04-06 12:00");
    cr_assert_eq(ahead_said(ROLE_CISO), 1, "too far away");
    rounds(watch, 1, "2026-04-09 00:00");
    cr_assert_eq(ahead_said(ROLE_CISO), 1);
    rounds(watch, 1, "2026-04-10 00:00");
    cr_assert_eq(ahead_said(ROLE_CISO), 0);
    cr_assert_eq(ahead_said(ROLE_CHIEF), 1);
    duty_write(path, "\n");
    rounds(watch, 20, "2026-04-10 00:01");
    cr_assert_eq(ahead_said(ROLE_CISO), 1, "mended");
    unlink(path);
    md_duty_watch_free(watch);
    cfg_site_free(site);
}

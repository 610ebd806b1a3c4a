/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim storm`: runs seed after seed of the deterministic storm, says how far it is, and on a
 * broken law prints what is needed to see it again: commit, seed, law, hash and the shortest list
 * of faults. It owns the options and the report; the storm itself is sim/storm/. */
#include "sim/commands.h"
#include "sim/storm/run.h"
#include "sim/storm/shrink.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <storm_commit.h>
#include <time.h>

#define EVENTS_DEFAULT UINT64_C(10000000)
#define EVENTS_PER_SEED UINT64_C(20000000) /* far above what a seed takes: it ends all the same */
#define PROGRESS_S 10
#define SHRINK_RUNS 600
#define MILLION 1000000

struct wishes {
    uint64_t seed, seeds, events;
    int64_t seconds;
    bool trace, beyond, help;
};

static struct storm_world world; /* large; a seed needs no heap */

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void add_up(struct storm_counts *sum, const struct storm_counts *counts)
{
    sum->events += counts->events;
    sum->strikes += counts->strikes;
    sum->worlds += counts->worlds;
    sum->openings += counts->openings;
    sum->switchovers += counts->switchovers;
    sum->lapses += counts->lapses;
    sum->crashes += counts->crashes;
    sum->pages += counts->pages;
    sum->sheds += counts->sheds;
    sum->restores += counts->restores;
    sum->words += counts->words;
    sum->letters_lost += counts->letters_lost;
    sum->alone_overlaps += counts->alone_overlaps;
    sum->beyond_overlaps += counts->beyond_overlaps;
    sum->accepted_overlaps += counts->accepted_overlaps;
    sum->pairs += counts->pairs;
    sum->scripts += counts->scripts;
    sum->by_hand += counts->by_hand;
    sum->site_us += counts->site_us;
    sum->dark_us += counts->dark_us;
}

/* Hundredths of a million events a second. */
static uint64_t rate_of(const struct storm_counts *sum, int64_t took_ms)
{
    return took_ms > 0 ? sum->events / ((uint64_t)took_ms * 10) : 0;
}

static void print_rate(FILE *to, uint64_t rate)
{
    fprintf(to, "%" PRIu64 ".%02" PRIu64 " M events/s", rate / 100, rate % 100);
}

static void print_progress(const struct storm_counts *sum, int64_t took_ms)
{
    fprintf(stderr, "storm: %" PRIu64 " M events, %" PRIu64 " seeds, %" PRId64 " s, ",
            sum->events / MILLION, sum->worlds, took_ms / 1000);
    print_rate(stderr, rate_of(sum, took_ms));
    fputc('\n', stderr);
}

static void print_success(const struct storm_counts *sum, int64_t took_ms, uint64_t hash)
{
    printf("storm: %" PRIu64 " events in %" PRIu64 " seeds, no law broken\n", sum->events,
           sum->worlds);
    printf("  faults %" PRIu64 ", crashes of the monitor %" PRIu64 ", gates opened %" PRIu64
           ", switchovers %" PRIu64 ", lapses %" PRIu64 ", pages %" PRIu64
           ", words of people %" PRIu64 "\n",
           sum->strikes, sum->crashes, sum->openings, sum->switchovers, sum->lapses, sum->pages,
           sum->words);
    printf("  site time %" PRId64 " h, of it nobody served %" PRId64 " min\n",
           sum->site_us / FO_HOUR, sum->dark_us / FO_MINUTE);
    printf("  sites without agents %" PRIu64 ": acts begun %" PRIu64 ", moves by hand %" PRIu64
           ", two served (accepted by the site) %" PRIu64 "\n",
           sum->pairs, sum->scripts, sum->by_hand, sum->accepted_overlaps);
    printf("  loads given up %" PRIu64 ", switched on again %" PRIu64 "\n", sum->sheds,
           sum->restores);
    if (sum->alone_overlaps > 0) {
        printf("  two gates open while a server served alone, cut off (allowed): %" PRIu64 "\n",
               sum->alone_overlaps);
    }
    if (sum->beyond_overlaps > 0) {
        printf("  two gates open beyond the bounds (only counted): %" PRIu64 "\n",
               sum->beyond_overlaps);
    }
    printf("  rate ");
    print_rate(stdout, rate_of(sum, took_ms));
    printf("\n  hash %016" PRIx64 "\n", hash);
}

static void print_story(void)
{
    printf("  the shortest story found (%u strikes, chaos of %" PRId64 " s):\n", world.struck_count,
           world.chaos_us / FO_SECOND);
    for (unsigned kind = 0; kind < STORM_FAULT_FIRST_STRIKE; kind++) {
        if ((world.plan.drawn & world.plan.allowed & STORM_FAULT_BIT(kind)) != 0) {
            printf("    all the time: %s\n", storm_fault_name(kind));
        }
    }
    for (unsigned i = 0; i < world.struck_count; i++) {
        const struct storm_struck *struck = &world.struck[i];
        printf("    at %" PRId64 ".%06" PRId64 " s strike %u: %s (%u %u %u) for %" PRId64 " ms\n",
               struck->at_us / FO_SECOND, struck->at_us % FO_SECOND, struck->fault.strike,
               storm_fault_name(struck->fault.kind), struck->fault.a, struck->fault.b,
               struck->fault.c, (struck->fault.until_us - struck->at_us) / FO_MS);
    }
    printf("    at %" PRId64 ".%06" PRId64 " s %s\n", world.broken.at_us / FO_SECOND,
           world.broken.at_us % FO_SECOND, world.broken.text);
}

static void print_failure(const struct storm_plan *plan, bool beyond)
{
    struct storm_shrunk shrunk;
    const struct storm_break *broken = &world.broken;
    printf("storm: law %s is broken: %s\n", storm_law_name(broken->law),
           storm_law_says(broken->law));
    printf("  %s\n", broken->text);
    printf("  commit %s\n  seed %" PRIu64 "\n  at %" PRId64 ".%06" PRId64 " s, after %" PRIu64
           " events\n  hash %016" PRIx64 "\n",
           STORM_COMMIT, world.seed, broken->at_us / FO_SECOND, broken->at_us % FO_SECOND,
           world.counts.events, world.hash);
    fflush(stdout);
    storm_shrink(&world, plan, SHRINK_RUNS, &shrunk);
    print_story();
    printf("  the whole of it: monitorsim storm%s --seed %" PRIu64 " --trace\n",
           beyond ? " --beyond" : "", world.seed);
}

static bool is_over(const struct wishes *wishes, const struct storm_counts *sum, int64_t took_ms)
{
    return (wishes->seeds != 0 && sum->worlds >= wishes->seeds) ||
           (wishes->events != 0 && sum->events >= wishes->events) ||
           (wishes->seconds != 0 && took_ms >= wishes->seconds * 1000);
}

static int storm(const struct wishes *wishes)
{
    struct storm_counts sum = {0};
    struct storm_plan plan = storm_plan_all(wishes->beyond);
    uint64_t hash = 0;
    int64_t start_ms = clock_ms();
    int64_t told_ms = start_ms;
    for (uint64_t seed = wishes->seed; !is_over(wishes, &sum, clock_ms() - start_ms); seed++) {
        storm_run(&world, seed, &plan, EVENTS_PER_SEED, wishes->trace);
        if (world.broken.law != STORM_LAW_NONE) {
            print_failure(&plan, wishes->beyond);
            return SIM_EXIT_FAILED;
        }
        add_up(&sum, &world.counts);
        hash = storm_random_mix(hash, world.hash);
        if (clock_ms() - told_ms >= PROGRESS_S * 1000) {
            told_ms = clock_ms();
            print_progress(&sum, told_ms - start_ms);
        }
    }
    print_success(&sum, clock_ms() - start_ms, hash);
    return SIM_EXIT_OK;
}

static bool read_number(const char *text, uint64_t *number)
{
    char *end = NULL;
    *number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static bool read_wishes(int argc, char **argv, struct wishes *wishes)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},   {"seeds", required_argument, NULL, 'n'},
        {"events", required_argument, NULL, 'e'}, {"minutes", required_argument, NULL, 'm'},
        {"trace", no_argument, NULL, 't'},        {"beyond", no_argument, NULL, 'b'},
        {"help", no_argument, NULL, 'h'},         {0}};
    uint64_t minutes = 0;
    bool seed = false;
    bool good = true;
    int option;
    *wishes = (struct wishes){.seed = 1};
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        seed = seed || option == 's';
        wishes->trace = wishes->trace || option == 't';
        wishes->beyond = wishes->beyond || option == 'b';
        wishes->help = wishes->help || option == 'h';
        uint64_t *number = option == 's'   ? &wishes->seed
                           : option == 'n' ? &wishes->seeds
                           : option == 'e' ? &wishes->events
                           : option == 'm' ? &minutes
                                           : NULL;
        good = good && option != '?' && (number == NULL || read_number(optarg, number));
    }
    wishes->seconds = (int64_t)(minutes < 1000000 ? minutes * 60 : 0);
    if (wishes->seeds == 0 && wishes->events == 0 && wishes->seconds == 0) {
        wishes->seeds = seed || wishes->trace ? 1 : 0;
        wishes->events = EVENTS_DEFAULT;
    }
    return good && optind == argc;
}

int sim_command_storm(int argc, char **argv)
{
    static const char usage[] =
        "usage: monitorsim storm [--seed N] [--seeds N] [--events N] [--minutes N] [--beyond] "
        "[--trace]\n";
    struct wishes wishes;
    if (!read_wishes(argc, argv, &wishes)) {
        fputs(usage, stderr);
        return SIM_EXIT_USAGE;
    }
    if (wishes.help) {
        fputs(usage, stdout);
        return SIM_EXIT_OK;
    }
    return storm(&wishes);
}

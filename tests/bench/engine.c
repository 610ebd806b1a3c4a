/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the engine: how many events one core steps, how much faster than real time a site
 * passes, and how often random loss alone would move the service or cost the lease. The events are
 * those of the storm's worlds, recorded at the engine's door and then given to a fresh engine,
 * which must come to the same state. tests/bench/engine builds and runs it. */
#include "sim/storm/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECORDED_MAX 400000
#define WORLDS 12
#define ROUNDS 5
#define RATE_WANTED 3000000
#define RATE_MIN 1000000
#define MONTH_US (30 * 24 * FO_HOUR)

static struct storm_world world;
static struct fo_event *events;
static size_t event_count;
static uint64_t hash_after; /* of the recorded engine, after the newest recorded event */

/* The linker puts this before the engine's own door (--wrap=fo_step). */
void __real_fo_step(struct fo_engine *engine, const struct fo_event *event, struct fo_output *out);
void __wrap_fo_step(struct fo_engine *engine, const struct fo_event *event, struct fo_output *out);
void __wrap_fo_step(struct fo_engine *engine, const struct fo_event *event, struct fo_output *out)
{
    __real_fo_step(engine, event, out);
    if (event_count < RECORDED_MAX) {
        events[event_count++] = *event;
        if (event_count == RECORDED_MAX) {
            hash_after = fo_engine_hash(engine);
        }
    }
}

static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One world, recorded; its monitor is never restarted, so that one engine has seen it all. */
static bool record(uint64_t seed, bool quiet)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.pairs = STORM_PAIRS_NEVER; /* beats are most of what an engine is given */
    plan.allowed = quiet ? 0
                         : ~(STORM_FAULT_BIT(STORM_FAULT_MONITOR_CRASH) |
                             STORM_FAULT_BIT(STORM_FAULT_MONITOR_REBOOT) |
                             STORM_FAULT_BIT(STORM_FAULT_ASSERTION)); /* people start it anew */
    plan.steady = (struct storm_steady){.on = quiet, .nets = 2};
    plan.chaos_max_us = quiet ? FO_HOUR : FO_NEVER;
    event_count = 0;
    hash_after = 0;
    storm_run(&world, seed, &plan, UINT64_MAX, false);
    if (hash_after == 0) {
        hash_after = fo_engine_hash(&world.daemon.engine);
    }
    return world.broken.law == STORM_LAW_NONE && event_count > 0;
}

/* Steps what is recorded; the CPU time it took, or 0 when it came out otherwise. */
static int64_t replay(void)
{
    static struct fo_engine engine;
    static struct fo_output out;
    fo_engine_init(&engine, &world.policy);
    int64_t start_us = cpu_us();
    for (size_t i = 0; i < event_count; i++) {
        __real_fo_step(&engine, &events[i], &out);
    }
    int64_t took_us = cpu_us() - start_us;
    return fo_engine_hash(&engine) == hash_after ? took_us : 0;
}

static bool measure(const char *what, bool quiet, uint64_t worlds, double *rate)
{
    double stepped = 0;
    double took = 0;
    double site = 0;
    for (uint64_t seed = 1; seed <= worlds; seed++) {
        if (!record(seed, quiet)) {
            fprintf(stderr, "bench: seed %" PRIu64 ": %s\n", seed, world.broken.text);
            return false;
        }
        int64_t best_us = INT64_MAX;
        for (unsigned round = 0; round < ROUNDS; round++) {
            int64_t took_us = replay();
            if (took_us <= 0) {
                fprintf(stderr, "bench: seed %" PRIu64 " replayed is another story\n", seed);
                return false;
            }
            best_us = took_us < best_us ? took_us : best_us;
        }
        stepped += (double)event_count;
        took += (double)best_us;
        site += (double)(events[event_count - 1].now_us - events[0].now_us);
    }
    *rate = stepped / took * 1e6;
    printf("%-28s %9.0f events, %5.2f M events/s and core, site time over real time %8.0f\n", what,
           stepped, *rate / 1e6, site / took);
    return true;
}

/* ---- loss ------------------------------------------------------------------------------------ */

static void print_count(uint64_t count, double days)
{
    double month = 30.0 / days;
    if (count == 0) {
        printf(" %7s< %-5.1f", "0 ", 3.0 * month); /* 95 %: fewer than that */
    } else {
        printf(" %14.1f", (double)count * month);
    }
}

static bool loss_row(uint8_t nets, bool away, uint32_t loss_permille, unsigned days)
{
    struct storm_counts sum = {0};
    for (unsigned day = 0; day < days; day++) {
        struct storm_plan plan = storm_plan_all(false);
        plan.allowed = 0;
        plan.chaos_max_us = 24 * FO_HOUR;
        plan.steady = (struct storm_steady){
            .on = true, .nets = nets, .loss_permille = loss_permille, .standby_away = away};
        event_count = RECORDED_MAX; /* nothing is recorded */
        storm_run(&world, 1000 * loss_permille + day + 1, &plan, UINT64_MAX, false);
        if (world.broken.law != STORM_LAW_NONE) {
            fprintf(stderr, "bench: law %s: %s\n", storm_law_name(world.broken.law),
                    world.broken.text);
            return false;
        }
        sum.switchovers += world.counts.switchovers;
        sum.lapses += world.counts.lapses;
    }
    printf("| %u%s | %2u %% |", nets, away ? ", standby away" : "", loss_permille / 10);
    print_count(sum.switchovers, days);
    printf(" |");
    print_count(sum.lapses, days);
    printf(" |\n");
    fflush(stdout);
    return true;
}

static bool loss_table(unsigned days)
{
    static const uint32_t losses[] = {0, 50, 100, 200, 300};
    printf("\nLease 600 ms, beat 50 ms, random loss each way; %u simulated days a row.\n", days);
    printf(
        "| networks | loss | false failovers a month | lost leases a month |\n|---|---|---|---|\n");
    for (unsigned kind = 0; kind < 3; kind++) {
        for (unsigned i = 0; i < sizeof losses / sizeof losses[0]; i++) {
            if (!loss_row(kind == 1 ? 2 : 1, kind == 2, losses[i], days)) {
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    double quiet = 0;
    double storm = 0;
    unsigned days = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    events = calloc(RECORDED_MAX, sizeof *events);
    if (events == NULL || !measure("a quiet site", true, 1, &quiet) ||
        !measure("storm", false, WORLDS, &storm)) {
        return 1;
    }
    printf("%s\n", quiet < RATE_MIN || storm < RATE_MIN ? "below 1 million: too slow"
                   : quiet < RATE_WANTED                ? "below the 3 million that are wanted"
                                                        : "as fast as wanted");
    free(events);
    if (quiet < RATE_MIN || storm < RATE_MIN) {
        return 1;
    }
    return days > 0 && !loss_table(days) ? 1 : 0;
}

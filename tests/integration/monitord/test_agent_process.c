/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent that was started as plain root still holds while it serves, and what the programs
 * it runs get. */
#include "tests/integration/monitord/agent_world.h"

#include <dirent.h>
#include <linux/capability.h>

static struct world world;
static const char *seen;

static void make(void)
{
    world_make(&world);
    /* keeps what it was given; a demote step runs at every start */
    world_write(&world, "step", "#!/bin/sh\ncat /proc/self/status >$0.new; mv $0.new $0.seen\n",
                0755);
    world.config[FO_VOTER_P].demote = world_path(&world, "step");
    seen = world_path(&world, "step.seen");
}

static void stop(void)
{
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

/* A set of capabilities in a /proc/…/status file; false when there is no such file or line. */
static bool read_set(const char *path, const char *name, uint64_t *set)
{
    char line[256], format[32];
    bool found = false;
    FILE *file = fopen(path, "r");
    snprintf(format, sizeof format, "%s:", name);
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, format, strlen(format)) == 0) {
            *set = strtoull(line + strlen(format), NULL, 16);
            found = true;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static uint64_t own_set(void)
{
    uint64_t set = 0;
    cr_assert(read_set("/proc/self/status", "CapEff", &set));
    return set;
}

static bool step_was_seen(void *context)
{
    uint64_t *set = context;
    return read_set(seen, "CapEff", set);
}

static void serve(void)
{
    world_start_agent(&world, FO_VOTER_P);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
}

/* All that any thread of the agent holds, together. */
static uint64_t held_by_agent(const char *name)
{
    char directory[64], path[400];
    uint64_t all = 0;
    unsigned threads = 0;
    snprintf(directory, sizeof directory, "/proc/%d/task", world.agent[FO_VOTER_P]);
    DIR *tasks = opendir(directory);
    cr_assert_not_null(tasks);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        uint64_t set = 0;
        snprintf(path, sizeof path, "%s/%s/status", directory, entry->d_name);
        if (entry->d_name[0] != '.' && read_set(path, name, &set)) {
            all |= set;
            threads++;
        }
    }
    closedir(tasks);
    cr_assert_geq(threads, 4, "the loop and three workers");
    return all;
}

Test(agent_process, it_keeps_what_it_uses_and_its_programs_get_all_there_is, .init = make,
     .fini = stop, .timeout = 60)
{
    static const uint8_t used[] = {CAP_NET_ADMIN, CAP_NET_RAW,  CAP_BPF, CAP_PERFMON,
                                   CAP_SYS_NICE,  CAP_IPC_LOCK, CAP_KILL};
    uint64_t allowed = 0, step = 0;
    for (size_t i = 0; i < sizeof used; i++) {
        allowed |= UINT64_C(1) << used[i];
    }
    cr_assert_neq(own_set() & ~allowed, 0, "there is something to give up");
    serve();
    cr_assert_eq(held_by_agent("CapEff"), own_set() & allowed);
    cr_assert_eq(held_by_agent("CapPrm"), own_set() & allowed);
    cr_assert(room_wait(step_was_seen, &step, 5000 * WORLD_SLOW));
    cr_assert_eq(step, own_set(), "a program of the site is root as before");
}

Test(agent_process, it_keeps_all_where_its_programs_could_not_get_it_back, .init = make,
     .fini = stop, .timeout = 60)
{
    uint64_t step = 0;
    cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0); /* as the unit does */
    serve();
    cr_assert_eq(held_by_agent("CapEff"), own_set());
    cr_assert(room_wait(step_was_seen, &step, 5000 * WORLD_SLOW));
    cr_assert_eq(step, own_set());
}

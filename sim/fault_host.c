/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done to hosts, their processes and interfaces, and to lines. It owns no process and
 * no link; host.c and line.c do the work. fault.c calls it. */
#include "sim/fault_table.h"

#include <string.h>

static bool host_state(struct sim_room *room, const struct sim_thing *thing, const char *value,
                       bool act)
{
    const char *const words[] = {"well", "frozen", "dead", NULL};
    int state = sim_word_find(value, words);
    if (state >= 0 && act) {
        return sim_host_set_state(&room->hosts[thing->index], (enum sim_host_state)state);
    }
    return state >= 0;
}

static bool host_network(struct sim_room *room, const struct sim_thing *thing, const char *value,
                         bool act)
{
    bool lost;
    bool good = sim_switch_parse(value, "ok", "lost", &lost);
    if (good && act) {
        return sim_host_set_network(&room->hosts[thing->index], lost);
    }
    return good;
}

static bool host_process(struct sim_room *room, const struct sim_thing *thing, const char *value,
                         bool act)
{
    const char *const words[] = {"well", "stopped", "dead", "killed", NULL};
    int state = sim_word_find(value, words);
    if (state >= 0 && act) {
        return sim_host_set_run(&room->hosts[thing->index], thing->part, (enum sim_run_state)state);
    }
    return state >= 0;
}

static bool host_interface(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    bool down;
    bool good = sim_switch_parse(value, "up", "down", &down);
    if (good && act) {
        return sim_host_set_interface(&room->hosts[thing->index], thing->part, down);
    }
    return good;
}

static bool line_state(struct sim_room *room, const struct sim_thing *thing, const char *value,
                       bool act)
{
    bool down;
    bool good = sim_switch_parse(value, "up", "down", &down);
    if (good && act) {
        return sim_line_set_down(&room->lines[thing->index], down);
    }
    return good;
}

static bool line_loss(struct sim_room *room, const struct sim_thing *thing, const char *value,
                      bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        struct sim_line *line = &room->lines[thing->index];
        return sim_line_set_loss(line, permille, line->loss_back_permille);
    }
    return good;
}

static bool line_loss_back(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    uint32_t permille;
    bool good = sim_share_parse(value, &permille);
    if (good && act) {
        struct sim_line *line = &room->lines[thing->index];
        return sim_line_set_loss(line, line->loss_permille, permille);
    }
    return good;
}

/* Only where there is one; "counts" is what a line without one cannot be told either. */
static bool line_reflector(struct sim_room *room, const struct sim_thing *thing, const char *value,
                           bool act)
{
    const char *const words[] = {"counts", "copies", "silent", NULL};
    struct sim_stamp_reflector *reflector = room->lines[thing->index].reflector;
    int mode = sim_word_find(value, words);
    if (reflector == NULL) {
        return false;
    }
    if (mode >= 0 && act) {
        sim_stamp_reflector_set_mode(reflector, (enum sim_reflector_mode)mode);
    }
    return mode >= 0;
}

static bool line_reflector_restart(struct sim_room *room, const struct sim_thing *thing,
                                   const char *value, bool act)
{
    struct sim_stamp_reflector *reflector = room->lines[thing->index].reflector;
    bool good = reflector != NULL && strcmp(value, "yes") == 0;
    if (good && act) {
        sim_stamp_reflector_restart(reflector);
    }
    return good;
}

static const struct sim_fault faults[] = {
    {SIM_THING_HOST, "state", "well|frozen|dead", "well", host_state},
    {SIM_THING_HOST, "network", "ok|lost", "ok", host_network},
    {SIM_THING_LINE, "state", "up|down", "up", line_state},
    {SIM_THING_LINE, "loss", "N%", "0%", line_loss},
    {SIM_THING_LINE, "loss-back", "N%", "0%", line_loss_back},
    {SIM_THING_LINE, "reflector", "counts|copies|silent", "counts", line_reflector},
    {SIM_THING_LINE, "reflector-restart", "yes", NULL, line_reflector_restart},
};
static const struct sim_fault process_fault = {SIM_THING_HOST, "PROCESS",
                                               "well|stopped|dead|killed", "well", host_process};
static const struct sim_fault interface_fault = {SIM_THING_HOST, "INTERFACE", "up|down", "up",
                                                 host_interface};

const struct sim_fault *sim_faults_host(unsigned *count)
{
    *count = sizeof(faults) / sizeof(faults[0]);
    return faults;
}

const struct sim_fault *sim_fault_host_part(const struct sim_host *host, const char *key,
                                            unsigned *part)
{
    for (*part = 0; *part < host->plan->run_count; ++*part) {
        if (strcmp(host->plan->runs[*part].name, key) == 0) {
            return &process_fault;
        }
    }
    for (*part = 0; *part < host->plan->interface_count; ++*part) {
        if (strcmp(host->plan->interfaces[*part], key) == 0) {
            return &interface_fault;
        }
    }
    return NULL;
}

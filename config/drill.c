/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces what a drill must not touch (see drill.h). It owns no file and no socket; what it makes
 * lives in an arena of its own, which goes with the site. */
#include "config/drill.h"

#include "config/arena.h"
#include "config/profile_library.h"
#include "config/units.h"

#include <stdio.h>
#include <string.h>

#define ARENA_SIZE 65536

static bool directory_fits(const char *file, const char *directory, struct cfg_findings *findings)
{
    if (directory[0] == '/' && strlen(directory) <= CFG_DRILL_DIRECTORY_MAX) {
        return true;
    }
    cfg_finding_add(findings, false, file, 0, "--drill",
                    "\"%s\" is not an absolute path of at most %d bytes; sockets lie below it",
                    directory, CFG_DRILL_DIRECTORY_MAX);
    return false;
}

static struct cfg_arena *arena_open(const char *file, struct cfg_findings *findings)
{
    struct cfg_arena *arena = cfg_arena_new(ARENA_SIZE);
    if (arena == NULL) {
        cfg_finding_add(findings, false, file, 0, "--drill", "out of memory");
    }
    return arena;
}

/* What monitorsim speaks for each kind of device. */
static const struct {
    uint8_t driver;
    const char *profile;
    unsigned port;
} spoken[] = {
    [FO_DEVICE_UPS] = {CFG_DRIVER_SNMP, "rfc1628", 161},
    [FO_DEVICE_GENERATOR] = {CFG_DRIVER_MODBUS_TCP, "deepsea-gencomm", 502},
    [FO_DEVICE_TRANSFER_SWITCH] = {CFG_DRIVER_MODBUS_TCP, "transfer-switch-contacts", 502},
};

static void device_drill(struct site *site, unsigned index)
{
    struct cfg_device *device = &site->devices[index];
    char address[64];

    device->driver = spoken[device->kind].driver;
    device->profile = spoken[device->kind].profile;
    device->chosen = cfg_profiles_find(
        site->profiles, device->profile, device->kind,
        device->driver == CFG_DRIVER_SNMP ? CFG_PROTOCOL_SNMP : CFG_PROTOCOL_MODBUS);
    device->snmp = (struct cfg_snmp){.version = CFG_SNMP_V2C, .community = CFG_DRILL_COMMUNITY};
    device->serial = (struct cfg_serial){0};
    device->scale_count = 0;
    device->unit = 1;
    if (device->address.length == 0 || device->address.storage.ss_family != AF_INET) {
        snprintf(address, sizeof address, CFG_DRILL_DEVICES ".%u:%u", 10 + index,
                 spoken[device->kind].port);
        cfg_address_parse(address, &device->address);
        device->address_text = cfg_arena_copy(site->drill_arena, address);
    }
}

static void channel_drill(struct cfg_channel *channel, uint8_t *kind, const char *message)
{
    const struct cfg_channel replaced = {.name = channel->name,
                                         .kind = FO_CHANNEL_COMMAND,
                                         .command = message,
                                         .line = channel->line};
    if (channel->kind == FO_CHANNEL_TERMINAL) {
        channel->device = NULL; /* a console of the host is outside */
        return;
    }
    *channel = replaced;
    *kind = FO_CHANNEL_COMMAND;
}

static void acts_drill(struct site *site, const char *directory)
{
    const char *prefix = cfg_arena_join(site->drill_arena, directory, "/act-");
    for (unsigned i = 0; i < site->act_count; i++) {
        struct cfg_act *act = &site->acts[i];
        if (strcmp(act->kind, "snmp-set") == 0) { /* no router stands in the twin */
            *act = (struct cfg_act){
                .name = act->name, .kind = "script", .timeout_us = act->timeout_us};
        } else if (act->program == NULL) {
            continue;
        }
        act->program = cfg_arena_join(site->drill_arena, prefix, act->name);
    }
}

static void places_drill(struct site *site, const char *directory)
{
    struct cfg_arena *arena = site->drill_arena;
    site->state_directory = cfg_arena_join(arena, directory, "/monitor");
    site->control_socket = cfg_arena_join(arena, directory, "/monitor/control.sock");
    site->executor_socket = cfg_arena_join(arena, directory, "/monitor/executor.sock");
    site->key_file = cfg_arena_join(arena, directory, "/key");
    site->control_group = NULL;
    site->passphrase_file = NULL;
    site->recorder = (struct cfg_recorder){0};
    site->shadow = false;
    site->outside_count = 0;  /* nobody outside is even shown */
    site->drill_every_us = 0; /* it is one */
    site->outlying_count = 0;
    site->place_count = 0;
    site->policy.place_count = 0;
    site->policy.drill = true;
}

bool cfg_site_drill(struct site *site, const char *directory, struct cfg_findings *findings)
{
    if (!directory_fits(site->path, directory, findings) ||
        (site->drill_arena = arena_open(site->path, findings)) == NULL) {
        return false;
    }
    const char *message = cfg_arena_join(site->drill_arena, directory, "/message");
    places_drill(site, directory);
    for (unsigned i = 0; i < site->device_count; i++) {
        device_drill(site, i);
    }
    for (unsigned i = 0; i < site->channel_count; i++) {
        channel_drill(&site->channels[i], &site->policy.channels[i].kind, message);
    }
    acts_drill(site, directory);
    return true;
}

bool cfg_agent_drill(struct cfg_agent *agent, const char *directory, bool gate_by_agent,
                     struct cfg_findings *findings)
{
    if (!directory_fits(agent->path, directory, findings) ||
        (agent->drill_arena = arena_open(agent->path, findings)) == NULL) {
        return false;
    }
    struct cfg_arena *arena = agent->drill_arena;
    const char *own = cfg_arena_join(arena, cfg_arena_join(arena, directory, "/"), agent->name);
    agent->state_directory = own;
    agent->control_socket = cfg_arena_join(arena, own, "/agent.sock");
    agent->pid_file = cfg_arena_join(arena, own, "/service.pid");
    agent->key_file = cfg_arena_join(arena, directory, "/key");
    agent->alarm_command = cfg_arena_join(arena, directory, "/message");
    agent->position_command = NULL;
    agent->promote = agent->demote = agent->drain = NULL;
    agent->watchdog = NULL; /* the host's own agent may have it, and a drill resets no host */
    agent->drill = true;
    agent->gate_by_agent = agent->gate_by_agent || gate_by_agent;
    return true;
}

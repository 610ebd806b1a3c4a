/* SPDX-License-Identifier: Apache-2.0 */
/* The survey of a site for its twin: which networks and addresses there are, and the names that
 * scenarios use. It owns the lists in struct sim_twin and writes no network and no room. */
#include "sim/twin.h"

#include "sim/room_plan.h"

#include <arpa/inet.h>
#include <string.h>

#define NETWORK(address) ((address)&0xffffff00U)

struct survey {
    struct sim_twin *twin;
    struct cfg_findings *findings;
    bool good;
};

static void refuse(struct survey *survey, const char *file, const char *path, const char *message)
{
    cfg_finding_add(survey->findings, false, file, 0, path, "%s", message);
    survey->good = false;
}

static bool known(const uint32_t *list, unsigned count, uint32_t wanted)
{
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == wanted) {
            return true;
        }
    }
    return false;
}

/* lan: its network gets a switch; the far side of a line does not. */
static void note_plain(struct survey *survey, uint32_t address, bool lan)
{
    struct sim_twin *twin = survey->twin;

    if (!known(twin->addresses, twin->address_count, address)) {
        if (twin->address_count == SIM_TWIN_ADDRESSES_MAX) {
            refuse(survey, twin->site_file, "drill", "holds too many addresses for a twin");
            return;
        }
        twin->addresses[twin->address_count++] = address;
    }
    if (lan && !known(twin->networks, twin->network_count, NETWORK(address))) {
        if (twin->network_count == SIM_TWIN_NETWORKS_MAX) {
            refuse(survey, twin->site_file, "drill", "holds too many networks for a twin");
            return;
        }
        twin->networks[twin->network_count++] = NETWORK(address);
    }
}

static void note(struct survey *survey, const char *file, const char *path,
                 const struct cfg_address *address)
{
    const struct sockaddr_in *inet = (const struct sockaddr_in *)&address->storage;

    if (address->length == 0) {
        return;
    }
    if (address->storage.ss_family != AF_INET) {
        refuse(survey, file, path, "is an IPv6 address; the twin of a drill has IPv4 only");
        return;
    }
    uint32_t host = ntohl(inet->sin_addr.s_addr);
    if (host >> 24 != 127) {
        note_plain(survey, host, true);
    }
}

static void note_agent(struct survey *survey, unsigned server)
{
    const struct cfg_agent *agent = survey->twin->agents[server];
    const char *name = survey->twin->site->servers[server].name;

    if (agent == NULL || strcmp(agent->name, name) != 0) {
        refuse(survey, survey->twin->site_file, name,
               "has no agent's file: put it beside the site file as agent-1.conf or agent-2.conf, "
               "or name it with --agent");
        return;
    }
    for (unsigned net = 0; net < agent->net_count; net++) {
        note(survey, agent->path, "heartbeat.networks", &agent->nets[net].bind);
    }
    note(survey, agent->path, "service.check", &agent->check_address);
    if (agent->service_address4.s_addr == 0) {
        refuse(survey, agent->path, "service.address", "is missing; the twin has IPv4 only");
    } else {
        note_plain(survey, ntohl(agent->service_address4.s_addr), true);
    }
}

static void note_lines(struct survey *survey)
{
    const struct site *site = survey->twin->site;

    for (unsigned i = 0; i < site->line_count; i++) {
        const struct cfg_line *line = &site->lines[i];
        if (line->gateway.s_addr == 0) {
            refuse(survey, site->path, line->name,
                   "has no gateway; without it the twin cannot build the line");
        } else {
            note_plain(survey, ntohl(line->gateway.s_addr), false);
        }
        for (unsigned target = 0; target < FO_TARGETS_MAX; target++) {
            if (line->targets[target].s_addr != 0) {
                note_plain(survey, ntohl(line->targets[target].s_addr), false);
            }
        }
        if (line->reflector.sin_port != 0) {
            note_plain(survey, ntohl(line->reflector.sin_addr.s_addr), false);
        }
    }
}

static void check_texts(struct survey *survey)
{
    const struct sim_twin *twin = survey->twin;
    const char *const texts[] = {twin->site_file, twin->agent_files[0], twin->agent_files[1],
                                 twin->directory, twin->programs,       twin->daemons};

    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i] != NULL && strpbrk(texts[i], "\"'\\$`\n") != NULL) {
            refuse(survey, twin->site_file, "drill", "a path holds quotes, $ or a backslash");
        }
    }
    if (twin->site->line_count > SIM_LINES_MAX) {
        refuse(survey, twin->site_file, "lines", "more than four lines cannot be simulated");
    }
}

bool sim_twin_survey(struct sim_twin *twin, struct cfg_findings *findings)
{
    struct survey survey = {.twin = twin, .findings = findings, .good = true};
    const struct site *site = twin->site;

    twin->network_count = twin->address_count = 0;
    check_texts(&survey);
    for (unsigned i = 0; i < site->net_count; i++) {
        note(&survey, site->path, "heartbeat.networks", &site->nets[i].bind);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        note(&survey, site->path, "servers", &site->servers[i].host);
        for (unsigned net = 0; net < FO_NETS_MAX; net++) {
            note(&survey, site->path, "servers", &site->servers[i].heartbeat[net]);
        }
        note_agent(&survey, i);
    }
    for (unsigned i = 0; i < site->device_count; i++) {
        note(&survey, site->path, site->devices[i].name, &site->devices[i].address);
    }
    for (unsigned i = 0; i < site->service_count; i++) {
        note(&survey, site->path, "services", &site->services[i].address);
    }
    note_lines(&survey);
    return survey.good;
}

uint32_t sim_twin_free_address(struct sim_twin *twin, uint32_t network)
{
    uint32_t address = network | 254;

    while (known(twin->addresses, twin->address_count, address)) {
        address--;
    }
    if (twin->address_count < SIM_TWIN_ADDRESSES_MAX) {
        twin->addresses[twin->address_count++] = address;
    }
    return address;
}

static void name_put(FILE *out, const char *name, const char *value)
{
    if (value != NULL) {
        fprintf(out, "%s='%s'\n", name, value);
    }
}

static const char *device_of(const struct site *site, unsigned kind, unsigned which)
{
    for (unsigned i = 0; i < site->device_count; i++) {
        if (site->devices[i].kind == kind && which-- == 0) {
            return site->devices[i].name;
        }
    }
    return NULL;
}

/* The UPS under a server; where the site does not say, the first one it has. */
static const char *ups_under(const struct site *site, unsigned server)
{
    for (unsigned i = 0; i < site->device_count; i++) {
        if (site->devices[i].kind == FO_DEVICE_UPS && site->policy.servers[server].power >> i & 1) {
            return site->devices[i].name;
        }
    }
    return device_of(site, FO_DEVICE_UPS, 0);
}

/* The first service of class 2 that the servers answer; else the first they answer at all. */
static const char *service_of(const struct site *site)
{
    const char *any = NULL;

    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_service_policy *policy = &site->policy.services[i];
        if (policy->needs_server && policy->availability_class == 2) {
            return site->services[i].name;
        }
        any = any == NULL && policy->needs_server ? site->services[i].name : any;
    }
    return any;
}

void sim_twin_names(const struct sim_twin *twin, FILE *out)
{
    const struct site *site = twin->site;
    unsigned primary = site->servers[1].preferred ? 1 : 0;
    unsigned line = site->line_count > 1 && site->lines[1].preferred ? 1 : 0;

    name_put(out, "PRIMARY", site->servers[primary].name);
    name_put(out, "SECONDARY", site->servers[1 - primary].name);
    name_put(out, "LINE_1", site->line_count > 0 ? site->lines[line].name : NULL);
    name_put(out, "LINE_2", site->line_count > 1 ? site->lines[1 - line].name : NULL);
    name_put(out, "UPS_1", ups_under(site, primary));
    name_put(out, "UPS_2", ups_under(site, 1 - primary));
    name_put(out, "GENERATOR", device_of(site, FO_DEVICE_GENERATOR, 0));
    name_put(out, "TRANSFER_SWITCH", device_of(site, FO_DEVICE_TRANSFER_SWITCH, 0));
    name_put(out, "SERVICE", service_of(site));
}

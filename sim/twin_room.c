/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the room file of a twin: devices of ordinary size at the site's addresses, wired as the
 * site says, two servers with their agents, the monitor, the lines. It owns the sizes and the form
 * of the file; room_plan.c reads it like any other (see twin.h). */
#include "sim/twin.h"

#include "config/units.h"

#include <arpa/inet.h>
#include <string.h>

/* A UPS of 3 kVA that carries its load for half an hour, as small machine rooms have. */
#define UPS_PLATE "rating_w = 3000; load_w = 800; capacity_wh = 420; low = \"120s\";"
/* Voltage about eight seconds after the mains went: the notification allows 40. */
#define GENERATOR_PLATE                                                                      \
    "rating_w = 20000; start_delay = \"1s\"; crank = \"2s\"; crank_limit = \"5s\"; "         \
    "crank_rest = \"3s\"; crank_attempts = 3; warm = \"4s\"; cool = \"20s\"; tank_l = 400; " \
    "fuel = \"95%\";"

static const char *device_name(const struct site *site, unsigned kind)
{
    for (unsigned i = 0; i < site->device_count; i++) {
        if (site->devices[i].kind == kind) {
            return site->devices[i].name;
        }
    }
    return NULL;
}

static void put_host_port(FILE *out, const struct cfg_address *address)
{
    const struct sockaddr_in *inet = (const struct sockaddr_in *)&address->storage;
    char text[INET_ADDRSTRLEN];

    inet_ntop(AF_INET, &inet->sin_addr, text, sizeof(text));
    fprintf(out, "\"%s:%u\"", text, ntohs(inet->sin_port));
}

/* power = ["ups-a", …] for the UPSes in the set; all of them when the site does not say. */
static void put_power(const struct sim_twin *twin, FILE *out, uint64_t power)
{
    const struct site *site = twin->site;
    const char *comma = "";

    fputs("power = [", out);
    for (unsigned i = 0; i < site->device_count; i++) {
        if (site->devices[i].kind == FO_DEVICE_UPS && (power == 0 || power >> i & 1)) {
            fprintf(out, "%s\"%s\"", comma, site->devices[i].name);
            comma = ", ";
        }
    }
    fputs("];", out);
}

static void put_devices(const struct sim_twin *twin, FILE *out, unsigned kind, const char *list,
                        const char *rest)
{
    const struct site *site = twin->site;
    const char *comma = "\n";

    fprintf(out, "%s = (", list);
    for (unsigned i = 0; i < site->device_count; i++) {
        if (site->devices[i].kind == kind) {
            fprintf(out, "%s  { name = \"%s\"; netns = \"devices\"; address = ", comma,
                    site->devices[i].name);
            put_host_port(out, &site->devices[i].address);
            fprintf(out, "; %s }", rest);
            comma = ",\n";
        }
    }
    fputs("\n);\n", out);
}

static void put_plant(const struct sim_twin *twin, FILE *out)
{
    const char *generator = device_name(twin->site, FO_DEVICE_GENERATOR);
    const char *transfer = device_name(twin->site, FO_DEVICE_TRANSFER_SWITCH);
    char rest[512];

    put_devices(twin, out, FO_DEVICE_GENERATOR, "generators", GENERATOR_PLATE);
    snprintf(rest, sizeof(rest),
             "generator = \"%s\"; start = \"1s\"; transfer = \"2s\"; return = \"10s\";",
             generator != NULL ? generator : "");
    if (generator != NULL && transfer != NULL) {
        put_devices(twin, out, FO_DEVICE_TRANSFER_SWITCH, "transfer_switches", rest);
    } else if (generator != NULL) { /* the room needs one even where the site watches none */
        fprintf(out, "transfer_switches = ( { name = \"twin-transfer\"; %s } );\n", rest);
        transfer = "twin-transfer";
    }
    snprintf(rest, sizeof(rest),
             "community = \"" CFG_DRILL_COMMUNITY "\"; feed = \"%s\"; " UPS_PLATE,
             generator != NULL ? transfer : "mains");
    put_devices(twin, out, FO_DEVICE_UPS, "ups", rest);
}

/* Where the simulated service listens: what the agent and the monitor ask. */
static void put_listens(const struct sim_twin *twin, FILE *out, unsigned server)
{
    const struct site *site = twin->site;
    const struct cfg_agent *agent = twin->agents[server];

    if (agent->check != CFG_CHECK_NONE) {
        fputs(", \"--listen\", ", out);
        put_host_port(out, &agent->check_address);
    }
    for (unsigned i = 0; i < site->service_count; i++) {
        bool twice = cfg_address_same(&site->services[i].address, &agent->check_address);
        for (unsigned k = 0; k < i; k++) {
            twice =
                twice || cfg_address_same(&site->services[i].address, &site->services[k].address);
        }
        if (site->services[i].address.length > 0 && !twice &&
            site->policy.services[i].needs_server) {
            fputs(",\n                   \"--listen\", ", out);
            put_host_port(out, &site->services[i].address);
        }
    }
}

static void put_server(const struct sim_twin *twin, FILE *out, unsigned server)
{
    const struct cfg_server *plan = &twin->site->servers[server];
    const struct cfg_agent *agent = twin->agents[server];
    const char *comma = "";
    bool carries = false;

    fprintf(out, "  { name = \"%s\"; netns = \"server-%u\"; ", plan->name, server + 1);
    put_power(twin, out, twin->site->policy.servers[server].power);
    if (plan->host.length > 0) {
        fputs(" listen = ", out);
        put_host_port(out, &plan->host);
        fputs(";", out);
    }
    fputs("\n    interfaces = [", out);
    for (unsigned i = 0; i < agent->net_count; i++, comma = ", ") {
        if (agent->nets[i].interface != NULL) {
            fprintf(out, "%s\"%s\"", comma, agent->nets[i].interface);
            carries = carries || strcmp(agent->nets[i].interface, agent->service_interface) == 0;
        }
    }
    if (!carries) {
        fprintf(out, "%s\"%s\"", comma, agent->service_interface);
    }
    fprintf(
        out,
        "];\n    run = (\n      { name = \"agent\"; restart = \"2s\"; log = \"%s/%s/agent.log\";\n"
        "        command = [\"%s/dispatch-agent\", \"--config\", \"%s\", \"--drill\", \"%s\"]; },\n"
        "      { name = \"service\"; restart = \"2s\"; log = \"%s/%s/service.log\";\n"
        "        command = [\"%s/monitorsim\", \"service\", \"--name\", \"%s\"",
        twin->directory, plan->name, twin->daemons, twin->agent_files[server], twin->directory,
        twin->directory, plan->name, twin->programs, plan->name);
    put_listens(twin, out, server);
    fprintf(out, ",\n                   \"--pid-file\", \"%s/%s/service.pid\"]; } ); },\n",
            twin->directory, plan->name);
}

static void put_reflector(FILE *out, const struct sockaddr_in *reflector)
{
    char text[INET_ADDRSTRLEN];

    if (reflector->sin_port != 0) {
        fprintf(out, "reflector = \"%s:%u\"; ",
                inet_ntop(AF_INET, &reflector->sin_addr, text, sizeof(text)),
                ntohs(reflector->sin_port));
    }
}

static void put_monitor(const struct sim_twin *twin, FILE *out)
{
    const struct site *site = twin->site;

    fputs("  { name = \"monitor\"; netns = \"monitor\"; ", out);
    put_power(twin, out, 0);
    fprintf(
        out,
        "\n    run = (\n"
        "      { name = \"executor\"; restart = \"2s\"; log = \"%s/monitor/executor.log\";\n"
        "        command = [\"%s/monitor-executor\", \"--config\", \"%s\", \"--drill\", \"%s\"]; "
        "},\n"
        "      { name = \"monitord\"; restart = \"2s\"; log = \"%s/monitor/monitord.log\";\n"
        "        command = [\"%s/monitord\", \"--config\", \"%s\", \"--drill\", \"%s\"]; } ); }\n",
        twin->directory, twin->daemons, twin->site_file, twin->directory, twin->directory,
        twin->daemons, twin->site_file, twin->directory);
    fputs(");\nlines = (", out);
    for (unsigned i = 0; i < site->line_count; i++) {
        fprintf(out, "%s\n  { name = \"%s\"; netns = \"outside\"; interface = \"%s\"; ",
                i > 0 ? "," : "", site->lines[i].name, site->lines[i].interface);
        put_reflector(out, &site->lines[i].reflector);
        put_power(twin, out, site->policy.lines[i].power);
        fputs(" }", out);
    }
    fputs("\n);\n", out);
}

void sim_twin_room(const struct sim_twin *twin, FILE *out)
{
    fprintf(out, "control = \"%s/sim.sock\";\nmains = { voltage = 100; frequency = 50; };\n",
            twin->directory);
    put_plant(twin, out);
    fputs("hosts = (\n", out);
    put_server(twin, out, 0);
    put_server(twin, out, 1);
    put_monitor(twin, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the network of a twin as a shell script of `ip` orders: one switch per network of the
 * site, the hosts with their own interfaces and addresses, the lines to an outside that is empty
 * but for the targets. It owns the form of the script and runs nothing (see twin.h). */
#include "sim/twin.h"

#include <arpa/inet.h>
#include <string.h>

struct script {
    struct sim_twin *twin;
    FILE *out;
    unsigned ports;
};

static const char *dotted(uint32_t address, char text[INET_ADDRSTRLEN])
{
    struct in_addr inet = {.s_addr = htonl(address)};
    return inet_ntop(AF_INET, &inet, text, INET_ADDRSTRLEN);
}

static uint32_t host_of(const struct cfg_address *address)
{
    return ntohl(((const struct sockaddr_in *)&address->storage)->sin_addr.s_addr);
}

static unsigned network_of(const struct sim_twin *twin, uint32_t address)
{
    unsigned i = 0;
    while (i + 1 < twin->network_count && twin->networks[i] != (address & 0xffffff00U)) {
        i++;
    }
    return i;
}

static void put_address(struct script *script, const char *space, const char *interface,
                        uint32_t address)
{
    char text[INET_ADDRSTRLEN];
    fprintf(script->out, "ip -n %s address add %s/24 dev %s\n", space, dotted(address, text),
            interface);
}

/* One cable from a host into the switch of the address's network. */
static void put_link(struct script *script, const char *space, const char *interface,
                     uint32_t address)
{
    unsigned port = script->ports++;
    fprintf(script->out,
            "ip -n switch link add p%u type veth peer name %s netns %s\n"
            "ip -n switch link set p%u master net%u up\n",
            port, interface, space, port, network_of(script->twin, address));
    put_address(script, space, interface, address);
    fprintf(script->out, "ip -n %s link set %s up\n", space, interface);
}

static void put_spaces(struct script *script)
{
    static const char *const spaces[] = {"switch", "monitor", "server-1", "server-2",
                                         "client", "devices", "outside"};

    fputs("set -e\nmkdir -p /run/netns\n", script->out);
    for (unsigned i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        fprintf(script->out,
                "ip netns add %s\nip -n %s link set lo up\n"
                "ip netns exec %s sh -c 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 "
                ">$f; done; echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore; "
                "echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce'\n",
                spaces[i], spaces[i], spaces[i]);
    }
    for (unsigned i = 0; i < script->twin->network_count; i++) {
        fprintf(script->out,
                "ip -n switch link add net%u type bridge forward_delay 0\n"
                "ip -n switch link set net%u up\n",
                i, i);
    }
}

/* The monitor is on every network: by its own interfaces where the site names them. */
static void put_monitor(struct script *script)
{
    struct sim_twin *twin = script->twin;
    const struct site *site = twin->site;
    bool reached[SIM_TWIN_NETWORKS_MAX] = {false};
    char name[32];

    for (unsigned i = 0; i < site->net_count; i++) {
        uint32_t address = host_of(&site->nets[i].bind);
        snprintf(name, sizeof(name), "net%u", network_of(twin, address));
        put_link(script, "monitor",
                 site->nets[i].interface != NULL ? site->nets[i].interface : name, address);
        reached[network_of(twin, address)] = true;
    }
    for (unsigned i = 0; i < twin->network_count; i++) {
        if (!reached[i]) {
            snprintf(name, sizeof(name), "net%u", i);
            put_link(script, "monitor", name, sim_twin_free_address(twin, twin->networks[i]));
        }
    }
}

static void put_server(struct script *script, unsigned server)
{
    struct sim_twin *twin = script->twin;
    const struct cfg_agent *agent = twin->agents[server];
    const struct cfg_address *host = &twin->site->servers[server].host;
    uint32_t service = ntohl(agent->service_address4.s_addr);
    bool carries = false, has_host = host->length == 0;
    char space[16], name[32];

    snprintf(space, sizeof(space), "server-%u", server + 1);
    for (unsigned i = 0; i < agent->net_count; i++) {
        const char *interface = agent->nets[i].interface;
        uint32_t address = host_of(&agent->nets[i].bind);
        snprintf(name, sizeof(name), "net%u", network_of(twin, address));
        interface = interface != NULL ? interface : name;
        put_link(script, space, interface, address);
        carries = carries || strcmp(interface, agent->service_interface) == 0;
        has_host = has_host || host_of(host) == address;
    }
    if (!carries) {
        put_link(script, space, agent->service_interface,
                 sim_twin_free_address(twin, service & 0xffffff00U));
    }
    if (!has_host) {
        put_link(script, space, "host", host_of(host));
    }
}

static void put_devices(struct script *script)
{
    const struct site *site = script->twin->site;
    bool cabled[SIM_TWIN_NETWORKS_MAX] = {false};
    char name[16];

    for (unsigned i = 0; i < site->device_count; i++) {
        uint32_t address = host_of(&site->devices[i].address);
        unsigned network = network_of(script->twin, address);
        bool twice = false;
        for (unsigned k = 0; k < i; k++) {
            twice = twice || host_of(&site->devices[k].address) == address;
        }
        snprintf(name, sizeof(name), "net%u", network);
        if (!cabled[network]) {
            put_link(script, "devices", name, address);
        } else if (!twice) {
            put_address(script, "devices", name, address);
        }
        cabled[network] = true;
    }
}

/* Somebody far away; the near end of the line is there already. */
static void put_far(struct script *script, const struct cfg_line *line, struct in_addr far)
{
    char text[INET_ADDRSTRLEN];

    if (far.s_addr != 0 && far.s_addr != line->gateway.s_addr) {
        fprintf(script->out, "ip -n outside address replace %s/32 dev lo\n",
                dotted(ntohl(far.s_addr), text));
    }
}

static void put_lines(struct script *script)
{
    struct sim_twin *twin = script->twin;
    const struct site *site = twin->site;
    char text[INET_ADDRSTRLEN];

    for (unsigned i = 0; i < site->line_count; i++) {
        const struct cfg_line *line = &site->lines[i];
        uint32_t gateway = ntohl(line->gateway.s_addr);
        fprintf(script->out, "ip -n outside link add %s type veth peer name %s netns monitor\n",
                line->interface, line->interface);
        put_address(script, "outside", line->interface, gateway);
        put_address(script, "monitor", line->interface,
                    sim_twin_free_address(twin, gateway & 0xffffff00U));
        fprintf(script->out,
                "ip -n outside link set %s up\nip -n monitor link set %s up\n"
                "ip -n monitor route add default via %s dev %s metric %u\n",
                line->interface, line->interface, dotted(gateway, text), line->interface,
                line->preferred ? 100 : 200 + i);
        for (unsigned target = 0; target < FO_TARGETS_MAX; target++) {
            put_far(script, line, line->targets[target]);
        }
        put_far(script, line, line->reflector.sin_addr);
    }
}

void sim_twin_network(struct sim_twin *twin, FILE *out)
{
    struct script script = {.twin = twin, .out = out};
    uint32_t service = ntohl(twin->agents[0]->service_address4.s_addr);

    put_spaces(&script);
    put_monitor(&script);
    put_server(&script, 0);
    put_server(&script, 1);
    put_devices(&script);
    put_link(&script, "client", "net", sim_twin_free_address(twin, service & 0xffffff00U));
    put_lines(&script);
}

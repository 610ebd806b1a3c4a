/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of a site: from its own file and those of its agents, the simulated room and the network
 * that stand for it in a drill, with the site's own addresses and interface names, in namespaces
 * that lead nowhere. It owns the files it writes and starts nothing; deploy/drill-twin does that.
 * command_twin.c calls it. IPv4 networks are taken as /24. */
#ifndef SIM_TWIN_H
#define SIM_TWIN_H

#include "config/drill.h"
#include "config/site.h"

#include <stdio.h>

#define SIM_TWIN_ADDRESSES_MAX 128
#define SIM_TWIN_NETWORKS_MAX 32

struct sim_twin {
    const struct site *site;                    /* after cfg_site_drill */
    const struct cfg_agent *agents[FO_SERVERS]; /* by server; after cfg_agent_drill */
    const char *site_file, *agent_files[FO_SERVERS];
    /* absolute, without quotes: state; monitorsim and monitorctl; monitord, executor and agent */
    const char *directory, *programs, *daemons;
    /* the networks and addresses there are, in host byte order; sim_twin_survey fills them in */
    unsigned network_count, address_count;
    uint32_t networks[SIM_TWIN_NETWORKS_MAX]; /* upper 24 bits */
    uint32_t addresses[SIM_TWIN_ADDRESSES_MAX];
};

/* Collects every address of the site. False, with an error in findings, when it cannot be built: an
 * IPv6 address, an agent that is no server of the site, too many of something, a path with quotes.
 */
bool sim_twin_survey(struct sim_twin *twin, struct cfg_findings *findings);
/* An address of that network that nobody has, from .254 downwards; it is taken by the call. */
uint32_t sim_twin_free_address(struct sim_twin *twin, uint32_t network);
/* Writes the shell script that makes the namespaces: devices, outside, client, monitor, server-1,
 * server-2 and switch. For a shell in network and mount namespaces of its own. */
void sim_twin_network(struct sim_twin *twin, FILE *out);
/* Writes the room file (monitorsim room). */
void sim_twin_room(const struct sim_twin *twin, FILE *out);
/* UPS_1 is the one under the primary server, UPS_2 under the secondary.
 * Writes NAME='value' lines: what ${PRIMARY}, ${SECONDARY}, ${LINE_1}, ${LINE_2}, ${UPS_1},
 * ${UPS_2},
 * ${GENERATOR}, ${TRANSFER_SWITCH} and ${SERVICE} of a scenario stand for here; a line is missing
 * where the site has no such thing. */
void sim_twin_names(const struct sim_twin *twin, FILE *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* monitorsim: the simulated machine room. Chooses the order by its first word and does nothing
 * else.
 */
#include "sim/commands.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: monitorsim ORDER ...\n"
    "The simulated machine room of Noroshi, on real protocols, and its drills.\n"
    "\n"
    "  room FILE [--endpoints FILE] [--define NAME=VALUE]...   run a simulated machine room\n"
    "  fault NAME key=value... [--room SOCKET]                 change something in it\n"
    "  state [--json] [--room SOCKET]                          show what is really so\n"
    "  drill FILE [--room SOCKET] [--control SOCKET] [--json] [--plan]\n"
    "                                                          carry out a scripted drill\n"
    "  service --name NAME --listen ADDRESS:PORT [--listen ...] [--pid-file FILE]\n"
    "                                                          a dispatch service to look after\n"
    "  twin SITE-FILE --directory DIR [--programs DIR] [--agent FILE --agent FILE]\n"
    "                                                          write what builds a site's twin\n"
    "  storm [--seed N] [--seeds N] [--events N] [--minutes N] [--beyond] [--trace]\n"
    "                                                          try to break the engine\n"
    "  --help, --version\n"
    "\n"
    "monitorsim(1) lists what each device can be told (mains state=lost, gen-1 start=refuse ...).\n"
    "SOCKET is the room's control socket: $NOROSHI_ROOM, else /run/noroshi-room/sim.sock.\n";

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } orders[] = {
        {"room", sim_command_room},       {"fault", sim_command_fault},
        {"state", sim_command_state},     {"drill", sim_command_drill},
        {"service", sim_command_service}, {"storm", sim_command_storm},
        {"twin", sim_command_twin},
    };
    const char *order = argc > 1 ? argv[1] : "";
    for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        if (strcmp(orders[i].name, order) == 0) {
            return orders[i].run(argc - 1, argv + 1);
        }
    }
    if (strcmp(order, "--version") == 0) {
        printf("monitorsim %s\n", NOROSHI_VERSION);
        return SIM_EXIT_OK;
    }
    if (strcmp(order, "--help") == 0) {
        fputs(usage, stdout);
        return SIM_EXIT_OK;
    }
    fputs(usage, stderr);
    return SIM_EXIT_USAGE;
}

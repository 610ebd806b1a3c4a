/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of a site: its network and room are the site's own, and lead nowhere. */
#include "sim/twin.h"

#include "config/load.h"
#include "sim/room_plan.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/"

static struct cfg_findings findings;
static struct sim_twin twin;
static struct site *site;
static struct cfg_agent *agents[FO_SERVERS];

static void setup(void)
{
    site = cfg_site_load(SAMPLE "site.conf", &findings);
    agents[0] = cfg_agent_load(SAMPLE "agent-1.conf", &findings);
    agents[1] = cfg_agent_load(SAMPLE "agent-2.conf", &findings);
    cr_assert(cfg_site_drill(site, "/run/drill", &findings));
    twin = (struct sim_twin){.site = site,
                             .agents = {agents[0], agents[1]},
                             .site_file = SAMPLE "site.conf",
                             .agent_files = {SAMPLE "agent-1.conf", SAMPLE "agent-2.conf"},
                             .directory = "/run/drill",
                             .programs = "/usr/bin",
                             .daemons = "/usr/sbin"};
    memset(&findings, 0, sizeof findings);
}

static void teardown(void)
{
    cfg_agent_free(agents[0]);
    cfg_agent_free(agents[1]);
    cfg_site_free(site);
}

TestSuite(twin, .init = setup, .fini = teardown);

/* What a writer wrote; the caller frees it. */
static char *written(void (*write)(struct sim_twin *, FILE *))
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    write(&twin, out);
    fclose(out);
    return text;
}
static void room(struct sim_twin *of, FILE *out)
{
    sim_twin_room(of, out);
}
static void names(struct sim_twin *of, FILE *out)
{
    sim_twin_names(of, out);
}

Test(twin, the_network_has_every_interface_and_address_of_the_site)
{
    static const char *const lines[] = {
        "ip -n monitor address add 10.20.1.20/24 dev eno1\n",
        "ip -n monitor address add 10.20.2.20/24 dev eno2\n",
        "ip -n server-1 address add 10.20.1.11/24 dev eno1\n",
        "ip -n server-2 address add 10.20.2.12/24 dev eno2\n",
        "ip -n outside address add 10.20.11.1/24 dev eno3\n",
        "ip -n outside address replace 192.0.2.1/32 dev lo\n",
        "ip -n outside address replace 198.51.100.1/32 dev lo\n",
        "ip -n monitor route add default via 10.20.11.1 dev eno3 metric 100\n",
    };
    cr_assert(sim_twin_survey(&twin, &findings));
    char *script = written(sim_twin_network);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        cr_assert_not_null(strstr(script, lines[i]), "%s", lines[i]);
    }
    cr_assert_not_null(strstr(script, "10.20.9.21/24"));
    free(script);
}

Test(twin, the_room_file_is_one_that_the_simulator_reads)
{
    char path[] = "/tmp/noroshi-twin-XXXXXX";
    struct sim_room_plan *plan = calloc(1, sizeof *plan);
    cr_assert(sim_twin_survey(&twin, &findings));
    char *text = written(room);
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    cr_assert(sim_room_plan_read(path, NULL, plan, &findings), "%s", findings.list[0].message);
    unlink(path);
    cr_assert_eq(plan->device_count, 4);
    cr_assert_eq(plan->host_count, 3);
    cr_assert_eq(plan->line_count, 2);
    cr_assert_eq(plan->lines[0].reflector.sin_port, htons(862));
    cr_assert_eq(plan->lines[1].reflector.sin_family, 0);
    cr_assert_eq(plan->hosts[0].power, 1);
    cr_assert_eq(plan->hosts[1].power, 2);
    cr_assert_str_eq(plan->hosts[2].runs[1].command[0], "/usr/sbin/monitord");
    cr_assert_str_eq(plan->hosts[2].runs[1].command[3], "--drill");
    free(text);
    free(plan);
}

Test(twin, scenarios_learn_what_the_site_calls_its_things)
{
    cr_assert(sim_twin_survey(&twin, &findings));
    char *text = written(names);
    cr_assert_not_null(strstr(text, "PRIMARY='dispatch-1'\nSECONDARY='dispatch-2'\n"));
    cr_assert_not_null(strstr(text, "UPS_1='ups-a'\nUPS_2='ups-b'\nGENERATOR='gen-1'\n"));
    free(text);
}

Test(twin, a_free_address_is_nobodys_and_is_given_once)
{
    cr_assert(sim_twin_survey(&twin, &findings));
    uint32_t first = sim_twin_free_address(&twin, 10U << 24 | 20U << 16 | 1U << 8);
    uint32_t second = sim_twin_free_address(&twin, 10U << 24 | 20U << 16 | 1U << 8);
    cr_assert_eq(first & 255, 254);
    cr_assert_eq(second & 255, 253);
}

Test(twin, what_cannot_be_built_is_said_with_its_name)
{
    twin.agents[1] = agents[0];
    cr_assert_not(sim_twin_survey(&twin, &findings));
    cr_assert_str_eq(findings.list[0].path, "dispatch-2");
    cr_assert_not_null(strstr(findings.list[0].message, "agent-2.conf"));

    memset(&findings, 0, sizeof findings);
    twin.agents[1] = agents[1];
    site->nets[0].bind.storage.ss_family = AF_INET6;
    cr_assert_not(sim_twin_survey(&twin, &findings));
    cr_assert_not_null(strstr(findings.list[0].message, "IPv6"));
}

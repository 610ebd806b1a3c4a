/* SPDX-License-Identifier: Apache-2.0 */
/* A site as it is drilled: what could reach out of the drill is replaced, all else is as it was. */
#include "config/drill.h"
#include "config/load.h"
#include "config/profile.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/"

static struct cfg_findings findings;

static struct site *drilled(void)
{
    struct site *site = cfg_site_load(SAMPLE "site.conf", &findings);
    cr_assert_not_null(site);
    site->shadow = true;
    cr_assert(cfg_site_drill(site, "/run/drill/1", &findings));
    return site;
}

Test(drill, every_channel_but_the_terminal_keeps_its_messages_below_the_directory)
{
    struct site *site = drilled();
    for (unsigned i = 0; i < site->channel_count; i++) {
        if (site->policy.channels[i].kind == FO_CHANNEL_TERMINAL) {
            cr_assert_null(site->channels[i].device);
            continue;
        }
        cr_assert_eq(site->policy.channels[i].kind, FO_CHANNEL_COMMAND);
        cr_assert_eq(site->channels[i].kind, FO_CHANNEL_COMMAND);
        cr_assert_str_eq(site->channels[i].command, "/run/drill/1/message");
        cr_assert_null(site->channels[i].smtp.url);
    }
    cfg_site_free(site);
}

Test(drill, no_program_socket_or_state_of_the_site_itself_is_left)
{
    struct site *site = drilled();
    cr_assert(site->policy.drill);
    cr_assert_not(site->shadow);
    cr_assert_str_eq(site->state_directory, "/run/drill/1/monitor");
    cr_assert_str_eq(site->control_socket, "/run/drill/1/monitor/control.sock");
    cr_assert_str_eq(site->executor_socket, "/run/drill/1/monitor/executor.sock");
    cr_assert_str_eq(site->key_file, "/run/drill/1/key");
    cr_assert_null(site->control_group);
    cr_assert_null(site->passphrase_file);
    for (unsigned i = 0; i < site->act_count; i++) {
        cr_assert(site->acts[i].program == NULL ||
                  strncmp(site->acts[i].program, "/run/drill/1/act-", 17) == 0);
    }
    cr_assert_eq(site->recorder.size, 0);
    cr_assert_eq(site->drill_every_us, 0, "nobody is told in a drill that one is due");
    cfg_site_free(site);
}

Test(drill, devices_keep_their_addresses_and_speak_as_the_simulator_does)
{
    struct site *site = drilled();
    for (unsigned i = 0; i < site->device_count; i++) {
        const struct cfg_device *device = &site->devices[i];
        cr_assert_not_null(device->chosen, "%s", device->name);
        cr_assert_str_eq(device->chosen->name, device->profile);
        cr_assert_eq(device->address.storage.ss_family, AF_INET);
        cr_assert_eq(strncmp(device->address_text, "10.20.9.", 8), 0);
    }
    cr_assert_str_eq(site->devices[0].snmp.community, CFG_DRILL_COMMUNITY);
    cfg_site_free(site);
}

Test(drill, a_device_on_a_serial_line_gets_an_address_that_is_nobodys)
{
    struct site *site = cfg_site_load(SAMPLE "site.conf", &findings);
    site->devices[2].address = (struct cfg_address){0};
    site->devices[2].driver = CFG_DRIVER_MODBUS_RTU;
    cr_assert(cfg_site_drill(site, "/run/drill/1", &findings));
    cr_assert_str_eq(site->devices[2].address_text, CFG_DRILL_DEVICES ".12:502");
    cr_assert_eq(site->devices[2].driver, CFG_DRIVER_MODBUS_TCP);
    cfg_site_free(site);
}

Test(drill, who_is_called_and_what_is_needed_stay_as_they_were)
{
    struct site *plain = cfg_site_load(SAMPLE "site.conf", &findings), *site = drilled();
    cr_assert_eq(memcmp(plain->policy.persons, site->policy.persons, sizeof plain->policy.persons),
                 0);
    cr_assert_eq(memcmp(plain->policy.rungs, site->policy.rungs, sizeof plain->policy.rungs), 0);
    cr_assert_eq(
        memcmp(plain->policy.services, site->policy.services, sizeof plain->policy.services), 0);
    cfg_site_free(plain);
    cfg_site_free(site);
}

Test(drill, an_agent_takes_no_step_and_marks_its_alarm)
{
    struct cfg_agent *agent = cfg_agent_load(SAMPLE "agent-1.conf", &findings);
    cr_assert_not_null(agent->promote);
    agent->watchdog = "/dev/watchdog0";
    cr_assert(cfg_agent_drill(agent, "/run/drill/1", true, &findings));
    cr_assert(agent->drill);
    cr_assert_null(agent->promote);
    cr_assert_null(agent->demote);
    cr_assert_null(agent->drain);
    cr_assert_null(agent->watchdog);
    cr_assert(agent->gate_by_agent);
    cr_assert_str_eq(agent->alarm_command, "/run/drill/1/message");
    cr_assert_str_eq(agent->state_directory, "/run/drill/1/dispatch-1");
    cr_assert_str_eq(agent->pid_file, "/run/drill/1/dispatch-1/service.pid");
    cfg_agent_free(agent);
}

Test(drill, a_directory_that_sockets_would_not_fit_under_is_refused)
{
    static const char *const unfit[] = {
        "run/drill", "/a/directory/that/is/far/too/long/for/the/sockets/that/lie/below/it"};
    for (size_t i = 0; i < 2; i++) {
        struct site *site = cfg_site_load(SAMPLE "site.conf", &findings);
        memset(&findings, 0, sizeof findings);
        cr_assert_not(cfg_site_drill(site, unfit[i], &findings));
        cr_assert_eq(findings.errors, 1);
        cfg_site_free(site);
    }
}

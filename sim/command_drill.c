/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim drill`: reads a drill file, runs it against a room and a daemon, reports. It owns the
 * options and the interrupt; at the end it takes nothing back, it says what is still injected. */
#include "sim/client.h"
#include "sim/commands.h"
#include "sim/drill/report.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>

#define CONTROL_DEFAULT "/run/noroshi/control.sock"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* The room's list of what is injected; new reference or NULL. */
static json_t *injected_ask(const char *room)
{
    json_t *order = json_pack("{s:s}", "order", "state");
    json_t *answer = sim_client_ask(room, order);
    json_t *list = json_object_get(json_object_get(answer, "state"), "injected");
    json_incref(list);
    json_decref(answer);
    json_decref(order);
    return list;
}

static int drill_run(const struct sim_scenario *scenario, const char *room, const char *control,
                     bool json)
{
    struct sim_drill *drill = calloc(1, sizeof(*drill));
    if (drill == NULL) {
        return SIM_EXIT_FAILED;
    }
    struct sigaction action = {.sa_handler = on_interrupt}; /* no restart: poll must return */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    drill->scenario = scenario;
    drill->room = room;
    drill->control = control;
    drill->progress = json ? stderr : stdout;
    fprintf(drill->progress, "drill: %s\n", scenario->name);
    bool held = sim_drill_run(drill, &interrupted);
    json_t *injected = injected_ask(room);
    if (json) {
        json_t *report = sim_report_json(drill, held, injected);
        json_dumpf(report, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(report);
    } else {
        sim_report_print(drill, held, injected, stdout);
    }
    json_decref(injected);
    free(drill);
    return held ? SIM_EXIT_OK : SIM_EXIT_FAILED;
}

/* The steps as they stand, none of them begun. */
static void plan_print(const struct sim_scenario *scenario)
{
    struct sim_drill *drill = calloc(1, sizeof(*drill));
    json_t *none = json_array();

    if (drill != NULL) {
        drill->scenario = scenario;
        json_t *report = sim_report_json(drill, false, none);
        json_dumpf(report, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(report);
    }
    json_decref(none);
    free(drill);
}

static int scenario_run(const char *file, const char *room, const char *control, bool json,
                        bool plan)
{
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    struct sim_scenario *scenario = calloc(1, sizeof(*scenario));
    int code = SIM_EXIT_FAILED;
    if (findings != NULL && scenario != NULL) {
        bool good = sim_scenario_read(file, scenario, findings);
        cfg_findings_print(findings, stderr);
        code = !good  ? SIM_EXIT_USAGE
               : plan ? SIM_EXIT_OK
                      : drill_run(scenario, room, control, json);
        if (good && plan) {
            plan_print(scenario);
        }
    }
    free(findings);
    free(scenario);
    return code;
}

int sim_command_drill(int argc, char **argv)
{
    static const struct option options[] = {{"room", required_argument, NULL, 'r'},
                                            {"control", required_argument, NULL, 'c'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"plan", no_argument, NULL, 'p'},
                                            {0}};
    const char *room = NULL;
    const char *control = getenv("NOROSHI_SOCKET");
    bool json = false, plan = false;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
            case 'r':
                room = optarg;
                break;
            case 'c':
                control = optarg;
                break;
            case 'j':
                json = true;
                break;
            case 'p':
                plan = true;
                break;
            default:
                optind = argc + 1;
                break;
        }
    }
    if (optind != argc - 1) {
        fprintf(stderr,
                "usage: monitorsim drill FILE [--room SOCKET] [--control SOCKET] "
                "[--json] [--plan]\n");
        return SIM_EXIT_USAGE;
    }
    if (control == NULL || control[0] == '\0') {
        control = CONTROL_DEFAULT;
    }
    return scenario_run(argv[optind], sim_room_socket(room), control, json, plan);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The door of dispatch-agent: arguments, configuration, key, exit codes. It owns nothing that runs;
 * the agent is agent.c, the orders to a running one are client.c. */
#include "config/drill.h"
#include "config/load.h"
#include "monitord/agent/agent.h"
#include "monitord/agent/client.h"
#include "monitord/agent/gate.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 64, EXIT_CONFIG = 2 };

static const char usage[] =
    "usage: dispatch-agent --config FILE [--drill DIR] [--check]\n"
    "       dispatch-agent status [--json] [--socket PATH | --config FILE]\n"
    "       dispatch-agent force --peer-is-off [--socket PATH | --config FILE]\n"
    "       dispatch-agent gate --remove --config FILE\n"
    "       dispatch-agent gate --try\n"
    "       dispatch-agent --help | --version\n"
    "\n"
    "  --config FILE   the agent's file; runs in the foreground until SIGTERM\n"
    "  --drill DIR     serve in the twin of the room: no steps, state below DIR (monitorsim(1))\n"
    "  --check         only read the file, print every finding and the verdict: exit 0, or 2\n"
    "  status          ask the running agent (exit 4: none answers)\n"
    "  force           break-glass: serve alone, on your word that the other server is off\n"
    "  gate --try      whether this kernel lets the gate be loaded (exit 0, or 1 with the reason)\n"
    "  gate --remove   take the gate off the interfaces; nothing guards the address after that\n"
    "  --socket PATH   socket of the running agent (default /var/lib/noroshi-agent/agent.sock)\n";

#define DEFAULT_SOCKET "/var/lib/noroshi-agent/agent.sock"

struct arguments {
    const char *order; /* NULL: run */
    const char *config, *socket, *drill;
    bool check, json, peer_is_off, remove, try;
};

static int say_usage(void)
{
    fputs(usage, stderr);
    return EXIT_USAGE;
}

/* The configuration, or NULL with the findings on standard error; warnings are printed too. */
static struct cfg_agent *load(const char *path, const char *drill, bool check)
{
    static struct cfg_findings findings;
    char error[160];
    struct cfg_agent *config = cfg_agent_load(path, &findings);
    if (config != NULL && drill != NULL &&
        !cfg_agent_drill(config, drill, !md_gate_try(error, sizeof error), &findings)) {
        cfg_agent_free(config);
        config = NULL;
    }
    cfg_findings_print(&findings, stderr);
    if (check) {
        cfg_findings_sum_up(&findings, path, stderr);
    }
    return config;
}

static int run(const struct arguments *arguments)
{
    uint8_t key[32];
    char error[320] = "";
    int status = EXIT_CONFIG;
    struct cfg_agent *config = load(arguments->config, arguments->drill, arguments->check);
    if (config == NULL) {
        return EXIT_CONFIG;
    }
    if (arguments->check) {
        status = 0;
    } else if (!cfg_key_load(config->key_file, key, error, sizeof error)) {
        fprintf(stderr, "%s: key_file: %s\n", config->path, error);
    } else {
        status = md_agent_run(config, key);
    }
    sodium_memzero(key, sizeof key);
    cfg_agent_free(config);
    return status;
}

static int ask(const struct arguments *arguments)
{
    const char *path = arguments->socket != NULL ? arguments->socket : DEFAULT_SOCKET;
    struct cfg_agent *config = NULL;
    if (arguments->config != NULL) {
        config = load(arguments->config, NULL, false);
        if (config == NULL) {
            return EXIT_CONFIG;
        }
        path = arguments->socket != NULL ? arguments->socket : config->control_socket;
    }
    int status = strcmp(arguments->order, "force") == 0 ? md_client_force(path)
                                                        : md_client_status(path, arguments->json);
    cfg_agent_free(config);
    return status;
}

static int remove_gate(const struct arguments *arguments)
{
    char error[160];
    struct cfg_agent *config = load(arguments->config, NULL, false);
    if (config == NULL) {
        return EXIT_CONFIG;
    }
    int status = 0;
    if (!md_gate_remove(config->service_interface, error, sizeof error)) {
        fprintf(stderr, "dispatch-agent: %s\n", error);
        status = 1;
    }
    for (unsigned i = 0; i < config->net_count; i++) {
        if (config->nets[i].interface != NULL) {
            md_gate_remove(config->nets[i].interface, error, sizeof error);
        }
    }
    cfg_agent_free(config);
    return status;
}

static int try_gate(void)
{
    char error[160];
    if (!md_gate_try(error, sizeof error)) {
        fprintf(stderr, "dispatch-agent: %s\n", error);
        return EXIT_FAILURE;
    }
    puts("the gate can be loaded");
    return EXIT_SUCCESS;
}

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"check", no_argument, NULL, 'k'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"socket", required_argument, NULL, 's'},
                                            {"drill", required_argument, NULL, 'd'},
                                            {"peer-is-off", no_argument, NULL, 'o'},
                                            {"remove", no_argument, NULL, 'r'},
                                            {"try", no_argument, NULL, 't'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'v'},
                                            {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
            case 'c':
                arguments->config = optarg;
                break;
            case 'd':
                arguments->drill = optarg;
                break;
            case 'k':
                arguments->check = true;
                break;
            case 'j':
                arguments->json = true;
                break;
            case 's':
                arguments->socket = optarg;
                break;
            case 'o':
                arguments->peer_is_off = true;
                break;
            case 'r':
                arguments->remove = true;
                break;
            case 't':
                arguments->try = true;
                break;
            case 'h':
                fputs(usage, stdout);
                exit(0);
            case 'v':
                puts("dispatch-agent " NOROSHI_VERSION);
                exit(0);
            default:
                return false;
        }
    }
    arguments->order = optind < argc ? argv[optind] : NULL;
    return optind + 1 >= argc;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.order = NULL};
    if (!parse(argc, argv, &arguments)) {
        return say_usage();
    }
    const char *order = arguments.order;
    if (order == NULL) {
        return arguments.config != NULL ? run(&arguments) : say_usage();
    }
    if (strcmp(order, "status") == 0 || (strcmp(order, "force") == 0 && arguments.peer_is_off)) {
        return ask(&arguments);
    }
    if (strcmp(order, "gate") == 0 && arguments.remove && arguments.config != NULL) {
        return remove_gate(&arguments);
    }
    if (strcmp(order, "gate") == 0 && arguments.try) {
        return try_gate();
    }
    return say_usage();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim twin`: reads a site and its agents as a drill does, and writes what builds their twin
 * into a directory: network, room.conf, names, and the programs that stand for channels and acts.
 * It owns those files and starts nothing; deploy/drill-twin is the caller. */
#include "sim/commands.h"
#include "sim/twin.h"

#include "config/load.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE 512

static FILE *file_open(const struct sim_twin *twin, const char *name, mode_t mode)
{
    char path[PLACE];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", twin->directory, name);
    file = fopen(path, "we");
    if (file == NULL || fchmod(fileno(file), mode) != 0) {
        fprintf(stderr, "monitorsim twin: %s: %s\n", path, strerror(errno));
        if (file != NULL) {
            fclose(file);
        }
        return NULL;
    }
    return file;
}

static bool file_close(const struct sim_twin *twin, const char *name, FILE *file)
{
    bool good = fclose(file) == 0;

    if (!good) {
        fprintf(stderr, "monitorsim twin: %s/%s: %s\n", twin->directory, name, strerror(errno));
    }
    return good;
}

/* Stands for every channel: keeps what it is given, one JSON object a line. */
static bool message_write(const struct sim_twin *twin)
{
    FILE *file = file_open(twin, "message", 0755);

    if (file == NULL) {
        return false;
    }
    fprintf(file, "#!/bin/sh\nline=$(tr -d '\\n')\nprintf '%%s\\n' \"$line\" >>%s/messages.jsonl\n",
            twin->directory);
    return file_close(twin, "message", file);
}

/* The server that an act switches off; NULL: none. */
static const char *server_of(const struct site *site, const char *act)
{
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        for (unsigned level = 0; site->servers[server].fence[level] != NULL; level++) {
            if (strcmp(site->servers[server].fence[level], act) == 0) {
                return site->servers[server].name;
            }
        }
    }
    return NULL;
}

/* Stands for a program of an act: off takes the simulated server's power, status reads it back. */
static bool act_write(const struct sim_twin *twin, const struct cfg_act *act)
{
    const char *server = server_of(twin->site, act->name);
    char name[PLACE];
    FILE *file;

    snprintf(name, sizeof(name), "act-%s", act->name);
    file = file_open(twin, name, 0755);
    if (file == NULL) {
        return false;
    }
    fputs("#!/bin/sh\ncase $(cat) in\n", file);
    if (server != NULL) {
        fprintf(file,
                "*action=off*) %s/monitorsim fault %s state=dead --room %s/sim.sock ;;\n"
                "*action=status*) %s/monitorsim state --json --room %s/sim.sock |\n"
                "    jq -e '.hosts[] | select(.name == \"%s\") | .status == \"dead\"' >/dev/null &&"
                " exit 2 ;;\n",
                twin->programs, server, twin->directory, twin->programs, twin->directory, server);
    }
    fputs("esac\nexit 0\n", file);
    return file_close(twin, name, file);
}

static bool folder_make(const struct sim_twin *twin, const char *name)
{
    char path[PLACE];

    snprintf(path, sizeof(path), "%s/%s", twin->directory, name);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        fprintf(stderr, "monitorsim twin: %s: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

static bool twin_write(struct sim_twin *twin)
{
    static const char *const names[] = {"network", "room.conf", "names"};
    bool good = folder_make(twin, "monitor") && folder_make(twin, twin->site->servers[0].name) &&
                folder_make(twin, twin->site->servers[1].name) && message_write(twin);

    for (unsigned i = 0; i < twin->site->act_count; i++) {
        good =
            good && (twin->site->acts[i].program == NULL || act_write(twin, &twin->site->acts[i]));
    }
    for (unsigned i = 0; i < 3 && good; i++) {
        FILE *file = file_open(twin, names[i], 0600);
        if (file == NULL) {
            return false;
        }
        if (i == 0) {
            sim_twin_network(twin, file);
        } else if (i == 1) {
            sim_twin_room(twin, file);
        } else {
            sim_twin_names(twin, file);
        }
        good = file_close(twin, names[i], file);
    }
    return good;
}

/* The agents' files go to the servers whose names they carry. */
static bool agents_take(struct sim_twin *twin, char **files, struct cfg_agent *owned[FO_SERVERS],
                        struct cfg_findings *findings)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        owned[i] = cfg_agent_load(files[i], findings);
        if (owned[i] == NULL || !cfg_agent_drill(owned[i], twin->directory, false, findings)) {
            return false;
        }
        for (unsigned server = 0; server < FO_SERVERS; server++) {
            const char *name = twin->site->servers[server].name;
            if (name != NULL && strcmp(owned[i]->name, name) == 0) {
                twin->agents[server] = owned[i];
                twin->agent_files[server] = files[i];
            }
        }
    }
    return true;
}

static int twin_make(struct sim_twin *twin, char **agents)
{
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    struct cfg_agent *owned[FO_SERVERS] = {NULL, NULL};
    struct site *site = findings == NULL ? NULL : cfg_site_load(twin->site_file, findings);
    bool good = site != NULL && cfg_site_drill(site, twin->directory, findings);

    twin->site = site;
    good = good && agents_take(twin, agents, owned, findings) && sim_twin_survey(twin, findings);
    if (findings != NULL && findings->errors > 0) {
        cfg_findings_print(findings, stderr);
    }
    int code = !good ? SIM_EXIT_USAGE : twin_write(twin) ? SIM_EXIT_OK : SIM_EXIT_FAILED;
    cfg_agent_free(owned[0]);
    cfg_agent_free(owned[1]);
    cfg_site_free(site);
    free(findings);
    return code;
}

/* agent-1.conf and agent-2.conf beside the site's file, in memory of the caller. */
static char *beside(const char *site_file, const char *name, char *path)
{
    const char *slash = strrchr(site_file, '/');

    snprintf(path, PATH_MAX, "%.*s%s", slash == NULL ? 0 : (int)(slash - site_file + 1), site_file,
             name);
    return path;
}

/* A build tree has all programs in one folder, an installation has the daemons in sbin beside bin.
 */
static const char *daemons_beside(const char *programs, char path[PLACE])
{
    snprintf(path, PLACE, "%s/monitord", programs);
    snprintf(path, PLACE, "%s%s", programs, access(path, X_OK) == 0 ? "" : "/../sbin");
    return path;
}

int sim_command_twin(int argc, char **argv)
{
    static const struct option options[] = {{"agent", required_argument, NULL, 'a'},
                                            {"directory", required_argument, NULL, 'd'},
                                            {"programs", required_argument, NULL, 'p'},
                                            {0}};
    static char paths[FO_SERVERS][PATH_MAX];
    struct sim_twin twin = {.programs = "/usr/bin"};
    char daemons[PLACE];
    char *agents[FO_SERVERS];
    unsigned count = 0;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'a' && count < FO_SERVERS) {
            agents[count++] = optarg;
        } else if (option == 'd') {
            twin.directory = optarg;
        } else if (option == 'p') {
            twin.programs = optarg;
        } else {
            optind = argc + 1;
        }
    }
    if (optind != argc - 1 || twin.directory == NULL || (count != 0 && count != FO_SERVERS)) {
        fprintf(stderr,
                "usage: monitorsim twin SITE-FILE --directory DIR [--programs DIR] "
                "[--agent FILE --agent FILE]\n");
        return SIM_EXIT_USAGE;
    }
    twin.site_file = argv[optind];
    twin.daemons = daemons_beside(twin.programs, daemons);
    if (count == 0) {
        agents[0] = beside(twin.site_file, "agent-1.conf", paths[0]);
        agents[1] = beside(twin.site_file, "agent-2.conf", paths[1]);
    }
    return twin_make(&twin, agents);
}

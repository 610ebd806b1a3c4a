/* SPDX-License-Identifier: Apache-2.0 */
/* monitord's door: arguments in, exit code out (0 well, 1 cannot run, 2 the configuration is wrong,
 * 3 a device cannot be read). It owns the loop and the site, and leaves everything else to app.c.
 */
#include "config/drill.h"
#include "config/duty_file.h"
#include "config/load.h"
#include "monitord/answer_watch.h"
#include "monitord/app.h"
#include "monitord/host.h"
#include "monitord/log.h"
#include "monitord/probe_command.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILES_BESIDE 512 /* sockets, journal, channels: everything but the devices */

enum exit_code { EXIT_WELL = 0, EXIT_CANNOT_RUN = 1, EXIT_BAD_CONFIG = 2 };

struct arguments {
    const char *config, *probe, *drill;
    bool check, json;
};

static const char usage[] =
    "Usage: monitord --config FILE [--drill DIR] [--check | --probe NAME [--json]]\n"
    "Watches the machine room, moves the service when it must, and calls people.\n"
    "\n"
    "  -c, --config FILE  site file (monitord.conf(5))\n"
    "      --drill DIR    run as the drill of this site: everything that leaves is marked, kept "
    "below\n"
    "                     DIR and reaches nobody; only in the twin of the room (monitorsim(1))\n"
    "      --check        read the site file, print every finding with its line and the verdict;\n"
    "                     exit 0, or 2 when the file is refused\n"
    "      --probe NAME   read one device once and print its variables; exit 0, or 3 with the\n"
    "                     reason when it cannot be read\n"
    "      --json         with --probe: one JSON object\n"
    "  -h, --help         print this\n"
    "  -V, --version      print the version\n"
    "\n"
    "Runs in the foreground and logs to standard error. SIGTERM ends it in order.\n";

/* Returns an exit code to end with at once, or -1 to go on. */
static int read_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"check", no_argument, NULL, 'k'},
        {"drill", required_argument, NULL, 'd'},  {"probe", required_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},         {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
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
            case 'p':
                arguments->probe = optarg;
                break;
            case 'j':
                arguments->json = true;
                break;
            case 'h':
                fputs(usage, stdout);
                return EXIT_WELL;
            case 'V':
                puts("monitord " NOROSHI_VERSION);
                return EXIT_WELL;
            default:
                fputs("monitord: `monitord --help` lists the options\n", stderr);
                return EXIT_BAD_CONFIG;
        }
    }
    if (arguments->config == NULL || optind != argc ||
        (arguments->check && arguments->probe != NULL) ||
        (arguments->json && arguments->probe == NULL)) {
        fputs(usage, stderr);
        return EXIT_BAD_CONFIG;
    }
    return -1;
}

static int run(const struct site *site)
{
    uv_loop_t *loop = uv_default_loop();
    char error[512];
    bool started;

    if (site->probe_only) {
        fprintf(stderr, "%s: holds nothing but devices; enough for --probe only\n", site->path);
        return EXIT_BAD_CONFIG;
    }
    md_host_ignore_signals();
    umask(0027);
    md_host_guard_memory();
    md_host_allow_files(FILES_BESIDE + cfg_site_watched(site));
    md_log(MD_LOG_NOTICE, "monitord %s: starts with %s", NOROSHI_VERSION, site->path);
    started = md_app_start(loop, site, error, sizeof(error)) != NULL;
    if (!started) {
        md_log(MD_LOG_ERROR, "monitord: %s", error);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    return started ? EXIT_WELL : EXIT_CANNOT_RUN;
}

/* The duty file is judged here and by nobody at the start: a slip in it must not keep the daemon
 * from watching; it goes on with the last good one. */
static bool check_duty(const struct site *site, struct cfg_findings *findings)
{
    struct cfg_duty *duty = calloc(1, sizeof(*duty));
    bool good = duty != NULL &&
                (site->duty_file == NULL || cfg_duty_load(site, site->duty_file, duty, findings));

    free(duty);
    return good;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    struct site *site;
    int code = read_arguments(argc, argv, &arguments);

    if (code >= 0 || findings == NULL || sodium_init() < 0) {
        free(findings);
        return code >= 0 ? code : EXIT_CANNOT_RUN;
    }
    site = cfg_site_load(arguments.config, findings);
    if (site != NULL && arguments.drill != NULL &&
        !cfg_site_drill(site, arguments.drill, findings)) {
        cfg_site_free(site);
        site = NULL;
    }
    bool good = site != NULL && (!arguments.check || check_duty(site, findings));
    if (good && arguments.check) {
        md_answer_watch_check(site, findings);
    }
    if (site == NULL || arguments.check || findings->count > 0) {
        cfg_findings_print(findings, stderr);
    }
    if (arguments.check) {
        cfg_findings_sum_up(findings, arguments.config, stderr);
    }
    if (!good) {
        code = EXIT_BAD_CONFIG;
    } else if (arguments.check) {
        code = EXIT_WELL;
    } else if (arguments.probe != NULL) {
        code = md_probe_command(site, arguments.probe, arguments.json);
    } else {
        code = run(site);
    }
    cfg_site_free(site);
    free(findings);
    return code;
}

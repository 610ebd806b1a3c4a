/* SPDX-License-Identifier: Apache-2.0 */
/* monitor-executor's door: the small process with the right to act. It reads the same site file as
 * monitord, listens on the executor's socket and switches nothing of its own accord. With --check
 * it listens to nobody: it tries the programs of the acts, by its own rights, and ends. */
#include "config/drill.h"
#include "config/load.h"
#include "monitord/executor/fence_check.h"
#include "monitord/executor/fence_watch.h"
#include "monitord/executor/server.h"
#include "monitord/host.h"
#include "monitord/log.h"

#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

static const char usage[] =
    "Usage: monitor-executor --config FILE [--check | --drill DIR]\n"
    "Runs the acts that the site file lists, when monitord asks for them, once per key.\n"
    "\n"
    "  -c, --config FILE  site file (monitord.conf(5))\n"
    "      --check        try the programs of the acts and switch nothing: what each fence agent\n"
    "                     knows and offers, whether it takes its options, whether it reads its "
    "device;\n"
    "                     exit 0, 2 when something is wrong, 3 when a device does not tell its "
    "state\n"
    "      --drill DIR    act in the twin of the room, with the programs below DIR "
    "(monitorsim(1))\n"
    "  -h, --help         print this\n"
    "  -V, --version      print the version\n";

struct ending {
    struct md_executor *executor;
    struct md_fence_watch *watch; /* NULL: in a drill */
    uv_signal_t on_term, on_int;
};

static void on_signal(uv_signal_t *signal, int number)
{
    struct ending *ending = signal->data;

    (void)number;
    if (ending->executor != NULL) {
        md_log(MD_LOG_NOTICE, "monitor-executor: stops");
        sd_notify(0, "STOPPING=1");
        md_executor_stop(ending->executor, NULL, NULL);
        md_fence_watch_stop(ending->watch);
        ending->executor = NULL;
        uv_close((uv_handle_t *)&ending->on_term, NULL);
        uv_close((uv_handle_t *)&ending->on_int, NULL);
    }
}

/* Whoever owns the state directory is the daemon's user. */
static uid_t peer_of(const struct site *site)
{
    struct stat status;

    return stat(site->state_directory, &status) == 0 ? status.st_uid : geteuid();
}

static void on_begin(void *context)
{
    md_fence_watch_yield(context);
}

static json_t *give_fences(void *context)
{
    return md_fence_watch_json(context);
}

static int run(const struct site *site, bool drill)
{
    uv_loop_t *loop = uv_default_loop();
    struct ending ending = {0};
    char error[512];
    int lock;

    md_host_ignore_signals();
    umask(0077);
    lock = md_host_lock(site->state_directory, "executor.lock", error, sizeof(error));
    if (lock == MD_HOST_LOCK_HELD ||
        (ending.executor = md_executor_start(loop, site, peer_of(site), error, sizeof(error))) ==
            NULL) {
        md_log(MD_LOG_ERROR, "monitor-executor: %s", error);
        uv_run(loop, UV_RUN_DEFAULT);
        md_host_unlock(lock);
        return 1;
    }
    ending.watch = drill ? NULL : md_fence_watch_start(loop, site);
    if (ending.watch != NULL) {
        struct md_executor_watcher watcher = {on_begin, give_fences, ending.watch};

        md_executor_watch(ending.executor, &watcher);
    }
    uv_signal_init(loop, &ending.on_term);
    uv_signal_init(loop, &ending.on_int);
    ending.on_term.data = &ending;
    ending.on_int.data = &ending;
    uv_signal_start(&ending.on_term, on_signal, SIGTERM);
    uv_signal_start(&ending.on_int, on_signal, SIGINT);
    md_log(MD_LOG_NOTICE, "monitor-executor %s: %u acts listed", NOROSHI_VERSION, site->act_count);
    sd_notify(0, "READY=1");
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    md_host_unlock(lock);
    return 0;
}

static int check(const struct site *site, struct cfg_findings *findings)
{
    static const char *const results[] = {
        [MD_FENCE_CHECK_GOOD] = "every program of an act can be run, every fence read",
        [MD_FENCE_CHECK_CANNOT] = "not all was tried",
        [MD_FENCE_CHECK_WRONG] = "a program of an act, or its options, is wrong",
        [MD_FENCE_CHECK_UNREADABLE] = "a device does not tell its state"};
    enum md_fence_check_code code;

    md_host_ignore_signals();
    code = md_fence_check(site, findings, stdout);
    cfg_findings_print(findings, stderr);
    fprintf(stderr, "%s: %s\n", site->path, results[code]);
    return (int)code;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"check", no_argument, NULL, 'k'},
        {"drill", required_argument, NULL, 'd'},  {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0}};
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    const char *config = NULL, *drill = NULL;
    struct site *site;
    bool checks = false;
    int option, code = 2;

    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? usage : "monitor-executor " NOROSHI_VERSION "\n", stdout);
            free(findings);
            return 0;
        }
        if (option == 'd') {
            drill = optarg;
            continue;
        }
        if (option == 'k') {
            checks = true;
            continue;
        }
        config = option == 'c' ? optarg : NULL;
    }
    if (config == NULL || (checks && drill != NULL) || optind != argc || findings == NULL ||
        sodium_init() < 0) {
        fputs(usage, stderr);
        free(findings);
        return 2;
    }
    site = cfg_site_load(config, findings);
    if (site != NULL && drill != NULL && !cfg_site_drill(site, drill, findings)) {
        cfg_site_free(site);
        site = NULL;
    }
    if (site == NULL) {
        cfg_findings_print(findings, stderr);
    } else if (site->probe_only) {
        fprintf(stderr, "%s: holds nothing but devices\n", site->path);
    } else {
        code = checks ? check(site, findings) : run(site, drill != NULL);
    }
    cfg_site_free(site);
    free(findings);
    return code;
}

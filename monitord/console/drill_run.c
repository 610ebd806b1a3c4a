/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the twin as a child and watches the real daemon meanwhile. It owns the child and the signals
 * of this process while it runs; what the result means is drill_result.c's. */
#include "monitord/console/drill.h"

#include "monitord/console/client.h"
#include "monitord/fact.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 500
#define SILENCES_MOST 6 /* looks without an answer: the monitor itself is in trouble */

static volatile sig_atomic_t ordered;

static void on_signal(int number)
{
    (void)number;
    ordered = 1;
}

const char *md_drill_real_trouble(const json_t *status)
{
    json_t *incident;
    size_t i;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        if (strcmp(md_fact_text(incident, "state"), "open") == 0 &&
            !md_fact_true(incident, "drill") &&
            md_fact_number(incident, "severity", 1) < FO_SEVERITY_INFORMATION) {
            return md_fact_text(incident, "id");
        }
    }
    return "";
}

/* The script replaces itself by unshare, whose end is the end of everything in the twin. */
static pid_t child_start(const struct md_drill_run *run)
{
    pid_t parent = getpid(), child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent) {
            execl("/bin/bash", "bash", run->script, run->site_file, run->scenario_file,
                  run->directory, run->programs, (char *)NULL);
            perror("monitorctl: /bin/bash");
        }
        _exit(2);
    }
    return child;
}

/* Whether the real daemon is in trouble; *silences counts looks without an answer. */
static bool real_trouble(const char *socket, unsigned *silences)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(socket, json_pack("{s:s}", "order", "status"), error);
    bool trouble = md_drill_real_trouble(json_object_get(answer, "status"))[0] != '\0';

    *silences = answer == NULL ? *silences + 1 : 0;
    json_decref(answer);
    return trouble || *silences >= SILENCES_MOST;
}

static enum md_drill_end end_of(int status)
{
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        return MD_DRILL_UNFIT;
    }
    return WEXITSTATUS(status) == 0 ? MD_DRILL_HELD : MD_DRILL_FAILED;
}

enum md_drill_end md_drill_carry_out(const struct md_drill_run *run)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    struct sigaction action = {.sa_handler = on_signal}; /* no restart: the pause must end */
    unsigned silences = 0;
    int status = 0;

    ordered = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    pid_t child = child_start(run);
    if (child < 0) {
        perror("monitorctl: fork");
        return MD_DRILL_UNFIT;
    }
    enum md_drill_end cut = MD_DRILL_HELD;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (ordered != 0 && cut == MD_DRILL_HELD) {
            cut = MD_DRILL_ORDERED;
        } else if (cut == MD_DRILL_HELD && run->socket != NULL &&
                   real_trouble(run->socket, &silences)) {
            cut = MD_DRILL_REAL;
        }
        if (cut != MD_DRILL_HELD) {
            kill(child, SIGKILL); /* unshare ignores a gentler one; its child dies with it */
        }
        nanosleep(&pause, NULL);
    }
    return cut != MD_DRILL_HELD ? cut : end_of(status);
}

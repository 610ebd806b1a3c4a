/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts and losses of one line, and its far end. It owns one nftables table of its own name in the
 * line's namespace and touches no other. */
#include "sim/line.h"

#include "sim/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool all_written(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t step = write(fd, text, left);
        if (step <= 0) {
            return false;
        }
        text += step;
        left -= (size_t)step;
    }
    return true;
}

/* Hands a ruleset to nft(8) in the line's namespace and waits for its verdict: some milliseconds.
 */
static bool ruleset_apply(const struct sim_line *line, const char *ruleset)
{
    struct sim_netns_visit visit;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    if (!sim_netns_enter(&visit, line->plan->netns)) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        execlp("nft", "nft", "-f", "-", (char *)NULL);
        execl("/usr/sbin/nft", "nft", "-f", "-", (char *)NULL);
        _exit(127);
    }
    sim_netns_leave(&visit);
    close(ends[0]);
    int status = -1;
    bool written = pid > 0 && all_written(ends[1], ruleset);
    close(ends[1]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    errno = ENOTSUP;
    return written && status == 0;
}

bool sim_line_open(struct sim_line *line, uv_loop_t *loop, const struct sim_line_plan *plan,
                   unsigned number, bool powered)
{
    struct sim_netns_visit visit;
    *line = (struct sim_line){.plan = plan, .number = number, .powered = true};
    line->link = (struct sim_link){.netns = plan->netns, .name = plan->interface};
    sim_line_power(line, powered);
    if (plan->reflector.sin_family == 0) {
        return true;
    }
    if (!sim_netns_enter(&visit, plan->netns)) {
        return false;
    }
    struct sockaddr_in address = plan->reflector;
    line->reflector = sim_stamp_reflector_open(loop, &address, plan->interface);
    int error = errno;
    sim_netns_leave(&visit);
    errno = error;
    return line->reflector != NULL;
}

static bool link_follow(struct sim_line *line)
{
    return line->down || !line->powered ? sim_link_cut(&line->link) : sim_link_join(&line->link);
}

bool sim_line_set_down(struct sim_line *line, bool down)
{
    line->down = down;
    return link_follow(line);
}

bool sim_line_power(struct sim_line *line, bool powered)
{
    if (line->powered == powered) {
        return true;
    }
    line->powered = powered;
    return link_follow(line);
}

static void chain_put(FILE *ruleset, const char *hook, const char *which, const char *interface,
                      uint32_t permille)
{
    if (permille == 0) {
        return;
    }
    fprintf(ruleset, "chain %s { type filter hook %s priority -400;\n%s \"%s\" ", hook, hook, which,
            interface);
    if (permille < 1000) {
        fprintf(ruleset, "numgen random mod 1000 < %u ", permille);
    }
    fputs("drop\n}\n", ruleset);
}

bool sim_line_set_loss(struct sim_line *line, uint32_t permille, uint32_t back_permille)
{
    char text[1024] = "";
    FILE *ruleset = fmemopen(text, sizeof(text), "w");
    if (ruleset == NULL) {
        return false;
    }
    fprintf(ruleset, "table ip noroshi_sim_%u {}\ndelete table ip noroshi_sim_%u\n", line->number,
            line->number);
    if (permille > 0 || back_permille > 0) {
        fprintf(ruleset, "table ip noroshi_sim_%u {\n", line->number);
        chain_put(ruleset, "prerouting", "iifname", line->plan->interface, permille);
        chain_put(ruleset, "postrouting", "oifname", line->plan->interface, back_permille);
        fputs("}\n", ruleset);
    }
    fclose(ruleset);
    if (!ruleset_apply(line, text)) {
        return false;
    }
    line->loss_permille = permille;
    line->loss_back_permille = back_permille;
    return true;
}

void sim_line_close(struct sim_line *line)
{
    if (line->loss_permille > 0 || line->loss_back_permille > 0) {
        sim_line_set_loss(line, 0, 0);
    }
    sim_link_join(&line->link);
    if (line->reflector != NULL) {
        sim_stamp_reflector_close(line->reflector);
        line->reflector = NULL;
    }
}

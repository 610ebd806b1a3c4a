/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts and losses of one line. It owns one nftables table of its own name in the line's namespace
 * and touches no other. */
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

void sim_line_open(struct sim_line *line, const struct sim_line_plan *plan, unsigned number,
                   bool powered)
{
    *line = (struct sim_line){.plan = plan, .number = number, .powered = true};
    line->link = (struct sim_link){.netns = plan->netns, .name = plan->interface};
    sim_line_power(line, powered);
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

bool sim_line_set_loss(struct sim_line *line, uint32_t permille)
{
    char ruleset[512], share[48] = "";
    if (permille < 1000) {
        snprintf(share, sizeof(share), "numgen random mod 1000 < %u", permille);
    }
    int length = snprintf(ruleset, sizeof(ruleset),
                          "table ip noroshi_sim_%u {}\ndelete table ip noroshi_sim_%u\n",
                          line->number, line->number);
    if (permille > 0) {
        snprintf(ruleset + length, sizeof(ruleset) - (size_t)length,
                 "table ip noroshi_sim_%u { chain incoming {\n"
                 "type filter hook prerouting priority -400;\n"
                 "iifname \"%s\" %s drop\n}\n}\n",
                 line->number, line->plan->interface, share);
    }
    if (!ruleset_apply(line, ruleset)) {
        return false;
    }
    line->loss_permille = permille;
    return true;
}

void sim_line_close(struct sim_line *line)
{
    if (line->loss_permille > 0) {
        sim_line_set_loss(line, 0);
    }
    sim_link_join(&line->link);
}

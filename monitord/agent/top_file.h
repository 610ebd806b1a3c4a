/* SPDX-License-Identifier: Apache-2.0 */
/* The one thing the agent keeps on disk: `top`, the highest epoch known to have been held, and by
 * whom. Written beside the old one, synced, renamed, in a worker thread; the lease never waits for
 * it. agent.c owns it. */
#ifndef MONITORD_AGENT_TOP_FILE_H
#define MONITORD_AGENT_TOP_FILE_H

#include "failover/types.h"
#include "monitord/agent/worker.h"

#define MD_TOP_FILE "agent.top" /* in the state directory: one line, "EPOCH P|S|-\n" */
#define MD_TOP_PATH_MAX 512

struct md_top {
    uint64_t epoch;
    uint8_t holder; /* enum fo_voter */
};
struct md_top_file {
    struct md_worker *worker;
    char path[MD_TOP_PATH_MAX], directory[MD_TOP_PATH_MAX];
    struct md_top writing, wanted;
    bool busy, dirty;
    int last_error; /* errno of the newest attempt; 0 */
    uint64_t written, failed;
};

/* Reads what is there into top (epoch 0 and FO_VOTER_NONE when there is none). False with an errno
 * value in *error when there is one that cannot be read or understood: then it is not known what
 * this server has held, and top is as if there were none. worker outlives the object,
 * and has nothing else to do that anybody waits for. */
bool md_top_file_open(struct md_top_file *file, struct md_worker *worker,
                      const char *state_directory, struct md_top *top, int *error);
/* Wants this on disk; the newest wins when several come while one is being written. A write that
 * failed is tried again by md_top_file_retry. */
void md_top_file_put(struct md_top_file *file, const struct md_top *top);
/* Once a second: tries again what failed. */
void md_top_file_retry(struct md_top_file *file);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The one thing the agent keeps on disk: `top`, the highest epoch known to have been held, and by
 * whom; and the standing vote (X1). Written beside the old one, synced, renamed, in a worker
 * thread; only the standing vote waits for it. agent.c owns it. */
#ifndef MONITORD_AGENT_TOP_FILE_H
#define MONITORD_AGENT_TOP_FILE_H

#include "failover/lease.h"
#include "monitord/agent/worker.h"

/* in the state directory: one line, "EPOCH P|S|- none|given|taken\n"; the last word may be missing
 */
#define MD_TOP_FILE "agent.top"
#define MD_TOP_PATH_MAX 512

struct md_top {
    uint64_t epoch;
    uint8_t holder;   /* enum fo_voter */
    uint8_t standing; /* enum fo_standing */
    uint64_t serial;  /* of the asking; not on disk */
};
struct md_top_file {
    struct md_worker *worker;
    char path[MD_TOP_PATH_MAX], directory[MD_TOP_PATH_MAX];
    struct md_top writing, wanted;
    void (*on_written)(void *context, uint64_t serial); /* NULL nobody asks */
    void *context;
    bool busy, dirty;
    int last_error; /* errno of the newest attempt; 0 */
    uint64_t written, failed;
};

/* Reads what is there into top (epoch 0 and FO_VOTER_NONE when there is none). False with an errno
 * value in *error when there is one that cannot be read or understood: then it is not known what
 * this server has held, and top is as if there were none; its standing is then FO_STANDING_GIVEN,
 * the worst case. Set on_written and context afterwards, who wants them. worker outlives the
 * object, and has nothing else to do that anybody waits for. */
bool md_top_file_open(struct md_top_file *file, struct md_worker *worker,
                      const char *state_directory, struct md_top *top, int *error);
/* Wants this on disk; the newest wins when several come while one is being written. A write that
 * failed is tried again by md_top_file_retry. */
void md_top_file_put(struct md_top_file *file, const struct md_top *top);
/* Once a second: tries again what failed. */
void md_top_file_retry(struct md_top_file *file);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A channel that speaks through libcurl: each job is tried by one line after the other until the
 * other side has answered. It owns the tries and their time; a channel gives the options of a
 * transfer and says what an answer means. The rooms of mail and webhooks stand on it. */
#ifndef MONITORD_CURL_CHANNEL_H
#define MONITORD_CURL_CHANNEL_H

#include "monitord/channel_job.h"
#include "monitord/curl_loop.h"

/* The beginning of a channel's own job. */
struct md_curl_job {
    struct md_channel_job job;
    struct md_curl_transfer curl;
};
/* What a kind of channel adds. */
struct md_curl_manner {
    size_t job_size;
    /* Address, protocol, secrets and task of a fresh handle, before each try. */
    void (*options)(struct md_curl_job *job, CURL *easy);
    /* What the answer's code (0: none came) means after a conversation that ended with `code`.
     * False: nothing was answered, the next line has its turn. */
    bool (*judge)(struct md_curl_job *job, CURLcode code, long answer, enum fo_outcome *outcome);
    /* Frees what the job holds beside the transfer. */
    void (*forget)(struct md_curl_job *job);
};
/* The beginning of a kind's room. */
struct md_curl_channel {
    struct md_channel_jobs jobs;
    const struct md_curl_manner *manner;
};
void md_curl_channel_init(struct md_curl_channel *channel, const struct md_channel_world *world,
                          const struct md_curl_manner *manner);
/* The first try; the job may have ended when this returns. */
void md_curl_channel_go(struct md_curl_job *job);
/* As in struct md_channel_kind; room begins with a struct md_curl_channel. */
void md_curl_channel_test(void *room, uint8_t channel, md_tested tested, void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a channel that takes its time has under way: pages and quiet tests, each with the lines it
 * has tried. It owns the list, and tells each end once to who asked; how a job is done and what an
 * answer means is the channel's. The rooms of mail, webhooks and INFORMs stand on it. */
#ifndef MONITORD_CHANNEL_JOB_H
#define MONITORD_CHANNEL_JOB_H

#include "monitord/channel.h"
#include "monitord/curl_lines.h"

/* The beginning of a channel's own job, which is freed when its end was told. */
struct md_channel_job {
    struct md_channel_jobs *jobs;
    uint8_t channel;
    struct md_page *page; /* NULL: a quiet test, or an errand of the channel's own */
    md_tested tested;     /* NULL: none that asked */
    void *context;
    unsigned tried; /* lines so far */
    struct md_channel_job *next;
};
/* Embedded in the room of a kind; begun by md_channel_jobs_init. */
struct md_channel_jobs {
    const struct md_channel_world *world;
    size_t job_size;
    void (*forget)(struct md_channel_job *job);
    struct md_channel_job *first;
    struct md_curl_lines lines[FO_CHANNELS_MAX];
};
/* job_size: bytes of the channel's job. forget closes and frees what a job holds, before its end is
 * told. */
void md_channel_jobs_init(struct md_channel_jobs *jobs, const struct md_channel_world *world,
                          size_t job_size, void (*forget)(struct md_channel_job *job));
/* Each adds a job, zero behind its beginning. NULL when out of memory: the page or the test has
 * then been told so. */
void *md_channel_job_page(struct md_channel_jobs *jobs, struct md_page *page);
void *md_channel_job_test(struct md_channel_jobs *jobs, uint8_t channel, md_tested tested,
                          void *context);
/* One that nobody waits for. */
void *md_channel_job_errand(struct md_channel_jobs *jobs, uint8_t channel);
bool md_channel_job_is_errand(const struct md_channel_job *job);

const struct cfg_channel *md_channel_job_config(const struct md_channel_job *job);
/* Time for one try: what the channel has, shared among its lines. */
long md_channel_job_try_ms(const struct md_channel_job *job);
/* The line of this try works: the next jobs begin with it. */
void md_channel_job_worked(struct md_channel_job *job);

/* Ends the job: its page has this outcome; a test works when it was accepted. */
void md_channel_job_end(struct md_channel_job *job, enum fo_outcome outcome, unsigned reason,
                        int detail);
/* Ends all of them, to be tried again. */
void md_channel_jobs_end(struct md_channel_jobs *jobs);

#endif

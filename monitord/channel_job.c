/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a channel's jobs (see channel_job.h). It speaks to nobody outside and logs nothing.
 */
#include "monitord/channel_job.h"

#include "failover/reason.h"

#include <stdlib.h>

#define TRY_LEAST_MS 100

void md_channel_jobs_init(struct md_channel_jobs *jobs, const struct md_channel_world *world,
                          size_t job_size, void (*forget)(struct md_channel_job *job))
{
    *jobs = (struct md_channel_jobs){.world = world, .job_size = job_size, .forget = forget};
    for (unsigned i = 0; i < world->site->channel_count; i++) {
        jobs->lines[i].channel = &world->site->channels[i];
    }
}

void *md_channel_job_errand(struct md_channel_jobs *jobs, uint8_t channel)
{
    struct md_channel_job *job = calloc(1, jobs->job_size);

    if (job != NULL) {
        job->jobs = jobs;
        job->channel = channel;
        job->next = jobs->first;
        jobs->first = job;
    }
    return job;
}

void *md_channel_job_page(struct md_channel_jobs *jobs, struct md_page *page)
{
    struct md_channel_job *job = md_channel_job_errand(jobs, page->command.notify.channel);

    if (job == NULL) {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        return NULL;
    }
    job->page = page;
    return job;
}

void *md_channel_job_test(struct md_channel_jobs *jobs, uint8_t channel, md_tested tested,
                          void *context)
{
    struct md_channel_job *job = md_channel_job_errand(jobs, channel);

    if (job == NULL) {
        tested(context, channel, false, 0);
        return NULL;
    }
    job->tested = tested;
    job->context = context;
    return job;
}

bool md_channel_job_is_errand(const struct md_channel_job *job)
{
    return job->page == NULL && job->tested == NULL;
}

const struct cfg_channel *md_channel_job_config(const struct md_channel_job *job)
{
    return &job->jobs->world->site->channels[job->channel];
}

long md_channel_job_try_ms(const struct md_channel_job *job)
{
    unsigned lines = md_curl_line_count(md_channel_job_config(job));
    long each_ms =
        md_page_limit_ms(job->jobs->world->site, job->channel) / (long)(lines > 0 ? lines : 1);

    return each_ms > TRY_LEAST_MS ? each_ms : TRY_LEAST_MS;
}

void md_channel_job_worked(struct md_channel_job *job)
{
    md_curl_line_worked(&job->jobs->lines[job->channel], job->tried);
}

void md_channel_job_end(struct md_channel_job *job, enum fo_outcome outcome, unsigned reason,
                        int detail)
{
    struct md_channel_job ended = *job;
    struct md_channel_job **at = &job->jobs->first;

    job->jobs->forget(job);
    while (*at != job) {
        at = &(*at)->next;
    }
    *at = job->next;
    free(job);
    if (ended.page != NULL) {
        ended.page->done(ended.page, outcome, reason, detail);
    } else if (ended.tested != NULL) {
        ended.tested(ended.context, ended.channel, outcome == FO_OUTCOME_ACCEPTED, detail);
    }
}

void md_channel_jobs_end(struct md_channel_jobs *jobs)
{
    while (jobs->first != NULL) {
        md_channel_job_end(jobs->first, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

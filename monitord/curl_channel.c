/* SPDX-License-Identifier: Apache-2.0 */
/* Tries of a job by libcurl (see curl_channel.h). Sockets are curl_loop.c's, the order of the lines
 * curl_lines.c's. */
#include "monitord/curl_channel.h"

#include "failover/reason.h"

#include <stddef.h>

static const struct md_curl_manner *manner_of(const struct md_curl_job *job)
{
    return ((const struct md_curl_channel *)job->job.jobs)->manner;
}

static void forget(struct md_channel_job *job)
{
    struct md_curl_job *curl_job = (struct md_curl_job *)job;

    md_curl_close(&curl_job->curl);
    manner_of(curl_job)->forget(curl_job);
}

static void on_ended(struct md_curl_transfer *curl, CURLcode code);

static bool start_try(struct md_curl_job *job)
{
    struct md_channel_jobs *jobs = job->job.jobs;
    struct md_curl *loop = jobs->world->curl;

    if (loop == NULL || !md_curl_open(loop, &job->curl, md_channel_job_try_ms(&job->job))) {
        return false;
    }
    job->curl.ended = on_ended;
    manner_of(job)->options(job, job->curl.easy);
    md_curl_bind(job->curl.easy, &jobs->lines[job->job.channel], job->job.tried);
    return md_curl_go(&job->curl);
}

static void on_ended(struct md_curl_transfer *curl, CURLcode code)
{
    struct md_curl_job *job =
        (struct md_curl_job *)((char *)curl - offsetof(struct md_curl_job, curl));
    enum fo_outcome outcome = FO_OUTCOME_RETRY;
    long answer = 0;

    curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &answer);
    if (manner_of(job)->judge(job, code, answer, &outcome)) {
        bool accepted = outcome == FO_OUTCOME_ACCEPTED;
        if (accepted) {
            md_channel_job_worked(&job->job);
        }
        md_channel_job_end(&job->job, outcome, accepted ? FO_REASON_NONE : FO_REASON_BAD_STATUS,
                           (int)answer);
    } else if (job->job.tried + 1 < md_curl_line_count(md_channel_job_config(&job->job))) {
        md_curl_close(curl);
        job->job.tried++;
        if (!start_try(job)) {
            md_channel_job_end(&job->job, FO_OUTCOME_RETRY, FO_REASON_NONE, (int)code);
        }
    } else {
        md_channel_job_end(&job->job, FO_OUTCOME_RETRY, md_curl_reason(code), (int)code);
    }
}

void md_curl_channel_init(struct md_curl_channel *channel, const struct md_channel_world *world,
                          const struct md_curl_manner *manner)
{
    md_channel_jobs_init(&channel->jobs, world, manner->job_size, forget);
    channel->manner = manner;
}

void md_curl_channel_go(struct md_curl_job *job)
{
    if (!start_try(job)) {
        md_channel_job_end(&job->job, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
}

void md_curl_channel_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    struct md_curl_channel *curl_channel = room;
    struct md_curl_job *job = md_channel_job_test(&curl_channel->jobs, channel, tested, context);

    if (job != NULL) {
        md_curl_channel_go(job);
    }
}

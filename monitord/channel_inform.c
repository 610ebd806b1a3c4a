/* SPDX-License-Identifier: Apache-2.0 */
/* A central alarm receiver by SNMP INFORM: a page is accepted when the receiver has confirmed it.
 * It carries the short form alone, because version 2c travels in the clear, and no name or address
 * of a person. It owns what is told and the turns of the lines; the jobs are channel_job.h's, the
 * conversation is probes/snmp_session.h's. The objects are those of deploy/mib/NOROSHI-MIB.txt. */
#include "failover/reason.h"
#include "monitord/channel_job.h"
#include "probes/clock.h"
#include "probes/snmp_session.h"

#include <stdlib.h>
#include <string.h>

#define EXCHANGE_MAX_US (3 * FO_SECOND) /* one way is not waited for longer before the next */

/* Below net-snmp's playpen (NET-SNMP-MIB): we have no number of our own in the registry. */
#define BASE 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 7320
#define BASE_LENGTH 10
enum { TRAP_OPEN = 1, TRAP_OVER, TRAP_ALIVE };
enum { FACT_SITE = 1, FACT_INCIDENT, FACT_CAUSE, FACT_TEXT, FACT_EPOCH, FACT_DRILL, FACT_RESEND };
enum { TRUTH_YES = 1, TRUTH_NO = 2 }; /* TruthValue of SNMPv2-TC */

struct job {
    struct md_channel_job job;
    fo_us exchange_us, end_us;
    struct pb_snmp_session *session;
    struct pb_snmp_notice notice;
};
struct informs {
    struct md_channel_jobs jobs;
    unsigned open; /* sessions that have not closed yet */
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static struct informs *informs_of(const struct job *job)
{
    return (struct informs *)job->job.jobs;
}

static void free_when_idle(struct informs *informs)
{
    void (*done)(void *) = informs->done;
    void *context = informs->done_context;

    if (informs->stopping && informs->open == 0) {
        free(informs);
        done(context);
    }
}

static void on_session_closed(void *context)
{
    struct informs *informs = context;

    informs->open--;
    free_when_idle(informs);
}

static void close_session(struct job *job)
{
    if (job->session != NULL) {
        pb_snmp_session_close(job->session, on_session_closed, informs_of(job));
        job->session = NULL;
    }
}

static void forget(struct md_channel_job *job)
{
    close_session((struct job *)job);
}

/* ---- what is told ------------------------------------------------------------------------------
 */

static struct pb_snmp_fact *add_fact(struct job *job, uint32_t object)
{
    struct pb_snmp_fact *fact = &job->notice.facts[job->notice.count++];

    fact->oid = (struct cfg_oid){.arcs = {BASE, 1, object, 0}, .length = BASE_LENGTH + 3};
    return fact;
}

static void compose(struct job *job)
{
    const struct md_page *page = job->job.page;
    uint8_t message = page != NULL ? page->command.notify.message : FO_MESSAGES;
    uint32_t trap = page == NULL                                                       ? TRAP_ALIVE
                    : message == FO_MESSAGE_RECOVERED || message == FO_MESSAGE_ABORTED ? TRAP_OVER
                                                                                       : TRAP_OPEN;

    job->notice.trap = (struct cfg_oid){.arcs = {BASE, 0, trap}, .length = BASE_LENGTH + 2};
    job->notice.uptime_cs = (uint32_t)(pb_clock_us() / 10000);
    add_fact(job, FACT_SITE)->text = job->job.jobs->world->site->name;
    if (page != NULL) {
        add_fact(job, FACT_INCIDENT)->text = page->message.incident;
        add_fact(job, FACT_CAUSE)->text = fo_reason_name(page->command.reason);
        add_fact(job, FACT_TEXT)->text = page->message.brief;
        add_fact(job, FACT_EPOCH)->integer = page->command.notify.epoch;
        add_fact(job, FACT_DRILL)->integer = page->command.notify.drill ? TRUTH_YES : TRUTH_NO;
        add_fact(job, FACT_RESEND)->integer = page->command.notify.resend ? TRUTH_YES : TRUTH_NO;
    }
}

/* ---- tries -------------------------------------------------------------------------------------
 */

static void on_told(void *context, enum fo_reason reason, const struct pb_snmp_answer *answer);

/* One try by the line whose turn it is. */
static enum fo_reason begin(struct job *job)
{
    const struct cfg_channel *channel = md_channel_job_config(&job->job);
    const char *device = md_curl_device(&job->job.jobs->lines[job->job.channel], job->job.tried);
    enum fo_reason reason;

    job->session = pb_snmp_session_open(job->job.jobs->world->loop, &channel->address,
                                        &channel->snmp, job->exchange_us, on_told, job, &reason);
    if (job->session == NULL) {
        return reason;
    }
    informs_of(job)->open++;
    reason = FO_REASON_NO_ROUTE;
    if (device == NULL || pb_snmp_session_bind(job->session, device)) {
        reason = pb_snmp_session_inform(job->session, &job->notice);
    }
    if (reason != FO_REASON_NONE) {
        close_session(job);
    }
    return reason;
}

/* The next line that takes it; the end of the job when none does. */
static void go_on(struct job *job)
{
    unsigned lines = md_curl_line_count(md_channel_job_config(&job->job));
    enum fo_reason reason = FO_REASON_NO_ROUTE;

    for (unsigned i = 0; i < (lines > 0 ? lines : 1); i++) {
        reason = begin(job);
        if (reason == FO_REASON_NONE) {
            return;
        }
        job->job.tried++;
    }
    md_channel_job_end(&job->job, FO_OUTCOME_RETRY, reason, 0);
}

static void on_told(void *context, enum fo_reason reason, const struct pb_snmp_answer *answer)
{
    struct job *job = context;
    bool silent = reason == FO_REASON_NO_ANSWER || reason == FO_REASON_UNREACHABLE;

    if (reason == FO_REASON_NONE && answer->error_status == 0) {
        md_channel_job_worked(&job->job);
        md_channel_job_end(&job->job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    } else if (reason == FO_REASON_NONE) {
        md_channel_job_end(&job->job, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS, answer->error_status);
    } else if (silent && pb_clock_us() + job->exchange_us <= job->end_us) {
        close_session(job);
        job->job.tried++;
        go_on(job);
    } else {
        md_channel_job_end(&job->job, FO_OUTCOME_RETRY, reason, 0);
    }
}

static void set_times(struct job *job)
{
    const struct cfg_channel *channel = md_channel_job_config(&job->job);
    fo_us limit_us = (fo_us)md_page_limit_ms(job->job.jobs->world->site, job->job.channel) * FO_MS;
    /* with version 3 the question for the receiver's engine goes before: an exchange more */
    unsigned exchanges = channel->snmp.version == CFG_SNMP_V3 ? 4 : 2;
    fo_us share_us = limit_us * 9 / 10 / exchanges;

    job->exchange_us = share_us < EXCHANGE_MAX_US ? share_us : EXCHANGE_MAX_US;
    job->end_us = pb_clock_us() + limit_us;
}

/* NULL: it has ended for want of memory. */
static void tell(struct job *job)
{
    if (job != NULL) {
        set_times(job);
        compose(job);
        go_on(job);
    }
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static void *inform_start(const struct md_channel_world *world)
{
    struct informs *informs = calloc(1, sizeof(*informs));

    if (informs != NULL) {
        md_channel_jobs_init(&informs->jobs, world, sizeof(struct job), forget);
    }
    return informs;
}

static void inform_send(void *room, struct md_page *page)
{
    tell(md_channel_job_page(&((struct informs *)room)->jobs, page));
}

static void inform_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    tell(md_channel_job_test(&((struct informs *)room)->jobs, channel, tested, context));
}

static void inform_stop(void *room, void (*done)(void *context), void *context)
{
    struct informs *informs = room;

    informs->stopping = true;
    informs->done = done;
    informs->done_context = context;
    informs->open++; /* ours */
    md_channel_jobs_end(&informs->jobs);
    on_session_closed(informs);
}

const struct md_channel_kind md_channel_inform = {inform_start, inform_send, inform_test,
                                                  inform_stop};

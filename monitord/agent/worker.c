/* SPDX-License-Identifier: Apache-2.0 */
/* The thread, its queue and the way back. It owns both queues; the jobs' contexts are their
 * givers'. */
#include "monitord/agent/worker.h"

#include "failover/assert.h"
#include "monitord/agent/process.h"

#include <signal.h>
#include <string.h>

#define STACK_SIZE ((size_t)256 * 1024)

static struct md_job take_first(struct md_job *jobs, unsigned *count)
{
    struct md_job job = jobs[0];
    (*count)--;
    memmove(jobs, jobs + 1, *count * sizeof *jobs);
    return job;
}

static void run_thread(void *argument)
{
    struct md_worker *worker = argument;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    md_process_prefer_thread();
    uv_mutex_lock(&worker->mutex);
    while (!worker->stop) {
        if (worker->waiting_count == 0) {
            uv_cond_wait(&worker->wake, &worker->mutex);
            continue;
        }
        struct md_job job = take_first(worker->waiting, &worker->waiting_count);
        uv_mutex_unlock(&worker->mutex);
        job.work(job.context);
        uv_mutex_lock(&worker->mutex);
        FO_ASSERT(worker->finished_count < MD_WORKER_JOBS_MAX);
        worker->finished[worker->finished_count++] = job;
        md_wakeup_send(&worker->wakeup);
    }
    uv_mutex_unlock(&worker->mutex);
}

static void on_finished(void *context)
{
    struct md_worker *worker = context;
    for (;;) {
        uv_mutex_lock(&worker->mutex);
        if (worker->finished_count == 0 || worker->stop) {
            uv_mutex_unlock(&worker->mutex);
            return;
        }
        struct md_job job = take_first(worker->finished, &worker->finished_count);
        uv_mutex_unlock(&worker->mutex);
        worker->unfinished--;
        if (job.done != NULL) {
            job.done(job.context);
        }
    }
}

bool md_worker_start(struct md_worker *worker, uv_loop_t *loop)
{
    uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
    memset(worker, 0, sizeof *worker);
    return uv_mutex_init(&worker->mutex) == 0 && uv_cond_init(&worker->wake) == 0 &&
           md_wakeup_init(&worker->wakeup, loop, on_finished, worker) &&
           uv_thread_create_ex(&worker->thread, &options, run_thread, worker) == 0;
}

void md_worker_give(struct md_worker *worker, const struct md_job *job)
{
    FO_ASSERT(job->work != NULL);
    FO_ASSERT(worker->unfinished < MD_WORKER_JOBS_MAX);
    worker->unfinished++;
    uv_mutex_lock(&worker->mutex);
    worker->waiting[worker->waiting_count++] = *job;
    uv_cond_signal(&worker->wake);
    uv_mutex_unlock(&worker->mutex);
}

void md_worker_stop(struct md_worker *worker)
{
    uv_mutex_lock(&worker->mutex);
    worker->stop = true;
    uv_cond_signal(&worker->wake);
    uv_mutex_unlock(&worker->mutex);
    uv_thread_join(&worker->thread);
    uv_mutex_destroy(&worker->mutex);
    uv_cond_destroy(&worker->wake);
    md_wakeup_close(&worker->wakeup);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One thread for what may wait on the kernel's network lock: another program that changes a link
 * can hold that lock for a second, and the loop that keeps the lease must not stand still
 * meanwhile. Jobs run one after the other, in order. It knows nothing of what they do; agent.c owns
 * it. */
#ifndef MONITORD_AGENT_WORKER_H
#define MONITORD_AGENT_WORKER_H

#include "monitord/agent/wakeup.h"

#define MD_WORKER_JOBS_MAX 32

/* work runs in the thread, done (may be NULL) afterwards on the loop; what they share belongs to
 * the work until done is called. */
struct md_job {
    void (*work)(void *context);
    void (*done)(void *context);
    void *context;
};
struct md_worker {
    uv_thread_t thread;
    uv_mutex_t mutex;
    uv_cond_t wake;
    struct md_wakeup wakeup;
    struct md_job waiting[MD_WORKER_JOBS_MAX], finished[MD_WORKER_JOBS_MAX];
    unsigned waiting_count, finished_count;
    unsigned unfinished; /* on the loop's side: given and not yet done */
    bool stop;
};

/* False when the kernel has no thread or handle left. */
bool md_worker_start(struct md_worker *worker, uv_loop_t *loop);
/* Gives one more job. The caller keeps its jobs few: more than MD_WORKER_JOBS_MAX unfinished ones
 * are a programmer's error. */
void md_worker_give(struct md_worker *worker, const struct md_job *job);
/* Not from a job. Waits for the job that runs, drops the others, ends the thread. The loop
 * must turn once more before the object's memory goes. */
void md_worker_stop(struct md_worker *worker);

#endif

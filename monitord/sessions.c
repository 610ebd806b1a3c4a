/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions on shared terminals (see sessions.h). It owns the life of tokens and the count of wrong
 * tries; what a person may do is orders.c's. Hashes and files are touched on the worker thread
 * alone, because the loop must not wait for either. */
#include "monitord/sessions.h"

#include "monitord/log.h"
#include "monitord/passphrase.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_session_job {
    uv_work_t work;
    struct md_sessions *sessions; /* NULL: nobody waits any more */
    unsigned slot;
    uid_t uid;
    uint8_t person;
    char id[64], path[1024], last_use[1024];
    char passphrase[MD_PASSPHRASE_SIZE];
    enum md_passphrase_verdict verdict;
    fo_wall_ms last_use_ms;
};

void md_sessions_init(struct md_sessions *sessions, const struct site *site, uv_loop_t *loop)
{
    memset(sessions, 0, sizeof(*sessions));
    sessions->site = site;
    sessions->loop = loop;
}

/* ---- wrong tries ---------------------------------------------------------------------------- */

/* The count of this user; the oldest gives way when there is no room. */
static struct md_session_tries *tries_of(struct md_sessions *sessions, uid_t uid)
{
    struct md_session_tries *oldest = &sessions->tries[0];

    for (unsigned i = 0; i < MD_SESSIONS_MAX; i++) {
        struct md_session_tries *tries = &sessions->tries[i];
        if (tries->wrong > 0 && tries->uid == uid) {
            return tries;
        }
        oldest = tries->wrong == 0 || (oldest->wrong > 0 && tries->last_us < oldest->last_us)
                     ? tries
                     : oldest;
    }
    *oldest = (struct md_session_tries){.uid = uid};
    return oldest;
}

static bool is_blocked(struct md_sessions *sessions, uid_t uid, fo_us now_us)
{
    struct md_session_tries *tries = tries_of(sessions, uid);

    if (tries->wrong > 0 && now_us - tries->last_us >= MD_SESSION_BLOCK_US) {
        tries->wrong = 0;
    }
    return tries->wrong >= MD_SESSION_TRIES;
}

static void count_wrong(struct md_sessions *sessions, uid_t uid, fo_us now_us)
{
    struct md_session_tries *tries = tries_of(sessions, uid);

    tries->wrong += tries->wrong < MD_SESSION_TRIES ? 1 : 0;
    tries->last_us = now_us;
    for (unsigned i = 0; i < MD_SESSIONS_MAX && tries->wrong >= MD_SESSION_TRIES; i++) {
        if (sessions->list[i].uid == uid && sessions->list[i].state == MD_SESSION_OPEN) {
            sessions->list[i].state = MD_SESSION_NONE;
        }
    }
}

/* ---- the worker ----------------------------------------------------------------------------- */

/* When this person last used his passphrase; remembers that it is now. */
static void note_use(struct md_session_job *job)
{
    char *text = NULL;
    size_t size = 0;
    FILE *old = fopen(job->last_use, "re"), *fresh;
    char aside[sizeof(job->last_use) + 8], id[64];
    int64_t at_ms;

    snprintf(aside, sizeof(aside), "%s.new", job->last_use);
    fresh = fopen(aside, "we");
    while (old != NULL && getline(&text, &size, old) > 0) {
        if (sscanf(text, "%63s %" SCNd64, id, &at_ms) != 2) {
            continue;
        }
        if (strcmp(id, job->id) == 0) {
            job->last_use_ms = at_ms;
        } else if (fresh != NULL) {
            fprintf(fresh, "%s %" PRId64 "\n", id, at_ms);
        }
    }
    if (fresh != NULL) {
        fprintf(fresh, "%s %" PRId64 "\n", job->id, md_wall_now_ms());
        if (fclose(fresh) == 0) {
            rename(aside, job->last_use);
        }
    }
    if (old != NULL) {
        fclose(old);
    }
    free(text);
}

static void on_work(uv_work_t *work)
{
    struct md_session_job *job = work->data;

    job->verdict = md_passphrase_check(job->path, job->id, job->passphrase);
    sodium_memzero(job->passphrase, sizeof(job->passphrase));
    if (job->verdict == MD_PASSPHRASE_RIGHT) {
        note_use(job);
    }
}

static void on_worked(uv_work_t *work, int status)
{
    struct md_session_job *job = work->data;
    struct md_sessions *sessions = job->sessions;
    bool right = status == 0 && job->verdict == MD_PASSPHRASE_RIGHT;

    if (sessions != NULL) {
        struct md_session *session = &sessions->list[job->slot];
        sessions->job = NULL;
        session->state = right ? MD_SESSION_OPEN : MD_SESSION_WRONG;
        session->used_us = pb_clock_us();
        session->last_use_ms = job->last_use_ms;
        if (job->verdict == MD_PASSPHRASE_UNREADABLE) {
            md_log(MD_LOG_ERROR, "sessions: %s cannot be read, or others may read it", job->path);
        } else if (!right) {
            count_wrong(sessions, job->uid, session->used_us);
        } else {
            tries_of(sessions, job->uid)->wrong = 0;
        }
        if (sessions->ended != NULL) {
            sessions->ended(sessions->context, job->uid, job->person, right);
        }
    }
    free(job);
}

/* ---- sessions ------------------------------------------------------------------------------- */

static bool is_over(const struct md_sessions *sessions, const struct md_session *session,
                    fo_us now_us)
{
    return session->state != MD_SESSION_CHECKING &&
           now_us - session->used_us >= sessions->site->idle_lock_us;
}

static unsigned free_slot(struct md_sessions *sessions, fo_us now_us)
{
    unsigned best = 0;

    for (unsigned i = 0; i < MD_SESSIONS_MAX; i++) {
        if (sessions->list[i].state == MD_SESSION_NONE ||
            is_over(sessions, &sessions->list[i], now_us)) {
            return i;
        }
        best = sessions->list[i].used_us < sessions->list[best].used_us ? i : best;
    }
    return best; /* only one check is under way, so the oldest is an open one */
}

enum md_session_begin md_sessions_begin(struct md_sessions *sessions, uid_t uid, uint8_t person,
                                        const char *passphrase, fo_us now_us,
                                        char token[MD_SESSION_TOKEN_SIZE])
{
    unsigned char random[(MD_SESSION_TOKEN_SIZE - 1) / 2];
    struct md_session_job *job;

    if (sessions->loop == NULL || sessions->site->passphrase_file == NULL) {
        return MD_SESSION_NOWHERE;
    }
    if (is_blocked(sessions, uid, now_us)) {
        return MD_SESSION_BLOCKED;
    }
    job = sessions->job == NULL ? calloc(1, sizeof(*job)) : NULL;
    if (job == NULL) {
        return MD_SESSION_BUSY;
    }
    job->work.data = job;
    job->sessions = sessions;
    job->slot = free_slot(sessions, now_us);
    job->uid = uid;
    job->person = person;
    snprintf(job->id, sizeof(job->id), "%s", sessions->site->persons[person].id);
    snprintf(job->path, sizeof(job->path), "%s", sessions->site->passphrase_file);
    snprintf(job->last_use, sizeof(job->last_use), "%s/last-use", sessions->site->state_directory);
    snprintf(job->passphrase, sizeof(job->passphrase), "%s", passphrase);
    randombytes_buf(random, sizeof(random));
    sodium_bin2hex(token, MD_SESSION_TOKEN_SIZE, random, sizeof(random));
    if (uv_queue_work(sessions->loop, &job->work, on_work, on_worked) != 0) {
        free(job);
        return MD_SESSION_BUSY;
    }
    sessions->job = job;
    sessions->list[job->slot] = (struct md_session){
        .state = MD_SESSION_CHECKING, .person = person, .uid = uid, .used_us = now_us};
    memcpy(sessions->list[job->slot].token, token, MD_SESSION_TOKEN_SIZE);
    return MD_SESSION_BEGUN;
}

static struct md_session *find(struct md_sessions *sessions, uid_t uid, const char *token,
                               fo_us now_us)
{
    for (unsigned i = 0; i < MD_SESSIONS_MAX && strlen(token) == MD_SESSION_TOKEN_SIZE - 1; i++) {
        struct md_session *session = &sessions->list[i];
        if (session->state != MD_SESSION_NONE && session->uid == uid &&
            sodium_memcmp(session->token, token, MD_SESSION_TOKEN_SIZE - 1) == 0) {
            if (is_over(sessions, session, now_us)) {
                session->state = MD_SESSION_NONE;
                return NULL;
            }
            return session;
        }
    }
    return NULL;
}

struct md_session md_sessions_look(struct md_sessions *sessions, uid_t uid, const char *token,
                                   fo_us now_us)
{
    struct md_session *session = find(sessions, uid, token, now_us);
    struct md_session copy = {.state = MD_SESSION_NONE, .person = FO_NONE};

    if (session != NULL) {
        copy = *session;
        session->state = copy.state == MD_SESSION_WRONG ? MD_SESSION_NONE : copy.state;
    }
    return copy;
}

uint8_t md_sessions_use(struct md_sessions *sessions, uid_t uid, const char *token, fo_us now_us)
{
    struct md_session *session = find(sessions, uid, token, now_us);

    if (session == NULL || session->state != MD_SESSION_OPEN) {
        return FO_NONE;
    }
    session->used_us = now_us;
    return session->person;
}

void md_sessions_end(struct md_sessions *sessions, uid_t uid, const char *token)
{
    struct md_session *session = find(sessions, uid, token, pb_clock_us());

    if (session != NULL && session->state != MD_SESSION_CHECKING) {
        session->state = MD_SESSION_NONE;
    }
}

void md_sessions_stop(struct md_sessions *sessions)
{
    if (sessions->job != NULL) {
        sessions->job->sessions = NULL;
        sessions->job = NULL;
    }
}

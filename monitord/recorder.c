/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded queue between the loop and the thread that writes the recording. It owns the rhythm of
 * segments and hashes and what is done when the disk fails; the form of the bytes is recording.h's,
 * the files are recorder_files.h's. */
#include "monitord/recorder.h"

#include "monitord/log.h"
#include "monitord/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define ROOM_EVERY_NS (5 * (uint64_t)1000000000) /* the folder is measured so often */

enum task { TASK_BEGIN, TASK_APPEND, TASK_PIN, TASK_UNPIN, TASK_SETTLE };
struct block {
    struct block *next;
    enum task task;
    uint64_t number; /* begin */
    size_t length;
    uint8_t bytes[]; /* pin, unpin: the id */
};

struct md_recorder {
    const struct site *site;
    uint64_t boot;
    uv_thread_t thread;

    /* shared, under lock */
    uv_mutex_t lock;
    uv_cond_t wake;
    struct block *head, *tail;
    size_t held;
    bool stopping, failed; /* failed: what is appended goes nowhere until a new beginning */
    uint64_t next;         /* number of the next segment; 0: the folder is not open */
    char error[256];
    struct md_recorder_room room;

    /* the loop's */
    bool writing;             /* a segment is under way */
    bool well_said;           /* as last written to the log */
    uint64_t lost, lost_told; /* steps; as of the newest head */
    fo_us segment_us, hashed_us, retry_us;
    size_t segment_bytes;
    struct md_recording_memory memory;
    uint8_t item[MD_RECORDING_MAGIC_SIZE + 3 * MD_RECORDING_ITEM_MAX];

    /* the thread's */
    struct md_recorder_files *files;
};

/* ---- the thread ----------------------------------------------------------------------------- */

static bool do_block(struct md_recorder *recorder, const struct block *block, char *error)
{
    struct md_recorder_files *files = recorder->files;
    const char *id = (const char *)block->bytes;

    switch (block->task) {
        case TASK_BEGIN:
            return md_recorder_files_begin(files, block->number, block->bytes, block->length, error,
                                           256);
        case TASK_APPEND:
            return md_recorder_files_append(files, block->bytes, block->length, error, 256);
        case TASK_PIN:
            return md_recorder_files_pin(files, id, error, 256);
        case TASK_UNPIN:
            return md_recorder_files_unpin(files, id, error, 256);
        case TASK_SETTLE:
        default:
            return md_recorder_files_settle(files, error, 256);
    }
}

/* The lock is held and given back for the time of the work. */
static void work_off(struct md_recorder *recorder)
{
    struct block *list = recorder->head;
    char error[256] = "";
    bool failed = recorder->failed;

    recorder->head = recorder->tail = NULL;
    recorder->held = 0;
    uv_mutex_unlock(&recorder->lock);
    while (list != NULL) {
        struct block *block = list;
        bool good = true;

        list = block->next;
        failed = failed && block->task != TASK_BEGIN;
        if (recorder->files == NULL) {
            failed = true;
        } else if (block->task != TASK_APPEND || !failed) {
            good = do_block(recorder, block, error);
        }
        failed = failed || (!good && block->task <= TASK_APPEND);
        free(block);
    }
    uv_mutex_lock(&recorder->lock);
    recorder->failed = failed;
    if (error[0] != '\0') {
        snprintf(recorder->error, sizeof(recorder->error), "%s", error);
    }
}

/* The lock is held and given back for the time of the work. */
static void measure(struct md_recorder *recorder)
{
    const struct site *site = recorder->site;
    struct md_recorder_room room = {0};
    char error[256] = "";

    uv_mutex_unlock(&recorder->lock);
    if (recorder->files == NULL) {
        recorder->files = md_recorder_files_open(site->state_directory, site->control_group,
                                                 (uint64_t)site->recorder.size,
                                                 (uint64_t)site->recorder.kept, error, 256);
    }
    if (recorder->files != NULL) {
        md_recorder_files_room(recorder->files, &room);
    }
    uv_mutex_lock(&recorder->lock);
    recorder->room = room;
    if (recorder->files == NULL) {
        recorder->failed = true;
        snprintf(recorder->error, sizeof(recorder->error), "%s", error);
    } else if (recorder->next == 0) {
        recorder->next = md_recorder_files_next(recorder->files);
    }
}

static void thread_main(void *argument)
{
    struct md_recorder *recorder = argument;
    uint64_t measured_ns = 0;

    uv_mutex_lock(&recorder->lock);
    for (;;) {
        if (measured_ns == 0 || uv_hrtime() - measured_ns > ROOM_EVERY_NS) {
            measure(recorder);
            measured_ns = uv_hrtime();
        }
        if (recorder->head != NULL) {
            work_off(recorder);
        } else if (recorder->stopping) {
            break;
        } else {
            uv_cond_timedwait(&recorder->wake, &recorder->lock, ROOM_EVERY_NS);
        }
    }
    uv_mutex_unlock(&recorder->lock);
    md_recorder_files_close(recorder->files);
    recorder->files = NULL;
}

/* ---- the loop's side ------------------------------------------------------------------------ */

static bool queue(struct md_recorder *recorder, enum task task, uint64_t number,
                  const uint8_t *bytes, size_t length)
{
    struct block *block = malloc(sizeof(*block) + length);
    bool taken = false;

    if (block == NULL) {
        return false;
    }
    *block = (struct block){.task = task, .number = number, .length = length};
    memcpy(block->bytes, bytes, length);
    uv_mutex_lock(&recorder->lock);
    if (recorder->held + length <= MD_RECORDER_HELD_MAX) {
        taken = true;
        if (recorder->tail != NULL) {
            recorder->tail->next = block;
        } else {
            recorder->head = block;
        }
        recorder->tail = block;
        recorder->held += length;
        uv_cond_signal(&recorder->wake);
    }
    uv_mutex_unlock(&recorder->lock);
    if (!taken) {
        free(block);
    }
    return taken;
}

static void begin_segment(struct md_recorder *recorder, const struct md_engine_host *host,
                          fo_us now_us, fo_wall_ms wall_ms)
{
    struct md_recording_head head = {.version = MD_RECORDING_VERSION,
                                     .boot = recorder->boot,
                                     .now_us = now_us,
                                     .wall_ms = wall_ms,
                                     .lost = recorder->lost - recorder->lost_told,
                                     .program = "monitord " NOROSHI_VERSION};
    uint8_t *at = recorder->item;

    uv_mutex_lock(&recorder->lock);
    head.number = recorder->next;
    uv_mutex_unlock(&recorder->lock);
    recorder->writing = false;
    recorder->retry_us = now_us + MD_RECORDER_RETRY_US;
    if (head.number == 0) {
        return;
    }
    memcpy(at, MD_RECORDING_MAGIC, MD_RECORDING_MAGIC_SIZE);
    at += MD_RECORDING_MAGIC_SIZE;
    at += md_recording_put_head(at, &head);
    at += md_recording_put_site(at, recorder->site);
    at += md_recording_put_image(at, host->engine);
    memset(recorder->memory.length, 0, sizeof(recorder->memory.length));
    recorder->segment_bytes = (size_t)(at - recorder->item);
    recorder->segment_us = now_us;
    recorder->writing =
        queue(recorder, TASK_BEGIN, head.number, recorder->item, recorder->segment_bytes);
    if (recorder->writing) {
        recorder->lost_told = recorder->lost;
        uv_mutex_lock(&recorder->lock);
        recorder->next++;
        uv_mutex_unlock(&recorder->lock);
    }
}

void md_recorder_begin(struct md_recorder *recorder, const struct md_engine_host *host,
                       fo_us now_us, fo_wall_ms wall_ms)
{
    if (recorder != NULL) {
        begin_segment(recorder, host, now_us, wall_ms);
    }
}

/* Whether the thread has failed since; the log hears of each change once. */
static bool is_failed(struct md_recorder *recorder)
{
    char error[256];

    uv_mutex_lock(&recorder->lock);
    bool failed = recorder->failed;
    snprintf(error, sizeof(error), "%s", recorder->error);
    uv_mutex_unlock(&recorder->lock);
    if (failed == recorder->well_said) {
        recorder->well_said = !failed;
        if (failed) {
            md_log(MD_LOG_WARNING, "recorder: cannot write, goes on without: %s", error);
        } else {
            md_log(MD_LOG_NOTICE, "recorder: writes again");
        }
    }
    return failed;
}

/* What goes out at once and needs no record of its own is not worth a hash. */
static bool is_decision(const struct fo_output *out)
{
    bool said = out->record_count > 0 || out->durable;

    for (uint32_t i = 0; i < out->command_count && !said; i++) {
        said = out->commands[i].kind != FO_COMMAND_SEND && out->commands[i].kind != FO_COMMAND_POLL;
    }
    return said;
}

static size_t put_step(struct md_recorder *recorder, const struct md_engine_host *host,
                       const struct fo_event *event, bool failed)
{
    struct md_recorded_step step = {.event = *event, .failed = failed};

    if (!failed) {
        step.has_output = is_decision(host->out);
        step.has_state =
            step.has_output || event->now_us - recorder->hashed_us >= MD_RECORDER_HASH_US;
    }
    if (step.has_output) {
        step.output = fo_output_hash(host->out);
    }
    if (step.has_state) {
        step.state = fo_engine_hash(host->engine);
        recorder->hashed_us = event->now_us;
    }
    return md_recording_put_step(recorder->item, &recorder->memory, &step);
}

void md_recorder_take(struct md_recorder *recorder, const struct md_engine_host *host,
                      const struct fo_event *event, enum md_host_seen seen)
{
    size_t length;

    if (recorder == NULL) {
        return;
    }
    bool failed = is_failed(recorder);
    recorder->writing = recorder->writing && !failed;
    if (recorder->writing) {
        length = seen == MD_HOST_SEEN_ANEW
                     ? md_recording_put_anew(recorder->item)
                     : put_step(recorder, host, event, seen == MD_HOST_SEEN_FAILED);
        recorder->writing = length == 0 || queue(recorder, TASK_APPEND, 0, recorder->item, length);
        recorder->segment_bytes += length;
    }
    if (!recorder->writing) {
        recorder->lost++;
    }
    if (seen == MD_HOST_SEEN_ANEW) {
        return; /* no state to begin with before its first event */
    }
    bool full = event->now_us - recorder->segment_us >= MD_RECORDER_SEGMENT_US ||
                recorder->segment_bytes >= MD_RECORDER_SEGMENT_BYTES;
    if (recorder->writing ? full : event->now_us >= recorder->retry_us) {
        begin_segment(recorder, host, event->now_us, event->wall_ms);
    }
}

static void queue_id(struct md_recorder *recorder, enum task task, const char *id)
{
    if (recorder != NULL && !queue(recorder, task, 0, (const uint8_t *)id, strlen(id) + 1)) {
        md_log(MD_LOG_WARNING, "recorder: no room in memory, %s is not held", id);
    }
}

void md_recorder_pin(struct md_recorder *recorder, const char *id)
{
    queue_id(recorder, TASK_PIN, id);
}

void md_recorder_unpin(struct md_recorder *recorder, const char *id)
{
    queue_id(recorder, TASK_UNPIN, id);
}

void md_recorder_settle(struct md_recorder *recorder)
{
    queue_id(recorder, TASK_SETTLE, "");
}

void md_recorder_facts(struct md_recorder *recorder, struct md_recorder_facts *facts)
{
    *facts = (struct md_recorder_facts){0};
    if (recorder == NULL) {
        return;
    }
    uv_mutex_lock(&recorder->lock);
    facts->room = recorder->room;
    facts->held = recorder->held;
    facts->well = !recorder->failed && recorder->writing;
    snprintf(facts->error, sizeof(facts->error), "%s", recorder->error);
    uv_mutex_unlock(&recorder->lock);
    facts->on = true;
    facts->lost = recorder->lost;
}

struct md_recorder *md_recorder_start(const struct site *site, uint64_t boot)
{
    struct md_recorder *recorder;

    if (site->recorder.size == 0) {
        return NULL;
    }
    recorder = calloc(1, sizeof(*recorder));
    if (recorder == NULL || uv_mutex_init(&recorder->lock) != 0) {
        md_log(MD_LOG_ERROR, "recorder: out of memory, goes on without");
        free(recorder);
        return NULL;
    }
    recorder->site = site;
    recorder->boot = boot;
    recorder->well_said = true;
    uv_cond_init(&recorder->wake);
    /* the first look is done here: the recording begins with the very first step */
    uv_mutex_lock(&recorder->lock);
    measure(recorder);
    uv_mutex_unlock(&recorder->lock);
    if (uv_thread_create(&recorder->thread, thread_main, recorder) != 0) {
        md_log(MD_LOG_ERROR, "recorder: cannot start its thread, goes on without");
        md_recorder_files_close(recorder->files);
        uv_cond_destroy(&recorder->wake);
        uv_mutex_destroy(&recorder->lock);
        free(recorder);
        return NULL;
    }
    return recorder;
}

void md_recorder_stop(struct md_recorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    uv_mutex_lock(&recorder->lock);
    recorder->stopping = true;
    uv_cond_signal(&recorder->wake);
    uv_mutex_unlock(&recorder->lock);
    uv_thread_join(&recorder->thread);
    while (recorder->head != NULL) {
        struct block *block = recorder->head;

        recorder->head = block->next;
        free(block);
    }
    uv_cond_destroy(&recorder->wake);
    uv_mutex_destroy(&recorder->lock);
    free(recorder);
}

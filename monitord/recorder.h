/* SPDX-License-Identifier: Apache-2.0 */
/* The flight recorder as the daemon's loop sees it: each step of the engine is handed over in
 * memory, a thread of its own writes. The loop never waits and never faults on a file: where the
 * disk is full, gone or slow, steps are counted as lost and the monitor goes on. A step reaches the
 * page cache within moments, so a killed process loses none but the very last; nothing is synced
 * save the stretches of incidents. Memory mapping is left to the reader: a page of a mapped file
 * that cannot be written is a signal that kills, or a wait in the middle of the loop. */
#ifndef MONITORD_RECORDER_H
#define MONITORD_RECORDER_H

#include "config/site.h"
#include "monitord/engine_host.h"
#include "monitord/recorder_files.h"

#define MD_RECORDER_SEGMENT_US FO_MINUTE            /* a snapshot at least so often */
#define MD_RECORDER_SEGMENT_BYTES (4 * 1024 * 1024) /* … and not more between two */
#define MD_RECORDER_HASH_US FO_SECOND               /* the whole engine is hashed so often */
#define MD_RECORDER_HELD_MAX (2 * 1024 * 1024)      /* bytes that wait for the disk */
#define MD_RECORDER_RETRY_US (10 * FO_SECOND)

struct md_recorder;
struct md_recorder_facts {
    bool on;       /* the site wants one */
    bool well;     /* it is being written */
    uint64_t lost; /* steps that could not be recorded since the start */
    size_t held;   /* bytes that wait for the disk */
    struct md_recorder_room room;
    char error[256]; /* the newest; "" none */
};

/* NULL when the site wants none, or when memory or a thread is missing (said in the log). boot is
 * that of the daemon's process. A folder that cannot be used is tried again. */
struct md_recorder *md_recorder_start(const struct site *site, uint64_t boot);
/* For md_engine_host's observer: what happened to the engine. recorder may be NULL, here and
 * below. */
void md_recorder_take(struct md_recorder *recorder, const struct md_engine_host *host,
                      const struct fo_event *event, enum md_host_seen seen);
/* The state before the first event: begins the recording. */
void md_recorder_begin(struct md_recorder *recorder, const struct md_engine_host *host,
                       fo_us now_us, fo_wall_ms wall_ms);
/* An incident opens (or was open at the start) and ends. id: "INC-…". */
void md_recorder_pin(struct md_recorder *recorder, const char *id);
void md_recorder_unpin(struct md_recorder *recorder, const char *id);
/* All that is open at the start has been pinned: what is left over is joined. */
void md_recorder_settle(struct md_recorder *recorder);
void md_recorder_facts(struct md_recorder *recorder, struct md_recorder_facts *facts);
/* Writes what is left and ends the thread. */
void md_recorder_stop(struct md_recorder *recorder);

#endif

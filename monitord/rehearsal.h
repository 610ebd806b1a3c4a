/* SPDX-License-Identifier: Apache-2.0 */
/* "If X failed now": the engine as the flight recorder last knew it, with the inputs of the last
 * seconds going on as they were, save that one thing fails. It hands out what the engine would
 * decide until its first act on the world, whose outcome nobody can know. It runs on a copy, reads
 * the recording only, and reaches nothing and nobody. drill rehearse calls it. */
#ifndef MONITORD_REHEARSAL_H
#define MONITORD_REHEARSAL_H

#include "monitord/recording_read.h"
#include "monitord/replay.h"

#define MD_REHEARSAL_TAPE_US \
    (12 * FO_SECOND)               /* inputs that go on: longer than any usual interval */
#define MD_REHEARSAL_TAPE_MAX 8192 /* events of it; a busier room repeats fewer seconds */
#define MD_REHEARSAL_LENGTH_US (30 * FO_SECOND) /* looked ahead when nothing is acted on */
#define MD_REHEARSAL_AFTER_US (100 * FO_MS)     /* gone on after an act, for the calls beside it */

struct md_rehearsal_hooks {
    /* One step that decided something, after_us after the failure. */
    void (*decision)(void *context, const struct md_replay_decision *decision, fo_us after_us);
    void *context;
};
struct md_rehearsal_summary {
    fo_wall_ms as_of_ms;       /* of the newest input known */
    uint64_t events;           /* of the tape */
    uint64_t decisions, calls; /* steps that decided; attempts to reach somebody */
    bool acted;                /* ended at an act on the world */
    struct fo_command act;     /* the first, when acted */
    fo_us acted_us;            /* after the failure */
    bool failed;               /* an assertion of the engine ended it */
};
enum md_rehearsal_result {
    MD_REHEARSAL_DONE,
    MD_REHEARSAL_NO_RECORDING, /* a line in error */
    MD_REHEARSAL_NO_SUCH_THING /* a line in error lists the names */
};

/* paths: recordings, in their order: of a running daemon's folder the newest two segments, for the
 * newest may have just begun. name: a server (dies), a line (goes down), a UPS (runs down on
 * battery), another power device (falls silent), or "mains" (every UPS on battery). Hooks get
 * everything while it runs; the site they see does not outlive it. Takes well under a second. */
enum md_rehearsal_result md_rehearsal_run(const char *const paths[], size_t count, const char *name,
                                          const struct md_rehearsal_hooks *hooks,
                                          struct md_rehearsal_summary *summary, char *error,
                                          size_t error_size);

#endif

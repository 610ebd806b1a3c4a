/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings on disk, read from the outside: one file, or a folder of segments, beside a running
 * daemon or on any other machine. Reading never writes, never locks and stops at nothing: what is
 * damaged is passed over and told. The replay is its caller. */
#ifndef MONITORD_RECORDING_READ_H
#define MONITORD_RECORDING_READ_H

#include "monitord/recording.h"

struct md_recording_visitor {
    /* A segment begins. site and image live until the next one; return false to stop. */
    bool (*segment)(void *context, const struct md_recording_head *head, const struct site *site,
                    const uint8_t *image, size_t length);
    bool (*step)(void *context, const struct md_recorded_step *step);
    bool (*anew)(void *context);
    /* The rest of a segment is missing or damaged: the end of a process that was killed, a torn
     * write, a bad disk. */
    bool (*torn)(void *context, const char *path, size_t at);
    void *context;
};

enum md_recording_result {
    MD_RECORDING_READ,       /* to its end, or until the visitor had enough */
    MD_RECORDING_UNREADABLE, /* no such file, no right to read it */
    MD_RECORDING_FOREIGN,    /* not a recording, or of a version this program does not know */
    MD_RECORDING_EMPTY       /* no whole segment in it */
};
/* path: a file, or a folder whose segment files are read in the order of their numbers. One line is
 * in error unless READ. */
enum md_recording_result md_recording_visit(const char *path,
                                            const struct md_recording_visitor *visitor, char *error,
                                            size_t error_size);

#endif

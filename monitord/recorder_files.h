/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder's folder: a ring of segment files within its size, and the stretches of incidents.
 * A stretch is held by hard links while its incident lasts, so that it costs nothing twice, and is
 * joined into one file of its own when it is over. Used by one thread at a time; every call may
 * wait for the disk.
 *
 *   recorder/0000000000000042.rec         a segment of the ring, about a minute
 *   recorder/INC-20261121-0003/….rec      links to the segments of an incident under way
 *   recorder/INC-20261121-0003.rec        a whole stretch; what the replay takes */
#ifndef MONITORD_RECORDER_FILES_H
#define MONITORD_RECORDER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_RECORDER_FOLDER "recorder" /* in the site's state_directory */
#define MD_RECORDER_SEGMENTS_MAX 4096 /* files of the ring, however small they are */
#define MD_RECORDER_PINS_MAX 64       /* incidents under way; more than the engine can have open */
#define MD_RECORDER_BEFORE_S 600      /* a stretch begins so long before its incident */

struct md_recorder_files;
struct md_recorder_room {
    uint64_t ring_bytes, kept_bytes;
    unsigned segments, pinned;
    int64_t oldest_s; /* unix time of the oldest segment's end; 0 none */
};

/* Makes the folder when it is missing; group: who may read it, NULL nobody else. NULL with a line
 * in error. */
struct md_recorder_files *md_recorder_files_open(const char *state_directory, const char *group,
                                                 uint64_t size, uint64_t kept, char *error,
                                                 size_t error_size);
void md_recorder_files_close(struct md_recorder_files *files);
/* The number the next segment must carry: one above every number in the folder. */
uint64_t md_recorder_files_next(const struct md_recorder_files *files);
/* Ends the present segment and begins this one; the oldest go when the ring is full. False with a
 * line in error: nothing is being written then. */
bool md_recorder_files_begin(struct md_recorder_files *files, uint64_t number, const uint8_t *bytes,
                             size_t length, char *error, size_t error_size);
/* To the present segment; true without doing anything when there is none. */
bool md_recorder_files_append(struct md_recorder_files *files, const uint8_t *bytes, size_t length,
                              char *error, size_t error_size);
/* From now on this incident's segments are held, and those of the ten minutes before. Again for one
 * that is held already does nothing. */
bool md_recorder_files_pin(struct md_recorder_files *files, const char *id, char *error,
                           size_t error_size);
/* Its end: joined into one file, the oldest stretches go when there is no room. */
bool md_recorder_files_unpin(struct md_recorder_files *files, const char *id, char *error,
                             size_t error_size);
/* Joins what is left of incidents that are not held (the daemon was away at their end). */
bool md_recorder_files_settle(struct md_recorder_files *files, char *error, size_t error_size);
void md_recorder_files_room(const struct md_recorder_files *files, struct md_recorder_room *room);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and copies of recording files in a folder. It owns no state and removes nothing but what it
 * is told to; the recorder's files and the replay look into folders through it. */
#ifndef MONITORD_RECORDER_FOLDER_H
#define MONITORD_RECORDER_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_FOLDER_NAME_SIZE 40
struct md_folder_file {
    char name[MD_FOLDER_NAME_SIZE];
    uint64_t size;
    int64_t end_s; /* unix time of its last change */
    bool directory;
};
struct md_folder_list {
    struct md_folder_file *files; /* by name */
    size_t count;
};
/* Everything in the folder whose name begins with `first` ("" any) and is not hidden. False when it
 * cannot be read (errno says why); the list is then empty. */
bool md_folder_read(const char *path, const char *first, struct md_folder_list *list);
void md_folder_free(struct md_folder_list *list);
/* Whether this is the name of a ring's segment; its number. */
bool md_folder_segment(const char *name, uint64_t *number);
/* One behind the other into a new file `target`, synced, under its name only when whole. False with
 * errno. */
bool md_folder_join(const char *folder, const struct md_folder_list *list, const char *target);

#endif

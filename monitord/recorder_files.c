/* SPDX-License-Identifier: Apache-2.0 */
/* Segment files, their limit, and the stretches of incidents (see recorder_files.h). It knows
 * nothing of what is in a segment; the recorder's thread is its only caller. */
#include "monitord/recorder_files.h"

#include "monitord/incident_name.h"
#include "monitord/recorder_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct md_recorder_files {
    char folder[1024];
    uint64_t size, kept;
    uint64_t next;
    int fd; /* of the present segment; -1 none */
    uint64_t present;
    char pins[MD_RECORDER_PINS_MAX][MD_INCIDENT_NAME_SIZE];
    unsigned pin_count;
};

static bool fail(char *error, size_t error_size, const char *path)
{
    snprintf(error, error_size, "%.180s: %s", path, strerror(errno));
    return false;
}

static void path_of(const struct md_recorder_files *files, char path[1200], const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void path_of(const struct md_recorder_files *files, char path[1200], const char *format, ...)
{
    va_list more;
    int length = snprintf(path, 1200, "%s/", files->folder);

    va_start(more, format);
    vsnprintf(path + length, 1200 - (size_t)length, format, more);
    va_end(more);
}

/* ---- open ----------------------------------------------------------------------------------- */

/* New files take the folder's group, so that the console's users can read them. */
static void share(const char *folder, const char *group)
{
    struct group *entry = group != NULL ? getgrnam(group) : NULL;

    if (entry == NULL || chown(folder, (uid_t)-1, entry->gr_gid) != 0) {
        chmod(folder, 0700);
    } else {
        chmod(folder, S_ISGID | 0750);
    }
}

struct md_recorder_files *md_recorder_files_open(const char *state_directory, const char *group,
                                                 uint64_t size, uint64_t kept, char *error,
                                                 size_t error_size)
{
    struct md_recorder_files *files = calloc(1, sizeof(*files));
    struct md_folder_list list;
    uint64_t number;

    if (files == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    snprintf(files->folder, sizeof(files->folder), "%s/%s", state_directory, MD_RECORDER_FOLDER);
    files->size = size;
    files->kept = kept;
    files->next = 1;
    files->fd = -1;
    if ((mkdir(files->folder, 0750) != 0 && errno != EEXIST) ||
        access(files->folder, W_OK | X_OK) != 0 || !md_folder_read(files->folder, "", &list)) {
        fail(error, error_size, files->folder);
        free(files);
        return NULL;
    }
    share(files->folder, group);
    for (size_t i = 0; i < list.count; i++) {
        if (md_folder_segment(list.files[i].name, &number) && number >= files->next) {
            files->next = number + 1;
        }
    }
    md_folder_free(&list);
    return files;
}

static void end_segment(struct md_recorder_files *files)
{
    if (files->fd < 0) {
        return;
    }
    if (files->pin_count > 0) { /* the power may be the incident */
        fdatasync(files->fd);
    }
    close(files->fd);
    files->fd = -1;
}

void md_recorder_files_close(struct md_recorder_files *files)
{
    if (files != NULL) {
        end_segment(files);
        free(files);
    }
}

uint64_t md_recorder_files_next(const struct md_recorder_files *files)
{
    return files->next;
}

/* ---- stretches of incidents ----------------------------------------------------------------- */

static bool hold(const struct md_recorder_files *files, const char *id, const char *name)
{
    char from[1200], to[1200];

    path_of(files, from, "%s", name);
    path_of(files, to, "%s/%s", id, name);
    return link(from, to) == 0 || errno == EEXIST;
}

/* A long incident keeps its beginning and its end: of what is too much, the oldest after the first
 * half goes. */
static void shorten(const struct md_recorder_files *files, const char *id)
{
    char path[1200];
    struct md_folder_list list;
    uint64_t total = 0, before = 0, most = files->kept / 4;

    path_of(files, path, "%s", id);
    md_folder_read(path, "", &list);
    for (size_t i = 0; i < list.count; i++) {
        total += list.files[i].size;
    }
    for (size_t i = 0; i + 1 < list.count && total > most; i++) {
        before += list.files[i].size;
        if (before > most / 2) {
            path_of(files, path, "%s/%s", id, list.files[i].name);
            unlink(path);
            total -= list.files[i].size;
        }
    }
    md_folder_free(&list);
}

bool md_recorder_files_pin(struct md_recorder_files *files, const char *id, char *error,
                           size_t error_size)
{
    char path[1200];
    struct md_folder_list list;
    time_t from_s = time(NULL) - MD_RECORDER_BEFORE_S;
    uint64_t number;
    bool good = true;

    for (unsigned i = 0; i < files->pin_count; i++) {
        if (strcmp(files->pins[i], id) == 0) {
            return true;
        }
    }
    if (files->pin_count == MD_RECORDER_PINS_MAX) {
        snprintf(error, error_size, "too many incidents at one time for %s", id);
        return false;
    }
    path_of(files, path, "%s", id);
    if ((mkdir(path, 0750) != 0 && errno != EEXIST) || !md_folder_read(files->folder, "", &list)) {
        return fail(error, error_size, path);
    }
    snprintf(files->pins[files->pin_count++], MD_INCIDENT_NAME_SIZE, "%s", id);
    for (size_t i = 0; good && i < list.count; i++) {
        if (md_folder_segment(list.files[i].name, &number) && list.files[i].end_s >= from_s) {
            good = hold(files, id, list.files[i].name);
        }
    }
    md_folder_free(&list);
    return good || fail(error, error_size, path);
}

/* Joined stretches within their limit; the newest stays whatever its size. */
static void limit_kept(const struct md_recorder_files *files)
{
    for (;;) {
        char path[1200];
        struct md_folder_list list;
        const struct md_folder_file *oldest = NULL;
        uint64_t total = 0;
        unsigned count = 0;

        md_folder_read(files->folder, MD_INCIDENT_PREFIX, &list);
        for (size_t i = 0; i < list.count; i++) {
            const struct md_folder_file *file = &list.files[i];

            if (!file->directory) {
                total += file->size;
                count++;
                oldest = oldest == NULL || file->end_s < oldest->end_s ? file : oldest;
            }
        }
        bool over = total > files->kept && count > 1;
        if (over) {
            path_of(files, path, "%s", oldest->name);
        }
        md_folder_free(&list);
        if (!over || unlink(path) != 0) {
            return;
        }
    }
}

static bool join(const struct md_recorder_files *files, const char *id, char *error,
                 size_t error_size)
{
    char folder[1200], target[1200], path[1300];
    struct md_folder_list list;
    bool good;

    path_of(files, folder, "%s", id);
    path_of(files, target, "%s.rec", id);
    if (!md_folder_read(folder, "", &list)) {
        return errno == ENOENT || fail(error, error_size, folder);
    }
    good = list.count == 0 || md_folder_join(folder, &list, target);
    if (!good) {
        fail(error, error_size, target);
    }
    for (size_t i = 0; good && i < list.count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, list.files[i].name);
        unlink(path);
    }
    md_folder_free(&list);
    if (good) {
        rmdir(folder);
        limit_kept(files);
    }
    return good;
}

bool md_recorder_files_unpin(struct md_recorder_files *files, const char *id, char *error,
                             size_t error_size)
{
    for (unsigned i = 0; i < files->pin_count; i++) {
        if (strcmp(files->pins[i], id) == 0) {
            memmove(files->pins[i], files->pins[--files->pin_count], MD_INCIDENT_NAME_SIZE);
            return join(files, id, error, error_size);
        }
    }
    return true;
}

static bool is_pinned(const struct md_recorder_files *files, const char *id)
{
    for (unsigned i = 0; i < files->pin_count; i++) {
        if (strcmp(files->pins[i], id) == 0) {
            return true;
        }
    }
    return false;
}

bool md_recorder_files_settle(struct md_recorder_files *files, char *error, size_t error_size)
{
    struct md_folder_list list;
    bool good = true;

    md_folder_read(files->folder, MD_INCIDENT_PREFIX, &list);
    for (size_t i = 0; good && i < list.count; i++) {
        if (list.files[i].directory && !is_pinned(files, list.files[i].name)) {
            good = join(files, list.files[i].name, error, error_size);
        }
    }
    md_folder_free(&list);
    return good;
}

/* ---- the ring ------------------------------------------------------------------------------- */

/* The oldest segments go until one more of the size of the newest has room. */
static void limit_ring(const struct md_recorder_files *files)
{
    char path[1200];
    struct md_folder_list list;
    uint64_t total = 0, newest = 0, number;
    size_t count = 0;

    md_folder_read(files->folder, "0", &list);
    for (size_t i = 0; i < list.count; i++) {
        if (md_folder_segment(list.files[i].name, &number)) {
            newest = list.files[i].size;
            total += newest;
            count++;
        }
    }
    for (size_t i = 0; i < list.count; i++) {
        if (!md_folder_segment(list.files[i].name, &number) ||
            (total + newest <= files->size && count < MD_RECORDER_SEGMENTS_MAX)) {
            continue;
        }
        path_of(files, path, "%s", list.files[i].name);
        unlink(path);
        total -= list.files[i].size;
        count--;
    }
    md_folder_free(&list);
}

bool md_recorder_files_append(struct md_recorder_files *files, const uint8_t *bytes, size_t length,
                              char *error, size_t error_size)
{
    while (files->fd >= 0 && length > 0) {
        ssize_t written = write(files->fd, bytes, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            fail(error, error_size, files->folder);
            close(files->fd);
            files->fd = -1;
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

bool md_recorder_files_begin(struct md_recorder_files *files, uint64_t number, const uint8_t *bytes,
                             size_t length, char *error, size_t error_size)
{
    char path[1200], name[MD_FOLDER_NAME_SIZE];

    end_segment(files);
    limit_ring(files);
    snprintf(name, sizeof(name), "%016llu.rec", (unsigned long long)number);
    path_of(files, path, "%s", name);
    files->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
    if (files->fd < 0) {
        return fail(error, error_size, path);
    }
    files->next = number + 1;
    for (unsigned i = 0; i < files->pin_count; i++) {
        if (!hold(files, files->pins[i], name)) {
            return fail(error, error_size, path);
        }
        shorten(files, files->pins[i]);
    }
    return md_recorder_files_append(files, bytes, length, error, error_size);
}

void md_recorder_files_room(const struct md_recorder_files *files, struct md_recorder_room *room)
{
    struct md_folder_list list;
    uint64_t number;

    *room = (struct md_recorder_room){.pinned = files->pin_count};
    md_folder_read(files->folder, "", &list);
    for (size_t i = 0; i < list.count; i++) {
        const struct md_folder_file *file = &list.files[i];

        if (md_folder_segment(file->name, &number)) {
            room->ring_bytes += file->size;
            room->segments++;
            room->oldest_s = room->oldest_s == 0 ? file->end_s : room->oldest_s;
        } else if (!file->directory) {
            room->kept_bytes += file->size;
        }
    }
    md_folder_free(&list);
}

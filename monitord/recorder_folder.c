/* SPDX-License-Identifier: Apache-2.0 */
/* Looking into a folder of recordings and joining files (see recorder_folder.h). It knows names and
 * sizes, never what is in a file. */
#include "monitord/recorder_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS 16
#define TAIL ".rec"

bool md_folder_segment(const char *name, uint64_t *number)
{
    if (strlen(name) != DIGITS + strlen(TAIL) || strspn(name, "0123456789") != DIGITS ||
        strcmp(name + DIGITS, TAIL) != 0) {
        return false;
    }
    *number = strtoull(name, NULL, 10);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct md_folder_file *)a)->name,
                  ((const struct md_folder_file *)b)->name);
}

/* One more place in the list; NULL when out of memory. */
static struct md_folder_file *add(struct md_folder_list *list)
{
    if ((list->count & (list->count - 1)) == 0) { /* a power of two: full */
        size_t room = list->count == 0 ? 1 : 2 * list->count;
        struct md_folder_file *files = realloc(list->files, room * sizeof(*files));

        if (files == NULL) {
            return NULL;
        }
        list->files = files;
    }
    return &list->files[list->count];
}

bool md_folder_read(const char *path, const char *first, struct md_folder_list *list)
{
    DIR *directory = opendir(path);
    struct dirent *entry;

    *list = (struct md_folder_list){0};
    if (directory == NULL) {
        return false;
    }
    while ((entry = readdir(directory)) != NULL) {
        struct stat about;
        struct md_folder_file *file;

        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= MD_FOLDER_NAME_SIZE ||
            strncmp(entry->d_name, first, strlen(first)) != 0 ||
            fstatat(dirfd(directory), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
            (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))) {
            continue;
        }
        file = add(list);
        if (file == NULL) {
            break;
        }
        memcpy(file->name, entry->d_name, strlen(entry->d_name) + 1); /* it fits: looked at above */
        file->size = (uint64_t)about.st_size;
        file->end_s = about.st_mtime;
        file->directory = S_ISDIR(about.st_mode);
        list->count++;
    }
    closedir(directory);
    if (list->count > 0) {
        qsort(list->files, list->count, sizeof(list->files[0]), by_name);
    }
    return true;
}

void md_folder_free(struct md_folder_list *list)
{
    free(list->files);
    *list = (struct md_folder_list){0};
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool append_file(int to, const char *path)
{
    char bytes[65536];
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = 0;
    bool good = from >= 0;

    while (good && (count = read(from, bytes, sizeof(bytes))) > 0) {
        good = write_all(to, bytes, (size_t)count);
    }
    if (from >= 0) {
        close(from);
    }
    return good && count == 0;
}

bool md_folder_join(const char *folder, const struct md_folder_list *list, const char *target)
{
    char path[1300], fresh[1200];
    bool good;

    snprintf(fresh, sizeof(fresh), "%s.new", target);
    int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    good = to >= 0;
    for (size_t i = 0; good && i < list->count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, list->files[i].name);
        good = append_file(to, path);
    }
    good = good && fdatasync(to) == 0;
    if (to >= 0) {
        good = close(to) == 0 && good;
    }
    if (good && rename(fresh, target) == 0) {
        return true;
    }
    int why = errno;
    unlink(fresh);
    errno = why;
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files into items, items into what the visitor wants to know (see recording_read.h). A file is
 * mapped: the recorder only ever appends to one or unlinks it. */
#include "monitord/recording_read.h"

#include "monitord/recorder_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
    const struct md_recording_visitor *visitor;
    char *error;
    size_t error_size;
    const char *path; /* of the file being read */
    /* the segment being read */
    unsigned parts; /* head, site and image seen so far */
    struct md_recording_head head;
    struct site *site;
    struct md_recording_memory memory;
    uint8_t image[FO_IMAGE_MAX];
    bool whole, foreign, stopped; /* whole: some segment was */
};

static void forget(struct reading *reading)
{
    md_recording_free_site(reading->site);
    reading->site = NULL;
    reading->parts = 0;
}

/* False: the payload is not what its sum promised. */
static bool take_item(struct reading *reading, enum md_recording_item item, const uint8_t *payload,
                      size_t size)
{
    const struct md_recording_visitor *visitor = reading->visitor;
    struct md_recorded_step step;
    size_t length;

    switch (item) {
        case MD_RECORDING_HEAD:
            if (reading->parts != 0 || !md_recording_get_head(payload, size, &reading->head)) {
                return false;
            }
            if (reading->head.version != MD_RECORDING_VERSION) {
                reading->foreign = true;
                snprintf(reading->error, reading->error_size,
                         "%.150s: version %u, this program reads %u", reading->path,
                         reading->head.version, MD_RECORDING_VERSION);
                return false;
            }
            reading->parts = 1;
            return true;
        case MD_RECORDING_SITE:
            reading->site = reading->parts == 1 ? md_recording_get_site(payload, size) : NULL;
            reading->parts = 2;
            return reading->site != NULL;
        case MD_RECORDING_IMAGE:
            length =
                reading->parts == 2 ? md_recording_get_image(payload, size, reading->image) : 0;
            if (length == 0) {
                return false;
            }
            reading->parts = 3;
            reading->whole = true;
            reading->stopped = !visitor->segment(visitor->context, &reading->head, reading->site,
                                                 reading->image, length);
            return true;
        case MD_RECORDING_STEP:
            if (reading->parts != 3 ||
                !md_recording_get_step(payload, size, &reading->memory, &step)) {
                return false;
            }
            reading->stopped = !visitor->step(visitor->context, &step);
            return true;
        case MD_RECORDING_ANEW:
            reading->stopped = reading->parts != 3 || !visitor->anew(visitor->context);
            return reading->parts == 3;
        default:
            return false;
    }
}

static void read_items(struct reading *reading, const uint8_t *bytes, size_t length)
{
    size_t at = 0, before = 0, size = 0;
    const uint8_t *payload = NULL;
    bool lost = false; /* the rest of this segment is passed over */

    while (!reading->stopped && !reading->foreign) {
        before = at;
        enum md_recording_item item = md_recording_next(bytes, length, &at, &payload, &size);

        if (item == MD_RECORDING_END) {
            return;
        }
        if (item == MD_RECORDING_BEGIN) {
            forget(reading);
            memset(reading->memory.length, 0, sizeof(reading->memory.length));
            lost = false;
        } else if (!lost &&
                   (item == MD_RECORDING_TORN || !take_item(reading, item, payload, size))) {
            lost = true;
            reading->stopped =
                !reading->foreign &&
                !reading->visitor->torn(reading->visitor->context, reading->path, before);
        }
    }
}

static enum md_recording_result read_file(struct reading *reading, const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum md_recording_result result = MD_RECORDING_READ;

    reading->path = path;
    if (fd < 0 || fstat(fd, &about) != 0) {
        snprintf(reading->error, reading->error_size, "%.180s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return MD_RECORDING_UNREADABLE;
    }
    size_t length = (size_t)about.st_size;
    void *bytes = length == 0 ? NULL : mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED) {
        snprintf(reading->error, reading->error_size, "%.180s: %s", path, strerror(errno));
        return MD_RECORDING_UNREADABLE;
    }
    if (length > 0 && memmem(bytes, length, MD_RECORDING_MAGIC, MD_RECORDING_MAGIC_SIZE) == NULL) {
        snprintf(reading->error, reading->error_size, "%.180s: not a recording", path);
        result = MD_RECORDING_FOREIGN;
    } else if (length > 0) {
        read_items(reading, bytes, length);
        result = reading->foreign ? MD_RECORDING_FOREIGN : MD_RECORDING_READ;
    }
    forget(reading);
    if (length > 0) {
        munmap(bytes, length);
    }
    return result;
}

static enum md_recording_result read_folder(struct reading *reading, const char *path)
{
    struct md_folder_list list;
    enum md_recording_result result = MD_RECORDING_READ;
    char file[1400];
    uint64_t number;

    if (!md_folder_read(path, "", &list)) {
        snprintf(reading->error, reading->error_size, "%.180s: %s", path, strerror(errno));
        return MD_RECORDING_UNREADABLE;
    }
    for (size_t i = 0; i < list.count && result == MD_RECORDING_READ && !reading->stopped; i++) {
        snprintf(file, sizeof(file), "%s/%s", path, list.files[i].name);
        /* the ring may have let one go since the folder was read */
        if (md_folder_segment(list.files[i].name, &number) && access(file, F_OK) == 0) {
            result = read_file(reading, file);
        }
    }
    md_folder_free(&list);
    return result;
}

enum md_recording_result md_recording_visit(const char *path,
                                            const struct md_recording_visitor *visitor, char *error,
                                            size_t error_size)
{
    struct reading *reading = calloc(1, sizeof(*reading));
    struct stat about;
    enum md_recording_result result;

    if (reading == NULL) {
        snprintf(error, error_size, "out of memory");
        return MD_RECORDING_UNREADABLE;
    }
    reading->visitor = visitor;
    reading->error = error;
    reading->error_size = error_size;
    error[0] = '\0';
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        result = read_folder(reading, path);
    } else {
        result = read_file(reading, path);
    }
    if (result == MD_RECORDING_READ && !reading->whole) {
        snprintf(error, error_size, "%.180s: no whole segment in it", path);
        result = MD_RECORDING_EMPTY;
    }
    free(reading);
    return result;
}

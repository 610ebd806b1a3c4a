/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes the file of `top`. It owns the path and one write at a time; it never interprets
 * an epoch. */
#include "monitord/agent/top_file.h"

#include "failover/assert.h"
#include "monitord/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char letter_of(uint8_t holder)
{
    return holder == FO_VOTER_P ? 'P' : holder == FO_VOTER_S ? 'S' : '-';
}

static const char *const standing_words[] = {"none", "given", "taken"};

static bool parse_standing(const char *word, uint8_t *standing)
{
    for (uint8_t i = 0; i < sizeof standing_words / sizeof standing_words[0]; i++) {
        if (strcmp(word, standing_words[i]) == 0) {
            *standing = i;
            return true;
        }
    }
    return false;
}

static bool parse(const char *text, struct md_top *top)
{
    uint64_t epoch = 0;
    char letter = 0, word[8] = "none", after = 0;
    uint8_t standing = FO_STANDING_NONE;
    int end = 0;
    int count = sscanf(text, "%" SCNu64 " %c%n", &epoch, &letter, &end);
    if (count == 2 && text[end] == ' ') {
        count += sscanf(text + end, " %7[a-z]%c", word, &after) == 2 ? 0 : -1;
    } else {
        after = text[end];
    }
    if (count != 2 || after != '\n' || !parse_standing(word, &standing)) {
        return false;
    }
    if (letter != 'P' && letter != 'S' && letter != '-') {
        return false;
    }
    top->epoch = epoch;
    top->standing = standing;
    top->holder = letter == 'P' ? FO_VOTER_P : letter == 'S' ? FO_VOTER_S : FO_VOTER_NONE;
    return true;
}

bool md_top_file_open(struct md_top_file *file, struct md_worker *worker,
                      const char *state_directory, struct md_top *top, int *error)
{
    char text[64] = "";
    memset(file, 0, sizeof *file);
    file->worker = worker;
    *top = (struct md_top){.epoch = 0, .holder = FO_VOTER_NONE};
    *error = 0;
    int length = snprintf(file->path, sizeof file->path, "%s/%s", state_directory, MD_TOP_FILE);
    if (length < 0 || (size_t)length + sizeof ".new" > sizeof file->path) {
        *error = ENAMETOOLONG;
        return false;
    }
    snprintf(file->directory, sizeof file->directory, "%s", state_directory);
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *error = errno == ENOENT ? 0 : errno;
        top->standing = *error == 0 ? FO_STANDING_NONE : FO_STANDING_GIVEN;
        return *error == 0;
    }
    ssize_t count = read(fd, text, sizeof text - 1);
    *error = count < 0 ? errno : 0;
    close(fd);
    if (*error == 0 && !parse(text, top)) {
        *error = EBADMSG;
    }
    if (*error != 0) {
        top->standing = FO_STANDING_GIVEN; /* there is a file, and it may have said so */
    }
    return *error == 0;
}

static int write_and_sync(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int result = 0;
    ssize_t length = (ssize_t)strlen(text);
    errno = EIO;
    if (write(fd, text, (size_t)length) != length || fsync(fd) != 0) {
        result = errno;
    }
    if (close(fd) != 0 && result == 0) {
        result = errno;
    }
    return result;
}

/* In the worker: `writing` is not touched by the loop meanwhile. */
static void work(void *context)
{
    struct md_top_file *file = context;
    char beside[MD_TOP_PATH_MAX + 8], text[64];
    snprintf(beside, sizeof beside, "%s.new", file->path);
    snprintf(text, sizeof text, "%" PRIu64 " %c %s\n", file->writing.epoch,
             letter_of(file->writing.holder), standing_words[file->writing.standing]);
    int result = write_and_sync(beside, text);
    if (result == 0 && rename(beside, file->path) != 0) {
        result = errno;
    }
    if (result == 0) {
        int fd = open(file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) != 0) {
            result = errno;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    file->last_error = result;
}

static void begin(struct md_top_file *file);

static void after_work(void *context)
{
    struct md_top_file *file = context;
    file->busy = false;
    if (file->last_error == 0) {
        uint64_t serial = file->writing.serial;
        file->written++;
        if (file->dirty) {
            begin(file);
        }
        if (file->on_written != NULL) {
            file->on_written(file->context, serial);
        }
    } else {
        if (file->failed++ == 0) {
            md_log(MD_LOG_ERROR, "%s cannot be written: %s; trying again each second", file->path,
                   strerror(file->last_error));
        }
        file->dirty = true; /* md_top_file_retry comes back to it */
    }
}

static void begin(struct md_top_file *file)
{
    FO_ASSERT(!file->busy);
    file->writing = file->wanted;
    file->dirty = false;
    file->busy = true;
    md_worker_give(file->worker, &(struct md_job){work, after_work, file});
}

void md_top_file_put(struct md_top_file *file, const struct md_top *top)
{
    FO_ASSERT(top->standing <= FO_STANDING_TAKEN);
    file->wanted = *top;
    file->dirty = true;
    md_top_file_retry(file);
}

void md_top_file_retry(struct md_top_file *file)
{
    if (file->dirty && !file->busy) {
        begin(file);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The passphrase file (see passphrase.h). Hashing is the system's (libxcrypt, yescrypt); what it
 * owns is the file's form, its right to be believed, and that nothing secret is left in memory. */
#include "monitord/passphrase.h"

#include <sodium.h>

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (64 * 1024)
#define METHOD "$y$" /* yescrypt; the cost is the library's default */

/* For what held a passphrase, a hash or what one was made with; NULL is allowed. */
static void wipe_and_free(void *bytes, size_t size)
{
    if (bytes != NULL) {
        sodium_memzero(bytes, size);
    }
    free(bytes);
}

/* The whole file, FILE_MAX bytes; NULL when it cannot be read or is not ours alone. Owned by the
 * caller. */
static char *read_file(const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = NULL;
    ssize_t length = -1;

    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &about) == 0 && (about.st_mode & 0077) == 0 && about.st_size < FILE_MAX) {
        text = calloc(1, FILE_MAX);
        length = text != NULL ? read(fd, text, FILE_MAX - 1) : -1;
    }
    close(fd);
    if (length < 0) {
        wipe_and_free(text, FILE_MAX);
        return NULL;
    }
    return text;
}

/* The line of a person; its length without the newline in *length. NULL: none. */
static const char *find_line(const char *text, const char *person, size_t *length)
{
    size_t name = strlen(person);

    for (const char *line = text; *line != '\0';) {
        *length = strcspn(line, "\n");
        if (strncmp(line, person, name) == 0 && line[name] == ':') {
            return line;
        }
        line += *length + (line[*length] == '\n' ? 1 : 0);
    }
    return NULL;
}

/* Whether hashing the passphrase as `stored` was gives `stored`. */
static bool matches(const char *passphrase, const char *stored)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    bool good = false;

    if (data != NULL) {
        const char *hash = crypt_r(passphrase, stored, data);
        size_t length = strlen(stored);
        good = hash != NULL && hash[0] != '*' && strlen(hash) == length &&
               sodium_memcmp(hash, stored, length) == 0;
    }
    wipe_and_free(data, sizeof(*data));
    return good;
}

enum md_passphrase_verdict md_passphrase_check(const char *path, const char *person,
                                               const char *passphrase)
{
    char stored[CRYPT_OUTPUT_SIZE], *text = read_file(path);
    size_t length = 0, name = strlen(person);
    bool good = false;

    if (text == NULL) {
        return MD_PASSPHRASE_UNREADABLE;
    }
    const char *line = find_line(text, person, &length);
    if (line != NULL && length - name - 1 < sizeof(stored)) {
        snprintf(stored, sizeof(stored), "%.*s", (int)(length - name - 1), line + name + 1);
        good = matches(passphrase, stored);
    } else if (crypt_gensalt_rn(METHOD, 0, NULL, 0, stored, sizeof(stored)) != NULL) {
        matches(passphrase, stored); /* takes as long as a person who has one */
    }
    sodium_memzero(stored, sizeof(stored));
    wipe_and_free(text, FILE_MAX);
    return good ? MD_PASSPHRASE_RIGHT : MD_PASSPHRASE_WRONG;
}

static bool hash_of(const char *passphrase, char hash[CRYPT_OUTPUT_SIZE])
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    const char *made = NULL;

    if (data != NULL && crypt_gensalt_rn(METHOD, 0, NULL, 0, setting, sizeof(setting)) != NULL) {
        made = crypt_r(passphrase, setting, data);
    }
    bool good = made != NULL && made[0] != '*';
    if (good) {
        snprintf(hash, CRYPT_OUTPUT_SIZE, "%s", made);
    }
    wipe_and_free(data, sizeof(*data)); /* it keeps the passphrase, however this went */
    return good;
}

static bool write_whole(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    bool good;

    if (fd < 0) {
        return false;
    }
    good = write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
    return close(fd) == 0 && good;
}

bool md_passphrase_set(const char *path, const char *person, const char *passphrase, char *error,
                       size_t error_size)
{
    char hash[CRYPT_OUTPUT_SIZE], aside[1024], *old, *fresh = calloc(1, 2 * FILE_MAX);
    size_t length = 0;
    bool good = false;

    old = read_file(path);
    if (old == NULL && access(path, F_OK) == 0) {
        snprintf(error, error_size, "%s: not readable, or not mode 0600", path);
    } else if (fresh == NULL || !hash_of(passphrase, hash) ||
               snprintf(aside, sizeof(aside), "%s.new", path) >= (int)sizeof(aside)) {
        snprintf(error, error_size, "the passphrase cannot be hashed");
    } else {
        const char *line = old != NULL ? find_line(old, person, &length) : NULL;
        const char *rest = line == NULL ? "" : line + length + (line[length] == '\n' ? 1 : 0);
        const char *before = old != NULL ? old : "";
        int keep = (int)(line != NULL ? (size_t)(line - old) : strlen(before));
        const char *gap = keep > 0 && before[keep - 1] != '\n' ? "\n" : "";
        snprintf(fresh, 2 * FILE_MAX, "%.*s%s%s:%s\n%s", keep, before, gap, person, hash, rest);
        good = write_whole(aside, fresh) && rename(aside, path) == 0;
        if (!good) {
            snprintf(error, error_size, "%s: %s", path, strerror(errno));
        }
    }
    sodium_memzero(hash, sizeof(hash));
    wipe_and_free(fresh, 2 * FILE_MAX);
    wipe_and_free(old, FILE_MAX);
    return good;
}

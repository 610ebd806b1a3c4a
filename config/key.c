/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the key of the heartbeats: 32 bytes as 64 hex digits, from a file nobody but its owner can
 * read. It never keeps a copy and never says a digit of it in a message. Called by the daemon and
 * the agent at their start. */
#include "config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_DIGITS 64

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static bool digits_decode(const char *text, size_t length, uint8_t key[32])
{
    if (length != KEY_DIGITS && !(length == KEY_DIGITS + 1 && text[KEY_DIGITS] == '\n')) {
        return false;
    }
    for (size_t i = 0; i < KEY_DIGITS; i += 2) {
        int high = digit_value(text[i]), low = digit_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        key[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Reads at most size bytes; the count, or -1 with errno. */
static ssize_t file_take(int fd, char *text, size_t size)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(fd, text + length, size - length);
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        length += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)length;
}

bool cfg_key_load(const char *path, uint8_t key[32], char *error, size_t size)
{
    char text[KEY_DIGITS + 3];
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) != 0) {
        snprintf(error, size, "%s: cannot be opened: %s; monitorctl keygen makes one", path,
                 strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    bool good = false;
    ssize_t length;
    if (!S_ISREG(status.st_mode)) {
        snprintf(error, size, "%s: is not a regular file", path);
    } else if ((status.st_mode & 077) != 0) {
        snprintf(error, size, "%s: others than its owner can use it (mode %04o); chmod 600", path,
                 (unsigned)(status.st_mode & 07777));
    } else if ((length = file_take(fd, text, sizeof text)) < 0) {
        snprintf(error, size, "%s: cannot be read: %s", path, strerror(errno));
    } else if (!digits_decode(text, (size_t)length, key)) {
        snprintf(error, size, "%s: is not a key of 64 hex digits; monitorctl keygen makes one",
                 path);
    } else {
        good = true;
    }
    close(fd);
    explicit_bzero(text, sizeof text);
    return good;
}

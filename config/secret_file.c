/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a password file. channel_smtp.c calls it at each send, the SNMP driver at each opening of a
 * session, so that a changed password needs no restart. */
#include "config/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cfg_secret_read(const char *path, char secret[CFG_SECRET_MAX], char *error, size_t error_size)
{
    struct stat status;
    ssize_t length;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &status) != 0) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0) {
        snprintf(error, error_size, "%s: must be a file that only its owner may read", path);
        close(fd);
        return false;
    }
    length = read(fd, secret, CFG_SECRET_MAX);
    close(fd);
    if (length <= 0 || length == CFG_SECRET_MAX) {
        snprintf(error, error_size, "%s: empty or longer than %d bytes", path, CFG_SECRET_MAX - 1);
        return false;
    }
    secret[length] = '\0';
    secret[strcspn(secret, "\r\n")] = '\0';
    return true;
}

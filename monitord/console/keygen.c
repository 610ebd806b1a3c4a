/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a key for the heartbeats. It owns the file only while it writes it, syncs it, and removes
 * it again when that fails, so that half a key never lies about. main.c calls it. */
#include "monitord/console/keygen.h"

#include "monitord/console/options.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_SIZE 32

int md_keygen(const char *path)
{
    unsigned char key[KEY_SIZE];
    char text[2 * KEY_SIZE + 2];
    int file = STDOUT_FILENO;
    bool written;

    if (sodium_init() < 0) {
        fprintf(stderr, "monitorctl: keygen: no source of random numbers\n");
        return MD_EXIT_FAILED;
    }
    randombytes_buf(key, sizeof(key));
    sodium_bin2hex(text, sizeof(text) - 1, key, sizeof(key));
    text[2 * KEY_SIZE] = '\n';
    if (path != NULL) {
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0) {
            fprintf(
                stderr, "monitorctl: keygen: %s: %s%s\n", path, strerror(errno),
                errno == EEXIST ? " (a key in use is never overwritten; move it away first)" : "");
            sodium_memzero(key, sizeof(key));
            sodium_memzero(text, sizeof(text));
            return MD_EXIT_FAILED;
        }
    }
    written = write(file, text, 2 * KEY_SIZE + 1) == 2 * KEY_SIZE + 1;
    if (path != NULL) {
        written = written && fchmod(file, 0600) == 0 && fsync(file) == 0;
        written = close(file) == 0 && written;
        if (!written) {
            unlink(path);
        }
    }
    sodium_memzero(key, sizeof(key));
    sodium_memzero(text, sizeof(text));
    if (!written) {
        fprintf(stderr, "monitorctl: keygen: %s: could not be written\n",
                path != NULL ? path : "standard output");
    }
    return written ? MD_EXIT_OK : MD_EXIT_FAILED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A secret on one line of a file that only its owner may read. It owns the check of the file and
 * keeps nothing. */
#ifndef CONFIG_SECRET_FILE_H
#define CONFIG_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#define CFG_SECRET_MAX 256

/* The first line, without its newline. False with a line in error (never the secret): missing,
 * readable by others, empty or too long. */
bool cfg_secret_read(const char *path, char secret[CFG_SECRET_MAX], char *error, size_t error_size);

#endif

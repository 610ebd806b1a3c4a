/* SPDX-License-Identifier: Apache-2.0 */
/* A new key for the heartbeats: 32 random bytes as 64 hex digits and a newline. */
#ifndef MONITORD_CONSOLE_KEYGEN_H
#define MONITORD_CONSOLE_KEYGEN_H

/* Writes to path with mode 0600, or to standard output when path is NULL. Never overwrites: a key
 * in use would be lost. Returns the exit code (enum md_exit). */
int md_keygen(const char *path);

#endif

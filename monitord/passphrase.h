/* SPDX-License-Identifier: Apache-2.0 */
/* Personal passphrases as a file keeps them: one line a person, "ID:HASH", the hash as crypt(5)
 * writes it, mode 0600. It checks one, slowly on purpose: the daemon calls it on a worker thread
 * only. `monitorctl passphrase` writes the file. */
#ifndef MONITORD_PASSPHRASE_H
#define MONITORD_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

#define MD_PASSPHRASE_LEAST 8 /* characters; length is worth more than signs */
#define MD_PASSPHRASE_SIZE 256

enum md_passphrase_verdict {
    MD_PASSPHRASE_RIGHT,
    MD_PASSPHRASE_WRONG,     /* or this person has none: not to be told apart, also not by time */
    MD_PASSPHRASE_UNREADABLE /* the file is missing, or others may read or write it */
};
enum md_passphrase_verdict md_passphrase_check(const char *path, const char *person,
                                               const char *passphrase);
/* Sets the hash of one person and keeps the other lines, replacing the file as a whole; a new file
 * gets mode 0600. False with a line in error. */
bool md_passphrase_set(const char *path, const char *person, const char *passphrase, char *error,
                       size_t error_size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The few things a program asks of the host it runs on: which boot this is, a number for this
 * process, a lock so that it runs once, memory that is not swapped out. Small blocking calls at the
 * start only. */
#ifndef MONITORD_HOST_H
#define MONITORD_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_HOST_LOCK_NONE (-1) /* could not be made: the reason stands in the log */
#define MD_HOST_LOCK_HELD (-2) /* another process has it */

/* Text that changes at each boot of the host ("" when the kernel does not say). */
void md_host_boot_id(char text[64]);
/* Random, 1 … 2^63 - 1. */
uint64_t md_host_random_boot(void);
/* Makes `directory` (one level) when it is missing and takes a lock on `name` in it for the life of
 * the process. A descriptor, or one of the two above; HELD leaves a line in error. */
int md_host_lock(const char *directory, const char *name, char *error, size_t error_size);
void md_host_unlock(int lock);
/* SIGPIPE and SIGHUP are ignored: a peer that goes and a terminal that closes are no reason to end.
 */
void md_host_ignore_signals(void);
/* Lets the group read the journal's files (NULL: nobody but the owner). */
void md_host_share_journal(const char *directory, const char *group);
/* Lets the process have `wanted` files open at once, or as many as the host allows; false with a
 * line in the log when that is fewer: each device takes one. */
bool md_host_allow_files(unsigned wanted);
/* Keeps the pages in use in memory, where the right to do so is given, and leaves no core file
 * behind: addresses of persons are in this memory. */
void md_host_guard_memory(void);

#endif

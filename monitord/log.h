/* SPDX-License-Identifier: Apache-2.0 */
/* The log for engineers: one line on standard error with a <N> syslog prefix, which systemd's
 * journal understands. Rate limited, so that a broken device cannot fill a disk; what was held back
 * is counted and said. No word for dispatchers, no address of a person, no secret is ever put here.
 */
#ifndef MONITORD_LOG_H
#define MONITORD_LOG_H

enum md_log_level { MD_LOG_ERROR = 3, MD_LOG_WARNING = 4, MD_LOG_NOTICE = 5, MD_LOG_INFO = 6 };

#define MD_LOG_BURST 200     /* lines … */
#define MD_LOG_WINDOW_S 10   /* … in each window of seconds */
#define MD_LOG_LINE_MAX 1024 /* longer lines are cut */

/* Writes one line; safe from any thread. Control characters become '?'. */
void md_log(enum md_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Lines held back since the start. For tests: people read it in the log. */
unsigned long md_log_held_back(void);

#endif

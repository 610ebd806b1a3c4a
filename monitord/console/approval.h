/* SPDX-License-Identifier: Apache-2.0 */
/* The one-shot orders that need a second person, and the list of those that wait for one. Each
 * prints to standard output, says errors on standard error, and returns the exit code (enum
 * md_exit). */
#ifndef MONITORD_CONSOLE_APPROVAL_H
#define MONITORD_CONSOLE_APPROVAL_H

#include "monitord/console/options.h"

/* switch, maintenance begin, maintenance end, power restore, approve, withdraw. */
int md_approval_order(const struct md_options *options);
int md_approval_list(const struct md_options *options);
/* Seconds (1 … 86400) from `time` (RFC 3339, the site's clock) until that clock next shows
 * `until`, "HH:MM"; 0 when either is not written so. */
long md_approval_until_s(const char *time, const char *until);

#endif

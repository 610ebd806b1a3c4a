/* SPDX-License-Identifier: Apache-2.0 */
/* The duty file: who is absent, who stands in, which shift is given to another platoon, who swaps
 * with whom. It changes from day to day while the site file does not, so it is a file of its own
 * that is read again when it has changed. */
#ifndef CONFIG_DUTY_FILE_H
#define CONFIG_DUTY_FILE_H

#include "config/diagnostic.h"
#include "config/roster.h"

struct cfg_table;
/* Every key of the file, for the man pages' test. */
extern const struct cfg_table cfg_duty_file;

/* Fills *duty from the file; findings with their lines. A file that is not there says nothing, with
 * a warning. False when there is an error: *duty is then all zero. */
bool cfg_duty_load(const struct site *site, const char *path, struct cfg_duty *duty,
                   struct cfg_findings *findings);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* `monitor-executor --check`: the programs that the acts name, tried before they are needed. Each
 * must be there; a fence agent must say what it knows and offer what is needed, take the options of
 * the site, and read its device now. Nothing is switched: the actions are metadata, validate-all
 * and status. It owns the order of these steps and the words about them; main.c calls it. */
#ifndef MONITORD_EXECUTOR_FENCE_CHECK_H
#define MONITORD_EXECUTOR_FENCE_CHECK_H

#include "config/diagnostic.h"
#include "config/site.h"

#include <stdio.h>

enum md_fence_check_code {
    MD_FENCE_CHECK_GOOD = 0,      /* warnings at most */
    MD_FENCE_CHECK_CANNOT = 1,    /* memory or a loop is missing */
    MD_FENCE_CHECK_WRONG = 2,     /* a program or an option is wrong */
    MD_FENCE_CHECK_UNREADABLE = 3 /* nothing of that, but a device does not tell its state */
};
/* Tries the acts one after another, each step for at most the timeout of its act, and says on
 * progress what is tried, before it is, and what came of it. What is wrong goes to findings under
 * the line of the site file. Runs a loop of its own. */
enum md_fence_check_code md_fence_check(const struct site *site, struct cfg_findings *findings,
                                        FILE *progress);

#endif

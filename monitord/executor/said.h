/* SPDX-License-Identifier: Apache-2.0 */
/* What a program of an act said when it failed, as one line for the engineer who looks into it. It
 * owns the choice of that line and keeps what is secret out of it; act.c logs it, fence_check.c
 * puts it into a finding. */
#ifndef MONITORD_EXECUTOR_SAID_H
#define MONITORD_EXECUTOR_SAID_H

#include "config/site.h"

#define MD_SAID_SIZE 200

/* The first line of output that is no warning (a warning, when there is nothing else), without the
 * time and level that fence agents put before it, and no longer than fits; control characters are
 * spaces, and the value of each option of act whose name has "passw", "community", "secret" or
 * "key" in it is "***". "" when nothing was said. */
void md_act_said(const struct cfg_act *act, const char *output, char said[MD_SAID_SIZE]);

#endif

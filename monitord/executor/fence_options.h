/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the options that the site file gives to a fence agent against what the agent says that it
 * knows. A slip of the pen in them shows otherwise only when the fence is needed: agents ignore an
 * option that they do not know. Pure; fence_check.c calls it. */
#ifndef MONITORD_EXECUTOR_FENCE_OPTIONS_H
#define MONITORD_EXECUTOR_FENCE_OPTIONS_H

#include "config/site.h"
#include "monitord/executor/metadata.h"

#define MD_FENCE_MESSAGE_SIZE 320

/* One thing that was found; message lives during the call and holds no value of an option that an
 * agent takes as text: it may be a password. */
typedef void (*md_fence_say)(void *context, bool warning, const char *message);

/* What is wrong with the options of act: a line without "=" or without a value, an option that the
 * agent does not know (with the nearest that it knows), that is no number, no yes or no, or none of
 * its choices; one that it needs and that is missing. Warnings: an old name, a name twice. */
void md_fence_options_check(const struct cfg_act *act, const struct md_metadata *metadata,
                            md_fence_say say, void *context);
/* The actions that act needs and the agent does not offer: off and status; on as well for an
 * outlet, which is switched on again. */
void md_fence_actions_check(const struct cfg_act *act, const struct md_metadata *metadata,
                            md_fence_say say, void *context);

#endif

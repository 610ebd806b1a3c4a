/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the contact network of a site can reach people at all. */
#ifndef CONFIG_REACH_H
#define CONFIG_REACH_H

#include "config/site.h"
#include "config/source.h"

/* Findings about the ladder: a first rung that hangs on lines, nobody who may acknowledge, nobody
 * to approve. */
void cfg_reach_check(struct cfg_source *source, const struct site *site);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Servers for which a site file names no agent: what the executor needs for them, which mixtures
 * are not sound, and which risk the site takes. */
#ifndef CONFIG_AGENTLESS_H
#define CONFIG_AGENTLESS_H

#include "config/site.h"
#include "config/source.h"

/* Findings about servers without agents, and about keys that only they have. Gives a take-over and
 * a demotion at least the time of their scripts. Called when everything else has been read. */
void cfg_agentless_check(struct cfg_source *source, config_setting_t *root, struct site *site);

#endif

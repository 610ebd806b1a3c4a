/* SPDX-License-Identifier: Apache-2.0 */
/* What can only be said about a site as a whole: sections that are needed, devices on one address,
 * common causes, times that cannot be kept, people who cannot be reached. */
#ifndef CONFIG_CROSSCHECK_H
#define CONFIG_CROSSCHECK_H

#include "config/site.h"
#include "config/source.h"

/* Findings about relations between sections; sets site->probe_only. The site is as the decode rooms
 * left it, possibly with findings: names may be NULL. */
void cfg_crosscheck(struct cfg_source *source, struct site *site);

#endif

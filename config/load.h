/* SPDX-License-Identifier: Apache-2.0 */
/* The one door of config/: a file in, a site (or an agent's configuration) or findings out. Every
 * finding is collected, not only the first; what is only a risk is a warning and does not refuse.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include "config/diagnostic.h"
#include "config/site.h"

/* Reads and checks the site file. On success returns the site (free with cfg_site_free) and
 * findings may hold warnings; on any error returns NULL and findings hold at least one error. */
struct site *cfg_site_load(const char *path, struct cfg_findings *findings);
/* The same from a text of `length` bytes that is called `name` in findings. profiles: lent for the
 * life of the site, instead of reading profile files; NULL reads them. For tests and fuzzing. */
struct site *cfg_site_read(const char *name, const char *text, size_t length,
                           struct cfg_profiles *profiles, struct cfg_findings *findings);
void cfg_site_free(struct site *site);
/* The same for dispatch-agent's file. */
struct cfg_agent *cfg_agent_load(const char *path, struct cfg_findings *findings);
void cfg_agent_free(struct cfg_agent *agent);
/* The key of the heartbeats: 32 bytes as 64 hex digits and a newline, file mode 0600 or stricter.
 * False with a message for people in `error` (at most size bytes). */
bool cfg_key_load(const char *path, uint8_t key[32], char *error, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* All profiles there are: those that came with the program, and those of the site's own directory,
 * which replace shipped ones of the same name. load.c makes one library for each site; probes/ asks
 * it for "auto". */
#ifndef CONFIG_PROFILE_LIBRARY_H
#define CONFIG_PROFILE_LIBRARY_H

#include "config/diagnostic.h"
#include "config/profile.h"

#define CFG_PROFILES_MAX 96

struct cfg_profiles;

/* Reads every *.conf of the shipped directory and of `own` (NULL: none). Findings at file and line
 * of each; files with errors are left out. Never NULL unless out of memory (a finding). Free with
 * cfg_profiles_free. */
struct cfg_profiles *cfg_profiles_load(const char *own, struct cfg_findings *findings);
void cfg_profiles_free(struct cfg_profiles *profiles);

/* Ordered by rank, then name; index < *count. profiles may be NULL (none). */
unsigned cfg_profiles_count(const struct cfg_profiles *profiles);
const struct cfg_profile *cfg_profiles_at(const struct cfg_profiles *profiles, unsigned index);
/* The profile of that name for that kind (enum fo_device_kind) and protocol, or NULL. */
const struct cfg_profile *cfg_profiles_find(const struct cfg_profiles *profiles, const char *name,
                                            uint8_t kind, uint8_t protocol);

/* Where the shipped profiles are: share/noroshi/profiles beside the directory of this executable
 * or above it (a build tree, a package unpacked anywhere), else where the package installs them.
 * False when neither is a directory. */
bool cfg_profiles_directory(char *path, size_t size);

#endif

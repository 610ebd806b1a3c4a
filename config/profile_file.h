/* SPDX-License-Identifier: Apache-2.0 */
/* One profile file as one struct cfg_profile. It knows the keys of such a file and where its base
 * is looked for; profile_library.c calls it for every file there is. */
#ifndef CONFIG_PROFILE_FILE_H
#define CONFIG_PROFILE_FILE_H

#include "config/profile.h"
#include "config/schema.h"

#define CFG_PROFILE_NAME_MAX 63

/* Keys of a profile file, for the man page's test. */
extern const struct cfg_table cfg_profile_table;

/* Reads an opened file. `name` is the file's name without ".conf" and must be the profile's. base:
 * the profile its key `base` names, already read, or NULL when it names none or was not found (a
 * finding). The result and all behind it live in the source's arena, and in base's. NULL after an
 * error. */
const struct cfg_profile *cfg_profile_read(struct cfg_source *source, const char *name,
                                           const struct cfg_profile *base);
/* What the key `base` of an opened file says; NULL: nothing. Lives as long as the source. */
const char *cfg_profile_base(struct cfg_source *source);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped device profiles for tests that put a device together by hand, read once a process.
 * They are never freed: the process ends with them. */
#ifndef TESTS_LIB_PROFILES_H
#define TESTS_LIB_PROFILES_H

#include "config/profile_library.h"

#include <stdlib.h>
#include <string.h>

static inline struct cfg_profiles *test_profiles(void)
{
    static struct cfg_profiles *profiles;
    static struct cfg_findings findings;
    if (profiles == NULL) {
        profiles = cfg_profiles_load(NULL, &findings);
        if (profiles == NULL || findings.errors > 0) {
            cfg_findings_print(&findings, stderr);
            abort();
        }
    }
    return profiles;
}

/* The profile of that name, whatever its kind; NULL for "auto" and for names there are not. */
static inline const struct cfg_profile *test_profile(const char *name)
{
    const struct cfg_profiles *profiles = test_profiles();
    for (unsigned i = 0; i < cfg_profiles_count(profiles); i++) {
        if (strcmp(cfg_profiles_at(profiles, i)->name, name) == 0) {
            return cfg_profiles_at(profiles, i);
        }
    }
    return NULL;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The one question about a profile that several rooms ask. It holds no table: profiles are files.
 * probes/ and the readers of profiles call it. */
#include "config/profile.h"

unsigned cfg_profile_source(const struct cfg_profile *profile)
{
    unsigned at = 0;
    while (at < profile->count && (profile->points[at].flags & CFG_POINT_SOURCE) == 0) {
        at++;
    }
    return at;
}

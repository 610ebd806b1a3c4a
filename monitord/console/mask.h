/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read which person did what. Everybody may see roles; names of persons only those who may
 * audit or approve, and root. */
#ifndef MONITORD_CONSOLE_MASK_H
#define MONITORD_CONSOLE_MASK_H

#include "config/site.h"

#include <jansson.h>
#include <sys/types.h>

/* Whether this user may read the names. */
bool md_mask_is_open(const struct site *site, uid_t uid);
/* Unless this process's user may: replaces "person" and "title" of each entry by the person's first
 * role; who is no person of the site (or site is NULL) stays as it is. */
void md_mask_people(json_t *list, const struct site *site);
/* The same for any user, for tests. */
void md_mask_people_for(json_t *list, const struct site *site, uid_t uid);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces persons by their roles in what a report prints (see mask.h). It owns the rule and reads
 * only the site and the user database. */
#include "monitord/console/mask.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

bool md_mask_is_open(const struct site *site, uid_t uid)
{
    const struct passwd *entry = uid == 0 ? NULL : getpwuid(uid);

    if (uid == 0 || site == NULL) {
        return true; /* without a site there are no titles to hide */
    }
    for (unsigned i = 0; entry != NULL && i < site->person_count; i++) {
        const struct cfg_person *person = &site->persons[i];
        if (person->login != NULL && strcmp(person->login, entry->pw_name) == 0 &&
            (person->may & (CFG_MAY_AUDIT | CFG_MAY_APPROVE)) != 0) {
            return true;
        }
    }
    return false;
}

static const struct cfg_role *role_of(const struct site *site, const char *id)
{
    for (unsigned i = 0; i < site->person_count; i++) {
        if (strcmp(site->persons[i].id, id) != 0) {
            continue;
        }
        for (unsigned role = 0; role < site->role_count; role++) {
            if (site->policy.persons[i].roles >> role & 1) {
                return &site->roles[role];
            }
        }
    }
    return NULL;
}

void md_mask_people_for(json_t *list, const struct site *site, uid_t uid)
{
    json_t *entry;
    size_t i;

    if (md_mask_is_open(site, uid)) {
        return;
    }
    json_array_foreach(list, i, entry)
    {
        const char *id = json_string_value(json_object_get(entry, "person"));
        const struct cfg_role *role = id == NULL ? NULL : role_of(site, id);
        if (role != NULL) {
            json_object_set_new(entry, "title", json_string(role->title));
            json_object_set_new(entry, "person", json_string(role->id));
        }
    }
}

void md_mask_people(json_t *list, const struct site *site)
{
    md_mask_people_for(list, site, geteuid());
}

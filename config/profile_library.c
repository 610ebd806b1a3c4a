/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the profile files, reads each once, a base before what stands on it, and keeps them in
 * order. It knows no key; profile_file.c does. */
#include "config/profile_library.h"

#include "config/profile_file.h"
#include "failover/assert.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".conf"
#define PATH_BYTES 512
#define BASE_DEPTH_MAX 3
#define PARENTS_MAX 3 /* bin/, sbin/, or tests/<kind>/ of a build tree */
/* of one file: its points with all their states, beside its texts */
#define PROFILE_BYTES (CFG_POINTS_MAX * (sizeof(struct cfg_point) + 1536))

struct entry {
    char name[CFG_PROFILE_NAME_MAX + 1];
    char path[PATH_BYTES];
    bool read; /* has been tried */
    const struct cfg_profile *profile;
    struct cfg_arena *arena;
};
struct cfg_profiles {
    unsigned count; /* of list */
    const struct cfg_profile *list[CFG_PROFILES_MAX];
    unsigned entry_count;
    struct entry entries[CFG_PROFILES_MAX];
};

/* ---- where they are ------------------------------------------------------------------------- */

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool cfg_profiles_directory(char *path, size_t size)
{
    char here[PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", here, sizeof here - 1);
    here[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(here, '/'); /* the executable's own name */
    for (unsigned i = 0; i < PARENTS_MAX && slash != NULL; i++) {
        *slash = '\0';
        slash = strrchr(here, '/');
        if (slash == NULL) {
            break;
        }
        int written =
            snprintf(path, size, "%.*s/share/noroshi/profiles", (int)(slash - here), here);
        if (written > 0 && (size_t)written < size && is_directory(path)) {
            return true;
        }
    }
    int written = snprintf(path, size, "%s", NOROSHI_PROFILE_DIRECTORY);
    return written > 0 && (size_t)written < size && is_directory(path);
}

/* ---- which there are ------------------------------------------------------------------------ */

static struct entry *entry_find(struct cfg_profiles *profiles, const char *name)
{
    for (unsigned i = 0; i < profiles->entry_count; i++) {
        if (strcmp(profiles->entries[i].name, name) == 0) {
            return &profiles->entries[i];
        }
    }
    return NULL;
}

static void entry_add(struct cfg_profiles *profiles, const char *directory, const char *file,
                      struct cfg_findings *findings)
{
    size_t length = strlen(file);
    size_t stem = length > strlen(SUFFIX) ? length - strlen(SUFFIX) : 0;
    if (stem == 0 || file[0] == '.' || strcmp(file + stem, SUFFIX) != 0) {
        return;
    }
    if (stem > CFG_PROFILE_NAME_MAX) {
        cfg_finding_add(findings, false, directory, 0, "", "%.80s: the name is too long", file);
        return;
    }
    char name[CFG_PROFILE_NAME_MAX + 1];
    memcpy(name, file, stem);
    name[stem] = '\0';
    if (entry_find(profiles, name) != NULL) {
        return; /* the site's own comes first and stays */
    }
    if (profiles->entry_count == CFG_PROFILES_MAX) {
        cfg_finding_add(findings, false, directory, 0, "", "%.80s: more than %d profiles", file,
                        CFG_PROFILES_MAX);
        return;
    }
    struct entry *entry = &profiles->entries[profiles->entry_count];
    int written = snprintf(entry->path, sizeof entry->path, "%s/%s", directory, file);
    if (written < 0 || (size_t)written >= sizeof entry->path) {
        cfg_finding_add(findings, false, directory, 0, "", "the path is too long");
        return;
    }
    memcpy(entry->name, name, sizeof name);
    profiles->entry_count++;
}

static void directory_scan(struct cfg_profiles *profiles, const char *directory,
                           struct cfg_findings *findings)
{
    DIR *stream = opendir(directory);
    if (stream == NULL) {
        cfg_finding_add(findings, false, directory, 0, "profile_directory", "cannot be read: %s",
                        strerror(errno));
        return;
    }
    for (const struct dirent *found; (found = readdir(stream)) != NULL;) {
        entry_add(profiles, directory, found->d_name, findings);
    }
    closedir(stream);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Reads an entry and, before it, its base: at most BASE_DEPTH_MAX deep, so a circle ends. */
static void entry_read(struct cfg_profiles *profiles, struct entry *entry, unsigned depth,
                       struct cfg_findings *findings)
{
    struct cfg_source source;
    if (entry->read) {
        return;
    }
    entry->read = true; /* also against a circle */
    if (!cfg_source_open(&source, entry->path, PROFILE_BYTES, findings)) {
        return;
    }
    entry->arena = source.arena;
    const char *name = cfg_profile_base(&source);
    const struct cfg_profile *base = NULL;
    if (name != NULL) {
        struct entry *below = entry_find(profiles, name);
        if (below != NULL && depth < BASE_DEPTH_MAX) {
            entry_read(profiles, below, depth + 1, findings);
            base = below->profile;
        }
        if (base == NULL) {
            cfg_error_at(&source, config_root_setting(&source.config), "base",
                         "no good profile is called \"%.63s\"", name);
        }
    }
    entry->profile = cfg_profile_read(&source, entry->name, base);
    cfg_source_close(&source);
}

static int profile_compare(const void *a, const void *b)
{
    const struct cfg_profile *one = *(const struct cfg_profile *const *)a;
    const struct cfg_profile *other = *(const struct cfg_profile *const *)b;
    if (one->rank != other->rank) {
        return one->rank < other->rank ? -1 : 1;
    }
    return strcmp(one->name, other->name);
}

struct cfg_profiles *cfg_profiles_load(const char *own, struct cfg_findings *findings)
{
    char shipped[PATH_BYTES];
    struct cfg_profiles *profiles = calloc(1, sizeof *profiles);
    if (profiles == NULL) {
        cfg_finding_add(findings, false, "profiles", 0, "", "cannot be read: out of memory");
        return NULL;
    }
    if (own != NULL) {
        directory_scan(profiles, own, findings);
    }
    if (cfg_profiles_directory(shipped, sizeof shipped)) {
        directory_scan(profiles, shipped, findings);
    } else if (own == NULL) {
        cfg_finding_add(findings, false, NOROSHI_PROFILE_DIRECTORY, 0, "profile_directory",
                        "there are no device profiles; is the package whole?");
    }
    for (unsigned i = 0; i < profiles->entry_count; i++) {
        struct entry *entry = &profiles->entries[i];
        entry_read(profiles, entry, 0, findings);
        if (entry->profile != NULL) {
            profiles->list[profiles->count++] = entry->profile;
        }
    }
    qsort(profiles->list, profiles->count, sizeof profiles->list[0], profile_compare);
    return profiles;
}

void cfg_profiles_free(struct cfg_profiles *profiles)
{
    for (unsigned i = 0; profiles != NULL && i < profiles->entry_count; i++) {
        cfg_arena_free(profiles->entries[i].arena);
    }
    free(profiles);
}

/* ---- asking --------------------------------------------------------------------------------- */

unsigned cfg_profiles_count(const struct cfg_profiles *profiles)
{
    return profiles != NULL ? profiles->count : 0;
}

const struct cfg_profile *cfg_profiles_at(const struct cfg_profiles *profiles, unsigned index)
{
    FO_ASSERT(profiles != NULL && index < profiles->count);
    return profiles->list[index];
}

const struct cfg_profile *cfg_profiles_find(const struct cfg_profiles *profiles, const char *name,
                                            uint8_t kind, uint8_t protocol)
{
    for (unsigned i = 0; i < cfg_profiles_count(profiles); i++) {
        const struct cfg_profile *profile = profiles->list[i];
        if (profile->kind == kind && profile->protocol == protocol &&
            strcmp(profile->name, name) == 0) {
            return profile;
        }
    }
    return NULL;
}

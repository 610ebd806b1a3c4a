/* SPDX-License-Identifier: Apache-2.0 */
/* The one door: a file in, a site or an agent's configuration or findings out. It owns the order in
 * which the sections are read and the life of the result; it knows no key itself. Called by the
 * programs and by the simulator. */
#include "config/load.h"

#include "config/crosscheck.h"
#include "config/decode.h"
#include "config/profile_library.h"

#include <stdlib.h>

/* Device profiles are read only when there is a device to use one. */
static void profiles_take(struct cfg_source *source, struct site *site)
{
    static const char *const lists[] = {"ups", "generators", "transfer_switches"};
    config_setting_t *root = config_root_setting(&source->config);
    bool devices = false;
    for (unsigned i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        config_setting_t *list = cfg_member(root, lists[i]);
        devices = devices || (list != NULL && config_setting_length(list) > 0);
    }
    if (site->profiles == NULL && (devices || site->profile_directory != NULL)) {
        site->profiles = cfg_profiles_load(site->profile_directory, source->findings);
    }
}

/* Takes the opened source over. */
static struct site *site_decode(struct cfg_source *source, struct cfg_profiles *lent)
{
    int errors = source->findings->errors;
    struct site *site = cfg_arena_take(source->arena, sizeof *site);
    site->arena = source->arena;
    site->profiles = lent;
    site->profiles_lent = lent != NULL;
    site->path = cfg_arena_copy(source->arena, source->file);
    cfg_decode_site(source, site);
    profiles_take(source, site);
    cfg_decode_units(source, site);
    cfg_decode_power(source, site);
    cfg_decode_acts(source, site);
    cfg_decode_servers(source, site);
    cfg_decode_lines(source, site);
    cfg_decode_services(source, site);
    cfg_decode_channels(source, site);
    cfg_decode_people(source, site);
    cfg_decode_ladder(source, site);
    cfg_decode_rosters(source, site);
    cfg_decode_outside(source, site);
    cfg_decode_shutdown(source, site);
    cfg_decode_policy(source, site);
    cfg_crosscheck(source, site);
    cfg_source_close(source);
    if (source->findings->errors != errors) {
        cfg_site_free(site);
        return NULL;
    }
    return site;
}

struct site *cfg_site_load(const char *path, struct cfg_findings *findings)
{
    struct cfg_source source;
    if (!cfg_source_open(&source, path, sizeof(struct site), findings)) {
        return NULL;
    }
    return site_decode(&source, NULL);
}

struct site *cfg_site_read(const char *name, const char *text, size_t length,
                           struct cfg_profiles *profiles, struct cfg_findings *findings)
{
    struct cfg_source source;
    if (!cfg_source_read(&source, name, text, length, sizeof(struct site), findings)) {
        return NULL;
    }
    return site_decode(&source, profiles);
}

void cfg_site_free(struct site *site)
{
    if (site == NULL) {
        return;
    }
    if (!site->profiles_lent) {
        cfg_profiles_free(site->profiles);
    }
    free(site->outlying);
    cfg_arena_free(site->drill_arena);
    cfg_arena_free(site->arena);
}

struct cfg_agent *cfg_agent_load(const char *path, struct cfg_findings *findings)
{
    struct cfg_source source;
    int errors = findings->errors;
    if (!cfg_source_open(&source, path, sizeof(struct cfg_agent), findings)) {
        return NULL;
    }
    struct cfg_agent *agent = cfg_arena_take(source.arena, sizeof *agent);
    agent->arena = source.arena;
    agent->path = cfg_arena_copy(source.arena, path);
    cfg_decode_agent(&source, agent);
    cfg_source_close(&source);
    if (findings->errors != errors) {
        cfg_arena_free(source.arena);
        return NULL;
    }
    return agent;
}

void cfg_agent_free(struct cfg_agent *agent)
{
    if (agent != NULL) {
        cfg_arena_free(agent->drill_arena);
        cfg_arena_free(agent->arena);
    }
}

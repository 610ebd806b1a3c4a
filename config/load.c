/* SPDX-License-Identifier: Apache-2.0 */
/* The one door: a file in, a site or an agent's configuration or findings out. It owns the order in
 * which the sections are read and the life of the result; it knows no key itself. Called by the
 * programs and by the simulator. */
#include "config/load.h"

#include "config/crosscheck.h"
#include "config/decode.h"

struct site *cfg_site_load(const char *path, struct cfg_findings *findings)
{
    struct cfg_source source;
    int errors = findings->errors;
    if (!cfg_source_open(&source, path, sizeof(struct site), findings)) {
        return NULL;
    }
    struct site *site = cfg_arena_take(source.arena, sizeof *site);
    site->arena = source.arena;
    site->path = cfg_arena_copy(source.arena, path);
    cfg_decode_site(&source, site);
    cfg_decode_power(&source, site);
    cfg_decode_acts(&source, site);
    cfg_decode_servers(&source, site);
    cfg_decode_lines(&source, site);
    cfg_decode_services(&source, site);
    cfg_decode_channels(&source, site);
    cfg_decode_people(&source, site);
    cfg_decode_policy(&source, site);
    cfg_crosscheck(&source, site);
    cfg_source_close(&source);
    if (findings->errors != errors) {
        cfg_arena_free(source.arena);
        return NULL;
    }
    return site;
}

void cfg_site_free(struct site *site)
{
    if (site != NULL) {
        cfg_arena_free(site->arena);
    }
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
        cfg_arena_free(agent->arena);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The part of monitord that beats on the site's networks (see site_network.h). */
#include "monitord/site_network.h"

#include "config/load.h"
#include "monitord/log.h"

#include <string.h>

struct pb_heartbeat *md_site_heartbeats(uv_loop_t *loop, const struct site *site,
                                        pb_heartbeat_sink sink, void *context)
{
    struct pb_heartbeat_config config = {
        .self = FO_VOTER_M, .net_count = site->net_count, .nets = site->nets};
    struct pb_heartbeat *heartbeat;
    char error[256];

    if (site->net_count == 0) {
        return NULL;
    }
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        for (unsigned net = 0; net < FO_NETS_MAX; net++) {
            config.peers[server][net] = site->servers[server].heartbeat[net];
        }
    }
    if (site->key_file == NULL || !cfg_key_load(site->key_file, config.key, error, sizeof(error))) {
        md_log(MD_LOG_ERROR, "heartbeat: no key, no heartbeats: %s",
               site->key_file == NULL ? "key_file is not set" : error);
        return NULL;
    }
    heartbeat = pb_heartbeat_start(loop, &config, sink, context);
    memset(config.key, 0, sizeof(config.key));
    return heartbeat;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The readers of the sections of a site file and of an agent's file, and the tables of their keys.
 * Each reads its own sections into the site and reports what is wrong there; load.c calls them in
 * the order of this page, because later sections refer to names of earlier ones. */
#ifndef CONFIG_DECODE_H
#define CONFIG_DECODE_H

#include "config/health.h"
#include "config/schema.h"
#include "config/site.h"

/* Every key of the two kinds of file, for reading and for the man pages' test. */
extern const struct cfg_table cfg_site_file, cfg_agent_file;
/* Tables of the sections, each read by its own room. */
extern const struct cfg_table cfg_table_ups, cfg_table_generator, cfg_table_transfer_switch,
    cfg_table_act, cfg_table_server, cfg_table_line, cfg_table_service, cfg_table_channel,
    cfg_table_unit, cfg_table_role, cfg_table_person, cfg_table_branch, cfg_table_rung,
    cfg_table_roster, cfg_table_platoon, cfg_table_outside, cfg_table_switchover,
    cfg_table_escalation, cfg_table_monitor, cfg_table_recorder, cfg_table_shutdown,
    cfg_table_drills;

/* The words of enumerations as they are written, NULL-terminated, in the order of the enum. */
extern const char *const cfg_words_language[], *const cfg_words_alone[];
enum { CFG_ALONE_RESUME, CFG_ALONE_STOP }; /* as in cfg_words_alone */

/* Each reads its sections below root into *site; findings go to the source. Never fails otherwise:
 * what cannot be read keeps a harmless value, and the site is thrown away in the end. */
void cfg_decode_site(struct cfg_source *source, struct site *site); /* site, heartbeat */
void cfg_decode_units(struct cfg_source *source, struct site *site);
void cfg_decode_power(struct cfg_source *source, struct site *site); /* ups … transfer_switches */
void cfg_decode_acts(struct cfg_source *source, struct site *site);
void cfg_decode_servers(struct cfg_source *source, struct site *site);
void cfg_decode_lines(struct cfg_source *source, struct site *site);
void cfg_decode_services(struct cfg_source *source, struct site *site);
void cfg_decode_channels(struct cfg_source *source, struct site *site);
void cfg_decode_people(struct cfg_source *source, struct site *site); /* roles, persons */
void cfg_decode_ladder(struct cfg_source *source, struct site *site); /* branches, rungs */
void cfg_decode_rosters(struct cfg_source *source, struct site *site);
void cfg_decode_outside(struct cfg_source *source, struct site *site);
void cfg_decode_shutdown(struct cfg_source *source, struct site *site); /* the shutdown plan */
void cfg_decode_policy(struct cfg_source *source, struct site *site);   /* thresholds */
void cfg_decode_agent(struct cfg_source *source, struct cfg_agent *agent);

/* Units named at group.key; and those at group.owners, with a warning when the site has units and
 * this system has no owner. As bits. */
uint32_t cfg_units_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                           const struct cfg_texts *texts, const struct site *site);
uint32_t cfg_owners_resolve(struct cfg_source *source, config_setting_t *group,
                            const struct cfg_texts *texts, const struct site *site);

/* The keys of the lease; they stand first in the heartbeat group of both kinds of file. */
struct cfg_lease_text {
    int64_t interval, lease, lease_max, margin, gate_margin, drift;
};
#define CFG_LEASE_KEY(key, type, standard, least, most)                                            \
    {                                                                                              \
#key, type, false, offsetof(struct cfg_lease_text, key), standard, least, most, NULL, NULL \
    }
#define CFG_LEASE_KEYS                                                            \
    CFG_LEASE_KEY(interval, CFG_TYPE_DURATION, "50ms", 10 * FO_MS, FO_SECOND),    \
        CFG_LEASE_KEY(lease, CFG_TYPE_DURATION, "600ms", 60 * FO_MS, FO_MINUTE),  \
        CFG_LEASE_KEY(lease_max, CFG_TYPE_DURATION, "1s", 60 * FO_MS, FO_MINUTE), \
        CFG_LEASE_KEY(margin, CFG_TYPE_DURATION, "2ms", FO_MS, 100 * FO_MS),      \
        CFG_LEASE_KEY(gate_margin, CFG_TYPE_DURATION, "0s", 0, FO_SECOND),        \
        CFG_LEASE_KEY(drift, CFG_TYPE_PPM, "1000ppm", 500, 100000)
/* To parameters, with findings about their relations (reference page "lease" section 1); networks
 * is how many heartbeat networks there are. */
void cfg_lease_fill(struct cfg_source *source, config_setting_t *heartbeat,
                    const struct cfg_lease_text *text, unsigned networks, bool alone_resumes,
                    struct fo_lease_params *lease);
/* The risk of either value of when_alone, as a warning at group.when_alone; group NULL: nothing. */
void cfg_alone_note(struct cfg_source *source, config_setting_t *group, bool alone_resumes);

#endif

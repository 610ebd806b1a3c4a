/* SPDX-License-Identifier: Apache-2.0 */
/* What an act of kind snmp-set says: the router, how it is spoken to, and the objects to set. It
 * reads the keys that only this kind has and never asks a router. decode_servers.c calls it. */
#ifndef CONFIG_SNMP_SET_H
#define CONFIG_SNMP_SET_H

#include "config/schema.h"

/* Keys of one element of acts[].set. */
extern const struct cfg_table cfg_table_snmp_value;
struct cfg_snmp_set_text { /* the keys of an act that only this kind has */
    struct cfg_endpoint address;
    struct cfg_snmp snmp;
    int64_t exchange_timeout;
};

/* Fills what an snmp-set has beyond other acts; a finding for what is missing or wrong in group.
 * act->timeout_us is as written; when it is not written it becomes 8 seconds, because a change of
 * line has to end before the engine gives it up (failover/route.c: 10 seconds). */
void cfg_snmp_set_fill(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_snmp_set_text *text, struct cfg_act *act);
/* A finding for each of its keys in an act of another kind. */
void cfg_snmp_set_refuse(struct cfg_source *source, config_setting_t *group);

#endif

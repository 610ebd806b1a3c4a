/* SPDX-License-Identifier: Apache-2.0 */
/* From the five keys of a health group to the engine's policy, with the relations between them. It
 * never invents a default besides "stale"; those stand in the tables of the sections that use it.
 */
#include "config/health.h"

#include "config/units.h"

void cfg_health_fill(struct cfg_source *source, config_setting_t *group, const char *key,
                     const struct cfg_health_text *text, fo_us interval_us,
                     struct fo_health_policy *health)
{
    config_setting_t *place = cfg_section(group, key);
    config_setting_t *at = place != NULL ? place : group;
    if (text->bad > text->of) {
        cfg_error_at(source, at, "bad", "%lld bad samples of %lld can never happen; bad <= of",
                     (long long)text->bad, (long long)text->of);
    }
    fo_us stale_us = text->stale != 0 ? text->stale : 3 * interval_us;
    if (stale_us < interval_us) {
        char interval[32];
        cfg_measure_print(CFG_MEASURE_DURATION, interval_us, interval, sizeof interval);
        cfg_error_at(source, at, "stale",
                     "a sample would be stale before the next one is taken; at least the interval "
                     "(%s), better three of them",
                     interval);
    }
    *health = (struct fo_health_policy){.bad_of = (uint8_t)text->bad,
                                        .window = (uint8_t)text->of,
                                        .good_run = (uint8_t)text->good,
                                        .hold_us = text->hold,
                                        .stale_us = stale_us};
}

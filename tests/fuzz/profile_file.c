/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reading of device profiles: any text is either refused with findings, or gives a
 * profile that keeps the bounds its readers rely on. Run by tests/fuzz/run. */
#include "config/profile_file.h"
#include "config/source.h"

#include <stdlib.h>

#define RESERVE (CFG_POINTS_MAX * (sizeof(struct cfg_point) + 1536)) /* as profile_library.c */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void point_check(const struct cfg_profile *profile, const struct cfg_point *point)
{
    if ((point->variable >= FO_VARIABLE_COUNT && point->variable != CFG_NO_VARIABLE) ||
        (point->joined >= FO_VARIABLE_COUNT && point->joined != CFG_NO_VARIABLE) ||
        point->scale.multiply <= 0 || point->scale.divide <= 0 || point->line > CFG_LINES ||
        point->missing >= CFG_MISSING_KINDS || point->oid.length > CFG_OID_MAX ||
        (point->state_count > 0 && point->states == NULL) ||
        (point->also_count > 0 && point->also == NULL) || point->least > point->most ||
        (profile->protocol == CFG_PROTOCOL_SNMP && point->oid.length == 0)) {
        abort();
    }
}

static void profile_check(const struct cfg_profile *profile)
{
    if (profile->count > CFG_POINTS_MAX || profile->block_count > CFG_BLOCKS_MAX ||
        profile->alarms.count > CFG_ALARM_NAMES_MAX || profile->kind >= FO_DEVICE_KINDS ||
        profile->identify_count > CFG_IDENTIFY_MAX) {
        abort();
    }
    for (unsigned i = 0; i < profile->count; i++) {
        point_check(profile, &profile->points[i]);
    }
    for (unsigned i = 0; i < profile->block_count; i++) {
        const struct cfg_block *block = &profile->blocks[i];
        if (block->count == 0 || block->points == 0 ||
            (block->function > CFG_FUNCTION_DISCRETE && block->count > CFG_BLOCK_WORDS) ||
            block->point + block->points > profile->count || block->first + block->count > 65536) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cfg_findings findings;
    struct cfg_source source;

    findings = (struct cfg_findings){0};
    if (!cfg_source_read(&source, "fuzzed.conf", (const char *)data, size, RESERVE, &findings)) {
        if (findings.errors == 0) {
            abort(); /* refused without a word */
        }
        return 0;
    }
    bool stands_alone = cfg_profile_base(&source) == NULL;
    const struct cfg_profile *profile = cfg_profile_read(&source, "fuzzed", NULL);
    if (profile != NULL) {
        profile_check(profile);
    } else if (findings.errors == 0 && stands_alone) {
        abort();
    }
    struct cfg_arena *arena = source.arena;
    cfg_source_close(&source);
    cfg_arena_free(arena);
    return 0;
}

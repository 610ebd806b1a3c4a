/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the units (課, 署) of the site, and which of them owns a system. Units are data; the
 * program knows none. Called by load.c before anything that can be owned, and by the rooms that
 * read such things. */
#include "config/decode.h"

struct unit_text {
    const char *id, *title;
};
static const struct cfg_key unit_keys[] = {
    {"id", CFG_TYPE_NAME, true, offsetof(struct unit_text, id), NULL, 0, 0, NULL, NULL},
    {"title", CFG_TYPE_TEXT, true, offsetof(struct unit_text, title), NULL, 0, 120, NULL, NULL},
};
const struct cfg_table cfg_table_unit = CFG_TABLE("a unit", unit_keys);

void cfg_decode_units(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "units", CFG_UNITS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "units", i);
        struct unit_text text = {0};
        if (group != NULL) {
            cfg_table_read(source, group, &cfg_table_unit, &text);
            cfg_name_unique(source, group, "id", site->units, sizeof site->units[0], i, text.id);
        }
        site->units[i] = (struct cfg_unit){text.id, text.title};
    }
    site->unit_count = (uint8_t)count;
}

uint32_t cfg_units_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                           const struct cfg_texts *texts, const struct site *site)
{
    return (uint32_t)cfg_names_resolve(source, group, key, texts, site->units,
                                       sizeof site->units[0], site->unit_count, "unit");
}

uint32_t cfg_owners_resolve(struct cfg_source *source, config_setting_t *group,
                            const struct cfg_texts *texts, const struct site *site)
{
    if (site->unit_count > 0 && texts->count == 0 && cfg_member(group, "owners") == NULL) {
        cfg_warning_at(source, group, "owners",
                       "is not stated; without it nobody can be called as the one responsible for "
                       "this system: owners = [\"%s\"]",
                       site->units[0].id != NULL ? site->units[0].id : "?");
    }
    return cfg_units_resolve(source, group, "owners", texts, site);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the table of those outside: carriers, vendors, agencies. They stand apart from the persons,
 * so no rung, no page and no drill can reach them; and nobody inside may have one of their numbers.
 * Called by load.c after the people. */
#include "config/decode.h"
#include "config/outside.h"

#include <string.h>

static const char *const words_kind[] = {"carrier", "vendor", "agency", NULL};

struct outside_text {
    const char *id, *title, *phone, *mail, *contract, *circuit, *hours;
    uint8_t kind;
    struct cfg_texts about;
};
#define AT(field) offsetof(struct outside_text, field)
static const struct cfg_key outside_keys[] = {
    {"id", CFG_TYPE_NAME, true, AT(id), NULL, 0, 0, NULL, NULL},
    {"title", CFG_TYPE_TEXT, true, AT(title), NULL, 0, 120, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, AT(kind), NULL, 0, 0, words_kind, NULL},
    {"phone", CFG_TYPE_TEXT, true, AT(phone), NULL, 0, 32, NULL, NULL},
    {"mail", CFG_TYPE_TEXT, false, AT(mail), NULL, 0, 200, NULL, NULL},
    {"contract", CFG_TYPE_TEXT, false, AT(contract), NULL, 0, 80, NULL, NULL},
    {"circuit", CFG_TYPE_TEXT, false, AT(circuit), NULL, 0, 80, NULL, NULL},
    {"hours", CFG_TYPE_TEXT, false, AT(hours), NULL, 0, 80, NULL, NULL},
    {"about", CFG_TYPE_TEXTS, false, AT(about), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_outside = CFG_TABLE("an outside contact", outside_keys);

/* Lines, servers and power devices in one list of names, so that a slip gets its hint. */
static void about_fill(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_texts *about, const struct site *site,
                       struct cfg_outside *outside)
{
    for (unsigned i = 0; i < about->count; i++) {
        const char *name = about->items[i];
        uint8_t line = cfg_name_find(site->lines, sizeof site->lines[0], site->line_count, name);
        uint8_t server = cfg_name_find(site->servers, sizeof site->servers[0], FO_SERVERS, name);
        uint8_t device =
            cfg_name_find(site->devices, sizeof site->devices[0], site->device_count, name);
        outside->lines |= line != FO_NONE ? (uint64_t)1 << line : 0;
        outside->servers |= server != FO_NONE ? (uint64_t)1 << server : 0;
        outside->power |= device != FO_NONE ? (uint64_t)1 << device : 0;
        if (line == FO_NONE && server == FO_NONE && device == FO_NONE) {
            cfg_error_at(source, group, "about",
                         "no line, server or power device is called \"%.60s\"", name);
        }
    }
}

static void outside_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                           struct site *site)
{
    struct outside_text text = {0};
    struct cfg_outside *outside = &site->outside[index];
    cfg_table_read(source, group, &cfg_table_outside, &text);
    cfg_name_unique(source, group, "id", site->outside, sizeof site->outside[0], index, text.id);
    *outside = (struct cfg_outside){.id = text.id,
                                    .title = text.title,
                                    .kind = text.kind,
                                    .phone = text.phone,
                                    .mail = text.mail,
                                    .contract = text.contract,
                                    .circuit = text.circuit,
                                    .hours = text.hours,
                                    .line = cfg_line_at(group, NULL)};
    about_fill(source, group, &text.about, site, outside);
    if (text.kind == CFG_OUTSIDE_CARRIER && text.circuit == NULL && text.contract == NULL) {
        cfg_warning_at(source, group, "circuit",
                       "is not stated, nor is contract; a fault desk asks for one of them first");
    }
}

static void persons_check(struct cfg_source *source, config_setting_t *root,
                          const struct site *site)
{
    for (unsigned i = 0; i < site->person_count; i++) {
        config_setting_t *group = cfg_list_item(root, "persons", i);
        const char *keys[] = {"mail", "command_address"};
        const char *addresses[] = {site->persons[i].mail, site->persons[i].command_address};
        for (unsigned j = 0; j < 2; j++) {
            const struct cfg_outside *outside = cfg_outside_with(site, addresses[j]);
            if (outside != NULL) {
                cfg_error_at(source, group, keys[j],
                             "is that of \"%s\" in the table of outside contacts, whom the "
                             "program must never reach",
                             outside->id != NULL ? outside->id : "?");
            }
        }
    }
}

/* A line that fails with nobody to call about it. */
static void lines_check(struct cfg_source *source, config_setting_t *root, const struct site *site)
{
    uint64_t known = 0;
    for (unsigned i = 0; i < site->outside_count; i++) {
        known |= site->outside[i].lines;
    }
    for (unsigned i = 0; i < site->line_count && site->outside_count > 0; i++) {
        if ((known >> i & 1) == 0) {
            cfg_warning_at(source, cfg_list_item(root, "lines", i), NULL,
                           "nobody in the table of outside contacts is called about it; name the "
                           "carrier's fault desk there: about = [\"%s\"]",
                           site->lines[i].name != NULL ? site->lines[i].name : "?");
        }
    }
}

void cfg_decode_outside(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "outside", CFG_OUTSIDE_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "outside", i);
        if (group != NULL) {
            outside_decode(source, group, i, site);
        }
    }
    site->outside_count = (uint8_t)count;
    persons_check(source, root, site);
    lines_check(source, root, site);
}

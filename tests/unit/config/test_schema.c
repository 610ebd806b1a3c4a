/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of keys themselves: every default is what its own key would accept, and every key is
 * in the manual. */
#include "config/profile_file.h"
#include "config/schema.h"

#include "config/decode.h"
#include "config/duty_file.h"
#include "config/units.h"
#include "tests/unit/config/site_text.h"

static char *file_text(const char *path)
{
    FILE *stream = fopen(path, "r");
    cr_assert_not_null(stream, "%s", path);
    char *text = calloc(1, 1 << 20);
    size_t length = fread(text, 1, (1 << 20) - 1, stream);
    cr_assert_gt(length, 0);
    fclose(stream);
    return text;
}

/* Whether a manual page has an item of its own for the key: ".It Cm name" and then no letter. */
static bool manual_has(const char *manual, const char *name)
{
    char item[80];
    int length = snprintf(item, sizeof item, ".It Cm %s", name);
    for (const char *at = strstr(manual, item); at != NULL; at = strstr(at + 1, item)) {
        if (at[length] == '\n' || at[length] == ' ') {
            return true;
        }
    }
    return false;
}

static unsigned manual_check(const char *manual, const struct cfg_table *table)
{
    unsigned keys = 0;
    for (unsigned i = 0; i < table->count; i++) {
        const struct cfg_key *key = &table->keys[i];
        cr_assert(manual_has(manual, key->name), "the manual page lacks \"%s\" of %s", key->name,
                  table->name);
        keys += 1 + (key->table != NULL ? manual_check(manual, key->table) : 0);
    }
    return keys;
}

Test(schema, every_key_is_in_its_manual_page)
{
    char *site = file_text(NOROSHI_SOURCE_DIR "/deploy/man/monitord.conf.5");
    char *agent = file_text(NOROSHI_SOURCE_DIR "/deploy/man/dispatch-agent.conf.5");
    cr_assert_gt(manual_check(site, &cfg_site_file), 150);
    cr_assert_gt(manual_check(site, &cfg_duty_file), 15);
    cr_assert_gt(manual_check(agent, &cfg_agent_file), 40);
    char *profile = file_text(NOROSHI_SOURCE_DIR "/deploy/man/noroshi-profile.5");
    cr_assert_gt(manual_check(profile, &cfg_profile_table), 30);
    free(profile);
    free(site);
    free(agent);
}

/* Whether the manual says `wanted` (followed by a full stop) in an item of its own for the key. */
static bool manual_says(const char *manual, const char *name, const char *wanted)
{
    char item[80];
    int length = snprintf(item, sizeof item, ".It Cm %s\n", name);
    for (const char *at = strstr(manual, item); at != NULL; at = strstr(at + 1, item)) {
        const char *next = strstr(at + length, "\n.It "), *said = strstr(at, wanted);
        if (said != NULL && (next == NULL || said < next) && said[strlen(wanted)] == '.') {
            return true;
        }
    }
    return false;
}

static enum cfg_measure measure_of(const struct cfg_key *key)
{
    return key->type == CFG_TYPE_DURATION ? CFG_MEASURE_DURATION
           : key->type == CFG_TYPE_SHARE  ? CFG_MEASURE_SHARE
           : key->type == CFG_TYPE_VOLTS  ? CFG_MEASURE_VOLTS
           : key->type == CFG_TYPE_PPM    ? CFG_MEASURE_PPM
           : key->type == CFG_TYPE_BYTES  ? CFG_MEASURE_BYTES
                                          : CFG_MEASURES;
}

/* The default and the range of each key stand beside it. */
static void limits_check(const char *manual, const struct cfg_table *table)
{
    for (unsigned i = 0; i < table->count; i++) {
        const struct cfg_key *key = &table->keys[i];
        char wanted[120], lowest[40], highest[40];
        if (key->table != NULL) {
            limits_check(manual, key->table);
        }
        if (key->standard != NULL && strcmp(table->name, "a health group") != 0) {
            /* the defaults of health groups differ by section and stand in a table of their own */
            snprintf(wanted, sizeof wanted, "Default: %s", key->standard);
            cr_assert(manual_says(manual, key->name, wanted),
                      "the manual does not say \"%s.\" of "
                      "%s in %s",
                      wanted, key->name, table->name);
        }
        if (measure_of(key) != CFG_MEASURES || key->type == CFG_TYPE_INTEGER) {
            snprintf(lowest, sizeof lowest, "%lld", (long long)key->lowest);
            snprintf(highest, sizeof highest, "%lld", (long long)key->highest);
            if (measure_of(key) != CFG_MEASURES) {
                cfg_measure_print(measure_of(key), key->lowest, lowest, sizeof lowest);
                cfg_measure_print(measure_of(key), key->highest, highest, sizeof highest);
            }
            snprintf(wanted, sizeof wanted, "Range: %s … %s", lowest, highest);
            cr_assert(manual_says(manual, key->name, wanted),
                      "the manual does not say \"%s.\" of "
                      "%s in %s",
                      wanted, key->name, table->name);
        }
    }
}

Test(schema, every_default_and_range_is_said_in_the_manual_page)
{
    char *site = file_text(NOROSHI_SOURCE_DIR "/deploy/man/monitord.conf.5");
    char *agent = file_text(NOROSHI_SOURCE_DIR "/deploy/man/dispatch-agent.conf.5");
    limits_check(site, &cfg_site_file);
    limits_check(agent, &cfg_agent_file);
    char *profile = file_text(NOROSHI_SOURCE_DIR "/deploy/man/noroshi-profile.5");
    limits_check(profile, &cfg_profile_table);
    free(profile);
    free(site);
    free(agent);
}

/* The rows of the table of health groups: "group Ta bad Ta of Ta good Ta hold". */
static unsigned health_check(const char *manual, const char *path, const struct cfg_table *table)
{
    unsigned groups = 0;
    for (unsigned i = 0; i < table->count; i++) {
        const struct cfg_key *key = &table->keys[i];
        char below[120], row[200];
        snprintf(below, sizeof below, "%s%s%s", path, path[0] != '\0' ? "." : "", key->name);
        if (key->table != NULL && strcmp(key->table->name, "a health group") == 0) {
            const struct cfg_key *five = key->table->keys;
            snprintf(row, sizeof row, ".It Cm %s Ta %s Ta %s Ta %s Ta %s\n", below,
                     five[0].standard, five[1].standard, five[2].standard, five[3].standard);
            cr_assert_not_null(strstr(manual, row), "the manual lacks the row %s", row);
            groups++;
        } else if (key->table != NULL) {
            groups += health_check(manual, below, key->table);
        }
    }
    return groups;
}

Test(schema, the_defaults_of_every_health_group_are_in_the_table_of_the_manual)
{
    char *site = file_text(NOROSHI_SOURCE_DIR "/deploy/man/monitord.conf.5");
    char *agent = file_text(NOROSHI_SOURCE_DIR "/deploy/man/dispatch-agent.conf.5");
    cr_assert_eq(health_check(site, "", &cfg_site_file), 6);
    cr_assert_eq(health_check(agent, "", &cfg_agent_file), 1);
    free(site);
    free(agent);
}

static void table_check(struct cfg_source *source, const struct cfg_table *table)
{
    static _Alignas(16) unsigned char out[8192];
    memset(out, 0, sizeof out);
    cfg_table_read(source, NULL, table, out); /* asserts on a default its own type refuses */
    for (unsigned i = 0; i < table->count; i++) {
        const struct cfg_key *key = &table->keys[i];
        cr_assert_lt(key->offset, sizeof out);
        cr_assert(!(key->required && key->standard != NULL), "%s of %s", key->name, table->name);
        cr_assert_eq(key->choices != NULL, key->type == CFG_TYPE_CHOICE, "%s", key->name);
        bool nested = key->type == CFG_TYPE_GROUP || key->type == CFG_TYPE_SECTION ||
                      key->type == CFG_TYPE_LIST;
        cr_assert_eq(key->table != NULL, nested, "%s", key->name);
        for (unsigned j = 0; j < i; j++) {
            cr_assert_str_neq(key->name, table->keys[j].name, "in %s", table->name);
        }
        if (nested) {
            table_check(source, key->table);
        }
    }
}

Test(schema, every_default_is_accepted_by_its_own_key)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct cfg_source source;
    char *path = text_write("a = 1;\n", 7);
    cr_assert(cfg_source_open(&source, path, 0, findings));
    table_check(&source, &cfg_site_file);
    table_check(&source, &cfg_agent_file);
    cr_assert_eq(findings->count, 0);
    cfg_arena_free(source.arena);
    cfg_source_close(&source);
    unlink(path);
    free(path);
    free(findings);
}

Test(schema, every_finding_of_a_file_is_said_at_once_and_an_unknown_key_offers_the_nearest)
{
    static const char text[] =
        "ups = (\n"
        "  { name = \"ups-a\"; driver = \"snmp\";\n"
        "    adress = \"192.0.2.11:161\";\n"
        "    interval = 5;\n"
        "    colour = \"red\";\n"
        "    snmp = { community = \"\"; }; },\n"
        "  5, { } );\n"
        "generators = { };\n";
    static const struct {
        int line;
        const char *path, *message;
    } wanted[] = {
        {2, "ups[0].address", "is missing"},
        {3, "ups[0].adress", "unknown key in a UPS; did you mean \"address\"?"},
        {4, "ups[0].interval", "5 has no unit"},
        {5, "ups[0].colour", "unknown key in a UPS"},
        {6, "ups[0].snmp.community", "is empty"},
        {7, "ups[1]", "must be a group"},
        {7, "ups[2].name", "is missing"},
        {7, "ups[2].driver", "needs it: one of \"snmp\", \"modbus-tcp\""},
        {8, "generators", "must be a list of groups"},
    };
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted(text, false, findings));
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        bool found = false;
        for (int j = 0; j < findings->count; j++) {
            found = found || (findings->list[j].line == wanted[i].line &&
                              strcmp(findings->list[j].path, wanted[i].path) == 0 &&
                              strstr(findings->list[j].message, wanted[i].message) != NULL);
        }
        cr_assert(found, "%d: %s: %s", wanted[i].line, wanted[i].path, wanted[i].message);
    }
    cr_assert_null(strstr(findings->list[2].message, "colour"));
    free(findings);
}

Test(schema, more_entries_than_fit_are_an_error_at_the_list)
{
    char *text = calloc(1, 65536), entry[128];
    strcpy(text, "ups = (\n");
    for (unsigned i = 0; i <= FO_DEVICES_MAX; i++) {
        snprintf(entry, sizeof entry,
                 "%s{ name = \"ups-%u\"; driver = \"snmp\"; address = \"192.0.2.%u:161\";\n"
                 "snmp = { community = \"x\"; }; }",
                 i > 0 ? "," : "", i, i + 1);
        strcat(text, entry);
    }
    strcat(text, ");\n");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted(text, false, findings));
    cr_assert_eq(findings->count, 1);
    cr_assert_eq(findings->list[0].line, 2 + FO_DEVICES_MAX);
    cr_assert_not_null(strstr(findings->list[0].message, "at most 64 take part in decisions"));
    free(findings);
    free(text);
}

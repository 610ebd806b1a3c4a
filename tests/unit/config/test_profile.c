/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles are files: the shipped ones are good, a spoilt one is found at its line, a site's own
 * replaces a shipped one. */
#include "config/profile_library.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cfg_profiles *load(const char *own, struct cfg_findings **findings)
{
    *findings = calloc(1, sizeof **findings);
    struct cfg_profiles *profiles = cfg_profiles_load(own, *findings);
    cr_assert_not_null(profiles);
    return profiles;
}

Test(profile, all_shipped_profiles_are_good)
{
    struct cfg_findings *findings;
    struct cfg_profiles *profiles = load(NULL, &findings);
    cfg_findings_print(findings, stderr);
    cr_assert_eq(findings->count, 0);
    cr_assert_geq(cfg_profiles_count(profiles), 22);
    for (unsigned i = 0; i < cfg_profiles_count(profiles); i++) {
        const struct cfg_profile *profile = cfg_profiles_at(profiles, i);
        cr_assert_eq(cfg_profiles_find(profiles, profile->name, profile->kind, profile->protocol),
                     profile, "%s", profile->name);
        cr_assert_null(cfg_profiles_find(profiles, profile->name,
                                         (profile->kind + 1) % FO_DEVICE_KINDS, profile->protocol));
    }
    cfg_profiles_free(profiles);
    free(findings);
}

/* "name Ta … Ta snmp Ta yes Ta …": the list in the manual of site files. */
Test(profile, the_manual_lists_every_profile_and_whether_it_was_ever_seen)
{
    static const char *const kinds[] = {"UPS", "generator", "transfer switch"};
    static char manual[256 * 1024];
    struct cfg_findings *findings;
    struct cfg_profiles *profiles = load(NULL, &findings);
    FILE *file = fopen(NOROSHI_SOURCE_DIR "/deploy/man/monitord.conf.5", "r");
    cr_assert_not_null(file);
    manual[fread(manual, 1, sizeof manual - 1, file)] = '\0';
    fclose(file);
    for (unsigned i = 0; i < cfg_profiles_count(profiles); i++) {
        const struct cfg_profile *profile = cfg_profiles_at(profiles, i);
        char row[400];
        snprintf(row, sizeof row, ".It %s Ta %s Ta %s Ta %s Ta %s\n", profile->name,
                 kinds[profile->kind], profile->protocol == CFG_PROTOCOL_SNMP ? "snmp" : "modbus",
                 profile->seen ? "yes" : "no", profile->title);
        cr_assert_not_null(strstr(manual, row), "the manual lacks: %s", row);
    }
    cfg_profiles_free(profiles);
    free(findings);
}

Test(profile, a_base_stands_under_the_root_of_the_profile_that_names_it)
{
    struct cfg_findings *findings;
    struct cfg_profiles *profiles = load(NULL, &findings);
    const struct cfg_profile *standard =
        cfg_profiles_find(profiles, "rfc1628", FO_DEVICE_UPS, CFG_PROTOCOL_SNMP);
    const struct cfg_profile *jema =
        cfg_profiles_find(profiles, "jema-ups", FO_DEVICE_UPS, CFG_PROTOCOL_SNMP);
    cr_assert_eq(standard->count, jema->count);
    cr_assert_eq(jema->points[0].oid.arcs[6], 4550);
    cr_assert_eq(jema->points[0].oid.length, standard->points[0].oid.length + 1);
    cr_assert_eq(jema->alarms.column.arcs[6], 4550);
    cr_assert_eq(cfg_profile_source(jema), 0);
    cfg_profiles_free(profiles);
    free(findings);
}

Test(profile, neighbouring_registers_are_one_request_and_distant_ones_are_not)
{
    struct cfg_findings *findings;
    struct cfg_profiles *profiles = load(NULL, &findings);
    const struct cfg_profile *gencomm =
        cfg_profiles_find(profiles, "deepsea-gencomm", FO_DEVICE_GENERATOR, CFG_PROTOCOL_MODBUS);
    static const struct {
        unsigned first, count, points;
    } expected[] = {{772, 1, 1},  {1024, 10, 7}, {1408, 1, 1}, {1536, 2, 1},
                    {1558, 1, 1}, {1798, 2, 1},  {2049, 3, 3}};
    cr_assert_eq(gencomm->block_count, 7);
    for (unsigned i = 0; i < gencomm->block_count; i++) {
        cr_assert_eq(gencomm->blocks[i].first, expected[i].first);
        cr_assert_eq(gencomm->blocks[i].count, expected[i].count);
        cr_assert_eq(gencomm->blocks[i].points, expected[i].points);
    }
    cfg_profiles_free(profiles);
    free(findings);
}

/* ---- files of our own ------------------------------------------------------------------------ */

static void put(const char *directory, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void drop(const char *directory, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
    rmdir(directory);
}

#define HEAD                                                              \
    "name = \"mine\"; title = \"a map of ours\"; kind = \"generator\";\n" \
    "protocol = \"modbus\"; seen = false; first_number = 1;\n"

Test(profile, a_map_of_the_site_needs_no_code)
{
    char directory[] = "/tmp/profiles-XXXXXX";
    struct cfg_findings *findings;
    cr_assert_not_null(mkdtemp(directory));
    put(directory, "mine.conf",
        HEAD
        "words = \"low-first\";\n"
        "points = ( { register = 1; variable = \"generator.voltage\"; type = \"u32\"; },\n"
        "  { register = 101; variable = \"fuel.level\"; scale = \"1/256\"; least = \"0\"; most = "
        "\"110\"; function = \"input\"; also = [ \"0x7fff\" ]; } );\n");
    struct cfg_profiles *profiles = load(directory, &findings);
    cr_assert_eq(findings->count, 0);
    const struct cfg_profile *mine =
        cfg_profiles_find(profiles, "mine", FO_DEVICE_GENERATOR, CFG_PROTOCOL_MODBUS);
    cr_assert_not_null(mine);
    cr_assert_eq(mine->points[0].address, 0);
    cr_assert(mine->points[0].low_word_first);
    cr_assert_eq(mine->points[1].address, 100);
    cr_assert_eq(mine->points[1].function, CFG_FUNCTION_INPUT);
    cr_assert_eq(mine->points[1].most, 110000);
    cr_assert_eq(mine->points[1].also[0], 0x7fff);
    cr_assert_eq(mine->block_count, 2);
    cfg_profiles_free(profiles);
    free(findings);
    drop(directory, "mine.conf");
}

Test(profile, a_file_of_the_site_replaces_the_shipped_one_of_that_name)
{
    char directory[] = "/tmp/profiles-XXXXXX";
    struct cfg_findings *findings;
    cr_assert_not_null(mkdtemp(directory));
    put(directory, "comap-intelilite.conf",
        "name = \"comap-intelilite\"; title = \"as this unit has it\"; kind = \"generator\";\n"
        "protocol = \"modbus\"; seen = true;\n"
        "points = ( { register = 5; variable = \"fuel.level\"; } );\n");
    struct cfg_profiles *profiles = load(directory, &findings);
    cr_assert_eq(findings->count, 0);
    const struct cfg_profile *found =
        cfg_profiles_find(profiles, "comap-intelilite", FO_DEVICE_GENERATOR, CFG_PROTOCOL_MODBUS);
    cr_assert_eq(found->count, 1);
    cr_assert(found->seen);
    cfg_profiles_free(profiles);
    free(findings);
    drop(directory, "comap-intelilite.conf");
}

Test(profile, what_is_wrong_in_a_file_is_said_at_its_line)
{
    static const struct {
        const char *text, *message;
        int line;
    } cases[] = {
        {HEAD "points = (\n { register = 1; variable = \"fuel.levle\"; } );",
         "did you mean \"fuel.level\"?", 4},
        {HEAD "points = (\n { register = 0; variable = \"fuel.level\"; } );",
         "outside the registers", 4},
        {HEAD "points = (\n { variable = \"fuel.level\"; } );", "needs register", 4},
        {HEAD "points = (\n { register = 1; oid = \"1.2\"; variable = \"fuel.level\"; } );",
         "and no oid", 4},
        {HEAD "points = (\n { register = 1; variable = \"fuel.level\"; scale = \"x\"; } );",
         "is not a scale", 4},
        {HEAD "points = (\n { register = 1; variable = \"fuel.level\"; least = \"5\"; } );",
         "both ends", 4},
        {HEAD "points = (\n { register = 1; variable = \"generator.mode\"; } );", "needs states",
         4},
        {HEAD "points = (\n { register = 1; variable = \"fuel.level\"; states = [\"1=auto\"]; } );",
         "mean nothing", 4},
        {HEAD "points = (\n { register = 1; variable = \"generator.mode\"; states = "
              "[\"1=automatic\"]; } );",
         "\"automatic\" is not a state", 4},
        {HEAD "points = (\n { register = 1; } );", "says nothing", 4},
        {HEAD "points = (\n { register = 1; variable = \"fuel.level\"; type = \"bit\"; } );",
         "needs function", 4},
        {HEAD "points = (\n { regsiter = 1; variable = \"fuel.level\"; } );",
         "did you mean \"register\"?", 4},
        {HEAD
         "root = \"1.3.6.1.4.1.1\";\npoints = ( { register = 1; variable = \"fuel.level\"; } );",
         "is not used by Modbus", 3},
        {HEAD "points = ( );", "nothing to ask", 3},
        {"title = \"x\"; kind = \"ups\"; protocol = \"snmp\"; seen = false;\nname = \"other\"; "
         "root = \"1.3.6.1.4.1.1\";\n"
         "points = ( { oid = \"1.0\"; variable = \"ups.load\"; } );",
         "must be that of the file", 2},
        {"name = \"mine\"; title = \"x\"; kind = \"ups\"; protocol = \"snmp\"; seen = false;\nroot "
         "= \"1.3.6.1.4.1.1\";\n"
         "points = ( { oid = \"1.0\"; variable = \"ups.load\"; } );",
         "source = true", 3},
        {"name = \"mine\"; title = \"x\"; kind = \"ups\"; protocol = \"snmp\"; seen = false;\nbase "
         "= \"rfc1629\";\n",
         "no good profile is called", 2},
        {"name = \"mine\"; title = \"x\"; kind = \"ups\"; protocol = \"snmp\"; seen = false;\nbase "
         "= \"mine\";\n",
         "no good profile is called", 2},
        {"name = \"mine\"; title = \"x\" kind", "syntax error", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char directory[] = "/tmp/profiles-XXXXXX";
        struct cfg_findings *findings;
        bool found = false;
        cr_assert_not_null(mkdtemp(directory));
        put(directory, "mine.conf", cases[i].text);
        struct cfg_profiles *profiles = load(directory, &findings);
        for (int f = 0; f < findings->count; f++) {
            found = found || (strstr(findings->list[f].message, cases[i].message) != NULL &&
                              findings->list[f].line == cases[i].line &&
                              strstr(findings->list[f].file, "mine.conf") != NULL);
        }
        if (!found) {
            cfg_findings_print(findings, stderr);
        }
        cr_assert(found, "case %zu: %s", i, cases[i].message);
        cr_assert_null(
            cfg_profiles_find(profiles, "mine", FO_DEVICE_GENERATOR, CFG_PROTOCOL_MODBUS));
        cfg_profiles_free(profiles);
        free(findings);
        drop(directory, "mine.conf");
    }
}

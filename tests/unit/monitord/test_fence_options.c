/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the site file against what a fence agent says that it knows. */
#include "monitord/executor/fence_options.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct md_metadata metadata;
static char findings[2048];

static struct md_metadata_parameter *add(const char *name, const char *obsoletes, bool required,
                                         bool deprecated)
{
    struct md_metadata_parameter *parameter = &metadata.parameters[metadata.count++];

    snprintf(parameter->name, sizeof(parameter->name), "%s", name);
    snprintf(parameter->obsoletes, sizeof(parameter->obsoletes), "%s", obsoletes);
    parameter->required = required;
    parameter->deprecated = deprecated;
    return parameter;
}

/* The manner of fence_apc_snmp. */
static void set_up(void)
{
    struct md_metadata_parameter *version;

    memset(&metadata, 0, sizeof(metadata));
    add("action", "", true, false);
    add("ip", "ipaddr", true, false);
    add("ipaddr", "", true, true);
    add("plug", "port", true, false);
    add("port", "", true, true);
    add("password", "", false, false);
    add("ipport", "", false, false)->content = MD_CONTENT_INTEGER;
    add("quiet", "", false, false)->content = MD_CONTENT_BOOLEAN;
    version = add("snmp_version", "", false, false);
    version->content = MD_CONTENT_SELECT;
    version->choice_count = 2;
    strcpy(version->choices[0], "1");
    strcpy(version->choices[1], "2c");
}

static void hear(void *context, bool warning, const char *message)
{
    size_t used = strlen(findings);

    (void)context;
    snprintf(findings + used, sizeof(findings) - used, "%s%s\n", warning ? "warning: " : "",
             message);
}

static const char *check(const char *options)
{
    struct cfg_act act = {.name = "off-1", .kind = "fence-agent", .options = options};

    findings[0] = '\0';
    md_fence_options_check(&act, &metadata, hear, NULL);
    return findings;
}

TestSuite(fence_options, .init = set_up);

Test(fence_options, good_options_are_good_in_every_way_that_agents_read_them)
{
    static const char *const good[] = {
        "ip=192.0.2.1\nplug=2",
        "ip=192.0.2.1\nplug=2\n",
        "  ip = 192.0.2.1  \n\n# plug=1\n\tplug\t=\t2\r\n",
        "ip=192.0.2.1\nplug=2\nsnmp-version=2c\nipport=161\nquiet=Yes",
        "ip=\"192.0.2.1\"\nplug=\"a=b\"",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        cr_assert_str_eq(check(good[i]), "", "%s: %s", good[i], findings);
    }
}

Test(fence_options, each_slip_is_found_and_told)
{
    static const struct {
        const char *more, *finding;
    } cases[] = {
        {"plugg=3",
         "has \"plugg\", which the agent does not know and ignores; did you mean "
         "\"plug\"?\n"},
        {"weather=fine", "has \"weather\", which the agent does not know and ignores\n"},
        {"geheim", "has no \"=\" in its line 3; write name=value\n"},
        {"=3", "has \"\", which the agent does not know and ignores\n"},
        {"password=", "gives no value to \"password\"\n"},
        {"password=\"\"", "gives no value to \"password\"\n"},
        {"ipport=161x", "has ipport = \"161x\"; the agent takes a whole number\n"},
        {"ipport=-", "has ipport = \"-\"; the agent takes a whole number\n"},
        {"quiet=2", "has quiet = \"2\"; the agent takes 1 or 0\n"},
        {"snmp_version=2", "has snmp_version = \"2\"; the agent takes one of: 1, 2c\n"},
        {"plug=3", "warning: has \"plug\" twice; the agent takes the last\n"},
        {"port=3", "warning: has \"port\", an old name; write \"plug\"\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char options[200];

        snprintf(options, sizeof(options), "ip=192.0.2.1\nplug=2\n%s", cases[i].more);
        cr_assert_str_eq(check(options), cases[i].finding, "%s: %s", cases[i].more, findings);
    }
}

Test(fence_options, what_the_agent_needs_is_missed_once_and_an_old_name_is_enough)
{
    cr_assert_str_eq(check(NULL),
                     "has no \"ip\", which the agent needs\n"
                     "has no \"plug\", which the agent needs\n");
    cr_assert_str_eq(check("ip=192.0.2.1"), "has no \"plug\", which the agent needs\n");
    cr_assert_str_eq(check("ip=192.0.2.1\nport=2"),
                     "warning: has \"port\", an old name; write \"plug\"\n");
}

Test(fence_options, no_value_that_may_be_a_password_is_told)
{
    check("ip=geheim-1\nplug=geheim-2\npassword=geheim-3\nunknown=geheim-4\ngeheim-5");
    cr_assert_null(strstr(findings, "geheim"), "%s", findings);
}

Test(fence_options, the_actions_that_an_act_needs_are_offered_or_missed)
{
    static const struct {
        const char *kind;
        unsigned actions;
        const char *finding;
    } cases[] = {
        {"fence-agent", MD_METADATA_OFF | MD_METADATA_STATUS, ""},
        {"fence-agent", MD_METADATA_ON | MD_METADATA_STATUS, "does not offer the action off\n"},
        {"fence-agent", MD_METADATA_ON | MD_METADATA_OFF,
         "does not offer the action status; without it nothing can be proven to be off\n"},
        {"outlet", MD_METADATA_ON | MD_METADATA_OFF | MD_METADATA_STATUS, ""},
        {"outlet", MD_METADATA_OFF | MD_METADATA_STATUS,
         "does not offer the action on; an outlet is switched on again\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cfg_act act = {.name = "off-1", .kind = cases[i].kind};

        findings[0] = '\0';
        metadata.actions = cases[i].actions;
        md_fence_actions_check(&act, &metadata, hear, NULL);
        cr_assert_str_eq(findings, cases[i].finding);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The shutdown plan: a stage that comes too late, before what matters less, or by one misread
 * number is found before it is needed. */
#include "tests/unit/config/site_text.h"

#define STAGE_1                                                                                \
    "  { name = \"stage-1\"; loads = \"class-1\"; ups = [\"ups-a\"]; acts = [\"outlet-1\"];\n" \
    "    runtime = \"20min\"; },\n"
#define STAGE_2                                                                              \
    "  { name = \"stage-2\"; loads = \"class-2\"; ups = [\"ups-a\"]; acts = [\"halt-1\"];\n" \
    "    runtime = \"10min\"; hold = \"5s\"; window = \"0s\"; },\n"
#define STAGE_3                                                                              \
    "  { name = \"stage-3\"; loads = \"monitor\"; ups = [\"ups-a\"]; acts = [\"halt-2\"];\n" \
    "    runtime = \"5min\"; }\n"
#define PLAN "shutdown = { armed = true; stages = (\n" STAGE_1 STAGE_2 STAGE_3 "  ); };\n"
#define ACTS                                                                               \
    "  { name = \"route-line-1\"; kind = \"route\"; },\n"                                  \
    "  { name = \"outlet-1\"; kind = \"outlet\"; program = \"/usr/sbin/fence_apc\";\n"     \
    "    options = \"ip=10.9.9.9\\nplug=3\"; },\n"                                         \
    "  { name = \"off-2\"; kind = \"fence-agent\"; program = \"/usr/sbin/fence_apc\";\n"   \
    "    options = \"port=3\\nlogin\\nipaddr=10.9.9.9\"; },\n"                             \
    "  { name = \"off-3\"; kind = \"fence-agent\"; program = \"/usr/sbin/fence_apc\";\n"   \
    "    options = \"ip=10.9.9.99\\nplug=3\"; },\n"                                        \
    "  { name = \"off-4\"; kind = \"fence-agent\"; program = \"/usr/sbin/fence_apc\";\n"   \
    "    options = \"ip=10.9.9.9\\nplug=33\"; },\n"                                        \
    "  { name = \"outlet-2\"; kind = \"outlet\"; program = \"/usr/sbin/fence_apc\"; },\n"  \
    "  { name = \"halt-1\"; kind = \"script\"; program = \"/usr/local/sbin/halt-1\"; },\n" \
    "  { name = \"halt-2\"; kind = \"script\"; program = \"/usr/local/sbin/halt-2\"; } );\n"

/* The site with the plan at its end; freed by the caller. */
static char *text_with_plan(void)
{
    char *acts =
        text_spoil(SITE_TEXT, "  { name = \"route-line-1\"; kind = \"route\"; } );\n", ACTS);
    char *text = calloc(1, strlen(acts) + sizeof PLAN);
    strcpy(text, acts);
    strcat(text, PLAN);
    free(acts);
    return text;
}

Test(decode_shutdown, a_good_plan_has_no_finding_and_goes_to_the_engine)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = text_with_plan();
    struct site *site = cfg_site_read("plan.conf", text, strlen(text), NULL, findings);
    cr_assert_not_null(site);
    cr_assert_eq(findings->count, 1, "the risk of when_alone, and no other");
    const struct fo_policy *policy = &site->policy;
    cr_assert(policy->shed_armed);
    cr_assert_eq(policy->stage_count, 3);
    cr_assert_eq(policy->shed_act_us, 60 * FO_SECOND);
    cr_assert_eq(policy->return_hold_us, 60 * FO_SECOND);
    cr_assert_str_eq(site->stages[0].name, "stage-1");
    cr_assert_str_eq(site->stages[0].acts[0], "outlet-1");
    cr_assert_eq(policy->stages[0].loads, FO_LOADS_CLASS_1);
    cr_assert_eq(policy->stages[0].acts, 1);
    cr_assert_eq(policy->stages[0].supplies, 1);
    cr_assert_eq(policy->stages[0].runtime_us, 20 * FO_MINUTE);
    cr_assert_eq(policy->stages[0].hold_us, 30 * FO_SECOND);
    cr_assert_eq(policy->stages[0].window_us, FO_MINUTE);
    cr_assert_eq(policy->stages[1].window_us, 0);
    cr_assert_eq(policy->stages[2].loads, FO_LOADS_MONITOR);
    cr_assert_eq(policy->restore_pause_us, 5 * FO_SECOND);
    cr_assert_eq(policy->stages[0].by_hand, 0, "an outlet is switched on by its own program");
    cr_assert_eq(policy->stages[1].by_hand, 1, "a script has no way back unless it is given one");
    cr_assert(fo_policy_valid(policy));
    cfg_site_free(site);
    free(text);
    free(findings);
}

Test(decode_shutdown, without_a_plan_nothing_is_ever_switched_off)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct site *site = cfg_site_read("none.conf", SITE_TEXT, strlen(SITE_TEXT), NULL, findings);
    cr_assert_eq(site->policy.stage_count, 0);
    cr_assert_not(site->policy.shed_armed);
    cfg_site_free(site);
    char *text = text_with_plan(), *unarmed = text_spoil(text, "armed = true; ", "");
    site = cfg_site_read("unarmed.conf", unarmed, strlen(unarmed), NULL, findings);
    cr_assert_eq(site->policy.stage_count, 3);
    cr_assert_not(site->policy.shed_armed, "a plan is not armed by being written");
    cfg_site_free(site);
    free(unarmed);
    free(text);
    free(findings);
}

Test(decode_shutdown, a_defect_of_the_plan_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"loads = \"class-1\"", "loads = \"class-3\"", "stage-1", "shutdown.stages[0].loads",
         "did you mean \"class-1\"?", false},
        {"loads = \"class-1\"", "loads = \"monitor\"", "stage-2", "shutdown.stages[1].loads",
         "must not come after \"stage-1\"", false},
        {"loads = \"class-2\"", "loads = \"monitor\"", "stage-3", "shutdown.stages[2].loads",
         "has switched the monitor off already", false},
        {"\"10min\"; hold", "\"20min\"; hold", "\"20min\"; hold", "shutdown.stages[1].runtime",
         "must be shorter than that of \"stage-1\"", false},
        {"ups = [\"ups-a\"]; acts = [\"halt-2\"]",
         "ups = [\"ups-a\", \"ups-b\"]; acts = [\"halt-2\"]", "stage-3", "shutdown.stages[2].ups",
         "is not the same set", false},
        {"ups = [\"ups-a\"]; acts = [\"halt-1\"]", "ups = []; acts = [\"halt-1\"]", "stage-2",
         "shutdown.stages[1].ups", "names none", false},
        {"ups = [\"ups-a\"]; acts = [\"halt-1\"]", "ups = [\"gen-1\"]; acts = [\"halt-1\"]",
         "stage-2", "shutdown.stages[1].ups", "\"gen-1\" is no UPS", false},
        {"ups = [\"ups-a\"]; acts = [\"halt-1\"]", "ups = [\"ups-c\"]; acts = [\"halt-1\"]",
         "stage-2", "shutdown.stages[1].ups[0]", "no UPS is called \"ups-c\"", false},
        {"acts = [\"halt-1\"]", "acts = [\"halt-3\"]", "stage-2", "shutdown.stages[1].acts[0]",
         "no act is called \"halt-3\"", false},
        {"acts = [\"halt-1\"]", "acts = []", "stage-2", "shutdown.stages[1].acts", "names none",
         false},
        {"acts = [\"halt-1\"]", "acts = [\"route-line-1\"]", "stage-2", "shutdown.stages[1].acts",
         "is a route; a stage has acts of kind", false},
        {"acts = [\"halt-1\"]", "acts = [\"off-1\"]", "stage-2", "shutdown.stages[1].acts",
         "is a fence-agent; a stage has acts of kind", false},
        {"hold = \"5s\"", "hold = \"2s\"", "hold = \"2s\"", "shutdown.stages[1].hold",
         "shorter than three readings of \"ups-a\"", false},
        {"runtime = \"5min\"", "runtime = \"1min\"", "runtime = \"1min\"",
         "shutdown.stages[2].runtime", "together", false},
        {"\"stage-2\"", "\"stage-1\"", "class-2", "shutdown.stages[1].name", "already taken",
         false},
        {"9\\nplug=3\";", "9\\nplug=3\"; timeout = \"21s\";", "stage-1", "shutdown.stages[0].acts",
         "longer than shutdown.act_timeout", false},
        {"runtime = \"20min\"; },", "runtime = \"20min\"; windw = \"1s\"; },", "windw",
         "shutdown.stages[0].windw", "did you mean \"window\"?", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"outlet-2\"];", "10.1.1.1:22",
         "servers[0].fence", "is an outlet", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"halt-1\"];", "stage-2",
         "shutdown.stages[1].acts", "is the fence of \"server-1\"", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"off-2\"];", "stage-1",
         "shutdown.stages[0].acts", "is the fence of \"server-1\"", false},
        {"9\\nplug=3\";", "9\\nplug=3\"; restore = \"/usr/sbin/on\";", "restore", "acts[2].restore",
         "means nothing but for a script", false},
        {STAGE_1 STAGE_2 STAGE_3, "", "shutdown", "shutdown.armed", "there is no stage", false},
    };
    char *text = text_with_plan();
    defects_check(text, false, defects, sizeof defects / sizeof defects[0]);
    free(text);
}

static struct site *read_spoilt(const char *find, const char *replace)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = text_with_plan(), *spoilt = text_spoil(text, find, replace);
    struct site *site = cfg_site_read("plan.conf", spoilt, strlen(spoilt), NULL, findings);
    free(spoilt);
    free(text);
    free(findings);
    return site;
}

Test(decode_shutdown, a_script_that_names_its_way_back_is_within_reach)
{
    struct site *site =
        read_spoilt("/sbin/halt-1\";", "/sbin/halt-1\"; restore = \"/usr/local/sbin/start-1\";");
    cr_assert_not_null(site);
    cr_assert_eq(site->policy.stages[1].by_hand, 0);
    cr_assert_eq(site->policy.stages[2].by_hand, 1);
    cfg_site_free(site);
}

Test(decode_shutdown, the_same_plug_of_another_strip_and_another_plug_of_the_same_are_other_loads)
{
    struct site *site =
        read_spoilt("\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"off-3\", \"off-4\"];");
    cr_assert_not_null(site);
    cfg_site_free(site);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Servers without agents: what such a site must say, which mixtures are refused, and which risk is
 * printed. */
#include "tests/unit/config/site_text.h"

/* The pair of SITE_TEXT without its agents; `first` and `second` stand in the two servers. */
static char *agentless(const char *first, const char *second)
{
    static const char *const beats[] = {
        "    heartbeat = [\"10.1.1.1:7320\", \"10.1.2.1:7320\"]; }",
        "    heartbeat = [\"10.1.1.2:7320\", \"10.1.2.2:7320\"]; }"};
    const char *more[] = {first, second};
    char *text =
        text_spoil(SITE_TEXT, "acts = (\n",
                   "acts = (\n  { name = \"up\"; kind = \"script\"; program = \"/opt/up\"; "
                   "timeout = \"40s\"; },\n"
                   "  { name = \"down\"; kind = \"script\"; program = \"/opt/down\"; },\n");
    for (unsigned i = 0; i < 2; i++) {
        char *next = text_spoil(text, beats[i], more[i]);
        free(text);
        text = next;
    }
    return text;
}

#define SCRIPTS "promote = \"up\"; demote = \"down\"; "
#define FENCED SCRIPTS "fence = [\"off-1\"]; "

/* One finding with this path and these words; its kind. */
static void expect_finding(const char *first, const char *second, const char *path,
                           const char *words, bool warning)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = agentless(first, second);
    unsigned found = 0;
    cr_assert_eq(text_accepted(text, false, findings), warning);
    for (int i = 0; i < findings->count; i++) {
        const struct cfg_finding *finding = &findings->list[i];
        found += strcmp(finding->path, path) == 0 && strstr(finding->message, words) != NULL &&
                 finding->warning == warning;
    }
    cr_assert_eq(found, 1U, "%u findings at %s: %s", found, path, words);
    free(text);
    free(findings);
}

static struct site *load(const char *first, const char *second)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = agentless(first, second);
    char *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    unlink(path);
    free(path);
    free(text);
    free(findings);
    return site;
}

Test(agentless, proof_is_demanded_unless_the_file_says_otherwise)
{
    struct site *site = load(FENCED "}", FENCED "accept_unfenced_promotion = true; }");
    cr_assert_not_null(site);
    cr_assert(site->policy.servers[0].agentless && site->policy.servers[1].agentless);
    cr_assert(site->policy.servers[0].fence_required);
    cr_assert_not(site->policy.servers[1].fence_required);
    cr_assert_str_eq(site->servers[0].promote, "up");
    cr_assert_str_eq(site->servers[0].demote, "down");
    cfg_site_free(site);
}

Test(agentless, a_takeover_lasts_as_long_as_its_script_may)
{
    struct site *site = load(FENCED "}", FENCED "}");
    cr_assert_not_null(site);
    cr_assert_eq(site->policy.take_over_us, 41 * FO_SECOND);
    cfg_site_free(site);
}

Test(agentless, the_risk_that_is_accepted_is_printed)
{
    expect_finding(FENCED "}", FENCED "accept_unfenced_promotion = true; }",
                   "servers[1].accept_unfenced_promotion", "both serve at the same time", true);
}

Test(agentless, without_a_fence_automatic_switchover_is_said_to_be_impossible)
{
    expect_finding(FENCED "}", SCRIPTS "}", "servers[1].fence",
                   "automatic switchover away from it is impossible", true);
}

Test(agentless, one_server_with_an_agent_beside_one_without_is_refused)
{
    expect_finding(FENCED "}", "heartbeat = [\"10.1.1.2:7320\", \"10.1.2.2:7320\"]; }",
                   "servers[0].heartbeat", "give both one, or neither", false);
}

Test(agentless, keys_of_the_other_kind_of_server_are_refused)
{
    expect_finding(FENCED "fence_required = true; }", FENCED "}", "servers[0].fence_required",
                   "says nothing for a server without an agent", false);
    expect_finding("heartbeat = [\"10.1.1.1:7320\", \"10.1.2.1:7320\"]; promote = \"up\"; }",
                   "heartbeat = [\"10.1.1.2:7320\", \"10.1.2.2:7320\"]; }", "servers[0].promote",
                   "is only for a server without an agent", false);
}

Test(agentless, the_scripts_must_be_there_and_be_scripts)
{
    expect_finding("demote = \"down\"; fence = [\"off-1\"]; }", FENCED "}", "servers[0].promote",
                   "is missing", false);
    expect_finding("promote = \"up\"; fence = [\"off-1\"]; }", FENCED "}", "servers[0].demote",
                   "is missing", false);
    expect_finding("promote = \"off-1\"; demote = \"down\"; }", FENCED "}", "servers[0].promote",
                   "is not a \"script\"", false);
    expect_finding("promote = \"upp\"; demote = \"down\"; }", FENCED "}", "servers[0].promote",
                   "is no act of this file", false);
}

Test(agentless, the_word_of_a_script_is_no_proof)
{
    expect_finding(SCRIPTS "fence = [\"down\"]; }", FENCED "}", "servers[0].fence",
                   "whose word is no proof", false);
}

Test(agentless, without_a_probe_of_the_service_there_is_no_second_witness)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = agentless(FENCED "}", FENCED "}");
    char *unasked = text_spoil(text, "[\"server\", \"line-1\"]", "[\"line-1\"]");
    cr_assert_not(text_accepted(unasked, false, findings));
    cr_assert(strstr(findings->list[0].message, "second witness") != NULL ||
              strstr(findings->list[findings->count - 1].message, "second witness") != NULL);
    free(unasked);
    free(text);
    free(findings);
}

Test(agentless, a_bound_of_the_data_position_cannot_be_kept)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = agentless(FENCED "}", FENCED "}");
    char *bound =
        text_spoil(text, "acts = (\n", "switchover = { position_bound = 5; };\nacts = (\n");
    cr_assert_not(text_accepted(bound, false, findings));
    free(bound);
    free(text);
    free(findings);
}

Test(agentless, the_heartbeat_group_may_be_left_out_only_without_agents)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = agentless(FENCED "}", FENCED "}");
    const char *begin = strstr(text, "heartbeat = {\n"), *end = strstr(text, "ups = (\n");
    char *without = calloc(1, strlen(text) + 1);
    memcpy(without, text, (size_t)(begin - text));
    strcat(without, end);
    cr_assert(text_accepted(without, false, findings), "%s", findings->list[0].message);
    free(without);
    free(text);
    free(findings);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Rosters, branches, units, those outside: what the engine gets of them, and every defect at its
 * line. */
#include "tests/unit/config/people_text.h"

#include "config/outside.h"

Test(decode_rosters, the_engine_gets_the_contact_network_as_it_is_written)
{
    struct site *site =
        people_site("availability_class = 2;", "owners = [\"dispatch\"]; availability_class = 2;");
    const struct fo_policy *policy = &site->policy;
    cr_assert_eq(policy->role_count, 5);
    cr_assert_eq(policy->roles[ROLE_CHIEF].deputies, 1U << ROLE_DEPUTY);
    cr_assert(policy->roles[ROLE_CHIEF].required && !policy->roles[ROLE_WINDOW].required);
    cr_assert(policy->roles[ROLE_CISO].decides && !policy->roles[ROLE_HEAD].decides);
    cr_assert_eq(policy->persons[CHIEF_1].units, 1);
    cr_assert_eq(policy->persons[HEAD_AGAIN].human, HEAD + 1);
    cr_assert_eq(policy->services[0].owners, 1);
    cr_assert_eq(policy->branches[1].severity, 2);
    cr_assert(policy->rungs[0].of_owner && !policy->rungs[1].of_owner);
    cr_assert(policy->rungs[0].branch == 0 && policy->rungs[1].branch == 1 &&
              policy->rungs[2].branch == 0);
    cr_assert(fo_policy_valid(policy));
    cfg_site_free(site);
}

Test(decode_rosters, a_defect_of_the_rosters_is_found_at_its_line)
{
    static const struct {
        const char *find, *replace, *path, *message;
        bool warning;
    } defects[] = {
        {"start = \"2026-04-01\";", "start = \"1 April\";", "rosters[0].start", "is no date",
         false},
        {"start = \"2026-04-01\";", "", "rosters[0].start", "is missing", false},
        {"overlap = \"10min\";", "overlap = \"10min\"; shift = \"7h\";", "rosters[0].shift",
         "does not divide a day", false},
        {"overlap = \"10min\";", "overlap = \"12h\"; shift = \"12h\";", "rosters[0].overlap",
         "shorter than a shift", false},
        {"overlap = \"10min\";", "overlap = \"10min\"; ends = \"17:00\";", "rosters[0].ends",
         "is only for kind = \"office\"", false},
        {"overlap = \"10min\";", "cycle = [\"A\", \"D\"];", "rosters[0].cycle",
         "no platoon is called \"D\"", false},
        {"overlap = \"10min\";", "cycle = [\"A\", \"A\"];", "rosters[0].cycle",
         "never calls the platoon \"B\"", true},
        {"persons = [\"chief-2\"]", "persons = [\"chief-3\"]", "rosters[0].platoons[1].persons[0]",
         "did you mean \"chief-1\"?", false},
        {"persons = [\"chief-2\"]", "persons = [\"deputy\"]", "rosters[0]",
         "has none of the roles of this roster", false},
        {"kind = \"office\";", "kind = \"office\"; ends = \"08:00\";", "rosters[1].ends",
         "must come after begins", false},
        {"kind = \"office\";", "kind = \"office\"; weekdays = [\"mon\", \"tues\"];",
         "rosters[1].weekdays[1]", "did you mean \"tue\"?", false},
        {"kind = \"office\";", "kind = \"office\"; begins = \"8.30\";", "rosters[1].begins",
         "no time of day", false},
        {"deputies = [\"deputy\"]", "deputies = [\"chief\"]", "roles[0].deputies",
         "names the role itself", false},
        {"decides = true; deputies = [\"head\"]", "decides = true", "roles[3].deputies",
         "nobody could decide", true},
        {"human = \"ciso\"", "human = \"cis\"", "persons[5].human", "did you mean \"ciso\"?",
         false},
        {"branch = \"team\"", "branch = \"tram\"", "ladder[1].branch", "did you mean \"team\"?",
         false},
        {"branch = \"team\"; }", "}", "branches[1]", "no rung of the ladder is on this branch",
         false},
        {"{ name = \"line\"; }", "{ name = \"line\"; severity = 1; }", "branches[0].severity",
         "must not stand at the first", false},
        {"units = [\"dispatch\"]", "units = [\"dispatsh\"]", "persons[0].units[0]",
         "did you mean \"dispatch\"?", false},
        {"about = [\"line-1\", \"line-2\"]", "about = [\"line-1\"]", "lines[1]",
         "nobody in the table of outside", true},
        {"about = [\"line-1\", \"line-2\"]", "about = [\"line-9\"]", "outside[0].about",
         "no line, server or power device", false},
        {"circuit = \"N-1\";", "", "outside[0].circuit", "fault desk asks", true},
        {"needs = [\"server\"", "needs = [\"server\"", "services[0].owners", "is not stated", true},
    };
    for (unsigned i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        char *text = people_text(defects[i].find, defects[i].replace);
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        struct site *site = cfg_site_read("site.conf", text, strlen(text), NULL, findings);
        bool found = false;
        for (int j = 0; j < findings->count; j++) {
            found = found || (strcmp(findings->list[j].path, defects[i].path) == 0 &&
                              strstr(findings->list[j].message, defects[i].message) != NULL &&
                              findings->list[j].warning == defects[i].warning);
        }
        if (!found) {
            cfg_findings_print(findings, stderr);
        }
        cr_assert(found, "%s: %s", defects[i].path, defects[i].message);
        cr_assert_eq(site != NULL, defects[i].warning, "%s", defects[i].path);
        cfg_site_free(site);
        free(findings);
        free(text);
    }
}

/* E29: what stands in the outside table is never the address of a person. */
Test(decode_rosters, e29_a_person_with_the_number_of_a_carrier_is_refused)
{
    static const char *const addresses[] = {"command_address = \"0120000000\";",
                                            "command_address = \"+81 120-000-000\";",
                                            "mail = \"desk@EXAMPLE.jp\";"};
    for (unsigned i = 0; i < 3; i++) {
        char with[160];
        snprintf(with, sizeof with, "roles = [\"deputy\"]; drill = true; %s", addresses[i]);
        char *text = people_text("roles = [\"deputy\"];", with);
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        cr_assert_null(cfg_site_read("site.conf", text, strlen(text), NULL, findings));
        cr_assert_eq(findings->errors, 1);
        bool said = false;
        for (int j = 0; j < findings->count; j++) {
            said = said || strstr(findings->list[j].message, "must never reach") != NULL;
            cr_assert_null(strstr(findings->list[j].message, "000"), "no number in a finding");
        }
        cr_assert(said);
        free(findings);
        free(text);
    }
    struct site *site = people_site(NULL, NULL);
    cr_assert_not_null(cfg_outside_with(site, "+81120000000"));
    cr_assert_null(cfg_outside_with(site, "0120000001"));
    cr_assert_null(cfg_outside_with(site, "0120000000x"));
    cr_assert_null(cfg_outside_with(site, NULL));
    cfg_site_free(site);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network: every role has somebody, every person can be reached, and the first rung
 * does not hang on a line. */
#include "tests/unit/config/site_text.h"

Test(decode_people, a_defect_of_the_contact_network_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"          { id = \"head\"; title = \"Head\"; } );",
         "          { id = \"head\"; title = \"Head\"; },\n  { id = \"duty\"; title = \"D\"; } );",
         "\"duty\"", "roles[2]", "nobody has the role \"duty\"", false},
        {"{ roles = [\"head\"]; } );", "{ roles = [\"chief\"]; } );", "id = \"head\"", "roles[1]",
         "no rung of the ladder calls", true},
        {"roles = [\"head\"];\n", "roles = [\"chief\", \"head\", \"hed\"];\n", "\"hed\"",
         "persons[1].roles[2]", "did you mean \"head\"?", false},
        {"{ roles = [\"head\"]; } );", "{ roles = [\"haed\"]; },{ roles = [\"head\"]; } );", "haed",
         "ladder[1].roles[0]", "no role is called \"haed\"", false},
        {"{ roles = [\"head\"]; } );", "{ roles = []; },{ roles = [\"head\"]; } );", "roles = []",
         "ladder[1].roles", "a rung must call somebody", false},
        {"wait = \"1min\"", "wait = \"0s\"", "\"0s\"", "ladder[0].wait", "must be 1s … 1d", false},
        {"channels = [\"sms\"]", "channels = [\"smss\"]", "smss", "persons[1].channels[0]",
         "no channel is called \"smss\"; did you mean \"sms\"?", false},
        {"channels = [\"sms\"]", "channels = []", "channels = []", "persons[1].channels",
         "nothing could ever reach", false},
        {" mail = \"chief@example.jp\";", "", "person-1", "persons[0].mail", "reached by \"mail\"",
         false},
        {"chief@example.jp", "chief", "mail = \"chief\"", "persons[0].mail",
         "is not a mail address", false},
        {"login = \"head1\"", "login = \"chief1\"", "person-2", "persons[1].login",
         "already the login of \"person-1\"", false},
        {"id = \"person-2\"", "id = \"person-1\"", "head1", "persons[1].id", "already taken",
         false},
        {"title = \"Head\"; login", "login", "person-2", "persons[1].title", "is missing", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_people, the_ladder_of_a_person_keeps_its_order)
{
    char *text = text_spoil(SITE_TEXT, "[\"screen\", \"mail\"]", "[\"mail\", \"sms\", \"screen\"]");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    const uint8_t *ladder = site->policy.persons[0].channels;
    cr_assert(ladder[0] == 2 && ladder[1] == 1 && ladder[2] == 0 && ladder[3] == FO_NONE);
    cr_assert(site->policy.persons[0].drill);
    cfg_site_free(site);
    unlink(path);
    free(path);
    free(text);
    free(findings);
}

/* The site with another contact network: what is indented between two headings of the page. */
static char *page_site(const char *page, const char *end)
{
    char *text = calloc(1, strlen(SITE_TEXT) + (size_t)(end - page) + 1);
    const char *network = strstr(SITE_TEXT, "channels = (\n");
    memcpy(text, SITE_TEXT, (size_t)(network - SITE_TEXT));
    while (page < end) {
        const char *next = strchr(page, '\n') + 1;
        if (strncmp(page, "    ", 4) == 0) {
            strncat(text, page, (size_t)(next - page));
        }
        page = next;
    }
    for (char *at = text; (at = strstr(at, "\"line-")) != NULL; at++) {
        at[6] = at[6] == 'a' ? '1' : at[6] == 'b' ? '2' : at[6]; /* our names of the two lines */
    }
    return text;
}

Test(decode_people, the_examples_of_the_page_on_contacts_load)
{
    char *page = calloc(1, 65536);
    FILE *stream = fopen(NOROSHI_SOURCE_DIR "/config/contacts.md", "r");
    cr_assert_not_null(stream);
    cr_assert_gt(fread(page, 1, 65535, stream), 0);
    fclose(stream);
    unsigned examples = 0;
    for (char *at = strstr(page, "\n## Example"); at != NULL; examples++) {
        char *next = strstr(at + 1, "\n## Example");
        char *text = page_site(at + 1, next != NULL ? next + 1 : page + strlen(page));
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        bool accepted = text_accepted(text, false, findings);
        if (!accepted) {
            cfg_findings_print(findings, stderr);
        }
        cr_assert(accepted, "example %u", examples + 1);
        free(findings);
        free(text);
        at = next;
    }
    cr_assert_eq(examples, 4);
    free(page);
}

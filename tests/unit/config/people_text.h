/* SPDX-License-Identifier: Apache-2.0 */
/* The small site with a contact network that has everything: two platoons, office hours, a deputy,
 * who decides, units, a second branch, those outside. Used by the tests of rosters and of the duty
 * file. */
#ifndef TESTS_UNIT_CONFIG_PEOPLE_TEXT_H
#define TESTS_UNIT_CONFIG_PEOPLE_TEXT_H

#include "config/calendar.h"
#include "config/roster.h"
#include "tests/unit/config/site_text.h"

enum { CHIEF_1, CHIEF_2, STAFF, DEPUTY, HEAD, HEAD_AGAIN };
enum { ROLE_CHIEF, ROLE_WINDOW, ROLE_DEPUTY, ROLE_CISO, ROLE_HEAD };

#define PEOPLE_TEXT                                                                              \
    "units = ( { id = \"dispatch\"; title = \"Dispatch section\"; } );\n"                        \
    "roles = ( { id = \"chief\"; title = \"Chief\"; deputies = [\"deputy\"]; },\n"               \
    "  { id = \"window\"; title = \"Window\"; required = false; },\n"                            \
    "  { id = \"deputy\"; title = \"Deputy\"; required = false; },\n"                            \
    "  { id = \"ciso\"; title = \"CISO\"; decides = true; deputies = [\"head\"]; },\n"           \
    "  { id = \"head\"; title = \"Head\"; } );\n"                                                \
    "persons = (\n"                                                                              \
    "  { id = \"chief-1\"; title = \"1\"; login = \"chief1\"; roles = [\"chief\"];\n"            \
    "    channels = [\"screen\", \"sms\"]; units = [\"dispatch\"]; },\n"                         \
    "  { id = \"chief-2\"; title = \"2\"; login = \"chief2\"; roles = [\"chief\"];\n"            \
    "    channels = [\"screen\", \"sms\"]; },\n"                                                 \
    "  { id = \"staff\"; title = \"S\"; roles = [\"window\", \"head\"]; channels = [\"sms\"]; "  \
    "},\n"                                                                                       \
    "  { id = \"deputy\"; title = \"D\"; roles = [\"deputy\"]; channels = [\"sms\"]; },\n"       \
    "  { id = \"ciso\"; title = \"H\"; roles = [\"ciso\"]; channels = [\"sms\"]; },\n"           \
    "  { id = \"ciso-too\"; title = \"H\"; roles = [\"head\"]; channels = [\"sms\"];\n"          \
    "    human = \"ciso\"; } );\n"                                                               \
    "branches = ( { name = \"line\"; }, { name = \"team\"; severity = 2; } );\n"                 \
    "ladder = ( { roles = [\"chief\", \"window\"]; wait = \"1min\"; of_owner = true; },\n"       \
    "  { roles = [\"head\"]; branch = \"team\"; }, { roles = [\"ciso\"]; } );\n"                 \
    "rosters = (\n"                                                                              \
    "  { name = \"duty\"; kind = \"shifts\"; roles = [\"chief\"]; start = \"2026-04-01\";\n"     \
    "    overlap = \"10min\";\n"                                                                 \
    "    platoons = ( { name = \"A\"; persons = [\"chief-1\"]; },\n"                             \
    "                 { name = \"B\"; persons = [\"chief-2\"]; } ); },\n"                        \
    "  { name = \"day\"; kind = \"office\"; roles = [\"window\"]; persons = [\"staff\"]; } );\n" \
    "outside = ( { id = \"carrier-1\"; title = \"Fault desk\"; kind = \"carrier\";\n"            \
    "    phone = \"0120-000-000\"; mail = \"Desk@example.jp\"; circuit = \"N-1\";\n"             \
    "    about = [\"line-1\", \"line-2\"]; } );\n"

/* The site of SITE_TEXT with this contact network, spoiled in one place (find NULL: not). */
static inline char *people_text(const char *find, const char *replace)
{
    const char *roles = strstr(SITE_TEXT, "roles = (");
    char *text = malloc(strlen(SITE_TEXT) + strlen(PEOPLE_TEXT) + 1);
    memcpy(text, SITE_TEXT, (size_t)(roles - SITE_TEXT));
    strcpy(text + (roles - SITE_TEXT), PEOPLE_TEXT);
    if (find == NULL) {
        return text;
    }
    char *spoiled = text_spoil(text, find, replace);
    free(text);
    return spoiled;
}

static inline struct site *people_site(const char *find, const char *replace)
{
    char *text = people_text(find, replace);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct site *site = cfg_site_read("site.conf", text, strlen(text), NULL, findings);
    if (site == NULL) {
        cfg_findings_print(findings, stderr);
    }
    cr_assert_not_null(site);
    free(text);
    free(findings);
    return site;
}

static inline int64_t minute_at(const char *text)
{
    int64_t minute = 0;
    bool timed;
    cr_assert(cfg_minute_parse(text, &minute, &timed), "%s", text);
    return minute;
}

#endif

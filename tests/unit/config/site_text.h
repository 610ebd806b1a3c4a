/* SPDX-License-Identifier: Apache-2.0 */
/* A small site and a small agent's file without a finding worth an error, and the way to spoil them
 * in one place: replace a text, load, and look for the finding at the line where a mark stands.
 * Used by the tests of the decode rooms. */
#ifndef TESTS_UNIT_CONFIG_SITE_TEXT_H
#define TESTS_UNIT_CONFIG_SITE_TEXT_H

#include "config/load.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SITE_TEXT                                                                               \
    "site = { name = \"site-1\"; when_alone = \"stop\"; };\n"                                   \
    "heartbeat = {\n"                                                                           \
    "  interval = \"50ms\"; lease = \"600ms\";\n"                                               \
    "  networks = ( { name = \"net-1\"; bind = \"10.1.1.3:7320\"; interface = \"eth1\"; },\n"   \
    "               { name = \"net-2\"; bind = \"10.1.2.3:7320\"; interface = \"eth2\"; } );\n" \
    "};\n"                                                                                      \
    "ups = (\n"                                                                                 \
    "  { name = \"ups-a\"; driver = \"snmp\"; address = \"192.0.2.11:161\";\n"                  \
    "    snmp = { version = \"2c\"; community = \"public\"; }; },\n"                            \
    "  { name = \"ups-b\"; driver = \"snmp\"; address = \"192.0.2.12:161\";\n"                  \
    "    snmp = { community = \"public\"; }; } );\n"                                            \
    "generators = (\n"                                                                          \
    "  { name = \"gen-1\"; driver = \"modbus-tcp\"; address = \"192.0.2.21:502\"; unit = 1;\n"  \
    "    profile = \"deepsea-gencomm\"; } );\n"                                                 \
    "transfer_switches = (\n"                                                                   \
    "  { name = \"ats-1\"; driver = \"modbus-tcp\"; address = \"192.0.2.22:502\";\n"            \
    "    profile = \"transfer-switch-contacts\"; } );\n"                                        \
    "acts = (\n"                                                                                \
    "  { name = \"off-1\"; kind = \"fence-agent\"; program = \"/usr/sbin/fence_apc\"; },\n"     \
    "  { name = \"route-line-1\"; kind = \"route\"; } );\n"                                     \
    "servers = (\n"                                                                             \
    "  { name = \"server-1\"; preferred = true; host = \"10.1.1.1:22\"; power = [\"ups-a\"];\n" \
    "    heartbeat = [\"10.1.1.1:7320\", \"10.1.2.1:7320\"]; },\n"                              \
    "  { name = \"server-2\"; host = \"10.1.1.2:22\"; power = [\"ups-b\"];\n"                   \
    "    heartbeat = [\"10.1.1.2:7320\", \"10.1.2.2:7320\"]; } );\n"                            \
    "lines = (\n"                                                                               \
    "  { name = \"line-1\"; carrier = \"c-1\"; building = \"b-1\"; route = \"r-1\";\n"          \
    "    interface = \"eth3\"; gateway = \"10.1.3.1\"; power = [\"ups-a\"];\n"                  \
    "    targets = [\"198.51.100.1\", \"203.0.113.1\"]; },\n"                                   \
    "  { name = \"line-2\"; carrier = \"c-2\"; building = \"b-2\"; route = \"r-2\";\n"          \
    "    interface = \"eth4\"; power = [\"ups-b\"];\n"                                          \
    "    targets = [\"198.51.100.1\", \"203.0.113.1\"]; } );\n"                                 \
    "services = (\n"                                                                            \
    "  { name = \"service-1\"; availability_class = 2; recovery_time = \"60s\";\n"              \
    "    needs = [\"server\", \"line-1\"];\n"                                                   \
    "    check = { kind = \"http\"; address = \"10.1.1.9:80\"; path = \"/health\"; }; } );\n"   \
    "channels = (\n"                                                                            \
    "  { name = \"screen\"; kind = \"terminal\"; },\n"                                          \
    "  { name = \"sms\"; kind = \"command\"; command = \"/usr/local/bin/sms\"; },\n"            \
    "  { name = \"mail\"; kind = \"smtp\"; url = \"smtp://192.0.2.25:25\";\n"                   \
    "    from = \"noroshi@example.jp\"; needs = [\"line-1\", \"line-2\"]; } );\n"               \
    "roles = ( { id = \"chief\"; title = \"Chief\"; },\n"                                       \
    "          { id = \"head\"; title = \"Head\"; } );\n"                                       \
    "persons = (\n"                                                                             \
    "  { id = \"person-1\"; title = \"Chief\"; login = \"chief1\"; roles = [\"chief\"];\n"      \
    "    channels = [\"screen\", \"mail\"]; mail = \"chief@example.jp\"; },\n"                  \
    "  { id = \"person-2\"; title = \"Head\"; login = \"head1\"; roles = [\"head\"];\n"         \
    "    channels = [\"sms\"]; command_address = \"02\"; } );\n"                                \
    "ladder = ( { roles = [\"chief\"]; wait = \"1min\"; },\n"                                   \
    "           { roles = [\"head\"]; } );\n"

#define AGENT_TEXT                                                                       \
    "agent = { name = \"server-1\"; voter = \"P\"; };\n"                                 \
    "heartbeat = {\n"                                                                    \
    "  networks = (\n"                                                                   \
    "    { name = \"net-1\"; bind = \"10.1.1.1:7320\"; monitor = \"10.1.1.3:7320\";\n"   \
    "      peer = \"10.1.1.2:7320\"; },\n"                                               \
    "    { name = \"net-2\"; bind = \"10.1.2.1:7320\"; peer = \"10.1.2.2:7320\"; } );\n" \
    "};\n"                                                                               \
    "service = { address = \"10.1.1.9/24\"; interface = \"eth1\";\n"                     \
    "  check = { kind = \"tcp\"; address = \"127.0.0.1:80\"; }; };\n"                    \
    "steps = { promote = \"/usr/local/sbin/promote\"; alarm = \"/usr/local/sbin/alarm\"; };\n"

/* One thing spoiled and the finding it must make. */
struct defect {
    const char *find, *replace; /* the first `find` becomes `replace` */
    const char *mark;           /* the finding's line is that of the first mark in the result */
    const char *path;
    const char *message; /* a part of it */
    bool warning;
};

static inline char *text_write(const char *text, size_t length)
{
    char *path = strdup("/tmp/noroshi-config-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, length), (ssize_t)length);
    close(fd);
    return path;
}

static inline char *text_spoil(const char *text, const char *find, const char *replace)
{
    const char *at = strstr(text, find);
    cr_assert_not_null(at, "the text to replace is not there: %s", find);
    char *spoiled = malloc(strlen(text) + strlen(replace) + 1);
    size_t before = (size_t)(at - text);
    memcpy(spoiled, text, before);
    strcpy(spoiled + before, replace);
    strcat(spoiled, at + strlen(find));
    return spoiled;
}

static inline int line_of(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    cr_assert_not_null(at, "the mark is not there: %s", mark);
    int line = 1;
    for (; text < at; text++) {
        line += *text == '\n';
    }
    return line;
}

/* Loads text as a site (or an agent's file); true when it was accepted. */
static inline bool text_accepted(const char *text, bool agent, struct cfg_findings *findings)
{
    char *path = text_write(text, strlen(text));
    bool accepted;
    if (agent) {
        struct cfg_agent *loaded = cfg_agent_load(path, findings);
        accepted = loaded != NULL;
        cfg_agent_free(loaded);
    } else {
        struct site *loaded = cfg_site_load(path, findings);
        accepted = loaded != NULL;
        cfg_site_free(loaded);
    }
    unlink(path);
    free(path);
    cr_assert_eq(accepted, findings->errors == 0);
    return accepted;
}

/* Each defect alone makes its finding, at its line, and refuses the file unless it is a warning;
 * an error brings no second error along. */
static inline void defects_check(const char *good, bool agent, const struct defect *defects,
                                 unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct defect *defect = &defects[i];
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        char *text = text_spoil(good, defect->find, defect->replace);
        int line = line_of(text, defect->mark), found = 0;
        bool accepted = text_accepted(text, agent, findings);
        for (int j = 0; j < findings->count; j++) {
            const struct cfg_finding *finding = &findings->list[j];
            found += finding->warning == defect->warning && finding->line == line &&
                     strcmp(finding->path, defect->path) == 0 &&
                     strstr(finding->message, defect->message) != NULL;
        }
        if (found != 1 || accepted != defect->warning || findings->errors > 1) {
            cfg_findings_print(findings, stderr);
        }
        cr_assert_eq(found, 1, "%s -> %s: wanted %d: %s: …%s…", defect->find, defect->replace, line,
                     defect->path, defect->message);
        cr_assert_eq(accepted, defect->warning, "%s", defect->replace);
        cr_assert_eq(findings->errors, defect->warning ? 0 : 1, "%s", defect->replace);
        free(text);
        free(findings);
    }
}
#define DEFECTS_CHECK(good, agent, list) \
    defects_check(good, agent, list, sizeof list / sizeof list[0])

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, what is refused with a hint, and which language is spoken.
 */
#include "monitord/console/approval.h"
#include "monitord/console/options.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct md_options options;
static char error[256];

/* Parses a command line given as words; ended by NULL. */
static bool parse(const char *first, ...)
{
    char *words[16] = {"monitorctl"};
    int count = 1;
    va_list rest;

    va_start(rest, first);
    for (const char *word = first; word != NULL && count < 15; word = va_arg(rest, const char *)) {
        words[count++] = (char *)word;
    }
    va_end(rest);
    error[0] = '\0';
    return md_options_parse(&options, count, words, error, sizeof(error));
}

static void set_up(void)
{
    unsetenv("NOROSHI_SOCKET");
    unsetenv("TERM");
    setenv("LC_ALL", "C.UTF-8", 1);
    setlocale(LC_ALL, "");
}

TestSuite(options, .init = set_up);

Test(options, a_command_and_its_argument_are_taken)
{
    cr_assert(parse("ack", "INC-20261121-0003", NULL));
    cr_expect_str_eq(options.command, "ack");
    cr_expect_str_eq(options.argument, "INC-20261121-0003");
    cr_expect_str_eq(options.socket, "/run/noroshi/control.sock");
}

Test(options, loads_come_back_all_or_by_stage)
{
    cr_assert(parse("power", "restore", NULL));
    cr_expect_null(options.second);
    cr_assert(parse("power", "restore", "wall", NULL));
    cr_expect_str_eq(options.second, "wall");
    cr_assert_not(parse("power", "restore", "wall", "desk", NULL));
}

Test(options, options_may_stand_before_and_behind_the_command)
{
    cr_assert(parse("--socket", "/tmp/a.sock", "status", "--json", NULL));
    cr_expect_str_eq(options.socket, "/tmp/a.sock");
    cr_expect(options.json);
    cr_assert(parse("journal", "verify", "--file=/tmp/j", NULL));
    cr_expect_str_eq(options.file, "/tmp/j");
}

Test(options, the_socket_comes_from_the_environment_when_not_given)
{
    setenv("NOROSHI_SOCKET", "/tmp/b.sock", 1);
    cr_assert(parse("status", NULL));
    cr_expect_str_eq(options.socket, "/tmp/b.sock");
    cr_assert(parse("--socket", "/tmp/a.sock", "status", NULL));
    cr_expect_str_eq(options.socket, "/tmp/a.sock");
}

Test(options, what_is_not_understood_is_refused_with_a_hint)
{
    cr_expect_not(parse(NULL));
    cr_expect_not_null(strstr(error, "--help"));
    cr_expect_not(parse("dance", NULL));
    cr_expect_not_null(strstr(error, "dance"));
    cr_expect_not(parse("ack", NULL));
    cr_expect_not_null(strstr(error, "monitorctl incidents"));
    cr_expect_not(parse("status", "now", NULL));
    cr_expect_not_null(strstr(error, "now"));
    cr_expect_not(parse("journal", NULL));
    cr_expect_not_null(strstr(error, "verify"));
    cr_expect_not(parse("journal", "burn", NULL));
    cr_expect_not(parse("--frobnicate", "status", NULL));
    cr_expect_not_null(strstr(error, "--frobnicate"));
    cr_expect_not(parse("status", "--socket", NULL));
    cr_expect_not(parse("--language", "fr", "status", NULL));
}

Test(options, maintenance_must_have_exactly_one_end)
{
    cr_assert(parse("maintenance", "begin", "--server", "dispatch-1", "--for", "90m", "--reason",
                    "x", NULL));
    cr_expect_eq(options.for_s, 5400);
    cr_expect_str_eq(options.server, "dispatch-1");
    cr_assert(
        parse("maintenance", "begin", "--target", "line-b", "--for", "90m", "--reason", "x", NULL));
    cr_expect_str_eq(options.target, "line-b");
    cr_expect_not(parse("maintenance", "begin", "--target", "line-b", "--server", "dispatch-1",
                        "--for", "90m", "--reason", "x", NULL),
                  "two at once");
    cr_assert(parse("maintenance", "begin", "--until", "18:00", "--reason", "x", NULL));
    cr_expect_str_eq(options.until, "18:00");
    cr_expect(parse("maintenance", "end", NULL));
    cr_expect_not(parse("maintenance", "begin", "--reason", "x", NULL));
    cr_expect_not(parse("maintenance", "begin", "--for", "1h", NULL), "no reason");
    cr_expect_not(
        parse("maintenance", "begin", "--for", "1h", "--until", "18:00", "--reason", "x", NULL));
    cr_expect_not(parse("maintenance", "end", "--for", "1h", NULL));
    cr_expect_not(parse("maintenance", "begin", "--for", "25h", NULL));
    cr_expect_not(parse("maintenance", "begin", "--for", "90", NULL));
    cr_expect_not(parse("maintenance", "begin", "--until", "24:00", NULL));
    cr_expect_not(parse("maintenance", "pause", NULL));
}

Test(options, a_length_is_spelled_as_in_the_site_file)
{
    static const struct {
        const char *text;
        long seconds;
    } lengths[] = {{"30m", 1800}, {"30min", 1800},   {"1.5h", 5400},
                   {"600s", 600}, {"1d", 24 * 3600}, {"1440min", 24 * 3600}};
    static const char *const none[] = {"0s",   "1441min", "1500ms",  "30x", "m",
                                       "-30m", "30",      "1h30min", ""};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        cr_assert(parse("maintenance", "begin", "--for", lengths[i].text, "--reason", "x", NULL),
                  "%s", lengths[i].text);
        cr_expect_eq(options.for_s, lengths[i].seconds, "%s", lengths[i].text);
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        cr_expect_not(parse("maintenance", "begin", "--for", none[i], "--reason", "x", NULL), "%s",
                      none[i]);
        cr_expect_not_null(strstr(error, "90min"), "%s", error);
    }
}

Test(options, until_is_the_next_such_time_of_the_sites_clock)
{
    cr_expect_eq(md_approval_until_s("2026-11-21T17:30:10+09:00", "18:00"), 29 * 60 + 50);
    cr_expect_eq(md_approval_until_s("2026-11-21T23:00:00+09:00", "01:00"), 2 * 3600);
    cr_expect_eq(md_approval_until_s("2026-11-21T18:00:00+09:00", "18:00"), 24 * 3600);
    cr_expect_eq(md_approval_until_s("", "18:00"), 0);
    cr_expect_eq(md_approval_until_s("2026-11-21T18:00:00+09:00", "1800"), 0);
}

Test(options, an_order_for_two_persons_names_what_it_is_about)
{
    cr_expect(parse("switch", "dispatch-2", NULL));
    cr_expect(parse("approvals", NULL));
    cr_expect_not(parse("switch", NULL));
    cr_expect_not_null(strstr(error, "server"));
    cr_expect_not(parse("approve", NULL));
    cr_expect_not_null(strstr(error, "monitorctl approvals"));
}

static enum cfg_language spoken(const char *site_language)
{
    json_t *status = json_pack("{s:s}", "language", site_language);
    struct md_speech speech = md_options_speech(&options, status);

    json_decref(status);
    return speech.language;
}

Test(options, the_site_chooses_the_language)
{
    cr_assert(parse("status", NULL));
    cr_expect_eq(spoken("ja"), CFG_LANGUAGE_JA);
    cr_expect_eq(spoken("en"), CFG_LANGUAGE_EN);
}

Test(options, a_language_on_the_command_line_wins)
{
    cr_assert(parse("--language", "ja", "status", NULL));
    cr_expect_eq(spoken("en"), CFG_LANGUAGE_JA);
}

Test(options, a_terminal_without_utf8_gets_plain_english)
{
    setenv("LC_ALL", "C", 1);
    setlocale(LC_ALL, "");
    cr_assert(parse("status", NULL));
    cr_expect(options.speech.ascii);
    cr_expect_eq(spoken("ja"), CFG_LANGUAGE_EN);
}

Test(options, the_kernel_console_gets_english_because_it_has_no_glyphs)
{
    setenv("TERM", "linux", 1);
    cr_assert(parse("watch", NULL));
    cr_expect_eq(spoken("ja"), CFG_LANGUAGE_EN);
}

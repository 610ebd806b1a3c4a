/* SPDX-License-Identifier: Apache-2.0 */
/* One line of what a program said, and nothing secret in it. */
#include "monitord/executor/said.h"

#include <criterion/criterion.h>
#include <string.h>

static char said[MD_SAID_SIZE];

static const char *say(const char *options, const char *output)
{
    struct cfg_act act = {.name = "off-1", .kind = "fence-agent", .options = options};

    memset(said, 'x', sizeof(said));
    md_act_said(&act, output, said);
    return said;
}

Test(said, it_is_the_first_line_that_is_no_warning_without_time_and_level)
{
    static const struct {
        const char *output, *said;
    } cases[] = {
        {"", ""},
        {"\n \n", ""},
        {"no such outlet\nsecond", "no such outlet"},
        {"\n2026-11-28 18:05:01,203 ERROR: Failed: no plug \n\nERROR:root:more", "Failed: no plug"},
        {"WARNING:root:Parse error\n\nERROR:root:Failed: no plug", "Failed: no plug"},
        {"WARNING:root:only this", "only this"},
        {"a\x1b[2J\tb\x7f", "a [2J b "},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_assert_str_eq(say(NULL, cases[i].output), cases[i].said, "%s: %s", cases[i].output,
                         said);
    }
}

Test(said, what_the_site_keeps_secret_is_not_told_and_other_values_are)
{
    static const char options[] =
        "ip=192.0.2.1\npassword=se=cret\ncommunity=privat\n"
        "snmp_priv_passwd=privates\nplug=2\npasswd=\n";

    cr_assert_str_eq(say(options, "192.0.2.1: se=cret and privates and privat at plug 2"),
                     "192.0.2.1: *** and *** and *** at plug 2");
}

Test(said, it_ends_where_the_room_ends_and_never_in_the_midst_of_a_secret)
{
    char output[2 * MD_SAID_SIZE];

    memset(output, 'a', sizeof(output));
    output[sizeof(output) - 1] = '\0';
    cr_assert_eq(strlen(say(NULL, output)), MD_SAID_SIZE - 4);
    for (size_t at = MD_SAID_SIZE - 12; at < MD_SAID_SIZE; at++) {
        memset(output, 'a', sizeof(output) - 1);
        memcpy(output + at, "geheim", 6);
        say("password=geheim", output);
        cr_assert_null(strstr(said, "g"), "%s", said);
        cr_assert_lt(strlen(said), (size_t)MD_SAID_SIZE);
    }
}

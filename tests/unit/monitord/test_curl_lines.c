/* SPDX-License-Identifier: Apache-2.0 */
/* Which line a try leaves by: in turn, the one that worked last first, and always bound by its
 * device (property P3 of the contact network: a dead line costs no other). */
#include "monitord/curl_lines.h"

#include <criterion/criterion.h>
#include <string.h>

static struct cfg_channel channel;
static struct md_curl_lines lines = {.channel = &channel};

static const char *leaves_by(unsigned tried)
{
    static char text[MD_CURL_INTERFACE_SIZE];

    return md_curl_interface(&lines, tried, text) ? text : "anything";
}

Test(curl_lines, p03_a_try_is_bound_to_the_device_of_its_line)
{
    channel.interfaces[0] = "line-a";
    channel.interfaces[3] = "line-b";
    cr_assert_str_eq(leaves_by(0), "if!line-a");
    cr_assert_str_eq(leaves_by(1), "if!line-b");
    cr_assert_str_eq(leaves_by(2), "if!line-a");
}

Test(curl_lines, the_line_that_worked_last_comes_first)
{
    channel.interfaces[0] = "line-a";
    channel.interfaces[1] = "line-b";
    md_curl_line_worked(&lines, 1);
    cr_assert_str_eq(leaves_by(0), "if!line-b");
    md_curl_line_worked(&lines, 1);
    cr_assert_str_eq(leaves_by(0), "if!line-a");
}

Test(curl_lines, a_channel_without_a_line_is_bound_to_nothing)
{
    cr_assert_str_eq(leaves_by(0), "anything");
    md_curl_line_worked(&lines, 0);
    cr_assert_eq(md_curl_line_count(&channel), 0u);
}

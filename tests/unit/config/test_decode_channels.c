/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to reach people: the terminal is always there, and no channel has keys of another kind. */
#include "tests/unit/config/site_text.h"

Test(decode_channels, a_defect_of_a_channel_is_found_at_its_line)
{
    static const struct defect defects[] = {

        {"kind = \"command\"", "kind = \"comand\"", "comand", "channels[1].kind",
         "do you mean \"command\"?", false},
        {" command = \"/usr/local/bin/sms\";", "", "name = \"sms\"", "channels[1].command",
         "is missing", false},
        {"\"/usr/local/bin/sms\";", "\"/usr/local/bin/sms\"; url = \"smtp://192.0.2.25:25\";",
         "name = \"sms\"", "channels[1].url", "means nothing but for kind = \"smtp\"", false},
        {"kind = \"terminal\"", "kind = \"terminal\"; needs = [\"line-1\"]", "screen",
         "channels[0].needs", "a terminal needs no line", false},
        {"smtp://192.0.2.25:25", "http://192.0.2.25:25", "http://", "channels[2].url",
         "must begin with smtp:// or smtps://", false},
        {"smtp://192.0.2.25:25", "smtps://mail.example.jp:465", "smtps://", "channels[2].url",
         "is not a numeric address", false},
        {" url = \"smtp://192.0.2.25:25\";", "", "\"mail\"; kind", "channels[2].url", "is missing",
         false},
        {"from = \"noroshi@example.jp\"; ", "", "\"mail\"; kind", "channels[2].from", "is missing",
         false},
        {"noroshi@example.jp", "noroshi", "\"noroshi\"", "channels[2].from",
         "is not a mail address", false},
        {"from = \"", "username = \"noroshi\"; from = \"", "\"mail\"; kind",
         "channels[2].password_file", "go together", false},
        {"from = \"",
         "username = \"noroshi\"; password_file = \"/etc/p\"; tls_required = false; from = \"",
         "tls_required", "channels[2].tls_required", "in the clear", true},
        {"{ name = \"sms\"", "{ name = \"screen\"; kind = \"terminal\"; }, { name = \"sms\"",
         "{ name = \"sms\"", "channels[1].name", "already taken", false},
    };
    static const struct defect unsupported[] = {
        {"kind = \"command\"; command = \"/usr/local/bin/sms\";", "kind = \"tower\";", "tower",
         "channels[1].kind", "\"tower\" is not supported by this version", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
    DEFECTS_CHECK(SITE_TEXT, false, unsupported);
}

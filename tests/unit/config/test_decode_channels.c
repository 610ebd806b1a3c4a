/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to reach people: the terminal is always there, and no channel has keys of another kind. */
#include "tests/unit/config/site_text.h"

#define PHONE_AT(address, from)                                 \
    "kind = \"sip\"; address = \"" address "\"; from = \"" from \
    "\"; phrases = \"/etc/noroshi/phrases\"; contacts_file = \"/etc/noroshi/numbers\";"
#define PHONE "kind = \"sip\"; address = \"127.0.0.1:4444\"; from = \"sip:noroshi@192.0.2.50\"; "

Test(decode_channels, a_defect_of_a_channel_is_found_at_its_line)
{
    static const struct defect defects[] = {

        {"kind = \"command\"", "kind = \"comand\"", "comand", "channels[1].kind",
         "did you mean \"command\"?", false},
        {" command = \"/usr/local/bin/sms\";", "", "name = \"sms\"", "channels[1].command",
         "is missing", false},
        {"\"/usr/local/bin/sms\";", "\"/usr/local/bin/sms\"; url = \"smtp://192.0.2.25:25\";",
         "name = \"sms\"", "channels[1].url", "is only for kind = \"smtp\" or \"webhook\"", false},
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
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

/* the program of SITE_TEXT's second channel, to become one of another kind */
#define PROGRAM "kind = \"command\"; command = \"/usr/local/bin/sms\";"
#define MAIL "kind = \"smtp\"; url = \"smtp://192.0.2.25:25\";\n    from = \"noroshi@example.jp\"; "
#define MODEM "kind = \"sms\"; device = \"/dev/ttyUSB0\"; contacts_file = \"/etc/c\";"
#define HOOK "kind = \"webhook\"; url = \"https://192.0.2.30/hook\";"
#define RECEIVER "kind = \"inform\"; address = \"192.0.2.60:162\"; "
Test(decode_channels, each_kind_wants_its_own_keys)
{
    static const struct defect defects[] = {
        {PROGRAM, "kind = \"sms\"; contacts_file = \"/etc/c\";", "name = \"sms\"",
         "channels[1].device", "write either device", false},
        {PROGRAM, MODEM "spool = \"/var/spool/gammu\";", "name = \"sms\"", "channels[1].spool",
         "write either device", false},
        {PROGRAM, "kind = \"sms\"; device = \"/dev/ttyUSB0\";", "name = \"sms\"",
         "channels[1].contacts_file", "who has which number", false},
        {PROGRAM, MODEM "baud = 9601;", "name = \"sms\"", "channels[1].baud", "is not a speed",
         false},
        {MAIL, "kind = \"tower\"; ", "\"mail\"; kind", "channels[2].address", "where it listens",
         false},
        {MAIL, "kind = \"tower\"; address = \"tower:10000\"; ", "\"mail\"; kind",
         "channels[2].address", "is not a numeric address", false},
        {PROGRAM, "kind = \"webhook\";", "name = \"sms\"", "channels[1].url", "nothing can be sent",
         false},
        {PROGRAM, "kind = \"webhook\"; url = \"https://hook.example.jp/\";", "name = \"sms\"",
         "channels[1].url", "is not a numeric address", false},
        {PROGRAM, "kind = \"webhook\"; url = \"http://192.0.2.30/hook\";", "name = \"sms\"",
         "channels[1].url", "is not encrypted", true},
        {PROGRAM, HOOK "from = \"noroshi@example.jp\";", "name = \"sms\"", "channels[1].from",
         "is only for kind = \"smtp\" or \"sip\"", false},
        {MAIL, "kind = \"inform\"; address = \"192.0.2.60:162\"; ", "\"mail\"; kind",
         "channels[2].snmp", "how it is spoken to", false},
        {MAIL, RECEIVER "snmp = { version = \"1\"; community = \"noroshi\"; }; ", "\"mail\"; kind",
         "channels[2].snmp.version", "no message that is confirmed", false},
        {PROGRAM, PHONE "contacts_file = \"/etc/noroshi/numbers\";", "name = \"sms\"",
         "channels[1].phrases", "recorded phrases", false},
        {PROGRAM, PHONE "phrases = \"/etc/noroshi/phrases\";", "name = \"sms\"",
         "channels[1].contacts_file", "who has which number", false},
        {PROGRAM, PHONE_AT("192.0.2.50:4444", "sip:noroshi@192.0.2.50"), "name = \"sms\"",
         "channels[1].address", "must be on this host", false},
        {PROGRAM, PHONE_AT("[2001:db8::1]:4444", "sip:noroshi@192.0.2.50"), "name = \"sms\"",
         "channels[1].address", "must be on this host", false},
        {PROGRAM, PHONE_AT("127.0.0.1:4444", "noroshi@192.0.2.50"), "name = \"sms\"",
         "channels[1].from", "our account", false},
        {PROGRAM, PHONE_AT("127.0.0.1:4444", "sip:noroshi@exchange"), "name = \"sms\"",
         "channels[1].from", "numeric address", false},
        {PROGRAM, PHONE_AT("127.0.0.1:4444", "sip:@192.0.2.50"), "name = \"sms\"",
         "channels[1].from", "our account", false},
        {PROGRAM, PHONE_AT("127.0.0.1:4444", "sip:a b@192.0.2.50"), "name = \"sms\"",
         "channels[1].from", "our account", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

static void accepted_for(const char *old, const char *channel, unsigned warnings)
{
    struct cfg_findings *before = calloc(1, sizeof *before), *after = calloc(1, sizeof *after);
    char *text = text_spoil(SITE_TEXT, old, channel);
    cr_assert(text_accepted(SITE_TEXT, false, before));
    cr_assert(text_accepted(text, false, after), "%s", channel);
    cr_assert_eq(after->count - before->count, (int)warnings, "%s", channel);
    free(text);
    free(before);
    free(after);
}

static void accepted(const char *channel, unsigned warnings)
{
    accepted_for(PROGRAM, channel, warnings);
}

Test(decode_channels, every_kind_is_taken_when_it_is_written_as_the_manual_says)
{
    accepted(MODEM, 0);
    accepted("kind = \"sms\"; spool = \"/var/spool/gammu\"; contacts_file = \"/etc/c\";", 0);
    accepted(HOOK, 0);
    accepted_for(MAIL, RECEIVER "snmp = { version = \"2c\"; community = \"noroshi\"; }; ", 0);
    accepted(PHONE_AT("127.0.0.1:4444", "sip:noroshi@192.0.2.50"), 0);
    accepted(PHONE_AT("[::1]:4444", "sip:noroshi@192.0.2.5:5070"), 0);
    accepted(PHONE_AT("127.0.0.2:4444", "sip:noroshi@[2001:db8::1]"), 0);
    accepted("kind = \"webhook\"; url = \"https://[2001:db8::1]:8443/hook\";", 0);
}

/* A tower shows that something is wrong; nobody may hang on it alone. */
Test(decode_channels, a_signal_tower_is_never_the_only_annunciator)
{
    static const struct defect defects[] = {
        {PROGRAM, "kind = \"tower\"; address = \"192.0.2.40:10000\";", "channels = [\"sms\"]",
         "persons[1].channels", "has nothing but a signal tower", false},
        {PROGRAM, RECEIVER "snmp = { version = \"2c\"; community = \"noroshi\"; };",
         "channels = [\"sms\"]", "persons[1].channels", "an SNMP receiver", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

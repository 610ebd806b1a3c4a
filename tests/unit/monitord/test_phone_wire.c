/* SPDX-License-Identifier: Apache-2.0 */
/* The control connection of baresip as bytes: what 1.0.0 says, word for word, cut anywhere; what is
 * no netstring; and which numbers may be dialled. */
#include "monitord/phone_wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define CALL                                                                                       \
    "\"class\":\"call\",\"accountaor\":\"sip:noroshi@192.0.2.5:5070\",\"direction\":\"outgoing\"," \
    "\"peeruri\":\"sip:toban@192.0.2.50:5060\",\"id\":\"6d4b861506335c34\""
#define EVENT(type, param) "{\"event\":true,\"type\":\"" type "\"," CALL ",\"param\":\"" param "\"}"

Test(phone_wire, what_baresip_says_is_read)
{
    static const struct {
        const char *text;
        struct md_phone_said said;
    } cases[] = {
        {EVENT("CALL_RINGING", "sip:toban@192.0.2.50:5060"), {.what = MD_PHONE_RINGING}},
        {EVENT("CALL_ESTABLISHED", "sip:toban@192.0.2.50:5060"), {.what = MD_PHONE_ESTABLISHED}},
        {EVENT("CALL_DTMF_START", "1"), {.what = MD_PHONE_DIGIT, .digit = '1'}},
        {EVENT("CALL_DTMF_START", "#"), {.what = MD_PHONE_DIGIT, .digit = '#'}},
        {EVENT("CALL_DTMF_START", "11"), {.what = MD_PHONE_OTHER}},
        {EVENT("CALL_DTMF_START", ""), {.what = MD_PHONE_OTHER}},
        {EVENT("CALL_DTMF_START", "x"), {.what = MD_PHONE_OTHER}},
        {EVENT("CALL_DTMF_END", ""), {.what = MD_PHONE_OTHER}},
        {EVENT("CALL_CLOSED", "486 Busy Here"), {.what = MD_PHONE_CLOSED, .code = 486}},
        {EVENT("CALL_CLOSED", "end of file"), {.what = MD_PHONE_CLOSED}},
        {EVENT("CALL_CLOSED", "199 Early"), {.what = MD_PHONE_CLOSED}},
        {EVENT("CALL_CLOSED", "700 Beyond"), {.what = MD_PHONE_CLOSED}},
        {EVENT("CALL_RTPESTAB", "audio"), {.what = MD_PHONE_OTHER}},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct md_phone_said said;

        md_phone_read(cases[i].text, strlen(cases[i].text), &said);
        cr_assert_eq(said.what, cases[i].said.what, "%s", cases[i].text);
        cr_assert_eq(said.digit, cases[i].said.digit, "%s", cases[i].text);
        cr_assert_eq(said.code, cases[i].said.code, "%s", cases[i].text);
        cr_assert_str_eq(said.id, "6d4b861506335c34");
    }
}

Test(phone_wire, an_account_is_registered_when_baresip_neither_failed_nor_waits)
{
    static const struct {
        const char *data, *ok;
        bool works, registered;
    } cases[] = {
        {"> sip:noroshi@192.0.2.5:5070   \\u001B[32mOK \\u001B[;m  Expires 60s", "true", true,
         true},
        {"> sip:noroshi@192.0.2.5:5070   \\u001B[31mERR\\u001B[;m  Expires 0s", "true", true,
         false},
        {"> sip:noroshi@192.0.2.5:5070   \\u001B[33mzzz\\u001B[;m  Expires 0s", "true", true,
         false},
        {"> sip:noroshi@192.0.2.5:5070   ", "true", true, true}, /* it registers nowhere */
        {"No such file or directory", "false", false, true},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct md_phone_said said;
        char text[512];

        snprintf(text, sizeof(text),
                 "{\"response\":true,\"ok\":%s,\"data\":\"%s\",\"token\":\"17\"}", cases[i].ok,
                 cases[i].data);
        md_phone_read(text, strlen(text), &said);
        cr_assert_eq(said.what, MD_PHONE_RESPONSE);
        cr_assert_eq(said.token, 17u);
        cr_assert_eq(said.works, cases[i].works, "%s", text);
        cr_assert_eq(said.registered, cases[i].registered, "%s", text);
    }
}

Test(phone_wire, a_call_that_came_in_and_what_is_no_json_say_nothing)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{\"event\":true}",
        "{\"event\":true,\"type\":7,\"direction\":\"outgoing\"}",
        "{\"event\":true,\"type\":\"CALL_DTMF_START\",\"direction\":\"incoming\",\"param\":\"1\"}"};

    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct md_phone_said said;

        md_phone_read(texts[i], strlen(texts[i]), &said);
        cr_assert_eq(said.what, MD_PHONE_OTHER, "%s", texts[i]);
    }
}

Test(phone_wire, netstrings_are_cut_wherever_the_bytes_end)
{
    const char *bytes = "5:hello,2:ab,";
    const char *payload;
    size_t size;

    for (size_t length = 0; length < 8; length++) {
        cr_assert_eq(md_phone_frame(bytes, length, &payload, &size), 0, "%zu", length);
    }
    for (size_t length = 8; length <= 13; length++) {
        cr_assert_eq(md_phone_frame(bytes, length, &payload, &size), 8);
        cr_assert_eq(size, 5u);
        cr_assert_eq(payload, bytes + 2);
    }
    cr_assert_eq(md_phone_frame("0:,", 3, &payload, &size), 3);
    cr_assert_eq(md_phone_frame("16384:", 6, &payload, &size), 0);
}

Test(phone_wire, what_is_no_netstring_is_refused)
{
    static const char *const texts[] = {"x", ":", "5hello", "2:abc", "16385:", "0000001:", "-1:,"};
    const char *payload;
    size_t size;

    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cr_assert_eq(md_phone_frame(texts[i], strlen(texts[i]), &payload, &size), -1, "%s",
                     texts[i]);
    }
}

Test(phone_wire, a_command_reads_back_as_it_was_meant)
{
    char bytes[MD_PHONE_COMMAND_MAX], much[MD_PHONE_COMMAND_MAX];
    const char *payload;
    size_t size, length = md_phone_command("dial", "0900\"0001", 42, bytes);

    cr_assert_eq(md_phone_frame(bytes, length, &payload, &size), (long)length);
    cr_assert_eq(
        strncmp(payload, "{\"command\":\"dial\",\"params\":\"0900\\\"0001\",\"token\":\"42\"}",
                size),
        0);
    memset(much, 'x', sizeof(much) - 1);
    much[sizeof(much) - 1] = '\0';
    cr_assert_eq(md_phone_command("dial", much, 1, bytes), 0u);
}

Test(phone_wire, only_what_can_be_a_number_is_dialled)
{
    static const struct {
        const char *number;
        bool ok;
    } cases[] = {
        {"+819000000001", true},
        {"0900*1#", true},
        {"toban", true},
        {"sip:toban@192.0.2.50:5060", true},
        {"toban@192.0.2.50", true},
        {"sip:t@[2001:db8::1]:5060", true},
        {"", false},
        {"sip:", false},
        {"sip:toban", false},
        {"0900 0001", false},
        {"0900;x=y", false},
        {"a@b@c", false},
        {"a@", false},
        {"sips:toban@192.0.2.50", false},
        {"0900\n", false},
        {"toban@192.0.2.50;maddr=x", false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_assert_eq(md_phone_number_ok(cases[i].number), cases[i].ok, "%s", cases[i].number);
    }
}

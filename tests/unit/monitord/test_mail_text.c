/* SPDX-License-Identifier: Apache-2.0 */
/* A message as it goes over the wire: what a mail program would read back, and what must never get
 * in. */
#include "monitord/mail_text.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct md_mail sample(void)
{
    return (struct md_mail){.from = "noroshi@example.jp",
                            .to = "toban@example.jp",
                            .subject = "short",
                            .body = "one\ntwo\n",
                            .key = "abc-1",
                            .incident = "INC-20261121-0003",
                            .timezone = "Asia/Tokyo",
                            .wall_ms = 1795198364000};
}

/* The body decoded; the caller frees it. */
static char *decode_body(const char *text)
{
    char *body = calloc(1, MD_MAIL_MAX);
    size_t length = 0;
    const char *at = strstr(text, "\r\n\r\n");

    cr_assert_not_null(at);
    cr_assert_eq(sodium_base642bin((unsigned char *)body, MD_MAIL_MAX, at + 4, strlen(at + 4),
                                   "\r\n", &length, NULL, sodium_base64_VARIANT_ORIGINAL),
                 0);
    return body;
}

/* The subject put together again from its encoded words. */
static void decode_subject(const char *text, char *subject, size_t size)
{
    const char *at = strstr(text, "Subject:");
    const char *end = strstr(at, "\r\nMessage-ID");
    size_t length = 0;

    while ((at = strstr(at, "=?UTF-8?B?")) != NULL && at < end) {
        const char *close = strstr(at + 10, "?=");
        size_t part = 0;

        cr_assert_leq(close + 2 - at, 75, "an encoded word is at most 75 characters");
        cr_assert_eq(sodium_base642bin((unsigned char *)subject + length, size - length, at + 10,
                                       (size_t)(close - at - 10), NULL, &part, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
        length += part;
        at = close;
    }
    subject[length] = '\0';
}

Test(mail_text, headers_name_sender_receiver_time_and_key)
{
    static char text[MD_MAIL_MAX];
    struct md_mail mail = sample();

    cr_assert_gt(md_mail_compose(&mail, text), 0u);
    cr_assert_not_null(strstr(text, "From: <noroshi@example.jp>\r\n"));
    cr_assert_not_null(strstr(text, "To: <toban@example.jp>\r\n"));
    cr_assert_not_null(strstr(text, "Message-ID: <abc-1@example.jp>\r\n"));
    cr_assert_not_null(strstr(text, "References: <INC-20261121-0003@example.jp>\r\n"));
    cr_assert_not_null(strstr(text, "Date: Sat, 21 Nov 2026 "), "%s", text);
    cr_assert_not_null(strstr(text, " +0900\r\n"));
    cr_assert_null(strstr(text, "Drill"));
    mail.drill = true;
    md_mail_compose(&mail, text);
    cr_assert_not_null(strstr(text, "X-Noroshi-Drill: 1\r\n"));
}

Test(mail_text, a_long_japanese_subject_comes_back_whole)
{
    static char text[MD_MAIL_MAX], subject[1024];
    struct md_mail mail = sample();

    mail.subject = "【障害】119番受付 可用性2 03:12 主系停止→副系で継続中 予備なし 長い件名の続き";
    cr_assert_gt(md_mail_compose(&mail, text), 0u);
    decode_subject(text, subject, sizeof(subject));
    cr_assert_str_eq(subject, mail.subject);
}

Test(mail_text, a_subject_cannot_end_its_header)
{
    static char text[MD_MAIL_MAX], subject[1024];
    struct md_mail mail = sample();

    mail.subject = "one\r\nBcc: <all@example.jp>";
    cr_assert_gt(md_mail_compose(&mail, text), 0u);
    cr_assert_null(strstr(text, "\r\nBcc"));
    decode_subject(text, subject, sizeof(subject));
    cr_assert_str_eq(subject, mail.subject);
}

Test(mail_text, the_body_comes_back_with_lines_ended_as_mail_ends_them)
{
    static char text[MD_MAIL_MAX];
    struct md_mail mail = sample();
    char *body;

    mail.body = "一行目\n.\n三行目は少し長くて、符号化した行の境目をまたぐはずです。\n";
    cr_assert_gt(md_mail_compose(&mail, text), 0u);
    body = decode_body(text);
    cr_assert_str_eq(body,
                     "一行目\r\n.\r\n"
                     "三行目は少し長くて、符号化した行の境目をまたぐはずです。\r\n");
    free(body);
}

Test(mail_text, every_line_is_short_and_no_line_is_a_lone_dot)
{
    static char text[MD_MAIL_MAX], body[4096];
    struct md_mail mail = sample();
    size_t length;

    memset(body, '.', sizeof(body) - 1);
    mail.body = body;
    length = md_mail_compose(&mail, text);
    cr_assert_gt(length, 0u);
    for (char *line = text; line < text + length;) {
        char *end = strstr(line, "\r\n");

        cr_assert_not_null(end);
        cr_assert_leq(end - line, 78);
        cr_assert_neq(line[0], '.');
        line = end + 2;
    }
}

Test(mail_text, a_message_that_does_not_fit_is_refused_whole)
{
    static char text[MD_MAIL_MAX], body[MD_MAIL_MAX];
    struct md_mail mail = sample();

    memset(body, 'x', sizeof(body) - 1);
    mail.body = body;
    cr_assert_eq(md_mail_compose(&mail, text), 0u);
}

Test(mail_text, only_a_plain_address_is_an_address)
{
    static const char *const bad[] = {"",
                                      "a",
                                      "@b.jp",
                                      "a@",
                                      "a@b@c",
                                      "a b@c.jp",
                                      "a@b.jp\r\nRCPT TO:<c@d>",
                                      "<a@b.jp>",
                                      "a@b.jp,c@d.jp",
                                      "当直@example.jp"};
    static char text[MD_MAIL_MAX];
    struct md_mail mail = sample();

    cr_assert(md_mail_address_ok("a@b.jp"));
    cr_assert_not(md_mail_address_ok(NULL));
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_assert_not(md_mail_address_ok(bad[i]), "%s", bad[i]);
        mail.to = bad[i];
        cr_assert_eq(md_mail_compose(&mail, text), 0u);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes one internet message. It owns header syntax and encodings; channel_smtp.c sends what comes
 * out. Body and subject are always base64: no line length, no dot, no character set can go wrong.
 */
#include "monitord/mail_text.h"

#include "monitord/wall_time.h"

#include <sodium.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct writer {
    char *text;
    size_t length;
    bool full;
};

static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
    size_t room = MD_MAIL_MAX - writer->length;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(writer->text + writer->length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        writer->full = true;
        return;
    }
    writer->length += (size_t)length;
}

bool md_mail_address_ok(const char *address)
{
    unsigned ats = 0;
    size_t length = address != NULL ? strlen(address) : 0;

    if (length < 3 || length > 254) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)address[i];

        if (c <= 0x20 || c >= 0x7f || strchr("<>,;:\"()[]\\", c) != NULL) {
            return false;
        }
        ats += c == '@' ? 1 : 0;
    }
    return ats == 1 && address[0] != '@' && address[length - 1] != '@';
}

/* Encoded words of at most 45 bytes each, cut between characters, folded. */
static void put_subject(struct writer *writer, const char *subject)
{
    size_t length = strlen(subject);

    put(writer, "Subject:");
    for (size_t at = 0; at < length;) {
        size_t take = length - at < 45 ? length - at : 45;
        char word[80];

        while (at + take < length && take > 1 &&
               ((unsigned char)subject[at + take] & 0xc0) == 0x80) {
            take--;
        }
        sodium_bin2base64(word, sizeof(word), (const unsigned char *)subject + at, take,
                          sodium_base64_VARIANT_ORIGINAL);
        put(writer, "%s =?UTF-8?B?%s?=", at > 0 ? "\r\n" : "", word);
        at += take;
    }
    put(writer, "\r\n");
}

static void put_date(struct writer *writer, const struct md_mail *mail)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm local;
    long offset;

    md_wall_local(mail->timezone, mail->wall_ms, &local);
    offset = local.tm_gmtoff / 60;
    put(writer, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02ld%02ld\r\n",
        days[(unsigned)local.tm_wday % 7], local.tm_mday, months[(unsigned)local.tm_mon % 12],
        local.tm_year + 1900, local.tm_hour, local.tm_min, local.tm_sec, offset < 0 ? '-' : '+',
        (offset < 0 ? -offset : offset) / 60, (offset < 0 ? -offset : offset) % 60);
}

static void put_line(struct writer *writer, const unsigned char *bytes, size_t length)
{
    char line[80];

    sodium_bin2base64(line, sizeof(line), bytes, length, sodium_base64_VARIANT_ORIGINAL);
    put(writer, "%s\r\n", line);
}

/* 57 bytes make one line of 76 characters. Inside the encoding a line of text ends in CRLF. */
static void put_body(struct writer *writer, const char *body)
{
    unsigned char bytes[57];
    size_t held = 0;
    bool after_return = false;

    for (size_t i = 0; body[i] != '\0';) {
        if (body[i] == '\n' && !after_return) {
            bytes[held++] = '\r';
            after_return = true;
        } else {
            bytes[held++] = (unsigned char)body[i++];
            after_return = false;
        }
        if (held == sizeof(bytes)) {
            put_line(writer, bytes, held);
            held = 0;
        }
    }
    if (held > 0) {
        put_line(writer, bytes, held);
    }
}

size_t md_mail_compose(const struct md_mail *mail, char text[MD_MAIL_MAX])
{
    struct writer writer = {.text = text};
    const char *domain;

    if (!md_mail_address_ok(mail->from) || !md_mail_address_ok(mail->to)) {
        return 0;
    }
    domain = strchr(mail->from, '@') + 1;
    put_date(&writer, mail);
    put(&writer, "From: <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
    put_subject(&writer, mail->subject);
    put(&writer, "Message-ID: <%s@%s>\r\n", mail->key, domain);
    put(&writer, "References: <%s@%s>\r\n", mail->incident, domain);
    put(&writer, "Auto-Submitted: auto-generated\r\nX-Priority: 1\r\n");
    if (mail->drill) {
        put(&writer, "X-Noroshi-Drill: 1\r\n");
    }
    put(&writer,
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n");
    put_body(&writer, mail->body);
    return writer.full ? 0 : writer.length;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Coding and decoding of short messages. It owns the octets of TS 23.040 and the two alphabets of
 * TS 23.038 (UCS-2 both ways, the seven bit alphabet only inwards, which is how a phone answers
 * with four digits). */
#include "monitord/sms_pdu.h"

#include <stdio.h>
#include <string.h>

/* ---- UTF-8 and UTF-16 ------------------------------------------------------------------------ */

/* One character; its bytes, 0 when it is not UTF-8. */
static unsigned character_take(const char *text, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned length = at[0] < 0x80    ? 1
                      : at[0] >= 0xf0 ? 4
                      : at[0] >= 0xe0 ? 3
                      : at[0] >= 0xc2 ? 2
                                      : 0;
    uint32_t value = length == 1 ? at[0] : at[0] & (0xffU >> (length + 1));

    if (length == 0 || at[0] > 0xf4) {
        return 0;
    }
    for (unsigned i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (at[i] & 0x3fU);
    }
    if ((length == 3 && (value < 0x800 || (value >= 0xd800 && value < 0xe000))) ||
        (length == 4 && (value < 0x10000 || value > 0x10ffff))) {
        return 0;
    }
    *character = value;
    return length;
}

static size_t character_put(uint32_t character, char *text)
{
    unsigned char *at = (unsigned char *)text;

    if (character < 0x80) {
        at[0] = character < 0x20 || character == 0x7f ? ' ' : (unsigned char)character;
        return 1;
    }
    if (character < 0x800) {
        at[0] = (unsigned char)(0xc0 | character >> 6);
        at[1] = (unsigned char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        at[0] = (unsigned char)(0xe0 | character >> 12);
        at[1] = (unsigned char)(0x80 | (character >> 6 & 0x3f));
        at[2] = (unsigned char)(0x80 | (character & 0x3f));
        return 3;
    }
    at[0] = (unsigned char)(0xf0 | character >> 18);
    at[1] = (unsigned char)(0x80 | (character >> 12 & 0x3f));
    at[2] = (unsigned char)(0x80 | (character >> 6 & 0x3f));
    at[3] = (unsigned char)(0x80 | (character & 0x3f));
    return 4;
}

/* Puts text at *length of one part as far as it fits within `most` units; returns the bytes taken,
 * -1 when it is not UTF-8. */
static long part_fill(const char *text, unsigned most, uint16_t *units, uint8_t *length)
{
    long taken = 0;
    uint32_t character;

    while (text[taken] != '\0') {
        unsigned bytes = character_take(text + taken, &character);

        if (bytes == 0) {
            return -1;
        }
        if (*length + (character >= 0x10000 ? 2U : 1U) > most) {
            break;
        }
        if (character >= 0x10000) {
            units[(*length)++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            units[(*length)++] = (uint16_t)(0xdc00 + ((character - 0x10000) & 0x3ff));
        } else {
            units[(*length)++] = (uint16_t)character;
        }
        taken += bytes;
    }
    return taken;
}

bool md_sms_split(const char *text, const char *mark, struct md_sms_parts *parts)
{
    unsigned most = MD_SMS_UNITS_ONE;
    bool again = true;

    if (mark[0] != '\0' && strncmp(text, mark, strlen(mark)) == 0) {
        text += strlen(mark);
    }
    while (again) {
        const char *at = text;

        memset(parts, 0, sizeof(*parts));
        again = false;
        do {
            long taken;

            if (parts->count == MD_SMS_PARTS_MAX ||
                part_fill(mark, most, parts->units[parts->count], &parts->length[parts->count]) !=
                    (long)strlen(mark)) {
                return false;
            }
            taken = part_fill(at, most, parts->units[parts->count], &parts->length[parts->count]);
            if (taken < 0 || (taken == 0 && *at != '\0')) {
                return false;
            }
            at += taken;
            parts->count++;
            if (*at != '\0' && most == MD_SMS_UNITS_ONE) {
                most = MD_SMS_UNITS_PART; /* more than one part: each is shorter */
                again = true;
                break;
            }
        } while (*at != '\0');
    }
    return true;
}

/* ---- out --------------------------------------------------------------------------------------
 */

bool md_sms_number_ok(const char *number)
{
    size_t plus = number[0] == '+' ? 1 : 0;
    size_t digits = strspn(number + plus, "0123456789");

    return digits >= 3 && digits <= MD_SMS_NUMBER_MAX && number[plus + digits] == '\0';
}

struct writer {
    char *hex;
    unsigned bytes;
};

static void put(struct writer *writer, unsigned byte)
{
    snprintf(writer->hex + writer->bytes * 2, 3, "%02X", byte & 0xff);
    writer->bytes++;
}

static void put_number(struct writer *writer, const char *number)
{
    bool abroad = number[0] == '+';
    const char *digits = number + (abroad ? 1 : 0);
    size_t count = strlen(digits);

    put(writer, (unsigned)count);
    put(writer, abroad ? 0x91 : 0x81); /* international or unknown, ISDN plan */
    for (size_t i = 0; i < count; i += 2) {
        unsigned high = i + 1 < count ? (unsigned)(digits[i + 1] - '0') : 0xf;

        put(writer, high << 4 | (unsigned)(digits[i] - '0'));
    }
}

unsigned md_sms_submit(const struct md_sms_parts *parts, unsigned part, uint8_t reference,
                       const char *number, bool report, char hex[MD_SMS_HEX_MAX])
{
    struct writer writer = {.hex = hex};
    bool several = parts->count > 1;

    put(&writer, 0x00); /* service centre: the modem's own */
    /* SUBMIT, validity relative, report asked for, user data header */
    put(&writer, 0x11U | (report ? 0x20U : 0) | (several ? 0x40U : 0));
    put(&writer, 0x00); /* the modem numbers it */
    put_number(&writer, number);
    put(&writer, 0x00); /* protocol */
    put(&writer, 0x08); /* UCS-2 */
    put(&writer, 0xa7); /* valid for a day: an older page misleads */
    put(&writer, parts->length[part] * 2U + (several ? 6 : 0));
    if (several) {
        const unsigned header[] = {0x05, 0x00, 0x03, reference, parts->count, part + 1};

        for (unsigned i = 0; i < 6; i++) {
            put(&writer, header[i]);
        }
    }
    for (unsigned i = 0; i < parts->length[part]; i++) {
        put(&writer, parts->units[part][i] >> 8);
        put(&writer, parts->units[part][i]);
    }
    return writer.bytes - 1;
}

/* ---- in ---------------------------------------------------------------------------------------
 */

struct reader {
    const char *hex;
    size_t at, length; /* bytes */
    bool bad;
};

static int digit_value(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                          : -1;
}

static unsigned take(struct reader *reader)
{
    int high, low;

    if (reader->at >= reader->length) {
        reader->bad = true;
        return 0;
    }
    high = digit_value(reader->hex[reader->at * 2]);
    low = digit_value(reader->hex[reader->at * 2 + 1]);
    reader->at++;
    if (high < 0 || low < 0) {
        reader->bad = true;
        return 0;
    }
    return (unsigned)(high << 4 | low);
}

static void take_number(struct reader *reader, char number[MD_SMS_NUMBER_MAX + 2])
{
    unsigned digits = take(reader), type = take(reader), length = 0;

    if (digits > MD_SMS_NUMBER_MAX) {
        reader->bad = true;
        return;
    }
    if ((type & 0x70) == 0x10) {
        number[length++] = '+';
    }
    for (unsigned i = 0; i < digits; i += 2) {
        unsigned byte = take(reader);

        number[length++] = (char)('0' + (byte & 0xf));
        if (i + 1 < digits) {
            number[length++] = (char)('0' + (byte >> 4));
        }
        if ((byte & 0xf) > 9 || (i + 1 < digits && byte >> 4 > 9)) {
            length = 0; /* a name (alphanumeric): nobody's telephone */
        }
    }
    number[(type & 0x70) == 0x50 ? 0 : length] = '\0';
}

/* TS 23.038 6.2.1, printable ASCII where they agree; what differs is a '?': nobody answers with it.
 */
static uint32_t gsm_character(unsigned septet)
{
    bool same = septet == 0x0a || septet == 0x0d || (septet >= 0x20 && septet <= 0x7a);
    bool other = septet == 0x24 || septet == 0x40 || (septet >= 0x5b && septet <= 0x60);

    return same && !other ? septet : septet == 0x00 ? '@' : '?';
}

#define USER_DATA_MAX 140 /* bytes, TS 23.040 9.2.3.24 */

static size_t septets_text(const uint8_t *data, unsigned first, unsigned count, char *text)
{
    size_t length = 0;

    for (unsigned i = first; i < count && length < MD_SMS_TEXT_MAX - 4; i++) {
        unsigned bit = i * 7, low = data[bit / 8];
        unsigned high = bit / 8 + 1 < USER_DATA_MAX ? data[bit / 8 + 1] : 0;

        length += character_put(gsm_character((low | high << 8) >> bit % 8 & 0x7f), text + length);
    }
    return length;
}

static size_t ucs2_text(const uint8_t *data, unsigned first, unsigned bytes, char *text)
{
    size_t length = 0;

    for (unsigned i = first; i + 1 < bytes && length < MD_SMS_TEXT_MAX - 4; i += 2) {
        uint32_t unit = (uint32_t)data[i] << 8 | data[i + 1];

        if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < bytes) {
            uint32_t low = (uint32_t)data[i + 2] << 8 | data[i + 3];

            i += 2;
            unit = 0x10000 + ((unit - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
        } else if (unit >= 0xd800 && unit < 0xe000) {
            unit = '?';
        }
        length += character_put(unit, text + length);
    }
    return length;
}

static bool parse_deliver(struct reader *reader, unsigned first, struct md_sms_in *in)
{
    uint8_t data[USER_DATA_MAX] = {0};
    unsigned coding, length, bytes, header;
    bool septets;
    size_t end;

    in->kind = MD_SMS_DELIVER;
    take_number(reader, in->number);
    take(reader); /* protocol */
    coding = take(reader);
    for (unsigned i = 0; i < 7; i++) {
        take(reader); /* the centre's time: ours counts */
    }
    length = take(reader);
    septets = (coding & 0xcc) == 0x00 || (coding & 0xf4) == 0xf0;
    bytes = septets ? (length * 7 + 7) / 8 : length;
    if (bytes > USER_DATA_MAX || (!septets && (coding & 0xcc) != 0x08)) {
        return false; /* eight bit or compressed: not from a person */
    }
    for (unsigned i = 0; i < bytes; i++) {
        data[i] = (uint8_t)take(reader);
    }
    header = (first & 0x40) != 0 && bytes > 0 ? data[0] + 1U : 0;
    if (header > bytes) {
        return false;
    }
    end = septets ? septets_text(data, (header * 8 + 6) / 7, length, in->text)
                  : ucs2_text(data, header, bytes, in->text);
    in->text[end] = '\0';
    return !reader->bad;
}

static bool parse_report(struct reader *reader, struct md_sms_in *in)
{
    unsigned status;

    in->kind = MD_SMS_REPORT;
    in->reference = (uint8_t)take(reader);
    take_number(reader, in->number);
    for (unsigned i = 0; i < 14; i++) {
        take(reader);
    }
    status = take(reader);
    in->delivered = status < 0x20;                  /* 9.2.3.15: completed */
    in->gives_up = status >= 0x40 && status < 0x80; /* not trying any more; 0x20 … still trying */
    return !reader->bad;
}

bool md_sms_parse(const char *hex, struct md_sms_in *in)
{
    struct reader reader = {.hex = hex, .length = strspn(hex, "0123456789ABCDEFabcdef") / 2};
    unsigned centre = take(&reader), first;

    memset(in, 0, sizeof(*in));
    reader.at += centre;
    first = take(&reader);
    switch (first & 3) {
        case 0:
            return !reader.bad && parse_deliver(&reader, first, in);
        case 2:
            return !reader.bad && parse_report(&reader, in);
        default:
            return false;
    }
}

bool md_sms_same_number(const char *a, const char *b)
{
    const char *abroad = a[0] == '+' ? a : b, *home = a[0] == '+' ? b : a;
    size_t whole = strlen(abroad), rest = strlen(home);

    if (whole == 0 || rest == 0) {
        return false;
    }
    if (abroad[0] != '+' || home[0] == '+') {
        return strcmp(a, b) == 0;
    }
    /* "+81" and "0" stand for the same: a country has one to three digits */
    return home[0] == '0' && rest > 7 && whole > rest && whole - rest <= 3 &&
           strcmp(abroad + whole - (rest - 1), home + 1) == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages as the bytes a modem takes and gives (3GPP TS 23.040): SUBMIT with UCS-2 text and
 * a report asked for, DELIVER and STATUS REPORT as they come in. Pure: text and hexadecimal digits
 * in, the same out; it never cuts a character in two and never reads past what it is given. The
 * modem and the spool room call it. */
#ifndef MONITORD_SMS_PDU_H
#define MONITORD_SMS_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_SMS_UNITS_ONE 70  /* UTF-16 units in a message that stands alone */
#define MD_SMS_UNITS_PART 67 /* in one part of several: the concatenation header takes six bytes \
                              */
#define MD_SMS_PARTS_MAX 5
#define MD_SMS_NUMBER_MAX 20 /* digits of a number, TS 23.040 9.1.2.5 */
#define MD_SMS_HEX_MAX 400   /* digits of one SUBMIT, with the end */
#define MD_SMS_TEXT_MAX 640  /* bytes of UTF-8 of one message that came in, with the end */

struct md_sms_parts {
    unsigned count;
    uint8_t length[MD_SMS_PARTS_MAX]; /* UTF-16 units */
    uint16_t units[MD_SMS_PARTS_MAX][MD_SMS_UNITS_ONE];
};
/* Cuts a text into parts between characters. mark (may be "") stands at the head of each part, also
 * of those after the first, because a part may arrive alone; the text may begin with it. False when
 * the text is not UTF-8 or needs more than MD_SMS_PARTS_MAX parts. */
bool md_sms_split(const char *text, const char *mark, struct md_sms_parts *parts);

/* A number people can be reached at: digits, at most one '+' in front. */
bool md_sms_number_ok(const char *number);
/* The SUBMIT of one part, without the service centre (a leading 00); reference ties the parts
 * together. Returns the length that AT+CMGS wants (bytes without the service centre). */
unsigned md_sms_submit(const struct md_sms_parts *parts, unsigned part, uint8_t reference,
                       const char *number, bool report, char hex[MD_SMS_HEX_MAX]);

enum md_sms_kind { MD_SMS_DELIVER, MD_SMS_REPORT };
struct md_sms_in {
    uint8_t kind;                       /* enum md_sms_kind */
    char number[MD_SMS_NUMBER_MAX + 2]; /* "+819000000001"; a name of a sender stays "" */
    char text[MD_SMS_TEXT_MAX];         /* DELIVER, UTF-8, control characters are blanks */
    uint8_t reference;                  /* REPORT: of the SUBMIT, as +CMGS said */
    bool delivered, gives_up;           /* REPORT: there; will never be there; else it goes on */
};
/* What a modem gave as hexadecimal digits, the service centre in front. False when it is no message
 * that can be read; *in is then undefined. */
bool md_sms_parse(const char *hex, struct md_sms_in *in);
/* Whether two numbers are the same telephone: "+8190…" is "090…" in its own country. */
bool md_sms_same_number(const char *a, const char *b);

#endif

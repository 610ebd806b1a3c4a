/* SPDX-License-Identifier: Apache-2.0 */
/* One page as an internet message (RFC 5322, MIME): headers and an encoded body, lines ended by
 * CRLF. Pure: text in, text out. It makes sure that no byte of a subject or an address can end a
 * header. */
#ifndef MONITORD_MAIL_TEXT_H
#define MONITORD_MAIL_TEXT_H

#include "failover/types.h"

#include <stddef.h>

#define MD_MAIL_MAX 16384

struct md_mail {
    const char *from, *to;      /* bare addresses: "noc@fire.example" */
    const char *subject, *body; /* UTF-8; body lines ended by \n */
    const char *key;            /* of the command: makes the Message-ID */
    const char *incident;       /* "INC-…": threads the messages of one incident */
    const char *timezone;
    fo_wall_ms wall_ms;
    bool drill;
};
/* Length of the message in text, or 0 when an address cannot stand in a header or the message does
 * not fit. */
size_t md_mail_compose(const struct md_mail *mail, char text[MD_MAIL_MAX]);
/* Whether this can be an envelope address: printable ASCII, one '@', none of <>,;:"()[] or spaces.
 */
bool md_mail_address_ok(const char *address);

#endif

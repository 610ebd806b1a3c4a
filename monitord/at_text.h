/* SPDX-License-Identifier: Apache-2.0 */
/* What a modem says, line by line (3GPP TS 27.005 and 27.007): final results, answers to what was
 * asked, and what it says by itself. Pure; modem.c feeds it. */
#ifndef MONITORD_AT_TEXT_H
#define MONITORD_AT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum md_at_kind {
    MD_AT_OK,
    MD_AT_ERROR,    /* number: of +CME or +CMS ERROR; -1 */
    MD_AT_PROMPT,   /* "> ": the PDU may go */
    MD_AT_SENT,     /* +CMGS: number = message reference 0 … 255 */
    MD_AT_PIN,      /* +CPIN: number 1 ready, 0 a PIN is wanted, -1 anything else (PUK, no card) */
    MD_AT_NETWORK,  /* +CREG: number 1 registered (at home or roaming), 0 not */
    MD_AT_SIGNAL,   /* +CSQ: number 0 … 31, -1 not known */
    MD_AT_STORED,   /* +CMTI, +CDSI: number = place to read with AT+CMGR */
    MD_AT_LISTED,   /* +CMGL: number = place; a PDU line follows */
    MD_AT_PDU_NEXT, /* +CMT, +CDS, +CMGR: a PDU line follows */
    MD_AT_OTHER     /* an echo, an identity, noise */
};
struct md_at_line {
    enum md_at_kind kind;
    int number;
};
/* One line without its end. */
struct md_at_line md_at_parse(const char *line);
/* Whether a +CMS ERROR means that trying again may help: no network, congestion, a busy or silent
 * modem; an unknown or barred number does not (TS 27.005 3.2.5). */
bool md_at_error_passes(int number);

/* Bytes from the line in any cuts become lines; a prompt is a line although nothing ends it. */
#define MD_AT_LINE_MAX 600
struct md_at_reader {
    char line[MD_AT_LINE_MAX];
    size_t length;
    bool too_long; /* until its end: dropped */
};
/* Takes bytes up to the end of one line; how many were taken. *whole: a line is in reader->line,
 * not empty, ended by NUL, until the next call. */
size_t md_at_read(struct md_at_reader *reader, const char *bytes, size_t count, bool *whole);

#endif

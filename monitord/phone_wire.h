/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to a baresip and by it on its control connection (module ctrl_tcp): JSON objects as
 * netstrings. Bytes come in, commands go out as bytes. Pure; phone.c owns the connection. Measured
 * with baresip 1.0.0. */
#ifndef MONITORD_PHONE_WIRE_H
#define MONITORD_PHONE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#define MD_PHONE_FRAME_MAX 16384 /* more in one netstring is no baresip */
#define MD_PHONE_COMMAND_MAX 512
#define MD_PHONE_ID_MAX 64

enum md_phone_says {
    MD_PHONE_OTHER,       /* nothing that matters here */
    MD_PHONE_RESPONSE,    /* to a command: token, works, registered */
    MD_PHONE_RINGING,     /* the other side rings */
    MD_PHONE_ESTABLISHED, /* somebody or something has answered */
    MD_PHONE_DIGIT,       /* a key was pressed: digit */
    MD_PHONE_CLOSED       /* the call is over: code */
};
struct md_phone_said {
    enum md_phone_says what;
    unsigned token;           /* of the command that is answered; 0 none */
    bool works;               /* the command was taken */
    bool registered;          /* no account in the answer failed to register or waits for it */
    char digit;               /* '0' … '9', '*', '#', 'A' … 'D' */
    int code;                 /* SIP status of the refusal, 200 … 699; 0: ended otherwise */
    char id[MD_PHONE_ID_MAX]; /* of the call, chosen by baresip; "" not said */
};

/* The first netstring of bytes. Its payload and what it takes with its frame; 0: more is needed;
 * -1: this is none. */
long md_phone_frame(const char *bytes, size_t length, const char **payload, size_t *payload_length);
/* What a payload says. Calls that came in are MD_PHONE_OTHER, and so is what cannot be read. */
void md_phone_read(const char *payload, size_t length, struct md_phone_said *said);
/* A command as a netstring; its length, 0 when it does not fit. token > 0. */
size_t md_phone_command(const char *command, const char *params, unsigned token,
                        char bytes[MD_PHONE_COMMAND_MAX]);
/* Whether this can be dialled: a number ("+81900000001", "0900*1#"), a name of the exchange, or a
 * whole address ("sip:name@192.0.2.50:5060"). Nothing else comes through to baresip. */
bool md_phone_number_ok(const char *number);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a modem and what they are. It owns the words of the AT language and knows nothing of
 * what was asked. */
#include "monitord/at_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static int number_after(const char *text, char before)
{
    const char *at = strrchr(text, before);

    return at != NULL && strspn(at + 1, " 0123456789") == strlen(at + 1) && at[1] != '\0'
               ? atoi(at + 1)
               : -1;
}

static struct md_at_line parse_pin(const char *line)
{
    const char *state = line + strlen("+CPIN:");

    state += strspn(state, " ");
    return (struct md_at_line){MD_AT_PIN, strcmp(state, "READY") == 0     ? 1
                                          : strcmp(state, "SIM PIN") == 0 ? 0
                                                                          : -1};
}

/* "+CREG: <n>,<stat>[,…]", or "+CREG: <stat>" by itself */
static struct md_at_line parse_network(const char *line)
{
    int first = -1, second = -1;
    int state;

    state = sscanf(line, "+CREG: %d,%d", &first, &second) == 2 ? second : first;
    return (struct md_at_line){MD_AT_NETWORK, state == 1 || state == 5};
}

struct md_at_line md_at_parse(const char *line)
{
    int number = -1;

    if (strcmp(line, "OK") == 0) {
        return (struct md_at_line){MD_AT_OK, 0};
    }
    if (strcmp(line, "ERROR") == 0 || strcmp(line, "NO CARRIER") == 0) {
        return (struct md_at_line){MD_AT_ERROR, -1};
    }
    if (sscanf(line, "+CMS ERROR: %d", &number) == 1 ||
        sscanf(line, "+CME ERROR: %d", &number) == 1) {
        return (struct md_at_line){MD_AT_ERROR, number};
    }
    if (begins(line, "+CMS ERROR:") || begins(line, "+CME ERROR:")) {
        return (struct md_at_line){MD_AT_ERROR, -1};
    }
    if (line[0] == '>') {
        return (struct md_at_line){MD_AT_PROMPT, 0};
    }
    if (begins(line, "+CMGS:")) {
        return sscanf(line, "+CMGS: %d", &number) == 1 && number >= 0 && number < 256
                   ? (struct md_at_line){MD_AT_SENT, number}
                   : (struct md_at_line){MD_AT_OTHER, 0};
    }
    if (begins(line, "+CPIN:")) {
        return parse_pin(line);
    }
    if (begins(line, "+CREG:")) {
        return parse_network(line);
    }
    if (sscanf(line, "+CSQ: %d", &number) == 1) {
        return (struct md_at_line){MD_AT_SIGNAL, number >= 0 && number <= 31 ? number : -1};
    }
    if (begins(line, "+CMTI:") || begins(line, "+CDSI:")) {
        return (struct md_at_line){MD_AT_STORED, number_after(line, ',')};
    }
    if (begins(line, "+CMGL:")) {
        return sscanf(line, "+CMGL: %d", &number) == 1 ? (struct md_at_line){MD_AT_LISTED, number}
                                                       : (struct md_at_line){MD_AT_OTHER, 0};
    }
    if (begins(line, "+CMT:") || begins(line, "+CDS:") || begins(line, "+CMGR:")) {
        return (struct md_at_line){MD_AT_PDU_NEXT, 0};
    }
    return (struct md_at_line){MD_AT_OTHER, 0};
}

bool md_at_error_passes(int number)
{
    /* 1 unassigned number, 8 barred by the operator, 10 call barred, 21 rejected, 28 unidentified
     * subscriber, 29 facility rejected, 30 unknown subscriber, 50 not subscribed: the address */
    static const int for_good[] = {1, 8, 10, 21, 28, 29, 30, 50};

    for (size_t i = 0; i < sizeof(for_good) / sizeof(for_good[0]); i++) {
        if (number == for_good[i]) {
            return false;
        }
    }
    return true;
}

size_t md_at_read(struct md_at_reader *reader, const char *bytes, size_t count, bool *whole)
{
    *whole = false;
    for (size_t i = 0; i < count; i++) {
        char byte = bytes[i];

        if (byte == '\r' || byte == '\n') {
            bool good = reader->length > 0 && !reader->too_long;

            reader->line[reader->length] = '\0';
            reader->length = 0;
            reader->too_long = false;
            if (good) {
                *whole = true;
                return i + 1;
            }
        } else if (reader->length + 1 < sizeof(reader->line)) {
            reader->line[reader->length++] = byte;
        } else {
            reader->too_long = true;
        }
        if (reader->length == 2 && reader->line[0] == '>' && reader->line[1] == ' ') {
            reader->line[reader->length] = '\0';
            reader->length = 0;
            *whole = true;
            return i + 1;
        }
    }
    return count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Netstrings and the JSON in them. It owns no connection and keeps nothing; a number that is
 * dialled goes through the bytes of a command and nowhere else. */
#include "monitord/phone_wire.h"

#include "monitord/fact.h"

#include <jansson.h>
#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_DIGITS_MAX 6

long md_phone_frame(const char *bytes, size_t length, const char **payload, size_t *payload_length)
{
    size_t count = 0, at = 0;

    while (at < length && bytes[at] >= '0' && bytes[at] <= '9' && at <= LENGTH_DIGITS_MAX) {
        count = count * 10 + (size_t)(bytes[at++] - '0');
    }
    if (at > LENGTH_DIGITS_MAX || count > MD_PHONE_FRAME_MAX ||
        (at < length && (at == 0 || bytes[at] != ':'))) {
        return -1;
    }
    if (at == length || length - at - 1 < count + 1) {
        return 0;
    }
    *payload = bytes + at + 1;
    *payload_length = count;
    return bytes[at + 1 + count] == ',' ? (long)(at + count + 2) : -1;
}

static void read_event(const json_t *object, struct md_phone_said *said)
{
    const char *type = md_fact_text(object, "type"), *param = md_fact_text(object, "param");

    if (strcmp(md_fact_text(object, "direction"), "outgoing") != 0) {
        return;
    }
    snprintf(said->id, sizeof(said->id), "%s", md_fact_text(object, "id"));
    if (strcmp(type, "CALL_RINGING") == 0) {
        said->what = MD_PHONE_RINGING;
    } else if (strcmp(type, "CALL_ESTABLISHED") == 0) {
        said->what = MD_PHONE_ESTABLISHED;
    } else if (strcmp(type, "CALL_DTMF_START") == 0 && param[0] != '\0' && param[1] == '\0' &&
               strchr("0123456789*#ABCD", param[0]) != NULL) {
        said->what = MD_PHONE_DIGIT;
        said->digit = param[0];
    } else if (strcmp(type, "CALL_CLOSED") == 0) {
        long code = strtol(param, NULL, 10);

        said->what = MD_PHONE_CLOSED;
        said->code = code >= 200 && code <= 699 ? (int)code : 0;
    }
}

void md_phone_read(const char *payload, size_t length, struct md_phone_said *said)
{
    json_t *object = json_loadb(payload, length, 0, NULL);

    memset(said, 0, sizeof(*said));
    if (md_fact_true(object, "response")) {
        const char *data = md_fact_text(object, "data");

        said->what = MD_PHONE_RESPONSE;
        said->works = md_fact_true(object, "ok");
        said->token = (unsigned)strtoul(md_fact_text(object, "token"), NULL, 10);
        said->registered = strstr(data, "ERR") == NULL && strstr(data, "zzz") == NULL;
    } else if (md_fact_true(object, "event")) {
        read_event(object, said);
    }
    json_decref(object);
}

size_t md_phone_command(const char *command, const char *params, unsigned token,
                        char bytes[MD_PHONE_COMMAND_MAX])
{
    char token_text[16];
    char *text;
    json_t *object;
    int length = 0;

    snprintf(token_text, sizeof(token_text), "%u", token);
    object =
        json_pack("{s:s, s:s, s:s}", "command", command, "params", params, "token", token_text);
    text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text != NULL) {
        length = snprintf(bytes, MD_PHONE_COMMAND_MAX, "%zu:%s,", strlen(text), text);
        sodium_memzero(text, strlen(text));
        free(text);
    }
    return length > 0 && length < MD_PHONE_COMMAND_MAX ? (size_t)length : 0;
}

bool md_phone_number_ok(const char *number)
{
    const char *name = strncmp(number, "sip:", 4) == 0 ? number + 4 : number;
    size_t plain = strspn(name,
                          "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "+*#-_.");

    if (plain == 0 || strlen(number) > 79) {
        return false;
    }
    if (name[plain] == '\0') {
        return name == number;
    }
    name += plain + 1;
    return name[-1] == '@' && name[0] != '\0' &&
           name[strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz.:[]-")] == '\0';
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Exact readers of the texts inside a profile: no floating point, no guess. They report by value;
 * profile_point.c turns what is wrong into findings at a line. */
#include "config/profile_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cfg_oid_parse(const char *text, unsigned line, struct cfg_oid *oid)
{
    memset(oid, 0, sizeof *oid);
    for (;;) {
        uint64_t arc = 0;
        unsigned digits = 0;
        if (*text == '#' && line > 0) {
            arc = line;
            digits = 1;
            text++;
        }
        while (digits < 11 && *text >= '0' && *text <= '9') {
            arc = arc * 10 + (uint64_t)(*text++ - '0');
            digits++;
        }
        if (digits == 0 || arc > UINT32_MAX || oid->length == CFG_OID_MAX) {
            return false;
        }
        oid->arcs[oid->length++] = (uint32_t)arc;
        if (*text == '\0') {
            return true;
        }
        if (*text++ != '.') {
            return false;
        }
    }
}

/* Digits with at most `places` after the point, as a whole number of 10^-places. */
static bool decimal_take(const char **cursor, unsigned places, int64_t *value)
{
    const char *at = *cursor;
    unsigned digits = 0;
    *value = 0;
    for (; *at >= '0' && *at <= '9' && digits < 10; at++, digits++) {
        *value = *value * 10 + (*at - '0');
    }
    if (digits == 0) {
        return false;
    }
    if (*at == '.') {
        at++;
        if (*at < '0' || *at > '9') {
            return false;
        }
        for (; *at >= '0' && *at <= '9'; at++) {
            if (places == 0) {
                return false;
            }
            *value = *value * 10 + (*at - '0');
            places--;
        }
    }
    for (; places > 0; places--) {
        *value *= 10;
    }
    *cursor = at;
    return true;
}

bool cfg_milli_parse(const char *text, int64_t *milli)
{
    bool negative = *text == '-';
    text += negative;
    if (!decimal_take(&text, 3, milli) || *text != '\0') {
        return false;
    }
    *milli = negative ? -*milli : *milli;
    return true;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool cfg_scale_parse(const char *text, struct cfg_scale *scale)
{
    int64_t multiply, divide = 1;
    if (!decimal_take(&text, 3, &multiply)) { /* thousandths of a unit: what we count in */
        return false;
    }
    if (*text == '/') {
        text++;
        if (!decimal_take(&text, 0, &divide)) {
            return false;
        }
    }
    if (*text != '\0' || multiply <= 0 || divide <= 0) {
        return false;
    }
    int64_t common = common_divisor(multiply, divide);
    multiply /= common;
    divide /= common;
    if (multiply > INT32_MAX || divide > INT32_MAX) {
        return false;
    }
    *scale = (struct cfg_scale){(int32_t)multiply, (int32_t)divide};
    return true;
}

/* ---- states --------------------------------------------------------------------------------- */

bool cfg_variable_is_set(enum fo_variable variable)
{
    return variable == FO_VAR_UPS_STATUS || variable == FO_VAR_UPS_ALARMS ||
           variable == FO_VAR_GENERATOR_ALARMS || variable == FO_VAR_ROOM_CONTACTS;
}

static const char *word_at(enum fo_variable variable, unsigned index)
{
    switch (variable) {
        case FO_VAR_UPS_STATUS:
            return index < FO_UPS_TOKEN_COUNT ? fo_ups_token_name(index) : NULL;
        case FO_VAR_UPS_ALARMS:
            return index < FO_UPS_ALARM_COUNT ? fo_ups_alarm_name(index) : NULL;
        case FO_VAR_GENERATOR_ALARMS:
            return index < FO_GENERATOR_ALARM_COUNT ? fo_generator_alarm_name(index) : NULL;
        case FO_VAR_ROOM_CONTACTS:
            return index < FO_ROOM_CONTACT_COUNT ? fo_room_contact_name(index) : NULL;
        case FO_VAR_GENERATOR_STATUS:
            return index < FO_GEN_STATUSES ? fo_generator_status_name(index) : NULL;
        case FO_VAR_GENERATOR_MODE:
            return index < FO_GEN_MODES ? fo_generator_mode_name(index) : NULL;
        case FO_VAR_TRANSFER_SOURCE:
            return index < FO_SOURCES ? fo_transfer_source_name(index) : NULL;
        default:
            return NULL;
    }
}

bool cfg_variable_has_states(enum fo_variable variable)
{
    return word_at(variable, 0) != NULL;
}

static bool word_find(enum fo_variable variable, const char *word, int64_t *bits)
{
    static const struct {
        const char *word;
        int64_t bits;
    } beside[] = {{"card_lost", CFG_STATE_CARD_LOST},
                  {"test_if_mains", CFG_STATE_TEST_IF_MAINS},
                  {"inverter", CFG_STATE_INVERTER}};
    for (unsigned i = 0; variable == FO_VAR_UPS_STATUS && i < sizeof beside / sizeof beside[0];
         i++) {
        if (strcmp(word, beside[i].word) == 0) {
            *bits |= beside[i].bits;
            return true;
        }
    }
    const char *known;
    for (unsigned i = 0; (known = word_at(variable, i)) != NULL; i++) {
        if (strcmp(known, word) == 0) {
            *bits = cfg_variable_is_set(variable) ? *bits | (int64_t)1 << i : (int64_t)i;
            return true;
        }
    }
    return false;
}

bool cfg_words_parse(enum fo_variable variable, const char *words, int64_t *bits, char wrong[32])
{
    unsigned count = 0;
    *bits = 0;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        snprintf(wrong, 32, "%.*s", (int)(length < 31 ? length : 31), words);
        if (length > 0) {
            count++;
            if (length > 31 || !word_find(variable, wrong, bits) ||
                (count > 1 && !cfg_variable_is_set(variable))) {
                return false;
            }
        }
        words += length;
        words += *words == ' ';
    }
    return cfg_variable_is_set(variable) || count == 1;
}

/* A whole number in decimal or 0x…, followed by one of `ends`. */
static bool number_take(const char **cursor, const char *ends, int64_t *value)
{
    char *end;
    if ((**cursor < '0' || **cursor > '9') && **cursor != '-') {
        return false;
    }
    long long parsed = strtoll(*cursor, &end, 0);
    if (end == *cursor || *end == '\0' || strchr(ends, *end) == NULL) {
        return false;
    }
    *value = parsed;
    *cursor = end;
    return true;
}

const char *cfg_state_parse(enum fo_variable variable, const char *text, struct cfg_state *state,
                            char wrong[120])
{
    static const char form[] =
        "is not a state; write \"3=OL\", \"bit 2=OB\" or "
        "\"mask 0x0c 0x04=auto\"";
    char word[32];
    int64_t number;
    *state = (struct cfg_state){.mask = -1};
    if (strncmp(text, "bit ", 4) == 0) {
        text += 4;
        if (!number_take(&text, "=", &number) || number < 0 || number > 62) {
            return form;
        }
        state->mask = state->match = (int64_t)1 << number;
    } else {
        if (strncmp(text, "mask ", 5) == 0) {
            text += 5;
            if (!number_take(&text, " ", &state->mask)) {
                return form;
            }
            text++;
        }
        if (!number_take(&text, "=", &state->match)) {
            return form;
        }
    }
    text++; /* the equals sign */
    if (*text == '\0' && cfg_variable_is_set(variable)) {
        return NULL;
    }
    if (!cfg_words_parse(variable, text, &state->bits, word)) {
        snprintf(wrong, 120, "\"%.31s\" is not a state of %.40s", word, fo_variable_name(variable));
        return wrong;
    }
    return NULL;
}

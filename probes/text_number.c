/* SPDX-License-Identifier: Apache-2.0 */
/* Strict readers: what is not a number as a whole is none. No locale, no floating point. */
#include "probes/text_number.h"

#define DIGITS_MAX 15
#define BITS_MAX 62

bool pb_text_milli(const char *text, int64_t *milli)
{
    int64_t value = 0;
    unsigned digits = 0;
    int places = 3;
    while (*text == ' ') {
        text++;
    }
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    for (; *text >= '0' && *text <= '9' && digits < DIGITS_MAX; text++, digits++) {
        value = value * 10 + (*text - '0');
    }
    if (digits == 0) {
        return false;
    }
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++) {
            if (places > 0) {
                value = value * 10 + (*text - '0');
                places--;
            }
        }
    }
    for (; places > 0; places--) {
        value *= 10;
    }
    while (*text == ' ') {
        text++;
    }
    *milli = negative ? -value : value;
    return *text == '\0';
}

bool pb_text_bits(const char *text, int64_t *bits)
{
    *bits = 0;
    for (unsigned i = 1; i <= BITS_MAX && *text != '\0'; i++, text++) {
        if (*text != '0' && *text != '1') {
            return false;
        }
        if (*text == '1') {
            *bits |= (int64_t)1 << i;
        }
        if (text[1] == '\0') {
            return true;
        }
    }
    return *text != '\0'; /* longer than we look */
}

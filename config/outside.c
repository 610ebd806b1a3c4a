/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of those outside (see outside.h). */
#include "config/outside.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 24

/* The digits of a number, "0" for "+81"; false when it is no number. */
static bool digits_take(const char *text, char digits[DIGITS_MAX + 1])
{
    size_t count = 0;
    if (strncmp(text, "+81", 3) == 0) {
        digits[count++] = '0';
        text += 3;
    }
    for (; *text != '\0'; text++) {
        if (isdigit((unsigned char)*text) && count < DIGITS_MAX) {
            digits[count++] = *text;
        } else if (strchr("+-() .", *text) == NULL) {
            return false;
        }
    }
    digits[count] = '\0';
    return count > 0;
}

const struct cfg_outside *cfg_outside_with(const struct site *site, const char *address)
{
    char digits[DIGITS_MAX + 1], theirs[DIGITS_MAX + 1];
    if (address == NULL) {
        return NULL;
    }
    bool number = digits_take(address, digits);
    for (unsigned i = 0; i < site->outside_count; i++) {
        const struct cfg_outside *outside = &site->outside[i];
        bool same = outside->mail != NULL && strcasecmp(outside->mail, address) == 0;
        if (number && outside->phone != NULL && digits_take(outside->phone, theirs)) {
            same = same || strcmp(digits, theirs) == 0;
        }
        if (same) {
            return outside;
        }
    }
    return NULL;
}

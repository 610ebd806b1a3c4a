/* SPDX-License-Identifier: Apache-2.0 */
/* Words filled, measured and cut: the places of a sentence, lengths of time, characters of UTF-8.
 * It holds no word; those are in text_word.c, and monitord/text_word.h promises both. */
#include "monitord/text_word.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Whether byte continues a UTF-8 character. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static void append_bytes(char *text, size_t size, const char *more, size_t length)
{
    size_t used = strlen(text);

    if (used + length >= size) {
        length = size - used - 1;
        while (length > 0 && continues(more[length])) {
            length--;
        }
    }
    memcpy(text + used, more, length);
    text[used + length] = '\0';
}

void md_text_append(char *text, size_t size, const char *more)
{
    append_bytes(text, size, more, strlen(more));
}

void md_text_fill(char *text, size_t size, enum cfg_language language, enum md_word word, ...)
{
    const char *fills[4] = {"", "", "", ""};
    const char *rest = md_text_word(language, word);
    va_list arguments;

    va_start(arguments, word);
    for (size_t i = 0; i < 4; i++) {
        const char *fill = va_arg(arguments, const char *);
        if (fill == NULL) {
            break;
        }
        fills[i] = fill;
    }
    va_end(arguments);
    text[0] = '\0';
    while (*rest != '\0') {
        if (rest[0] == '{' && rest[1] >= '1' && rest[1] <= '4' && rest[2] == '}') {
            md_text_append(text, size, fills[rest[1] - '1']);
            rest += 3;
            continue;
        }
        size_t run = 1 + strcspn(rest + 1, "{");
        append_bytes(text, size, rest, run);
        rest += run;
    }
}

void md_text_duration(char *text, size_t size, enum cfg_language language, double seconds)
{
    char first[32], second[32];
    long long whole = seconds < 0 ? 0 : seconds > 1e12 ? 1000000000000LL : (long long)seconds;

    if (seconds < 0.1 && seconds > 0) {
        snprintf(first, sizeof(first), "%.0f", seconds * 1000);
        md_text_fill(text, size, language, MD_WORD_MILLISECONDS, first, NULL);
    } else if (seconds < 10) {
        snprintf(first, sizeof(first), "%.1f", seconds < 0 ? 0.0 : seconds);
        char *zero = strstr(first, ".0");
        if (zero != NULL) {
            *zero = '\0';
        }
        md_text_fill(text, size, language, MD_WORD_SECONDS, first, NULL);
    } else if (whole <= 120) {
        snprintf(first, sizeof(first), "%lld", whole);
        md_text_fill(text, size, language, MD_WORD_SECONDS, first, NULL);
    } else if (whole < 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 60);
        md_text_fill(text, size, language, MD_WORD_MINUTES, first, NULL);
    } else if (whole < 10 * 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 3600);
        snprintf(second, sizeof(second), "%02lld", whole % 3600 / 60);
        md_text_fill(text, size, language, MD_WORD_HOURS_MINUTES, first, second, NULL);
    } else if (whole < 96 * 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 3600);
        md_text_fill(text, size, language, MD_WORD_HOURS, first, NULL);
    } else {
        snprintf(first, sizeof(first), "%lld", whole / 86400);
        md_text_fill(text, size, language, MD_WORD_DAYS, first, NULL);
    }
}

size_t md_text_characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += continues(*text) ? 0 : 1;
    }
    return count;
}

size_t md_text_sms_most(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return 67;
        }
    }
    return 160;
}

void md_text_station(char text[MD_STATION_TEXT_SIZE], uint64_t station)
{
    for (unsigned i = 0; i < 6; i++) {
        snprintf(text + (size_t)i * 3, MD_STATION_TEXT_SIZE - (size_t)i * 3, "%02x%s",
                 (unsigned)(station >> (40 - 8 * i) & 0xff), i < 5 ? ":" : "");
    }
}

void md_text_shorten(char *text, size_t characters)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        if (!continues(*text) && ++count > characters) {
            *text = '\0';
            return;
        }
    }
}

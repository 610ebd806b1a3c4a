/* SPDX-License-Identifier: Apache-2.0 */
/* Reading people's answers. It owns the words by which people say that they know of it, have begun,
 * cannot, or have seen it recovered; whether a code is right is answers.c's. */
#include "monitord/text_answer.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *word;
    uint8_t order;
} words[] = {
    {"対応できない", FO_ORDER_CANNOT},
    {"対応できません", FO_ORDER_CANNOT},
    {"できない", FO_ORDER_CANNOT},
    {"できません", FO_ORDER_CANNOT},
    {"対応不可", FO_ORDER_CANNOT},
    {"不可", FO_ORDER_CANNOT},
    {"cannot", FO_ORDER_CANNOT},
    {"can't", FO_ORDER_CANNOT},
    {"着手", FO_ORDER_OWN},
    {"対応します", FO_ORDER_OWN},
    {"own", FO_ORDER_OWN},
    {"復旧", FO_ORDER_RESOLVE},
    {"resolve", FO_ORDER_RESOLVE},
    {"了知", FO_ORDER_ACKNOWLEDGE},
    {"了解", FO_ORDER_ACKNOWLEDGE},
    {"ack", FO_ORDER_ACKNOWLEDGE},
};

#define TEXT_MAX 256

/* Digits and blanks of full width (U+FF10 … U+FF19, U+3000) as plain ones, cut at `size`. */
static void make_plain(const char *text, char *plain, size_t size)
{
    size_t length = 0;

    while (*text != '\0' && length + 1 < size) {
        const unsigned char *at = (const unsigned char *)text;

        if (at[0] == 0xef && at[1] == 0xbc && at[2] >= 0x90 && at[2] <= 0x99) {
            plain[length++] = (char)('0' + at[2] - 0x90);
            text += 3;
        } else if (at[0] == 0xe3 && at[1] == 0x80 && at[2] == 0x80) {
            plain[length++] = ' ';
            text += 3;
        } else {
            plain[length++] = *text++;
        }
    }
    plain[length] = '\0';
}

static const char *find_word(const char *text, const char *word)
{
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, strlen(word)) == 0) {
            return text;
        }
    }
    return NULL;
}

/* Takes each word out of the text, so that a part of it is not found again. */
static uint8_t order_of(char *text)
{
    uint8_t order = FO_ORDER_KINDS;
    bool contradicts = false, found = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        char *at = (char *)find_word(text, words[i].word);

        if (at != NULL) {
            contradicts = contradicts || (found && order != words[i].order);
            order = words[i].order;
            found = true;
            memset(at, ' ', strlen(words[i].word));
        }
    }
    return contradicts ? FO_ORDER_KINDS : found ? order : FO_ORDER_ACKNOWLEDGE;
}

uint8_t md_text_answer(const char *text, char code[MD_ANSWER_CODE_SIZE])
{
    char plain[TEXT_MAX];
    unsigned codes = 0;
    uint8_t order;

    code[0] = '\0';
    make_plain(text, plain, sizeof(plain));
    order = order_of(plain);
    for (const char *at = plain; *at != '\0';) {
        size_t digits = strspn(at, "0123456789");

        if (digits == MD_ANSWER_CODE_SIZE - 1) {
            memcpy(code, at, digits);
            code[digits] = '\0';
            codes++;
        } else if (digits == 1 && codes == 1 && (*at == '9' || *at == '2')) {
            order = *at == '9' ? FO_ORDER_CANNOT : FO_ORDER_OWN;
        } else if (digits > 0) {
            codes += 2; /* a number that is no code: nothing can be read from it */
        }
        at += digits > 0 ? digits : 1;
    }
    if (codes != 1) {
        code[0] = '\0';
    }
    return order;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of words as a whole: nothing missing in either language, nothing too long, nothing
 * that a printf could take for a format; and the few functions that fill, cut and measure words. */
#include "failover/variable.h"
#include "monitord/console/canvas.h"
#include "monitord/text.h"
#include "monitord/text_alarm.h"
#include "monitord/text_word.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_COLUMNS 24 /* 12 full-width characters */

static const unsigned reasons[] = {
#define X(number, id) number,
    FO_REASONS(X)
#undef X
};
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

static bool is_trimmed(const char *text)
{
    size_t length = strlen(text);

    return length == 0 || (text[0] != ' ' && text[length - 1] != ' ' && text[length - 1] != '\n');
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

Test(text, every_reason_has_a_title_and_a_short_form_in_both_languages)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (size_t i = 0; i < REASONS; i++) {
        for (int language = CFG_LANGUAGE_JA; language <= CFG_LANGUAGE_EN; language++) {
            const char *title = md_text_reason(language, reasons[i], MD_TEXT_TITLE);
            const char *brief = md_text_reason(language, reasons[i], MD_TEXT_SHORT);
            cr_expect_str_not_empty(title, "%s", fo_reason_name(reasons[i]));
            cr_expect_str_not_empty(brief, "%s", fo_reason_name(reasons[i]));
            cr_expect_null(strchr(title, '%'), "%s", title);
            cr_expect_null(strchr(brief, '%'), "%s", brief);
            cr_expect(is_trimmed(title) && is_trimmed(brief), "%s", title);
            cr_expect_leq(md_columns(brief), SHORT_COLUMNS, "%s", brief);
            cr_expect_leq(md_columns(title), 60, "%s", title);
        }
    }
}

Test(text, every_cause_and_every_block_says_what_to_do)
{
    for (size_t i = 0; i < REASONS; i++) {
        bool asks = fo_reason_is_cause(reasons[i]) || (reasons[i] >= 300 && reasons[i] < 350);
        const char *ja = md_text_reason(CFG_LANGUAGE_JA, reasons[i], MD_TEXT_ADVICE);
        const char *en = md_text_reason(CFG_LANGUAGE_EN, reasons[i], MD_TEXT_ADVICE);
        cr_expect_eq(ja[0] != '\0', asks, "%s", fo_reason_name(reasons[i]));
        cr_expect_eq(en[0] != '\0', asks, "%s", fo_reason_name(reasons[i]));
        if (asks && strlen(ja) > 3) {
            cr_expect_str_eq(ja + strlen(ja) - 3, "。", "%s", ja);
            cr_expect_eq(en[strlen(en) - 1], '.', "%s", en);
            cr_expect(is_trimmed(ja) && is_trimmed(en), "%s", en);
        }
    }
}

Test(text, the_two_languages_are_not_the_same_and_english_is_ascii)
{
    for (size_t i = 0; i < REASONS; i++) {
        const char *ja = md_text_reason(CFG_LANGUAGE_JA, reasons[i], MD_TEXT_TITLE);
        const char *en = md_text_reason(CFG_LANGUAGE_EN, reasons[i], MD_TEXT_TITLE);
        cr_expect_str_neq(ja, en);
        cr_expect_not(is_ascii(ja), "%s", ja);
        cr_expect(is_ascii(en), "%s", en);
    }
}

Test(text, no_two_causes_share_a_title)
{
    for (size_t i = 0; i < REASONS; i++) {
        for (size_t j = i + 1; j < REASONS; j++) {
            cr_expect_str_neq(md_text_reason(CFG_LANGUAGE_JA, reasons[i], MD_TEXT_TITLE),
                              md_text_reason(CFG_LANGUAGE_JA, reasons[j], MD_TEXT_TITLE));
        }
    }
}

Test(text, a_code_without_words_gives_its_number)
{
    cr_expect_not_null(strstr(md_text_reason(CFG_LANGUAGE_JA, 9999, MD_TEXT_TITLE), "9999"));
    cr_expect_not_null(strstr(md_text_reason(CFG_LANGUAGE_EN, 199, MD_TEXT_SHORT), "199"));
}

Test(text, a_stable_name_leads_back_to_its_number)
{
    for (size_t i = 0; i < REASONS; i++) {
        cr_expect_eq(md_text_reason_number(fo_reason_name(reasons[i])), reasons[i]);
    }
    cr_expect_eq(md_text_reason_number("no such reason"), UINT16_MAX);
    cr_expect_eq(md_text_reason_number(NULL), FO_REASON_NONE);
}

/* Which of {1} … {4} a text has, as bits; other braces are mistakes. */
static unsigned places(const char *text)
{
    unsigned bits = 0;

    for (const char *brace = strchr(text, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        cr_assert(brace[1] >= '1' && brace[1] <= '4' && brace[2] == '}', "%s", text);
        bits |= 1u << (brace[1] - '1');
    }
    return bits;
}

Test(words, every_word_is_there_in_both_languages_with_the_same_places)
{
    for (unsigned word = 0; word < MD_WORD_COUNT; word++) {
        const char *ja = md_text_word(CFG_LANGUAGE_JA, word);
        const char *en = md_text_word(CFG_LANGUAGE_EN, word);
        cr_expect_str_not_empty(ja, "word %u", word);
        cr_expect_str_not_empty(en, "word %u", word);
        cr_expect_eq(places(ja), places(en), "%s / %s", ja, en);
        cr_expect_null(strchr(ja, '%') != NULL && strchr(ja, '%')[1] == 's' ? ja : NULL);
        cr_expect_neq(ja[strlen(ja) - 1], ' ', "%s", ja);
        cr_expect_neq(en[strlen(en) - 1], ' ', "%s", en);
    }
}

Test(words, marks_for_plain_terminals_are_one_ascii_character_each)
{
    for (unsigned word = MD_WORD_ASCII_OK; word <= MD_WORD_ASCII_NONE; word++) {
        cr_expect_eq(strlen(md_text_word(CFG_LANGUAGE_JA, word)), 1);
        cr_expect(is_ascii(md_text_word(CFG_LANGUAGE_EN, word)));
        for (unsigned other = MD_WORD_ASCII_OK; other < word; other++) {
            cr_expect_str_neq(md_text_word(CFG_LANGUAGE_EN, other),
                              md_text_word(CFG_LANGUAGE_EN, word));
        }
    }
}

Test(words, a_place_is_filled_and_a_missing_string_leaves_it_empty)
{
    char text[64];

    md_text_fill(text, sizeof(text), CFG_LANGUAGE_JA, MD_WORD_SUBJECT_OF, "回線断", "line-a", NULL);
    cr_expect_str_eq(text, "回線断（line-a）");
    md_text_fill(text, sizeof(text), CFG_LANGUAGE_EN, MD_WORD_SUBJECT_OF, "x", NULL);
    cr_expect_str_eq(text, "x ()");
}

Test(words, a_filled_place_is_not_filled_again)
{
    char text[64];

    md_text_fill(text, sizeof(text), CFG_LANGUAGE_EN, MD_WORD_SUBJECT_OF, "{2}", "name", NULL);
    cr_expect_str_eq(text, "{2} (name)");
}

Test(words, a_text_that_does_not_fit_is_cut_at_a_whole_character)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (size_t size = 1; size < 24; size++) {
        char text[24];
        memset(text, 'x', sizeof(text));
        text[0] = '\0';
        md_text_append(text, size, "停電a発電機");
        cr_assert_lt(strlen(text), size);
        cr_expect_eq(mbstowcs(NULL, text, 0) == (size_t)-1, false, "size %zu", size);
    }
}

Test(words, one_character_beyond_ascii_makes_an_sms_short)
{
    cr_expect_eq(md_text_sms_most(""), 160);
    cr_expect_eq(md_text_sms_most("[INCIDENT] line down"), 160);
    cr_expect_eq(md_text_sms_most("[INCIDENT] 119番"), 67);
}

Test(words, characters_are_counted_and_shortened_whole)
{
    char text[] = "停電a発電機";

    cr_expect_eq(md_text_characters(text), 6);
    md_text_shorten(text, 3);
    cr_expect_str_eq(text, "停電a");
    md_text_shorten(text, 99);
    cr_expect_str_eq(text, "停電a");
}

static const char *length(double seconds, enum cfg_language language)
{
    static char text[48];

    md_text_duration(text, sizeof(text), language, seconds);
    return text;
}

Test(words, a_length_of_time_is_said_in_the_unit_that_says_enough)
{
    cr_expect_str_eq(length(0, CFG_LANGUAGE_JA), "0秒");
    cr_expect_str_eq(length(0.02, CFG_LANGUAGE_JA), "20ミリ秒");
    cr_expect_str_eq(length(0.3, CFG_LANGUAGE_JA), "0.3秒");
    cr_expect_str_eq(length(7, CFG_LANGUAGE_JA), "7秒");
    cr_expect_str_eq(length(60, CFG_LANGUAGE_EN), "60 s");
    cr_expect_str_eq(length(42 * 60 + 30, CFG_LANGUAGE_JA), "42分");
    cr_expect_str_eq(length(3900, CFG_LANGUAGE_JA), "1時間05分");
    cr_expect_str_eq(length(61 * 3600, CFG_LANGUAGE_JA), "61時間");
    cr_expect_str_eq(length(86400 * 5, CFG_LANGUAGE_EN), "5 d");
    cr_expect_str_eq(length(-3, CFG_LANGUAGE_JA), "0秒");
    cr_expect_str_eq(length(1e300, CFG_LANGUAGE_EN), "11574074 d");
}

static void check_alarm(const char *name)
{
    const char *japanese = md_text_alarm(CFG_LANGUAGE_JA, name);
    const char *english = md_text_alarm(CFG_LANGUAGE_EN, name);

    cr_expect_str_neq(japanese, name, "%s has no Japanese words", name);
    cr_expect_null(strchr(english, '_'), "%s has no English words", name);
    cr_expect(is_trimmed(japanese) && is_trimmed(english), "%s", name);
    cr_expect_leq(md_columns(japanese), SHORT_COLUMNS, "%s", japanese);
    cr_expect_leq(md_columns(english), SHORT_COLUMNS, "%s", english);
}

Test(text, every_alarm_of_a_device_has_words_in_both_languages)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (unsigned i = 0; i < FO_UPS_ALARM_COUNT; i++) {
        check_alarm(fo_ups_alarm_name((enum fo_ups_alarm)i));
    }
    for (unsigned i = 0; i < FO_GENERATOR_ALARM_COUNT; i++) {
        check_alarm(fo_generator_alarm_name((enum fo_generator_alarm)i));
    }
    for (unsigned i = 0; i < FO_ROOM_CONTACT_COUNT; i++) {
        check_alarm(fo_room_contact_name((enum fo_room_contact)i));
    }
}

Test(text, an_alarm_without_words_is_said_by_its_name)
{
    cr_expect_str_eq(md_text_alarm(CFG_LANGUAGE_JA, "vendor_7"), "vendor_7");
    cr_expect_str_eq(md_text_alarm(CFG_LANGUAGE_JA, "fail_to_start"), "始動渋滞");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded phrases put together: which come in which order, the mark of a drill first and last, and
 * recordings that are missing, too long or of another form. Each phrase here is one sample, its
 * place in the list. */
#include "monitord/phone_talk.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[64], out[96];

/* rate, channels and bits as in the header; the samples are `count` times `value`. */
static void record(const char *name, unsigned rate, unsigned channels, unsigned bits,
                   uint16_t value, unsigned count)
{
    uint32_t data = 2 * count, whole = 36 + 10 + data, form = 16,
             bytes = rate * channels * bits / 8, extra = 2;
    uint16_t pcm = 1, channels_16 = (uint16_t)channels, block = (uint16_t)(channels * bits / 8),
             bits_16 = (uint16_t)bits;
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.wav", place, name);
    file = fopen(path, "we");
    cr_assert_not_null(file);
    fwrite("RIFF", 1, 4, file), fwrite(&whole, 4, 1, file), fwrite("WAVEfmt ", 1, 8, file);
    fwrite(&form, 4, 1, file), fwrite(&pcm, 2, 1, file), fwrite(&channels_16, 2, 1, file);
    fwrite(&rate, 4, 1, file), fwrite(&bytes, 4, 1, file), fwrite(&block, 2, 1, file);
    fwrite(&bits_16, 2, 1, file), fwrite("LIST", 1, 4, file), fwrite(&extra, 4, 1, file);
    fwrite("  ", 1, 2, file), fwrite("data", 1, 4, file), fwrite(&data, 4, 1, file);
    for (unsigned i = 0; i < count; i++) {
        fwrite(&value, 2, 1, file);
    }
    fclose(file);
}

static void phrases_make(void)
{
    strcpy(place, "/tmp/noroshi-talk-XXXXXX");
    cr_assert_not_null(mkdtemp(place));
    snprintf(out, sizeof(out), "%s/out.wav", place);
    for (unsigned i = 0; md_phone_phrases[i] != NULL; i++) {
        record(md_phone_phrases[i], 8000, 1, 16, (uint16_t)i, 1);
    }
}

static void phrases_remove(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", place);
    cr_assert_eq(system(command), 0);
}

/* The names of what the file says, one round, each followed by a blank. */
static void said(char *text, size_t size, unsigned rounds)
{
    uint16_t samples[64];
    uint8_t header[44];
    FILE *file = fopen(out, "re");
    size_t count;

    cr_assert_not_null(file);
    cr_assert_eq(fread(header, 1, 44, file), 44u);
    count = fread(samples, 2, 64, file);
    fclose(file);
    cr_assert_eq(memcmp(header, "RIFF", 4), 0);
    cr_assert_eq(header[40], 2 * count);
    cr_assert_eq(header[4], 2 * count + 36);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(samples[i], samples[i % (count / rounds)], "the rounds differ");
        if (i < count / rounds) {
            size_t used = strlen(text);
            snprintf(text + used, size - used, "%s ", md_phone_phrases[samples[i]]);
        }
    }
}

TestSuite(phone_talk, .init = phrases_make, .fini = phrases_remove);

Test(phone_talk, a_page_says_what_it_is_its_number_and_how_to_answer)
{
    static const struct {
        struct md_phone_page page;
        const char *says;
    } cases[] = {
        {{"INC-20261121-0307", FO_MESSAGE_OPENED, false, false, true},
         "real opened incident 0 3 0 7 ask "},
        {{"INC-20261121-0307", FO_MESSAGE_WORSENED, true, false, true},
         "drill worsened incident 0 3 0 7 ask drill "},
        {{"INC-20261121-0307", FO_MESSAGE_RECOVERED, true, true, false},
         "drill resend recovered incident 0 3 0 7 drill "},
        {{"INC-20261121-0001", FO_MESSAGE_REMINDER, false, true, true},
         "real resend reminder incident 0 0 0 1 ask "},
        {{"", FO_MESSAGE_ABORTED, false, false, false}, "real aborted "},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned round_ms, talk_ms;
        const char *bad;
        char text[256];

        cr_assert_eq(md_phone_talk_page(place, out, &cases[i].page, &round_ms, &talk_ms, &bad), 0);
        said(text, sizeof(text), MD_PHONE_ROUNDS_MAX);
        cr_assert_str_eq(text, cases[i].says);
        cr_assert_null(bad);
    }
}

Test(phone_talk, a_reply_of_a_drill_begins_and_ends_with_its_mark)
{
    unsigned talk_ms;
    const char *bad;
    char text[64];

    cr_assert_eq(md_phone_talk_reply(place, out, MD_PHONE_TAKEN, true, &talk_ms, &bad), 0);
    said(text, sizeof(text), 1);
    cr_assert_str_eq(text, "drill taken drill ");
    cr_assert_eq(md_phone_talk_reply(place, out, MD_PHONE_UNKNOWN, false, &talk_ms, &bad), 0);
    said(text, sizeof(text), 1);
    cr_assert_str_eq(text, "unknown ");
}

Test(phone_talk, every_kind_of_message_has_a_phrase_of_its_own)
{
    const char *spoken[FO_MESSAGES];
    char text[256];

    for (uint8_t i = 0; i < FO_MESSAGES; i++) {
        struct md_phone_page page = {"", i, false, false, false};
        unsigned round_ms, talk_ms;
        const char *bad;

        cr_assert_eq(md_phone_talk_page(place, out, &page, &round_ms, &talk_ms, &bad), 0);
        said(text, sizeof(text), MD_PHONE_ROUNDS_MAX);
        spoken[i] = strdup(text);
        for (unsigned j = 0; j < i; j++) {
            cr_assert_str_neq(spoken[i], spoken[j]);
        }
    }
    for (unsigned i = 0; i < FO_MESSAGES; i++) {
        free((char *)spoken[i]);
    }
}

Test(phone_talk, it_is_said_as_often_as_fits_into_a_call)
{
    struct md_phone_page page = {"", FO_MESSAGE_OPENED, false, false, false};
    unsigned round_ms, talk_ms;
    const char *bad;

    record("opened", 8000, 1, 16, 7, 8 * MD_PHONE_PHRASE_MAX_MS);
    record("real", 8000, 1, 16, 7, 8 * MD_PHONE_PHRASE_MAX_MS);
    cr_assert_eq(md_phone_talk_page(place, out, &page, &round_ms, &talk_ms, &bad), 0);
    cr_assert_eq(round_ms, 2u * MD_PHONE_PHRASE_MAX_MS);
    cr_assert_eq(talk_ms, round_ms, "a second round would end after the longest call");
    record("opened", 8000, 1, 16, 7, 8 * MD_PHONE_PHRASE_MAX_MS - 8);
    cr_assert_eq(md_phone_talk_page(place, out, &page, &round_ms, &talk_ms, &bad), 0);
    cr_assert_eq(talk_ms, 2 * round_ms);
}

Test(phone_talk, a_recording_of_another_form_is_named_by_the_check)
{
    static const struct {
        unsigned rate, channels, bits, count;
        int error;
    } cases[] = {{8000, 1, 16, 1, 0},      {16000, 1, 16, 1, EILSEQ},
                 {8000, 2, 16, 1, EILSEQ}, {8000, 1, 8, 1, EILSEQ},
                 {8000, 1, 16, 0, EILSEQ}, {8000, 1, 16, 8 * MD_PHONE_PHRASE_MAX_MS + 2500, EFBIG}};
    const char *bad;
    char path[128];

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        record("ask", cases[i].rate, cases[i].channels, cases[i].bits, 1, cases[i].count);
        cr_assert_eq(md_phone_talk_check(place, &bad), cases[i].error, "case %u", i);
        cr_assert(cases[i].error == 0 ? bad == NULL : strcmp(bad, "ask") == 0);
    }
    snprintf(path, sizeof(path), "%s/ask.wav", place);
    cr_assert_eq(truncate(path, 20), 0);
    cr_assert_eq(md_phone_talk_check(place, &bad), EILSEQ);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(md_phone_talk_check(place, &bad), ENOENT);
    cr_assert_str_eq(bad, "ask");
}

Test(phone_talk, what_is_said_is_readable_by_the_user_of_baresip_and_replaced_whole)
{
    struct stat about;
    unsigned talk_ms;
    const char *bad;
    char beside[128];

    umask(0077);
    cr_assert_eq(md_phone_talk_reply(place, out, MD_PHONE_TAKEN, false, &talk_ms, &bad), 0);
    cr_assert_eq(stat(out, &about), 0);
    cr_assert_eq(about.st_mode & 0777u, 0644u);
    snprintf(beside, sizeof(beside), "%s.new", out);
    cr_assert_neq(access(beside, F_OK), 0);
    cr_assert_eq(
        md_phone_talk_reply(place, "/nowhere/out.wav", MD_PHONE_TAKEN, false, &talk_ms, &bad),
        ENOENT);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The list of drills: each with its sentence, in one language. */
#include "monitord/console/drill_library.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char folder[] = NOROSHI_SOURCE_DIR "/sim/drills/library";

static char *listed(enum cfg_language language, const char *where, bool *good)
{
    struct md_speech speech = {.language = language};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    setlocale(LC_ALL, "C.UTF-8");
    *good = md_drill_library_list(out, &speech, where);
    fclose(out);
    return text;
}

Test(drill_library, each_drill_has_a_sentence_in_the_readers_language_alone)
{
    bool good;
    char *japanese = listed(CFG_LANGUAGE_JA, folder, &good);
    cr_assert(good);
    char *english = listed(CFG_LANGUAGE_EN, folder, &good);
    unsigned drills = 0;

    cr_expect_not_null(strstr(japanese, "  server-loss        主系サーバが"));
    cr_expect_null(strstr(japanese, "The primary"));
    cr_expect_not_null(strstr(english, "  server-loss        The primary server loses"));
    cr_expect_null(strstr(english, "主系"));
    strtok(english, "\n");
    for (char *line = strtok(NULL, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cr_expect_gt(strlen(line), 30u, "no sentence: %s", line);
        drills++;
    }
    cr_expect_geq(drills, 7u);
    free(japanese);
    free(english);
}

Test(drill_library, a_description_in_one_language_is_given_whole)
{
    char text[80];

    md_drill_described(CFG_LANGUAGE_JA, "Only English.", text, sizeof(text));
    cr_expect_str_eq(text, "Only English.");
    md_drill_described(CFG_LANGUAGE_EN, "一つ目。二つ目。", text, sizeof(text));
    cr_expect_str_eq(text, "一つ目。二つ目。");
    md_drill_described(CFG_LANGUAGE_JA, "一つ目。 二つ目。 One. Two.", text, sizeof(text));
    cr_expect_str_eq(text, "一つ目。 二つ目。");
    md_drill_described(CFG_LANGUAGE_EN, "一つ目。 二つ目。 One. Two.", text, sizeof(text));
    cr_expect_str_eq(text, "One. Two.");
}

Test(drill_library, a_folder_that_is_not_there_is_said_by_the_result)
{
    bool good = true;
    free(listed(CFG_LANGUAGE_EN, "/nonexistent", &good));
    cr_expect_not(good);
}

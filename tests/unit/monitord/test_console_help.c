/* SPDX-License-Identifier: Apache-2.0 */
/* The summary that --help prints: it fits a terminal, and it leaves no command out. */
#include "monitord/console/canvas.h"
#include "monitord/console/text_help.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_up(void)
{
    setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(help, .init = set_up);

static char *help_of(enum cfg_language language)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    md_text_help_print(out, language);
    fclose(out);
    return text;
}

Test(help, every_line_fits_a_terminal_of_80_columns_in_both_languages)
{
    for (int language = CFG_LANGUAGE_JA; language <= CFG_LANGUAGE_EN; language++) {
        char *text = help_of(language);
        unsigned lines = 0;
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            cr_expect_leq(md_columns(line), 80, "%s", line);
            lines++;
        }
        cr_expect_gt(lines, 60u);
        free(text);
    }
}

Test(help, every_command_of_the_tab_completion_is_explained)
{
    char line[1024], *at = NULL;
    FILE *file = fopen(NOROSHI_SOURCE_DIR "/deploy/completion/monitorctl.bash", "re");
    unsigned commands = 0;

    cr_assert_not_null(file);
    while (at == NULL && fgets(line, sizeof(line), file) != NULL) {
        at = strstr(line, "commands=\"");
    }
    fclose(file);
    cr_assert_not_null(at, "the list of commands is gone");
    at += strlen("commands=\"");
    at[strcspn(at, "\"")] = '\0';
    char *japanese = help_of(CFG_LANGUAGE_JA), *english = help_of(CFG_LANGUAGE_EN);
    for (char *word = strtok(at, " "); word != NULL; word = strtok(NULL, " ")) {
        char first[64], second[64];
        snprintf(first, sizeof(first), "\n  %s", word);
        snprintf(second, sizeof(second), " | %s", word);
        cr_expect(strstr(japanese, first) != NULL || strstr(japanese, second) != NULL, "%s", word);
        cr_expect(strstr(english, first) != NULL || strstr(english, second) != NULL, "%s", word);
        commands++;
    }
    cr_expect_gt(commands, 30u);
    free(japanese);
    free(english);
}

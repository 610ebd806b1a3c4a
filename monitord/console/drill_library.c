/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the drills that lie in a folder. It reads one line of each script and judges none; what a
 * script may hold is the simulator's. drill.c calls it. */
#include "monitord/console/drill_library.h"

#include "monitord/console/plain.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define LINE 1024

/* What happens in the drill: `description`, a Japanese sentence and then an English one. Empty when
 * the script says nothing. */
static void description_of(const char *path, enum cfg_language language, char text[LINE])
{
    static const char key[] = "description = \"", stop[] = "。 ";
    char line[LINE];
    FILE *file = fopen(path, "re");

    text[0] = '\0';
    while (file != NULL && text[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
        char *start = strstr(line, key);
        if (start == NULL) {
            continue;
        }
        start += strlen(key);
        start[strcspn(start, "\"\n")] = '\0';
        char *english = strstr(start, stop);
        for (char *later = english; later != NULL; later = strstr(later + 1, stop)) {
            english = later;
        }
        if (english != NULL && language == CFG_LANGUAGE_EN) {
            start = english + strlen(stop);
        } else if (english != NULL) {
            english[strlen(stop) - 1] = '\0';
        }
        snprintf(text, LINE, "%s", start);
    }
    if (file != NULL) {
        fclose(file);
    }
}

bool md_drill_library_list(FILE *out, const struct md_speech *speech, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    char path[LINE], text[LINE], line[LINE + 64];

    md_plain_line(out, speech, md_say(speech, MD_WORD_DRILL_LIBRARY));
    for (int i = 0; i < count; i++) {
        char *dot = strrchr(entries[i]->d_name, '.');
        if (dot != NULL && strcmp(dot, ".conf") == 0) {
            snprintf(path, sizeof(path), "%.700s/%s", folder, entries[i]->d_name);
            description_of(path, speech->language, text);
            *dot = '\0';
            snprintf(line, sizeof(line), "  %-18.40s %.900s", entries[i]->d_name, text);
            md_plain_line(out, speech, line);
        }
        free(entries[i]);
    }
    free(entries);
    return count >= 0;
}

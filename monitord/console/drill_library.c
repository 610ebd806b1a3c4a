/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the drills that lie in a folder. It reads one line of each script and judges none; what a
 * script may hold is the simulator's. drill.c calls it. */
#include "monitord/console/drill_library.h"

#include "monitord/console/plain.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define LINE 1024

void md_drill_described(enum cfg_language language, const char *description, char *text,
                        size_t size)
{
    static const char stop[] = "\xe3\x80\x82 ";
    const char *english = strstr(description, stop);

    for (const char *later = english; later != NULL; later = strstr(later + 1, stop)) {
        english = later;
    }
    if (english == NULL) {
        snprintf(text, size, "%s", description);
    } else if (language == CFG_LANGUAGE_EN) {
        snprintf(text, size, "%s", english + strlen(stop));
    } else {
        snprintf(text, size, "%.*s", (int)(english + strlen(stop) - 1 - description), description);
    }
}

/* What happens in the drill; empty when the script says nothing. */
static void description_of(const char *path, enum cfg_language language, char text[LINE])
{
    static const char key[] = "description = \"";
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
        md_drill_described(language, start, text, LINE);
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

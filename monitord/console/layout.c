/* SPDX-License-Identifier: Apache-2.0 */
/* Inks and folding for the rooms of the screen (see layout.h). It knows no status and no word. */
#include "monitord/console/layout.h"

#include <stdio.h>
#include <string.h>

#define TEXT 500

enum md_ink md_layout_ink(const char *state)
{
    return strcmp(state, "ok") == 0         ? MD_INK_OK
           : strcmp(state, "degraded") == 0 ? MD_INK_DEGRADED
           : strcmp(state, "down") == 0     ? MD_INK_DOWN
                                            : MD_INK_UNKNOWN;
}

int md_layout_fold(struct md_canvas *canvas, int row, int column, int limit, int most,
                   enum md_ink ink, const char *text)
{
    char line[TEXT * 2];

    while (text[0] != '\0' && most > 0) {
        size_t length = most > 1 ? md_columns_break(text, limit - column) : strlen(text);
        snprintf(line, sizeof(line), "%.*s", (int)length, text);
        md_canvas_put(canvas, row++, column, limit, ink, line);
        text += length;
        text += strspn(text, " ");
        most--;
    }
    return row;
}

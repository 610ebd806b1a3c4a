/* SPDX-License-Identifier: Apache-2.0 */
/* A grid of character cells in memory, as a terminal would show it: text with East Asian width, and
 * an ink per cell. It knows no terminal and no meaning. Widths are those of wcwidth(3), so a UTF-8
 * locale must be set; elsewhere every character beyond ASCII is one '?'. */
#ifndef MONITORD_CONSOLE_CANVAS_H
#define MONITORD_CONSOLE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

#define MD_CANVAS_WIDTH_MAX 400
#define MD_CANVAS_HEIGHT_MAX 200

/* What a cell means; colours only repeat what marks and words say. */
enum md_ink {
    MD_INK_PLAIN,
    MD_INK_OK,
    MD_INK_DEGRADED,
    MD_INK_DOWN,
    MD_INK_UNKNOWN,
    MD_INK_TITLE,
    MD_INK_FAINT,
    MD_INK_ALERT,  /* the screen itself is not to be trusted: lost daemon, old data */
    MD_INK_DRILL,  /* used for nothing else */
    MD_INK_SHADOW, /* shadow mode, and nothing else */
    MD_INKS
};
struct md_cell {
    wchar_t character; /* 0: right half of a wide character */
    wchar_t combining; /* 0 none */
    unsigned char ink; /* enum md_ink */
};
struct md_canvas {
    int width, height;
    struct md_cell *cells; /* owned, width x height */
};

/* False when out of memory or beyond the limits; the canvas is then empty (0 x 0). */
bool md_canvas_init(struct md_canvas *canvas, int width, int height);
void md_canvas_free(struct md_canvas *canvas);
void md_canvas_clear(struct md_canvas *canvas);
/* Writes UTF-8 text from (row, column) to at most `limit` (a column, exclusive); what does not fit
 * is cut and ends in a mark, a wide character is never halved. Returns the column after the last
 * character. Outside the canvas nothing is written. */
int md_canvas_put(struct md_canvas *canvas, int row, int column, int limit, enum md_ink ink,
                  const char *text);
/* Copies one row of source to a row of canvas, from `column` on. */
void md_canvas_copy_row(struct md_canvas *canvas, int row, int column,
                        const struct md_canvas *source, int source_row);
/* The grid as text, one line a row, without trailing blanks: what tests compare. */
void md_canvas_print(const struct md_canvas *canvas, FILE *out);

/* Columns that a UTF-8 text takes. */
int md_columns(const char *text);
/* Bytes of the longest start of text that fits into `width` columns and is a good place to break a
 * line: at a blank, between Japanese characters, never before a closing mark. At least one
 * character. */
size_t md_columns_break(const char *text, int width);

#endif

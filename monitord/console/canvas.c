/* SPDX-License-Identifier: Apache-2.0 */
/* The cell grid and the widths of text. It owns its cells and nothing else; panels draw on it, the
 * terminal driver and the golden tests read it, the report uses its widths. */
#include "monitord/console/canvas.h"

#include <stdlib.h>
#include <string.h>

/* Takes one character off a UTF-8 text: its wide form and its bytes; width 0 for combining marks.
 */
static size_t take(const char *text, wchar_t *character, int *width)
{
    mbstate_t state = {0};
    size_t length = mbrtowc(character, text, MB_CUR_MAX > 1 ? 16 : 1, &state);

    if (length == (size_t)-1 || length == (size_t)-2) {
        /* no UTF-8 locale, or bytes that are none: one '?' for the whole character */
        length = 1;
        while (((unsigned char)text[length] & 0xc0) == 0x80) {
            length++;
        }
        *character = L'?';
    }
    *width = wcwidth(*character);
    if (*width < 0) {
        *character = L'?';
        *width = 1;
    }
    return length > 0 ? length : 1;
}

bool md_canvas_init(struct md_canvas *canvas, int width, int height)
{
    *canvas = (struct md_canvas){0};
    if (width < 1 || height < 1 || width > MD_CANVAS_WIDTH_MAX || height > MD_CANVAS_HEIGHT_MAX) {
        return false;
    }
    canvas->cells = calloc((size_t)width * (size_t)height, sizeof(canvas->cells[0]));
    if (canvas->cells == NULL) {
        return false;
    }
    canvas->width = width;
    canvas->height = height;
    md_canvas_clear(canvas);
    return true;
}

void md_canvas_free(struct md_canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct md_canvas){0};
}

void md_canvas_clear(struct md_canvas *canvas)
{
    for (int i = 0; i < canvas->width * canvas->height; i++) {
        canvas->cells[i] = (struct md_cell){.character = L' '};
    }
}

static struct md_cell *cell_at(const struct md_canvas *canvas, int row, int column)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->width + (size_t)column];
}

/* A cell about to be written must not leave half of a wide character beside it. */
static void part(struct md_canvas *canvas, int row, int column)
{
    if (column > 0 && column < canvas->width && cell_at(canvas, row, column)->character == 0) {
        cell_at(canvas, row, column - 1)->character = L' ';
        cell_at(canvas, row, column)->character = L' ';
    }
}

/* Half a number must not be taken for a whole one: what is cut ends in a mark. */
static void mark_cut(struct md_canvas *canvas, int row, int start, int limit, enum md_ink ink)
{
    if (limit - 1 < start) {
        return;
    }
    part(canvas, row, limit - 1);
    *cell_at(canvas, row, limit - 1) =
        (struct md_cell){.character = MB_CUR_MAX > 1 ? 0x2026 : L'>', .ink = (unsigned char)ink};
}

int md_canvas_put(struct md_canvas *canvas, int row, int column, int limit, enum md_ink ink,
                  const char *text)
{
    int start = column;

    if (limit > canvas->width) {
        limit = canvas->width;
    }
    if (row < 0 || row >= canvas->height || column < 0) {
        return column;
    }
    while (*text != '\0') {
        wchar_t character;
        int width;
        text += take(text, &character, &width);
        if (width == 0) {
            if (column > start) {
                struct md_cell *base = cell_at(canvas, row, column - 1);
                base -= base->character == 0 ? 1 : 0;
                base->combining = character;
            }
            continue;
        }
        if (column + width > limit) {
            mark_cut(canvas, row, start, limit, ink);
            break;
        }
        part(canvas, row, column);
        part(canvas, row, column + width);
        *cell_at(canvas, row, column) =
            (struct md_cell){.character = character, .ink = (unsigned char)ink};
        if (width == 2) {
            *cell_at(canvas, row, column + 1) = (struct md_cell){.ink = (unsigned char)ink};
        }
        column += width;
    }
    return column;
}

void md_canvas_copy_row(struct md_canvas *canvas, int row, int column,
                        const struct md_canvas *source, int source_row)
{
    int count = source->width;

    if (row < 0 || row >= canvas->height || source_row < 0 || source_row >= source->height ||
        column < 0 || column >= canvas->width) {
        return;
    }
    count = count > canvas->width - column ? canvas->width - column : count;
    part(canvas, row, column);
    part(canvas, row, column + count);
    memcpy(cell_at(canvas, row, column), cell_at(source, source_row, 0),
           (size_t)count * sizeof(struct md_cell));
    /* a wide character cut by the edge */
    if (count < source->width && cell_at(source, source_row, count)->character == 0) {
        cell_at(canvas, row, column + count - 1)->character = L' ';
    }
}

void md_canvas_print(const struct md_canvas *canvas, FILE *out)
{
    for (int row = 0; row < canvas->height; row++) {
        int end = canvas->width;
        while (end > 0 && cell_at(canvas, row, end - 1)->character == L' ') {
            end--;
        }
        for (int column = 0; column < end; column++) {
            const struct md_cell *cell = cell_at(canvas, row, column);
            if (cell->character != 0) {
                fprintf(out, "%lc", (wint_t)cell->character);
            }
            if (cell->combining != 0) {
                fprintf(out, "%lc", (wint_t)cell->combining);
            }
        }
        fputc('\n', out);
    }
}

int md_columns(const char *text)
{
    int columns = 0;

    while (*text != '\0') {
        wchar_t character;
        int width;
        text += take(text, &character, &width);
        columns += width;
    }
    return columns;
}

/* Marks that must not begin a line: 、。，．・）」】』〉》 and their ASCII fellows. */
static bool closes(wchar_t character)
{
    static const wchar_t marks[] = {0x3001, 0x3002, 0xff0c, 0xff0e, 0x30fb, 0xff09,
                                    0x300d, 0x3011, 0x300f, 0x3009, 0x300b, 0x30fc,
                                    L',',   L'.',   L')',   L';',   L':',   0};
    return wcschr(marks, character) != NULL;
}

size_t md_columns_break(const char *text, int width)
{
    size_t here = 0, good = 0, first = 0;
    int columns = 0;
    wchar_t before = 0;

    while (text[here] != '\0') {
        wchar_t character;
        int wide;
        size_t length = take(text + here, &character, &wide);
        bool joined = before > L' ' && before < 0x2000 && character > L' ' && character < 0x2000;
        if (here > 0 && !joined && !closes(character)) {
            good = here;
        }
        if (columns + wide > width && here > 0) {
            return good > 0 ? good : here;
        }
        columns += wide;
        here += length;
        before = character;
        first = first == 0 ? here : first;
    }
    return here > 0 ? here : first;
}

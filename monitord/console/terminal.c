/* SPDX-License-Identifier: Apache-2.0 */
/* Drives ncursesw: cells to the screen, keys to the caller. It owns the terminal's mode and the
 * colours; it knows no status and no word but its own errors. watch.c calls it. */
#include "monitord/console/terminal.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_open;
static bool colours;

/* What an ink looks like; attributes alone must do where there is no colour. */
static const struct {
    short foreground, background;
    attr_t attributes;
} looks[MD_INKS] = {
    [MD_INK_PLAIN] = {-1, -1, A_NORMAL},
    [MD_INK_OK] = {COLOR_GREEN, -1, A_NORMAL},
    [MD_INK_DEGRADED] = {COLOR_YELLOW, -1, A_BOLD},
    [MD_INK_DOWN] = {COLOR_RED, -1, A_BOLD},
    [MD_INK_UNKNOWN] = {COLOR_CYAN, -1, A_BOLD},
    [MD_INK_TITLE] = {-1, -1, A_BOLD},
    [MD_INK_FAINT] = {-1, -1, A_DIM},
    [MD_INK_ALERT] = {COLOR_WHITE, COLOR_RED, A_BOLD},
    [MD_INK_DRILL] = {COLOR_WHITE, COLOR_MAGENTA, A_BOLD},
    [MD_INK_SHADOW] = {COLOR_BLACK, COLOR_CYAN, A_NORMAL},
};

bool md_terminal_open(char *error, size_t size)
{
    const char *none = getenv("NO_COLOR");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(error, size, "watch needs a terminal; use `watch --plain` for logs and pipes");
        return false;
    }
    if (newterm(NULL, stdout, stdin) == NULL) {
        snprintf(error, size, "this terminal is not known (TERM); use `watch --plain`");
        return false;
    }
    is_open = true;
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(50);
    curs_set(0);
    colours = has_colors() && (none == NULL || none[0] == '\0');
    if (colours) {
        start_color();
        use_default_colors();
        for (short ink = 1; ink < MD_INKS; ink++) {
            init_pair(ink, looks[ink].foreground, looks[ink].background);
        }
    }
    return true;
}

void md_terminal_close(void)
{
    if (is_open) {
        endwin();
        is_open = false;
    }
}

void md_terminal_size(int *width, int *height)
{
    getmaxyx(stdscr, *height, *width);
}

static void show_cell(const struct md_cell *cell, int row, int column)
{
    attr_t attributes = looks[cell->ink].attributes;
    wchar_t text[3] = {cell->character, cell->combining, 0};
    cchar_t character;

    if (!colours && looks[cell->ink].background != -1) {
        attributes |= A_REVERSE;
    }
    setcchar(&character, text, attributes, colours ? (short)cell->ink : 0, NULL);
    mvadd_wch(row, column, &character);
}

void md_terminal_show(const struct md_canvas *canvas)
{
    erase();
    for (int row = 0; row < canvas->height; row++) {
        for (int column = 0; column < canvas->width; column++) {
            const struct md_cell *cell = &canvas->cells[row * canvas->width + column];
            if (cell->character != 0) {
                show_cell(cell, row, column);
            }
        }
    }
    refresh();
}

int md_terminal_key(void)
{
    wint_t key = 0;
    int kind = get_wch(&key);

    if (kind == OK) {
        return (int)key;
    }
    if (kind != KEY_CODE_YES) {
        return MD_KEY_NONE;
    }
    switch (key) {
        case KEY_UP:
            return MD_KEY_UP;
        case KEY_DOWN:
            return MD_KEY_DOWN;
        case KEY_PPAGE:
            return MD_KEY_PAGE_UP;
        case KEY_NPAGE:
            return MD_KEY_PAGE_DOWN;
        case KEY_BACKSPACE:
            return MD_KEY_BACKSPACE;
        case KEY_ENTER:
            return '\r';
        default:
            return 0; /* a resize or a key without a meaning: draw anew */
    }
}

void md_terminal_bell(void)
{
    beep();
}

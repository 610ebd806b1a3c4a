/* SPDX-License-Identifier: Apache-2.0 */
/* The real terminal behind a canvas: ncursesw and nothing but. One terminal per process. */
#ifndef MONITORD_CONSOLE_TERMINAL_H
#define MONITORD_CONSOLE_TERMINAL_H

#include "monitord/console/canvas.h"

/* Keys that are no characters. */
enum md_key {
    MD_KEY_NONE = -1,
    MD_KEY_UP = 1000,
    MD_KEY_DOWN,
    MD_KEY_PAGE_UP,
    MD_KEY_PAGE_DOWN,
    MD_KEY_BACKSPACE
};

/* Takes the terminal over; false with a sentence in error when it cannot. */
bool md_terminal_open(char *error, size_t size);
/* Gives it back as it was. Harmless when it is not open. */
void md_terminal_close(void);
void md_terminal_size(int *width, int *height);
/* Brings the canvas on the screen; only what differs is sent. */
void md_terminal_show(const struct md_canvas *canvas);
/* The next key that has been pressed (characters as themselves), MD_KEY_NONE when there is none. */
int md_terminal_key(void);
void md_terminal_bell(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The status as one line for the control socket, made piece by piece: a few power devices
 * at a time, so that thousands of them hold up no turn of the loop. It owns the bytes under way and
 * knows no client; control.c drives it. */
#ifndef MONITORD_STATUS_TEXT_H
#define MONITORD_STATUS_TEXT_H

#include "monitord/control_hooks.h"

#define MD_STATUS_TEXT_PIECE 16 /* devices a turn: one to two milliseconds */

struct md_status_text {
    char *bytes; /* owned; NULL: nothing under way */
    size_t length, capacity;
    size_t expected; /* length of the last whole text: memory is asked for once */
    unsigned next;   /* device */
};
/* Begins a new text with what the hooks say now. False when out of memory; nothing is under way
 * then. Nothing may be under way before. */
bool md_status_text_begin(struct md_status_text *text, const struct md_control_hooks *hooks);
/* Adds the next devices. True when nothing is left to add, or when memory is out: take it. */
bool md_status_text_more(struct md_status_text *text, const struct md_control_hooks *hooks);
/* The whole text without a newline; the caller frees it. NULL when memory was out. */
char *md_status_text_take(struct md_status_text *text);
/* Gives up what is under way. */
void md_status_text_drop(struct md_status_text *text);

#endif

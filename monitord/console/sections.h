/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the main screen: services, servers, lines, power, blocked actions, contacts. Each
 * is drawn on a canvas of its own, in rows; panels.c chooses how many rows of each there is room
 * for. */
#ifndef MONITORD_CONSOLE_SECTIONS_H
#define MONITORD_CONSOLE_SECTIONS_H

#include "monitord/console/canvas.h"
#include "monitord/console/speech.h"

enum md_section {
    MD_SECTION_SERVICES,
    MD_SECTION_SERVERS,
    MD_SECTION_LINES,
    MD_SECTION_POWER,
    MD_SECTION_BLOCKED,
    MD_SECTION_CONTACTS,
    MD_SECTIONS
};

/* Draws a section from row 0 on and returns its rows. ranked: the worst first (when not all rows
 * will be shown), else in the site's order. */
int md_section_draw(struct md_canvas *canvas, enum md_section section,
                    const struct md_speech *speech, const json_t *status, bool ranked);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The screen as a pure function: a scene in, a canvas full of cells out. Order of the eye: what is
 * wrong and what you must do; services; what carries them; who has been told. No I/O, no clock. */
#ifndef MONITORD_CONSOLE_PANELS_H
#define MONITORD_CONSOLE_PANELS_H

#include "monitord/console/scene.h"

/* Draws the whole screen. Returns how many rows of the page do not fit (the largest useful scroll).
 */
int md_panels_draw(struct md_canvas *canvas, const struct md_scene *scene);
/* The incident that keys act on: the selected one while it is listed, else the first; on the page
 * of the call tree the one that people are called about. NULL: none. */
const json_t *md_panels_selected(const struct md_scene *scene);

#endif

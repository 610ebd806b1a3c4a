/* SPDX-License-Identifier: Apache-2.0 */
/* The pages behind the main screen: history, lines, power, contacts, call tree, runbook,
 * help. Pure, like panels.h. */
#ifndef MONITORD_CONSOLE_PAGES_H
#define MONITORD_CONSOLE_PAGES_H

#include "monitord/console/scene.h"

/* Draws the body of scene->page into rows row … end-1, from scene->scroll on. Returns how many rows
 * do not fit (the largest useful scroll). */
int md_page_draw(struct md_canvas *canvas, const struct md_scene *scene, int row, int end);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The first rows of the screen: who is watched, what time it is, how the monitor itself is, and
 * whether what stands below may be believed. Pure: a scene in, cells out. */
#ifndef MONITORD_CONSOLE_HEAD_H
#define MONITORD_CONSOLE_HEAD_H

#include "monitord/console/scene.h"

/* Draws head, bands and warnings; returns the first free row. */
int md_head_draw(struct md_canvas *canvas, const struct md_scene *scene);
/* A rule over the whole width. */
void md_head_rule(struct md_canvas *canvas, const struct md_scene *scene, int row);
/* Whether what the scene shows is not the present: no daemon, or no news for MD_SCREEN_STALE_S. */
bool md_head_is_old(const struct md_scene *scene);

#endif

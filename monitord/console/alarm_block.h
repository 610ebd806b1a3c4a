/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong, what the machine has done and what is asked of the reader: the block below the
 * head, first for the eye. Its first two rows say all of that about the incident that keys act on.
 * Pure: a scene in, cells out. */
#ifndef MONITORD_CONSOLE_ALARM_BLOCK_H
#define MONITORD_CONSOLE_ALARM_BLOCK_H

#include "monitord/console/scene.h"

/* Draws the block from `row` on in at most `most` rows; returns the row after it. One row when all
 * is well. */
int md_alarm_block(struct md_canvas *canvas, const struct md_scene *scene, int row, int most);
/* One row about an incident, or that nothing is open; returns the row after it. NULL: none. */
int md_alarm_headline(struct md_canvas *canvas, const struct md_scene *scene,
                      const json_t *incident, int row);

#endif

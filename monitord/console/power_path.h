/* SPDX-License-Identifier: Apache-2.0 */
/* The power path as people draw it: mains, transfer switch, UPS, server. Pure: a status in, cells
 * out. */
#ifndef MONITORD_CONSOLE_POWER_PATH_H
#define MONITORD_CONSOLE_POWER_PATH_H

#include "monitord/console/canvas.h"
#include "monitord/console/speech.h"

/* Draws it from row 0 on, right of the label's columns; returns its rows. 0: there is no UPS, or it
 * does not fit this width, and what was drawn is to be cleared. */
int md_power_path_draw(struct md_canvas *canvas, const struct md_speech *speech,
                       const json_t *status);
/* Appends a device's state in few words to text, each after a blank: "電池運転 88% 31分". */
void md_power_short(const struct md_speech *speech, const json_t *device, char *text, size_t size);
/* "ok", "down" or "unknown": what the incidents and the UPSes say of the mains. */
const char *md_power_mains_state(const json_t *status);

#endif

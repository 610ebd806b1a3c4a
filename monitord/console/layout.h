/* SPDX-License-Identifier: Apache-2.0 */
/* The few habits of layout that all rooms of the screen share: the ink of a state, folded text, the
 * columns of a label. Pure. */
#ifndef MONITORD_CONSOLE_LAYOUT_H
#define MONITORD_CONSOLE_LAYOUT_H

#include "monitord/console/canvas.h"

#define MD_LAYOUT_LABEL 10 /* columns of the label before a section */

/* Ink of a state. */
enum md_ink md_layout_ink(const char *state);
/* Folds text into rows from (row, column) to limit, at most most rows, the last one cut with a mark
 * when it must be; returns the row after it. */
int md_layout_fold(struct md_canvas *canvas, int row, int column, int limit, int most,
                   enum md_ink ink, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The library of drills as a list for people. It starts nothing; drill.c calls it. */
#ifndef MONITORD_CONSOLE_DRILL_LIBRARY_H
#define MONITORD_CONSOLE_DRILL_LIBRARY_H

#include "monitord/console/speech.h"

#include <stdio.h>

/* Writes the drills of the folder by name, each with what happens in it, in the reader's language.
 * False: the folder cannot be read; nothing was written but the heading. */
bool md_drill_library_list(FILE *out, const struct md_speech *speech, const char *folder);

#endif

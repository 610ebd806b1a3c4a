/* SPDX-License-Identifier: Apache-2.0 */
/* The library of drills as a list for people, and the part of a description that one reader
 * understands. It starts nothing; drill.c and drill_page.c call it. */
#ifndef MONITORD_CONSOLE_DRILL_LIBRARY_H
#define MONITORD_CONSOLE_DRILL_LIBRARY_H

#include "monitord/console/speech.h"

#include <stdio.h>

/* The part of a script's description in the reader's language. A description is a Japanese text and
 * then an English one behind "。 "; one in a single language is given whole. */
void md_drill_described(enum cfg_language language, const char *description, char *text,
                        size_t size);
/* Writes the drills of the folder by name, each with what happens in it, in the reader's language.
 * False: the folder cannot be read; nothing was written but the heading. */
bool md_drill_library_list(FILE *out, const struct md_speech *speech, const char *folder);

#endif

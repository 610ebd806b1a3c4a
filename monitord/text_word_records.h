/* SPDX-License-Identifier: Apache-2.0 */
/* The second sheet of the one table of words, behind text_word.c, and the form in which both are
 * written. Nobody else reads it: words are asked for by md_text_word. */
#ifndef MONITORD_TEXT_WORD_RECORDS_H
#define MONITORD_TEXT_WORD_RECORDS_H

#include "monitord/text_word.h"

#define WORD(id, japanese, english) [MD_WORD_##id] = {japanese, english},

/* NULL where the word stands on the first sheet. */
extern const char *const md_words_of_records[MD_WORD_COUNT][2];

#endif

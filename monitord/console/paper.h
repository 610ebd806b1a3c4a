/* SPDX-License-Identifier: Apache-2.0 */
/* A document for paper, written once and printed in two forms: plain lines of at most 80 columns,
 * or one HTML file that prints on A4 in black and white and needs nothing from elsewhere. It owns
 * the look of headings, fields, rows and blanks; what they say is the business of its callers, the
 * reports. */
#ifndef MONITORD_CONSOLE_PAPER_H
#define MONITORD_CONSOLE_PAPER_H

#include "monitord/console/speech.h"

#include <stdio.h>

#define MD_PAPER_WIDTH 80 /* columns of the plain form */

struct md_paper {
    FILE *out;
    const struct md_speech *speech;
    bool html;
    bool drill; /* marks the document on each of its pages */
    bool table; /* HTML: a table is open */
};

/* Begins: the mark of a drill, the title with its issue ("" none), the handling of the paper. */
void md_paper_open(struct md_paper *paper, const char *title, const char *issue);
/* A section. */
void md_paper_heading(struct md_paper *paper, const char *text);
/* A label and its text; an empty text says that nothing is recorded. */
void md_paper_field(struct md_paper *paper, enum md_word label, const char *text);
/* A row whose first column is `indent` columns wide on plain paper. numbered: HTML counts it. */
void md_paper_row(struct md_paper *paper, const char *first, int indent, const char *text,
                  bool numbered);
/* A sentence across the page. */
void md_paper_note(struct md_paper *paper, const char *text);
/* A label and room to write by hand. */
void md_paper_blank(struct md_paper *paper, enum md_word label);
/* Text with the characters that HTML reads as its own made harmless, control characters as '?'. */
void md_paper_escape(FILE *out, const char *text);
/* HTML only: ends an open table, so that something else (a picture) may stand next. */
void md_paper_pause(struct md_paper *paper);
void md_paper_close(struct md_paper *paper);

#endif

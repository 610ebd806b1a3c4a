/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of an incident or drill: four lanes (times, machine, contacts, people) over the time
 * since detection, as SVG that stays readable when it is printed in black and white. It draws what
 * a report holds and decides nothing; report_page.c puts it into the HTML form. */
#ifndef MONITORD_CONSOLE_TIMELINE_H
#define MONITORD_CONSOLE_TIMELINE_H

#include "monitord/console/speech.h"

#include <stdio.h>

/* Where `seconds` after the beginning stand between 0 and 1 on an axis that ends at `end_s`: tenths
 * of a second and hours on one sheet, so the scale is logarithmic from 0.1 s on. Times before the
 * beginning stand at 0. */
double md_timeline_place(double seconds, double end_s);
/* One <svg> with as many marks as the report has times, measures, contacts and orders; the number
 * beside a mark is the number of its row in the tables. */
void md_timeline(FILE *out, const struct md_speech *speech, const json_t *report);

#endif

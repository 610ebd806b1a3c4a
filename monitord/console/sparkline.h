/* SPDX-License-Identifier: Apache-2.0 */
/* A day of one value as a row of small bars. Pure: numbers in, text out. */
#ifndef MONITORD_CONSOLE_SPARKLINE_H
#define MONITORD_CONSOLE_SPARKLINE_H

#include "monitord/console/speech.h"

#define MD_SPARK_BUCKETS 48 /* half an hour each */

/* One bar for each of the values (numbers or null), from lowest to highest; what lies outside is
 * drawn at the edge, what was not measured is a dot. False when nothing was measured at all. */
bool md_sparkline(const struct md_speech *speech, const json_t *values, double lowest,
                  double highest, char *text, size_t size);
/* The greatest of the values; `otherwise` when nothing was measured. */
double md_spark_greatest(const json_t *values, double otherwise);

#endif

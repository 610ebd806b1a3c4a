/* SPDX-License-Identifier: Apache-2.0 */
/* Draws a day of one value in one row (see sparkline.h). pages.c calls it. */
#include "monitord/console/sparkline.h"

#include <stdio.h>
#include <string.h>

#define STEPS 8

bool md_sparkline(const struct md_speech *speech, const json_t *values, double lowest,
                  double highest, char *text, size_t size)
{
    static const char *const bars[STEPS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[STEPS] = {"_", ".", ":", "-", "=", "+", "*", "#"};
    bool measured = false;
    json_t *value;
    size_t i;

    text[0] = '\0';
    json_array_foreach(values, i, value)
    {
        if (!json_is_number(value)) {
            md_text_append(text, size, speech->ascii ? " " : "·");
            continue;
        }
        double share =
            highest > lowest ? (json_number_value(value) - lowest) / (highest - lowest) : 0;
        int step = (int)(share * (STEPS - 1) + 0.5);
        step = step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step;
        md_text_append(text, size, speech->ascii ? plain[step] : bars[step]);
        measured = true;
    }
    return measured;
}

double md_spark_greatest(const json_t *values, double otherwise)
{
    double greatest = otherwise;
    bool first = true;
    json_t *value;
    size_t i;

    json_array_foreach(values, i, value)
    {
        if (json_is_number(value) && (first || json_number_value(value) > greatest)) {
            greatest = json_number_value(value);
            first = false;
        }
    }
    return greatest;
}

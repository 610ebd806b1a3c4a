/* SPDX-License-Identifier: Apache-2.0 */
/* Reads facts out of JSON that another process wrote. It owns what a missing or misshapen fact
 * reads as, so that no reader fails on it; it puts nothing into words. The console and the readers
 * of the journal call it. */
#include "monitord/fact.h"

#include <string.h>

const char *md_fact_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

double md_fact_number(const json_t *object, const char *key, double otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

json_t *md_fact_find(const json_t *array, const char *key, const char *text)
{
    json_t *entry;
    size_t i;

    json_array_foreach(array, i, entry)
    {
        if (strcmp(md_fact_text(entry, key), text) == 0) {
            return entry;
        }
    }
    return NULL;
}

size_t md_fact_place(const json_t *array, const char *id)
{
    size_t place = 0;
    while (place < json_array_size(array) &&
           strcmp(md_fact_text(json_array_get(array, place), "id"), id) != 0) {
        place++;
    }
    return place;
}

bool md_fact_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

void md_fact_clock(const char *time, char clock[9])
{
    const char *start = time != NULL ? strchr(time, 'T') : NULL;

    if (start == NULL || strlen(start) < 9) {
        memcpy(clock, "--:--:--", 9);
        return;
    }
    memcpy(clock, start + 1, 8);
    clock[8] = '\0';
}

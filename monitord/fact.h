/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the status JSON, of answers, of journal bodies and of records, read by key. Total: a
 * fact that is missing, or of another type, reads as the caller's default, since a monitor of
 * another version may have written it. */
#ifndef MONITORD_FACT_H
#define MONITORD_FACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The string of key, "" when it is missing or null. Lives as long as the object. */
const char *md_fact_text(const json_t *object, const char *key);
/* The number of key, or otherwise. */
double md_fact_number(const json_t *object, const char *key, double otherwise);
bool md_fact_true(const json_t *object, const char *key);
/* The first object of an array whose key has this text; NULL: none. Borrowed. */
json_t *md_fact_find(const json_t *array, const char *key, const char *text);
/* Where the object of this "id" stands in an array; its size when it does not. */
size_t md_fact_place(const json_t *array, const char *id);
/* "03:12:44" out of an RFC 3339 time; "--:--:--" when there is none. */
void md_fact_clock(const char *time, char clock[9]);

#endif

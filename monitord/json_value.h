/* SPDX-License-Identifier: Apache-2.0 */
/* Small values as JSON, the same everywhere: unknown is null, never a made-up number. It holds no
 * key; the rooms that put the status together use it. Each result is the caller's. */
#ifndef MONITORD_JSON_VALUE_H
#define MONITORD_JSON_VALUE_H

#include "failover/reason.h"
#include "failover/types.h"

#include <jansson.h>

/* Digits that are written: a double of thousandths reads back as it was meant. */
#define MD_JSON_DIGITS JSON_REAL_PRECISION(12)

/* Seconds with their fraction; null for FO_NEVER. */
static inline json_t *md_json_seconds(fo_us us)
{
    return us == FO_NEVER ? json_null() : json_real((double)us / (double)FO_SECOND);
}

/* The name of a reason; null for none. */
static inline json_t *md_json_code(unsigned reason)
{
    return reason == 0 ? json_null() : json_string(fo_reason_name(reason));
}

/* A text, "" for NULL. */
static inline json_t *md_json_text(const char *text)
{
    return json_string(text != NULL ? text : "");
}

/* Compact JSON of object, whose reference is taken; the caller frees it. NULL when object is, or
 * when memory is out. */
static inline char *md_json_dump(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT | MD_JSON_DIGITS) : NULL;

    json_decref(object);
    return text;
}

#endif

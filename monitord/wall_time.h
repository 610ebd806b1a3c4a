/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time in the site's own time zone, for people and for the names of incidents. The C library
 * knows one zone per process, so this room sets it (TZ) and nobody else does; one thread only. It
 * is never used to decide anything. */
#ifndef MONITORD_WALL_TIME_H
#define MONITORD_WALL_TIME_H

#include "failover/types.h"

#include <time.h>

#define MD_WALL_TEXT_SIZE 40

/* Milliseconds since 1970 UTC, now. */
fo_wall_ms md_wall_now_ms(void);
/* Broken-down time in `timezone` ("Asia/Tokyo"; NULL or "": the host's own). */
void md_wall_local(const char *timezone, fo_wall_ms wall_ms, struct tm *local);
/* RFC 3339 with offset and seconds: "2026-11-21T03:12:44+09:00". */
void md_wall_text(const char *timezone, fo_wall_ms wall_ms, char text[MD_WALL_TEXT_SIZE]);

#endif

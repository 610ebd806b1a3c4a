/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time in the site's zone. It owns the process's TZ setting; status, records, messages and
 * reports call it, the engine never does. */
#include "monitord/wall_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

fo_wall_ms md_wall_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (fo_wall_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sets the zone only when it differs: tzset reads files. */
static void use_zone(const char *timezone)
{
    const char *present = getenv("TZ");

    if (timezone == NULL || timezone[0] == '\0') {
        return;
    }
    if (present == NULL || strcmp(present, timezone) != 0) {
        setenv("TZ", timezone, 1);
        tzset();
    }
}

void md_wall_local(const char *timezone, fo_wall_ms wall_ms, struct tm *local)
{
    fo_wall_ms whole = wall_ms / 1000 - (wall_ms % 1000 < 0 ? 1 : 0);
    time_t seconds = (time_t)whole;

    use_zone(timezone);
    if (localtime_r(&seconds, local) == NULL) {
        memset(local, 0, sizeof(*local));
    }
}

void md_wall_text(const char *timezone, fo_wall_ms wall_ms, char text[MD_WALL_TEXT_SIZE])
{
    struct tm local;
    char date[24];
    char offset[8];

    md_wall_local(timezone, wall_ms, &local);
    if (strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &local) == 0 ||
        strftime(offset, sizeof(offset), "%z", &local) != 5) {
        snprintf(text, MD_WALL_TEXT_SIZE, "1970-01-01T00:00:00+00:00");
        return;
    }
    snprintf(text, MD_WALL_TEXT_SIZE, "%s%.3s:%s", date, offset, offset + 3);
}

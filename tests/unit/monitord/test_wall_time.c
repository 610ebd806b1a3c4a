/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time in zones: offsets, midnights, both sides of 1970. */
#include "monitord/wall_time.h"

#include <criterion/criterion.h>

static void expect(const char *zone, fo_wall_ms wall_ms, const char *expected)
{
    char text[MD_WALL_TEXT_SIZE];

    md_wall_text(zone, wall_ms, text);
    cr_assert_str_eq(text, expected);
}

Test(wall_time, the_offset_of_the_zone_is_written)
{
    expect("Asia/Tokyo", 1795198364000, "2026-11-21T03:12:44+09:00");
    expect("UTC", 1795198364999, "2026-11-20T18:12:44+00:00");
    expect("America/St_Johns", 1795198364000, "2026-11-20T14:42:44-03:30");
    expect("Asia/Tokyo", 0, "1970-01-01T09:00:00+09:00");
    expect("UTC", -1, "1969-12-31T23:59:59+00:00");
}

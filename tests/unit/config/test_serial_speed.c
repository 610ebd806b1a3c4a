/* SPDX-License-Identifier: Apache-2.0 */
/* The speeds of serial lines: those that hints name are known, and no others. */
#include "config/serial_speed.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(serial_speed, every_speed_that_hints_name_is_one_and_rises)
{
    unsigned long last = 0;
    unsigned count = 0;
    for (const char *at = CFG_SERIAL_SPEEDS; *at != '\0';) {
        char *end;
        unsigned long baud = strtoul(at, &end, 10);
        cr_assert_neq(end, at, "%s", at);
        cr_assert_gt(baud, last);
        cr_assert_neq(cfg_serial_speed((uint32_t)baud), B0, "%lu", baud);
        last = baud;
        count++;
        at = end + strspn(end, " ");
    }
    cr_assert_eq(count, 11);
    cr_assert_eq(cfg_serial_speed(9600), B9600);
    cr_assert_eq(cfg_serial_speed(921600), B921600);
}

Test(serial_speed, another_number_is_none)
{
    static const uint32_t none[] = {0,      1,      300,     1199,       9601,
                                    115201, 921601, 1000000, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        cr_expect_eq(cfg_serial_speed(none[i]), B0, "%u", none[i]);
    }
}

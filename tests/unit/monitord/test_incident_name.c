/* SPDX-License-Identifier: Apache-2.0 */
/* Names of incidents: the day they bear, numbers of every length, and what is no name. */
#include "monitord/incident_name.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(incident_name, an_incident_bears_the_date_of_the_sites_zone)
{
    struct site *site = calloc(1, sizeof(*site));
    char id[MD_INCIDENT_NAME_SIZE];

    site->timezone = "Asia/Tokyo";
    md_incident_name(site, 3, 1795198364000, id);
    cr_assert_str_eq(id, "INC-20261121-0003");
    site->timezone = "UTC";
    md_incident_name(site, 3, 1795198364000, id);
    cr_assert_str_eq(id, "INC-20261120-0003");
    md_incident_name(site, 123456, 1795198364000, id);
    cr_assert_str_eq(id, "INC-20261120-123456");
    md_incident_name(site, UINT32_MAX, 1795198364000, id);
    cr_assert_str_eq(id, "INC-20261120-4294967295");
    free(site);
}

Test(incident_name, what_was_written_is_read_again)
{
    cr_assert_eq(md_incident_number("INC-20261121-0003"), 3);
    cr_assert_eq(md_incident_number("INC-20261120-123456"), 123456);
    cr_assert_eq(md_incident_number("INC-20261120-4294967295"), UINT32_MAX);
}

Test(incident_name, what_is_not_a_name_as_a_whole_has_no_number)
{
    static const char *const none[] = {
        "",
        "3",
        "INC-",
        "INC-3",
        "INC-20261121",
        "INC-20261121-",
        "INC-2026112-0003",
        "INC-202611210-0003",
        "INC-20261121-0000",
        "INC-20261121--003",
        "INC-20261121- 003",
        "INC-20261121-+003",
        "INC-20261121-0003x",
        "INC-20261121-0003.rec",
        " INC-20261121-0003",
        "inc-20261121-0003",
        "DRILL-20261121-0003",
        "INC-20261121-4294967296",
        "INC-20261121-00000000003",
        "INC-20261121-99999999999999999999",
    };
    cr_assert_eq(md_incident_number(NULL), 0);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        cr_expect_eq(md_incident_number(none[i]), 0, "%s", none[i]);
    }
}

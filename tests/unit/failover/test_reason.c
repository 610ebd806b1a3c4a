/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the reason codes: the names in journals and JSON are an interface. */
#include "failover/reason.h"

#include <criterion/criterion.h>

Test(reason, a_code_is_named_by_its_own_id_in_lower_case)
{
    cr_assert_str_eq(fo_reason_name(FO_REASON_MAINS_LOST), "mains_lost");
    cr_assert_str_eq(fo_reason_name(FO_REASON_NONE), "none");
    cr_assert_str_eq(fo_reason_name(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE),
                     "switchover_handed_to_people");
}

Test(reason, a_number_that_is_no_code_is_called_unknown)
{
    cr_assert_str_eq(fo_reason_name(199), "unknown");
    cr_assert_str_eq(fo_reason_name(99999), "unknown");
}

Test(reason, every_name_is_lower_case_and_belongs_to_one_code_only)
{
    static const unsigned codes[] = {
#define X(number, id) number,
        FO_REASONS(X)
#undef X
    };
    size_t count = sizeof codes / sizeof codes[0];
    for (size_t i = 0; i < count; i++) {
        const char *name = fo_reason_name(codes[i]);
        for (const char *c = name; *c != '\0'; c++) {
            cr_assert((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_');
        }
        for (size_t j = i + 1; j < count; j++) {
            cr_assert_str_neq(name, fo_reason_name(codes[j]));
        }
    }
}

Test(reason, only_the_first_group_may_open_an_incident)
{
    cr_assert(fo_reason_is_cause(FO_REASON_MAINS_LOST));
    cr_assert(fo_reason_is_cause(FO_REASON_FORCED));
    cr_assert_not(fo_reason_is_cause(FO_REASON_NONE));
    cr_assert_not(fo_reason_is_cause(199));
    cr_assert_not(fo_reason_is_cause(FO_REASON_SWITCHOVER_STARTED));
    cr_assert_not(fo_reason_is_cause(FO_REASON_BLOCKED_GRANT));
    cr_assert_not(fo_reason_is_cause(99999));
}

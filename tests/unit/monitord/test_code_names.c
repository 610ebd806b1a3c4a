/* SPDX-License-Identifier: Apache-2.0 */
/* Every enumeration has a name for every value, and keys survive being written and read. */
#include "failover/view.h"
#include "monitord/code_names.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

static void expect_names(const char *(*name)(unsigned), unsigned first, unsigned count)
{
    for (unsigned i = first; i < count; i++) {
        cr_assert_str_neq(name(i), "unknown", "number %u has no name", i);
        for (unsigned other = first; other < i; other++) {
            cr_assert_str_neq(name(i), name(other), "%u and %u share a name", i, other);
        }
    }
    cr_assert_str_eq(name(count), "unknown");
    cr_assert_str_eq(name(100000), "unknown");
}

Test(code_names, every_value_has_a_name_of_its_own)
{
    expect_names(md_state_name, FO_STATE_OK, FO_STATES);
    expect_names(md_role_name, FO_ROLE_ACTIVE, FO_ROLE_FENCED + 1);
    expect_names(md_mode_name, 0, FO_MODE_FROZEN + 1);
    expect_names(md_quality_name, 0, FO_ABSENT + 1);
    expect_names(md_device_kind_name, 0, FO_DEVICE_KINDS);
    expect_names(md_subject_kind_name, 0, FO_SUBJECT_KINDS);
    expect_names(md_channel_kind_name, 0, FO_CHANNEL_KINDS);
    expect_names(md_message_name, 0, FO_MESSAGES);
    expect_names(md_command_kind_name, 0, FO_COMMAND_KINDS);
    expect_names(md_outcome_name, 0, FO_OUTCOMES);
    expect_names(md_order_name, 0, FO_ORDER_KINDS);
}

Test(code_names, unknown_is_a_name_too)
{
    cr_assert_str_eq(md_state_name(FO_STATE_UNKNOWN), "unknown");
    cr_assert_str_eq(md_role_name(FO_ROLE_UNKNOWN), "unknown");
}

Test(code_names, a_key_comes_back_from_its_text)
{
    static const struct fo_key keys[] = {{1, 1}, {INT64_MAX, 1}, {0xabcdef, UINT64_MAX}};
    char text[MD_KEY_TEXT_SIZE];
    struct fo_key back;

    for (unsigned i = 0; i < 3; i++) {
        md_key_text(keys[i], text);
        cr_assert(md_key_parse(text, &back), "%s", text);
        cr_assert(back.boot == keys[i].boot && back.sequence == keys[i].sequence);
    }
}

Test(code_names, what_is_not_exactly_a_key_is_none)
{
    static const char *const bad[] = {
        "",      "1",     "1-",  "-1",  "1-1 ", " 1-1", "01-1",
        "1-1-1", "0x1-1", "A-1", "g-1", "1--1", "+1-1", "11111111111111111-1"};
    struct fo_key key = {3, 4};

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_assert_not(md_key_parse(bad[i], &key), "%s", bad[i]);
        cr_assert(key.boot == 3 && key.sequence == 4, "changed by %s", bad[i]);
    }
}

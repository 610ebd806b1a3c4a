/* SPDX-License-Identifier: Apache-2.0 */
/* Facts read out of JSON: what is there, what is missing, and what is of another type than meant.
 */
#include "monitord/fact.h"

#include <criterion/criterion.h>
#include <string.h>

static json_t *object;

static void load(void)
{
    object = json_loads(
        "{\"name\": \"dispatch-1\", \"age_s\": 3, \"lag\": 0.25, \"held\": true,"
        " \"none\": null, \"list\": [{\"id\": \"a\"}, {}, {\"id\": \"b\"}]}",
        0, NULL);
    cr_assert_not_null(object);
}

static void drop(void)
{
    json_decref(object);
}

TestSuite(fact, .init = load, .fini = drop);

Test(fact, a_fact_reads_as_it_was_sent)
{
    cr_assert_str_eq(md_fact_text(object, "name"), "dispatch-1");
    cr_assert_eq(md_fact_number(object, "age_s", -1), 3);
    cr_assert_eq(md_fact_number(object, "lag", -1), 0.25);
    cr_assert(md_fact_true(object, "held"));
}

Test(fact, a_missing_fact_reads_as_nothing_and_never_fails)
{
    cr_assert_str_eq(md_fact_text(object, "absent"), "");
    cr_assert_str_eq(md_fact_text(object, "none"), "");
    cr_assert_str_eq(md_fact_text(NULL, "name"), "");
    cr_assert_eq(md_fact_number(object, "absent", -1), -1);
    cr_assert_eq(md_fact_number(NULL, "age_s", 7), 7);
    cr_assert_not(md_fact_true(object, "absent"));
    cr_assert_not(md_fact_true(NULL, "held"));
}

Test(fact, a_fact_of_another_type_reads_as_missing)
{
    cr_assert_str_eq(md_fact_text(object, "age_s"), "");
    cr_assert_eq(md_fact_number(object, "name", -1), -1);
    cr_assert_eq(md_fact_number(object, "none", -1), -1);
    cr_assert_not(md_fact_true(object, "age_s"), "a number is not a yes");
}

Test(fact, the_first_object_with_a_text_is_found_and_a_strange_one_is_not)
{
    const json_t *list = json_object_get(object, "list");

    cr_assert_eq(md_fact_find(list, "id", "b"), json_array_get(list, 2));
    cr_assert_null(md_fact_find(list, "id", "c"));
    cr_assert_null(md_fact_find(list, "name", "a"));
    cr_assert_null(md_fact_find(object, "name", "dispatch-1"), "not an array");
    cr_assert_null(md_fact_find(NULL, "id", "a"));
}

Test(fact, an_id_stands_at_its_place_and_a_strange_one_past_the_end)
{
    const json_t *list = json_object_get(object, "list");

    cr_assert_eq(md_fact_place(list, "a"), 0);
    cr_assert_eq(md_fact_place(list, "b"), 2, "an entry without an id is passed over");
    cr_assert_eq(md_fact_place(list, "c"), 3);
    cr_assert_eq(md_fact_place(NULL, "a"), 0);
}

Test(fact, a_clock_is_the_time_of_day_or_dashes)
{
    char clock[9];

    md_fact_clock("2026-11-28T03:12:44+09:00", clock);
    cr_assert_str_eq(clock, "03:12:44");
    md_fact_clock("2026-11-28T03:12:4", clock);
    cr_assert_str_eq(clock, "--:--:--", "one digit short");
    md_fact_clock("2026-11-28T03:12:44", clock);
    cr_assert_str_eq(clock, "03:12:44", "no zone");
    md_fact_clock("03:12:44", clock);
    cr_assert_str_eq(clock, "--:--:--");
    md_fact_clock(NULL, clock);
    cr_assert_str_eq(clock, "--:--:--");
}

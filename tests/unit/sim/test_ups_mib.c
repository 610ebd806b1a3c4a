/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated UPS says by RFC 1628. */
#include "sim/devices/ups_mib.h"

#include <criterion/criterion.h>
#include <string.h>

#define U(...)                               \
    (const uint32_t[])                       \
    {                                        \
        1, 3, 6, 1, 2, 1, 33, 1, __VA_ARGS__ \
    }
#define U_LENGTH(...) (sizeof(U(__VA_ARGS__)) / sizeof(uint32_t))

static struct sim_object_list list;

static void fill(const struct sim_ups *ups)
{
    sim_ups_mib_fill(&list, ups, "ups-a", 12340);
}

static int64_t number_at(const uint32_t *name, size_t length)
{
    const struct sim_object *object = sim_object_find(&list, name, length);
    cr_assert_not_null(object);
    return object->number;
}
#define NUMBER(...) number_at(U(__VA_ARGS__), U_LENGTH(__VA_ARGS__))

static struct sim_ups ups_stepped(struct sim_supply input)
{
    struct sim_ups ups;
    sim_ups_init(&ups, 100, 50);
    sim_ups_step(&ups, input);
    return ups;
}

Test(ups_mib, lists_its_objects_in_the_order_of_their_names)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){0, 0});
    ups.replace_battery = true;
    fill(&ups);
    cr_assert_gt(list.count, 40);
    for (size_t i = 1; i < list.count; i++) {
        cr_assert_lt(sim_oid_compare(list.objects[i - 1].name, list.objects[i - 1].length,
                                     list.objects[i].name, list.objects[i].length),
                     0, "object %zu", i);
    }
}

Test(ups_mib, on_mains_says_normal_and_no_alarm)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){1000, 50000});
    fill(&ups);
    cr_assert_eq(NUMBER(2, 1, 0), 2);
    cr_assert_eq(NUMBER(2, 2, 0), 0);
    cr_assert_eq(NUMBER(4, 1, 0), 3);
    cr_assert_eq(NUMBER(6, 1, 0), 0);
    cr_assert_eq(NUMBER(3, 3, 1, 3, 1), 100);
    cr_assert_eq(NUMBER(3, 3, 1, 2, 1), 500);
    cr_assert_eq(NUMBER(4, 4, 1, 5, 1), 50);
    cr_assert_null(sim_object_find(&list, U(6, 2, 1, 1, 2), U_LENGTH(6, 2, 1, 1, 2)));
}

Test(ups_mib, on_battery_gives_minutes_seconds_and_the_alarm_row)
{
    struct sim_ups ups;
    sim_ups_init(&ups, 100, 50); /* 100 Wh under 500 W: 822 s */
    for (int i = 0; i < 50; i++) {
        sim_ups_step(&ups, (struct sim_supply){0, 0});
    }
    fill(&ups);
    cr_assert_eq(NUMBER(2, 2, 0), 6);
    cr_assert_eq(NUMBER(2, 3, 0), 13);
    cr_assert_eq(NUMBER(4, 1, 0), 5);
    cr_assert_eq(NUMBER(6, 1, 0), 2); /* on battery, input bad */
    cr_assert_gt(NUMBER(2, 6, 0), 0);
    const struct sim_object *row =
        sim_object_find(&list, U(6, 2, 1, 2, 2), U_LENGTH(6, 2, 1, 2, 2));
    cr_assert_not_null(row);
    cr_assert_eq(row->oid_length, 11);
    cr_assert_eq(memcmp(row->oid, U(6, 3, 2), 11 * sizeof(uint32_t)), 0);
}

Test(ups_mib, the_last_minute_is_one_and_never_zero)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){0, 0});
    sim_battery_set_charge(&ups.battery, 10);
    sim_ups_step(&ups, (struct sim_supply){0, 0});
    fill(&ups);
    cr_assert_eq(NUMBER(2, 3, 0), 1);
    cr_assert_eq(NUMBER(2, 1, 0), 3);
}

Test(ups_mib, empty_says_depleted_and_no_output)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){0, 0});
    sim_battery_set_charge(&ups.battery, 0);
    sim_ups_step(&ups, (struct sim_supply){0, 0});
    fill(&ups);
    cr_assert_eq(NUMBER(2, 1, 0), 4);
    cr_assert_eq(NUMBER(4, 1, 0), 2);
    cr_assert_eq(NUMBER(4, 4, 1, 2, 1), 0);
}

Test(ups_mib, the_next_object_walks_from_the_system_group_to_the_end)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){1000, 50000});
    const uint32_t root[] = {1, 3};
    fill(&ups);
    size_t count = 0;
    const struct sim_object *object = sim_object_next(&list, root, 2);
    cr_assert_eq(object, &list.objects[0]);
    while (object != NULL) {
        count++;
        object = sim_object_next(&list, object->name, object->length);
    }
    cr_assert_eq(count, list.count);
}

Test(ups_mib, up_time_is_in_hundredths_of_a_second)
{
    struct sim_ups ups = ups_stepped((struct sim_supply){1000, 50000});
    const uint32_t up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
    fill(&ups);
    cr_assert_eq(sim_object_find(&list, up_time, 9)->number, 1234);
}

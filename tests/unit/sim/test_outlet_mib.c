/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated power strip says and takes, family by family. */
#include "sim/devices/outlet_mib.h"

#include <criterion/criterion.h>
#include <string.h>

#define RPDU_ORDER 1, 3, 6, 1, 4, 1, 318, 1, 1, 12, 3, 3, 1, 1, 4
#define RPDU_STATE 1, 3, 6, 1, 4, 1, 318, 1, 1, 12, 3, 5, 1, 1, 4
#define MASTER 1, 3, 6, 1, 4, 1, 318, 1, 1, 4, 4, 2, 1, 3
#define PLUS_ORDER 1, 3, 6, 1, 4, 1, 318, 1, 1, 6, 5, 1, 1, 5, 1, 1
#define PLUS_STATE 1, 3, 6, 1, 4, 1, 318, 1, 1, 6, 7, 1, 1, 5, 1, 1
#define RPDU2_ORDER 1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 9, 2, 4, 1, 5
#define RPDU2_STATE 1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 9, 2, 3, 1, 5
#define NAME(...) \
    (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

static struct sim_object_list list;

static struct sim_outlets strip_of(enum sim_outlet_family family)
{
    return (struct sim_outlets){.count = 3, .family = (uint8_t)family, .on = 7};
}

static int64_t number_at(const struct sim_outlets *strip, const uint32_t *name, size_t length)
{
    sim_outlet_mib_fill(&list, strip, "pdu-a", 12340);
    const struct sim_object *object = sim_object_find(&list, name, length);
    cr_assert_not_null(object);
    return object->number;
}

Test(outlet_mib, every_family_lists_its_objects_in_order)
{
    for (unsigned family = 0; family < SIM_OUTLET_FAMILIES; family++) {
        struct sim_outlets strip = strip_of(family);
        sim_outlet_mib_fill(&list, &strip, "pdu-a", 12340);
        cr_assert_geq(list.count, 4 + 2 * 3);
        for (size_t i = 1; i < list.count; i++) {
            cr_assert_lt(sim_oid_compare(list.objects[i - 1].name, list.objects[i - 1].length,
                                         list.objects[i].name, list.objects[i].length),
                         0, "family %u, object %zu", family, i);
        }
    }
}

Test(outlet_mib, off_is_2_for_a_rack_pdu_and_3_for_a_masterswitch_plus)
{
    struct sim_outlets rack = strip_of(SIM_OUTLETS_RPDU), plus = strip_of(SIM_OUTLETS_PLUS),
                       master = strip_of(SIM_OUTLETS_MASTERSWITCH);
    cr_assert(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 2), 2));
    cr_assert_eq(rack.on, 5u);
    cr_assert_eq(number_at(&rack, NAME(RPDU_STATE, 2)), 2);
    cr_assert_eq(number_at(&rack, NAME(RPDU_STATE, 1)), 1);
    cr_assert_not(sim_outlet_mib_set(&plus, NAME(PLUS_ORDER, 2), 2), "2 is no order here");
    cr_assert_eq(plus.on, 7u);
    cr_assert(sim_outlet_mib_set(&plus, NAME(PLUS_ORDER, 2), 3));
    cr_assert_eq(number_at(&plus, NAME(PLUS_STATE, 2)), 2);
    cr_assert(sim_outlet_mib_set(&master, NAME(MASTER, 3), 2));
    cr_assert_eq(number_at(&master, NAME(MASTER, 3)), 2);
    cr_assert(sim_outlet_mib_set(&master, NAME(MASTER, 3), 1));
    cr_assert_eq(master.on, 7u);
}

Test(outlet_mib, the_second_generation_reads_as_on_what_it_is_ordered_off_by)
{
    struct sim_outlets rack = strip_of(SIM_OUTLETS_RPDU2);
    cr_assert_eq(number_at(&rack, NAME(RPDU2_STATE, 2)), 2, "on");
    cr_assert(sim_outlet_mib_set(&rack, NAME(RPDU2_ORDER, 2), 2));
    cr_assert_eq(number_at(&rack, NAME(RPDU2_STATE, 2)), 1, "off");
    cr_assert_eq(number_at(&rack, NAME(RPDU2_STATE, 3)), 2, "another outlet");
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU2_STATE, 2), 2), "a state is not written");
    cr_assert(sim_outlet_mib_set(&rack, NAME(RPDU2_ORDER, 2), 1));
    cr_assert_eq(rack.on, 7u);
}

Test(outlet_mib, what_is_no_order_is_refused_and_moves_nothing)
{
    struct sim_outlets rack = strip_of(SIM_OUTLETS_RPDU);
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 4), 2), "there is no outlet 4");
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 0), 2));
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 1), 0));
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU_STATE, 1), 2), "a state is not written");
    cr_assert_not(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER), 2));
    cr_assert_eq(rack.on, 7u);
}

Test(outlet_mib, a_stuck_relay_takes_the_order_and_stays)
{
    struct sim_outlets rack = strip_of(SIM_OUTLETS_RPDU);
    rack.stuck = 2;
    cr_assert(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 2), 2));
    cr_assert_eq(number_at(&rack, NAME(RPDU_STATE, 2)), 1, "read back, it is still on");
    cr_assert(sim_outlet_mib_set(&rack, NAME(RPDU_ORDER, 1), 2));
    cr_assert_not(sim_outlet_is_on(&rack, 1));
    cr_assert_not(sim_outlet_is_on(&rack, 4));
}

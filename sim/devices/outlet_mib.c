/* SPDX-License-Identifier: Apache-2.0 */
/* The four families' tables side by side (numbers: PowerNet-MIB 4.3). It switches what it is
 * handed and nothing else; device.c calls it. */
#include "sim/devices/outlet_mib.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define APC 1, 3, 6, 1, 4, 1, 318, 1
#define ROOT(...)                                                                      \
    {                                                                                  \
        {__VA_ARGS__}, (uint8_t)(sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)) \
    }

struct root {
    uint32_t words[SIM_OID_MAX];
    uint8_t length;
};
struct family {
    struct root id;                   /* sysObjectID */
    struct root names, state, orders; /* of one outlet, before its number; orders are written */
    int on, off;                      /* as a state is read */
    int turn_on, turn_off;            /* as an order is written */
};
static const struct family families[SIM_OUTLET_FAMILIES] = {
    [SIM_OUTLETS_RPDU] = {.id = ROOT(APC, 3, 4, 5),
                          .names = ROOT(APC, 1, 12, 3, 5, 1, 1, 2),
                          .state = ROOT(APC, 1, 12, 3, 5, 1, 1, 4),
                          .orders = ROOT(APC, 1, 12, 3, 3, 1, 1, 4),
                          .on = 1,
                          .off = 2,
                          .turn_on = 1,
                          .turn_off = 2},
    [SIM_OUTLETS_MASTERSWITCH] = {.id = ROOT(APC, 3, 4, 2),
                                  .names = ROOT(APC, 1, 4, 4, 2, 1, 4),
                                  .state = ROOT(APC, 1, 4, 4, 2, 1, 3),
                                  .orders = ROOT(APC, 1, 4, 4, 2, 1, 3),
                                  .on = 1,
                                  .off = 2,
                                  .turn_on = 1,
                                  .turn_off = 2},
    [SIM_OUTLETS_PLUS] = {.id = ROOT(APC, 3, 4, 4),
                          .names = ROOT(APC, 1, 6, 7, 1, 1, 4, 1, 1),
                          .state = ROOT(APC, 1, 6, 7, 1, 1, 5, 1, 1),
                          .orders = ROOT(APC, 1, 6, 5, 1, 1, 5, 1, 1),
                          .on = 1,
                          .off = 2,
                          .turn_on = 1,
                          .turn_off = 3},
    [SIM_OUTLETS_RPDU2] = {.id = ROOT(APC, 3, 4, 6),
                           .names = ROOT(APC, 1, 26, 9, 2, 3, 1, 3),
                           .state = ROOT(APC, 1, 26, 9, 2, 3, 1, 5),
                           .orders = ROOT(APC, 1, 26, 9, 2, 4, 1, 5),
                           .on = 2,
                           .off = 1,
                           .turn_on = 1,
                           .turn_off = 2},
};

static const char *outlet_name(unsigned number)
{
    static char names[SIM_OUTLETS_MAX][16];
    snprintf(names[number - 1], sizeof(names[0]), "Outlet %u", number);
    return names[number - 1];
}

static struct sim_object *add(struct sim_object_list *list, const struct root *root, uint32_t last,
                              enum sim_object_type type)
{
    assert(list->count < SIM_OBJECTS_MAX && root->length < SIM_OID_MAX);
    struct sim_object *object = &list->objects[list->count++];
    *object = (struct sim_object){.type = (uint8_t)type, .length = (uint8_t)(root->length + 1)};
    memcpy(object->name, root->words, root->length * sizeof(root->words[0]));
    object->name[root->length] = last;
    return object;
}

static void column_add(struct sim_object_list *list, const struct sim_outlets *outlets,
                       const struct root *root, const struct family *family)
{
    for (unsigned i = 1; i <= outlets->count; i++) {
        add(list, root, i, SIM_OBJECT_INTEGER)->number =
            sim_outlet_is_on(outlets, i) ? family->on : family->off;
    }
}

void sim_outlet_mib_fill(struct sim_object_list *list, const struct sim_outlets *outlets,
                         const char *name, uint64_t uptime_ms)
{
    static const struct root about = ROOT(1, 3, 6, 1, 2, 1, 1, 1),
                             id = ROOT(1, 3, 6, 1, 2, 1, 1, 2),
                             uptime = ROOT(1, 3, 6, 1, 2, 1, 1, 3),
                             called = ROOT(1, 3, 6, 1, 2, 1, 1, 5);
    const struct family *family = &families[outlets->family];
    bool own_orders = memcmp(&family->orders, &family->state, sizeof(family->state)) != 0;
    list->count = 0;
    add(list, &about, 0, SIM_OBJECT_TEXT)->text = "simulated switched power strip";
    struct sim_object *object = add(list, &id, 0, SIM_OBJECT_OID);
    memcpy(object->oid, family->id.words, sizeof(object->oid));
    object->oid_length = family->id.length;
    add(list, &uptime, 0, SIM_OBJECT_TICKS)->number = (int64_t)(uptime_ms / 10 % UINT32_MAX);
    add(list, &called, 0, SIM_OBJECT_TEXT)->text = name;
    bool orders_first = sim_oid_compare(family->orders.words, family->orders.length,
                                        family->state.words, family->state.length) < 0;
    if (own_orders && orders_first) {
        column_add(list, outlets, &family->orders, family);
    }
    bool names_first = sim_oid_compare(family->names.words, family->names.length,
                                       family->state.words, family->state.length) < 0;
    if (!names_first) {
        column_add(list, outlets, &family->state, family);
    }
    for (unsigned i = 1; i <= outlets->count; i++) {
        add(list, &family->names, i, SIM_OBJECT_TEXT)->text = outlet_name(i);
    }
    if (names_first) {
        column_add(list, outlets, &family->state, family);
    }
    if (own_orders && !orders_first) {
        column_add(list, outlets, &family->orders, family);
    }
}

bool sim_outlet_mib_set(struct sim_outlets *outlets, const uint32_t *name, size_t length,
                        int64_t number)
{
    const struct family *family = &families[outlets->family];
    const struct root *orders = &family->orders;
    if (length != orders->length + 1u ||
        memcmp(name, orders->words, orders->length * sizeof(*name)) != 0 ||
        name[orders->length] < 1 || name[orders->length] > outlets->count ||
        (number != family->turn_on && number != family->turn_off)) {
        return false;
    }
    sim_outlet_switch(outlets, name[orders->length], number == family->turn_on);
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Orders about the contact network itself: a quiet test of every channel now, and the numbers for a
 * person who must call by hand. It owns what may be shown to whom; numbers go to a person who may
 * act, over the socket alone, and that it was asked for is journalled. */
#include "monitord/orders_asking.h"

#include "monitord/contact_store.h"
#include "probes/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

json_t *md_asking_test(struct md_asking *asking, uint8_t kind)
{
    struct md_order_note note = {
        .order = asking->name, .person = asking->person, .second = FO_NONE, .uid = asking->uid};

    (void)kind;
    if (asking->orders->self_test == NULL) {
        return md_asking_refuse("busy", "the daemon is only being started");
    }
    md_self_test_all(asking->orders->self_test, pb_clock_us());
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b}", "ok", 1);
}

/* A person's number out of the files of numbers; "" when none has one. */
static void number_of(const struct site *site, unsigned person, char number[MD_CONTACT_MAX])
{
    char error[256];

    number[0] = '\0';
    for (unsigned i = 0; i < site->channel_count && number[0] == '\0'; i++) {
        if (site->channels[i].contacts_file != NULL) {
            md_contact_number(site->channels[i].contacts_file, site, site->persons[person].id,
                              number, error, sizeof(error));
        }
    }
    if (number[0] == '\0' && site->persons[person].command_address != NULL) {
        snprintf(number, MD_CONTACT_MAX, "%s", site->persons[person].command_address);
    }
}

json_t *md_asking_numbers(struct md_asking *asking, uint8_t kind)
{
    const struct site *site = asking->orders->site;
    struct md_order_note note = {
        .order = asking->name, .person = asking->person, .second = FO_NONE, .uid = asking->uid};
    json_t *numbers = json_object();
    char number[MD_CONTACT_MAX];

    (void)kind;
    for (unsigned i = 0; i < site->person_count; i++) {
        number_of(site, i, number);
        if (number[0] != '\0') {
            json_object_set_new(numbers, site->persons[i].id, json_string(number));
        }
    }
    sodium_memzero(number, sizeof(number));
    *asking->ticket = md_driver_note_order(asking->orders->driver, &note);
    return json_pack("{s:b, s:o}", "ok", 1, "numbers", numbers);
}

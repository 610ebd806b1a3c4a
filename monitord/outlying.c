/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, numbering and rhythm of the watch over other places (see outlying.h). It judges nothing:
 * failover/outlying.c does. */
#include "monitord/outlying.h"

#include "failover/assert.h"

#include <stdlib.h>

#define RETELL_ROUNDS 60

struct md_outlying {
    const struct site *site;
    md_outlying_sink sink;
    void *context;
    struct fo_outlying *devices; /* site->outlying_count */
    struct fo_place places[FO_PLACES_MAX];
    unsigned rounds;
};

bool md_outlying_start(const struct site *site, md_outlying_sink sink, void *context,
                       struct md_outlying **outlying)
{
    FO_ASSERT(sink != NULL);
    *outlying = NULL;
    if (site->outlying_count == 0) {
        return true;
    }
    struct md_outlying *made = calloc(1, sizeof(*made));
    if (made == NULL ||
        (made->devices = calloc(site->outlying_count, sizeof(*made->devices))) == NULL) {
        free(made);
        return false;
    }
    made->site = site;
    made->sink = sink;
    made->context = context;
    for (unsigned i = 0; i < site->place_count; i++) {
        fo_place_init(&made->places[i]);
    }
    for (unsigned i = 0; i < site->outlying_count; i++) {
        fo_outlying_init(&made->devices[i]);
        fo_place_add(&made->places[site->outlying[i].place]);
    }
    *outlying = made;
    return true;
}

static void tell(struct md_outlying *outlying, uint8_t place, fo_us now_us)
{
    struct fo_event event = {.kind = FO_EVENT_PLACE, .now_us = now_us, .place = {.place = place}};

    while (fo_place_next(&outlying->places[place], &event.place)) {
        outlying->sink(outlying->context, &event);
    }
}

void md_outlying_reading(struct md_outlying *outlying, const struct fo_reading *reading,
                         fo_us now_us)
{
    unsigned index = (unsigned)reading->device - outlying->site->device_count;

    FO_ASSERT(reading->device >= outlying->site->device_count);
    FO_ASSERT(index < outlying->site->outlying_count);
    struct fo_outlying *device = &outlying->devices[index];
    const struct cfg_outlying *configured = &outlying->site->outlying[index];
    uint64_t before = device->holds;
    bool heard = device->heard;
    fo_outlying_reading(device, &configured->policy, reading, now_us);
    if (device->holds != before || device->heard != heard) {
        fo_place_count(&outlying->places[configured->place], before, heard, device);
        tell(outlying, configured->place, now_us);
    }
}

void md_outlying_round(struct md_outlying *outlying, fo_us now_us)
{
    if (outlying == NULL) {
        return;
    }
    const struct site *site = outlying->site;
    for (unsigned i = 0; i < site->outlying_count; i++) {
        struct fo_outlying *device = &outlying->devices[i];
        uint64_t before = device->holds;

        fo_outlying_run(device, &site->outlying[i].policy, now_us);
        if (device->holds != before) {
            fo_place_count(&outlying->places[site->outlying[i].place], before, device->heard,
                           device);
        }
    }
    bool again = ++outlying->rounds % RETELL_ROUNDS == 0;
    for (uint8_t i = 0; i < site->place_count; i++) {
        if (again) {
            fo_place_retell(&outlying->places[i]);
        }
        tell(outlying, i, now_us);
    }
}

void md_outlying_view(const struct md_outlying *outlying, unsigned index, fo_us now_us,
                      struct fo_view_device *view)
{
    FO_ASSERT(index < outlying->site->outlying_count);
    fo_outlying_view(&outlying->devices[index], &outlying->site->outlying[index].policy, now_us,
                     view);
}

void md_outlying_free(struct md_outlying *outlying)
{
    if (outlying != NULL) {
        free(outlying->devices);
        free(outlying);
    }
}

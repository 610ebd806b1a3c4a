/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the stations of an address (see address_tally.h). It knows neither sockets nor frames;
 * address_watch.c says what was asked and what was heard. */
#include "probes/address_tally.h"

#include <string.h>

/* Index of the station in this window, as a new one if need be; MAX when no place is left. */
static unsigned index_of(struct pb_address_tally *tally, const uint8_t station[6])
{
    unsigned i = 0;

    while (i < tally->count && memcmp(tally->stations[i], station, 6) != 0) {
        i++;
    }
    if (i == tally->count && i < PB_ADDRESS_STATIONS_MAX) {
        memcpy(tally->stations[tally->count++], station, 6);
    }
    return i;
}

void pb_address_asked(struct pb_address_tally *tally)
{
    tally->answered = 0;
}

void pb_address_heard(struct pb_address_tally *tally, const uint8_t station[6], bool answer)
{
    unsigned i = index_of(tally, station);

    if (answer && i < PB_ADDRESS_STATIONS_MAX) {
        tally->answered |= (uint8_t)(1u << i);
        tally->both = tally->both || (tally->answered & (tally->answered - 1)) != 0;
    }
}

/* Two at a time, or one after the other? */
static bool is_at_once(const struct pb_address_tally *tally)
{
    unsigned both = 0;

    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS; i++) {
        both += tally->last_both[i] ? 1 : 0;
    }
    return both >= PB_ADDRESS_WINDOWS_BOTH || tally->shared >= PB_ADDRESS_WINDOWS_TURNS;
}

static void believe(struct pb_address_tally *tally)
{
    uint8_t least = tally->last[0], greatest = tally->last[0];

    for (unsigned i = 1; i < PB_ADDRESS_WINDOWS; i++) {
        least = tally->last[i] < least ? tally->last[i] : least;
        greatest = tally->last[i] > greatest ? tally->last[i] : greatest;
    }
    if (least > 1 && !is_at_once(tally)) {
        least = 1;
    }
    if (least > tally->believed) {
        tally->believed = least;
    } else if (greatest < tally->believed) {
        tally->believed = greatest;
    }
}

/* As many as are believed have answered, and they are not those that were named. */
static bool are_others(const struct pb_address_tally *tally)
{
    unsigned same = 0;

    for (unsigned i = 0; i < tally->count; i++) {
        for (unsigned k = 0; k < tally->named_count; k++) {
            same += memcmp(tally->stations[i], tally->named[k], 6) == 0 ? 1 : 0;
        }
    }
    return tally->count == tally->believed && same < tally->count;
}

bool pb_address_window(struct pb_address_tally *tally)
{
    uint8_t before = tally->believed;
    bool news = false;

    memmove(&tally->last[1], &tally->last[0], PB_ADDRESS_WINDOWS - 1);
    memmove(&tally->last_both[1], &tally->last_both[0],
            (PB_ADDRESS_WINDOWS - 1) * sizeof(tally->last_both[0]));
    tally->last[0] = tally->count;
    tally->last_both[0] = tally->both;
    if (tally->count < 2) {
        tally->shared = 0;
    } else if (tally->shared < PB_ADDRESS_WINDOWS_TURNS) {
        tally->shared++;
    }
    if (tally->windows < PB_ADDRESS_WINDOWS) {
        tally->windows++;
    }
    if (tally->windows == PB_ADDRESS_WINDOWS) {
        believe(tally);
        news = !tally->said || tally->believed != before || are_others(tally);
        tally->said = true;
    }
    if (news) {
        memcpy(tally->named, tally->stations, sizeof(tally->named));
        tally->named_count = tally->count;
    }
    tally->count = tally->answered = 0;
    tally->both = false;
    return news;
}

struct fo_self pb_address_self(const struct pb_address_tally *tally)
{
    struct fo_self self = {.kind = FO_SELF_ANSWERS, .value = tally->believed};

    for (unsigned i = 0; i < FO_STATIONS && i < tally->named_count; i++) {
        for (unsigned byte = 0; byte < 6; byte++) {
            self.stations[i] = self.stations[i] << 8 | tally->named[i][byte];
        }
    }
    return self;
}

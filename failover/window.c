/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance windows by what is worked on (see window.h). */
#include "failover/window.h"

#include "failover/assert.h"

static const struct {
    uint8_t kind, first, count;
} places[] = {{FO_SUBJECT_SERVER, 0, FO_SERVERS},
              {FO_SUBJECT_SITE, FO_MAINTENANCE_SITE, 1},
              {FO_SUBJECT_LINE, FO_WINDOW_LINE, FO_LINES_MAX},
              {FO_SUBJECT_SERVICE, FO_WINDOW_SERVICE, FO_SERVICES_MAX},
              {FO_SUBJECT_DEVICE, FO_WINDOW_DEVICE, FO_DEVICES_MAX}};
#define KINDS (sizeof places / sizeof places[0])

unsigned fo_window_place(struct fo_subject subject)
{
    for (unsigned i = 0; i < KINDS; i++) {
        if (places[i].kind == subject.kind && subject.index < places[i].count) {
            return (unsigned)places[i].first + subject.index;
        }
    }
    return FO_WINDOWS;
}

struct fo_subject fo_window_subject(unsigned place)
{
    unsigned kind = KINDS - 1;
    FO_ASSERT(place < FO_WINDOWS);
    while (place < places[kind].first) {
        kind--;
    }
    return (struct fo_subject){places[kind].kind, (uint8_t)(place - places[kind].first)};
}

bool fo_window_is_open(const struct fo_engine *engine, struct fo_subject subject)
{
    unsigned place = fo_window_place(subject);
    return place < FO_WINDOWS && engine->inhibit.maintenance_us[place] != FO_NEVER;
}

bool fo_window_holds(const struct fo_engine *engine, struct fo_subject subject)
{
    unsigned place = fo_window_place(subject);
    return place < FO_WINDOWS && (engine->inhibit.maintenance_us[place] != FO_NEVER ||
                                  engine->inhibit.overrun_us[place] != FO_NEVER);
}

uint64_t fo_window_devices(const struct fo_engine *engine)
{
    uint64_t devices = 0;
    for (unsigned i = 0; i < engine->policy.device_count && !engine->mains.lost; i++) {
        struct fo_subject device = {FO_SUBJECT_DEVICE, (uint8_t)i};
        devices |= fo_window_is_open(engine, device) ? (uint64_t)1 << i : 0;
    }
    return devices;
}

static bool is_grave(uint16_t cause)
{
    return cause == FO_REASON_UPS_LOW || cause == FO_REASON_UPS_EXHAUSTED;
}

bool fo_window_excuses(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    if (cause == FO_REASON_REPORTED || cause == FO_REASON_MAINTENANCE_OVERRUN ||
        !fo_window_is_open(engine, subject)) {
        return false;
    }
    switch (subject.kind) {
        case FO_SUBJECT_LINE:
            return true; /* the loss of all lines has a cause of its own */
        case FO_SUBJECT_DEVICE:
            return !engine->mains.lost && !is_grave(cause);
        case FO_SUBJECT_SERVICE:
            return engine->policy.services[subject.index].availability_class != 2 ||
                   cause == FO_REASON_SERVICE_OVERLOADED;
        default:
            return false; /* of servers and the site cause.c knows more */
    }
}

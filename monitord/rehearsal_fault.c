/* SPDX-License-Identifier: Apache-2.0 */
/* What the failure of one thing does to the inputs of a rehearsal (see rehearsal_fault.h). It owns
 * the choice of how each kind of thing fails, and no state. */
#include "monitord/rehearsal_fault.h"

#include "failover/reason.h"

#include <stdio.h>
#include <string.h>

#define LOW_CHARGE_MILLI 5000   /* of a UPS that runs down, in thousandths of a percent */
#define LOW_RUNTIME_MILLI 60000 /* … and of a second */

static bool is_called(const char *name, const char *known)
{
    return known != NULL && strcmp(name, known) == 0;
}

struct md_rehearsal_fault md_rehearsal_fault_find(const struct site *site, const char *name)
{
    struct md_rehearsal_fault fault = {.thing = is_called(name, "mains") ? MD_THING_MAINS
                                                                         : MD_THING_NONE};

    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        if (is_called(name, site->servers[i].name)) {
            fault.thing = MD_THING_SERVER;
            fault.index = i;
        }
    }
    for (uint8_t i = 0; i < site->line_count; i++) {
        if (is_called(name, site->lines[i].name)) {
            fault.thing = MD_THING_LINE;
            fault.index = i;
        }
    }
    for (uint8_t i = 0; i < site->device_count; i++) {
        if (is_called(name, site->devices[i].name)) {
            bool ups = site->policy.devices[i].kind == FO_DEVICE_UPS;
            fault.thing = ups ? MD_THING_UPS : MD_THING_DEVICE;
            fault.index = i;
        }
    }
    return fault;
}

static void add_name(char *error, size_t size, const char *name)
{
    size_t used = strlen(error);

    if (name != NULL) {
        snprintf(error + used, size - used, " %s", name);
    }
}

void md_rehearsal_fault_names(const struct site *site, const char *name, char *error, size_t size)
{
    snprintf(error, size, "there is no \"%.60s\" to fail; names: mains", name);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        add_name(error, size, site->servers[i].name);
    }
    for (unsigned i = 0; i < site->line_count; i++) {
        add_name(error, size, site->lines[i].name);
    }
    for (unsigned i = 0; i < site->device_count; i++) {
        add_name(error, size, site->devices[i].name);
    }
}

static void say_value(struct fo_reading *reading, enum fo_variable variable, int64_t milli)
{
    uint8_t at = 0;

    while (at < reading->count && reading->values[at].variable != variable) {
        at++;
    }
    if (at == FO_VARIABLES_MAX) {
        return;
    }
    reading->count = at == reading->count ? (uint8_t)(at + 1) : reading->count;
    reading->values[at] =
        (struct fo_value){.variable = (uint8_t)variable, .milli = milli, .quality = FO_GOOD};
}

void md_rehearsal_fault_reading(const struct md_rehearsal_fault *fault, const struct site *site,
                                struct fo_reading *reading)
{
    bool ups = reading->device < site->device_count &&
               site->policy.devices[reading->device].kind == FO_DEVICE_UPS;
    bool its = reading->device == fault->index;

    if (fault->thing == MD_THING_DEVICE && its) {
        *reading = (struct fo_reading){
            .device = reading->device, .quality = FO_ABSENT, .reason = FO_REASON_NO_ANSWER};
    } else if (fault->thing == MD_THING_MAINS && ups) {
        say_value(reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG));
    } else if (fault->thing == MD_THING_UPS && its) {
        say_value(reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG) | FO_UPS(LB));
        say_value(reading, FO_VAR_BATTERY_CHARGE, LOW_CHARGE_MILLI);
        say_value(reading, FO_VAR_BATTERY_RUNTIME, LOW_RUNTIME_MILLI);
    }
}

/* Whether the service was carried by the server that fails: nobody answers for it then. */
static bool is_carried(const struct md_rehearsal_fault *fault, const struct site *site,
                       uint8_t active, uint8_t service)
{
    return site->policy.services[service].needs_server && active == fault->index;
}

void md_rehearsal_fault_probe(const struct md_rehearsal_fault *fault, const struct site *site,
                              uint8_t active, struct fo_probe *probe)
{
    bool its = probe->index == fault->index;
    bool far = probe->kind == FO_PROBE_TARGET || probe->kind == FO_PROBE_DIRECTION;
    bool fails = (fault->thing == MD_THING_LINE && far && its) ||
                 (fault->thing == MD_THING_SERVER && probe->kind == FO_PROBE_HOST && its) ||
                 (fault->thing == MD_THING_SERVER && probe->kind == FO_PROBE_SERVICE &&
                  is_carried(fault, site, active, probe->index));

    if (fails) {
        probe->ok = false;
        probe->reason = FO_REASON_NO_ANSWER;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the thing and the rows of the table an order names, checks all of it, then does it. It owns
 * the list of what is injected; the rows are in fault_power.c and fault_host.c. */
#include "sim/fault.h"

#include "sim/fault_table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct step {
    const struct sim_fault *fault;
    struct sim_thing thing;
};
/* A message that grows and never overflows. */
struct message {
    char *text;
    size_t size, length;
};

static void message_add(struct message *message, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void message_add(struct message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int added = vsnprintf(message->text + message->length, message->size - message->length, format,
                          arguments);
    va_end(arguments);
    size_t left = message->size - message->length - 1;
    message->length += added > 0 && (size_t)added < left ? (size_t)added : left;
}

static bool device_find(struct sim_room *room, const char *name, struct sim_thing *thing)
{
    static const enum sim_thing_kind kinds[] = {[SIM_DEVICE_UPS] = SIM_THING_UPS,
                                                [SIM_DEVICE_GENERATOR] = SIM_THING_GENERATOR,
                                                [SIM_DEVICE_TRANSFER] = SIM_THING_TRANSFER,
                                                [SIM_DEVICE_STRIP] = SIM_THING_STRIP};
    for (unsigned i = 0; i < room->device_count; i++) {
        const struct sim_device_plan *plan = room->devices[i].plan;
        if (strcmp(plan->name, name) == 0) {
            *thing = (struct sim_thing){
                .kind = kinds[plan->kind], .index = plan->index, .device = &room->devices[i]};
            return true;
        }
    }
    return false;
}

static bool thing_find(struct sim_room *room, const char *name, struct sim_thing *thing)
{
    if (strcmp(name, "mains") == 0) {
        *thing = (struct sim_thing){.kind = SIM_THING_MAINS};
        return true;
    }
    for (unsigned i = 0; i < room->host_count; i++) {
        if (strcmp(room->hosts[i].plan->name, name) == 0) {
            *thing = (struct sim_thing){.kind = SIM_THING_HOST, .index = i};
            return true;
        }
    }
    for (unsigned i = 0; i < room->line_count; i++) {
        if (strcmp(room->lines[i].plan->name, name) == 0) {
            *thing = (struct sim_thing){.kind = SIM_THING_LINE, .index = i};
            return true;
        }
    }
    return device_find(room, name, thing);
}

static void names_list(const struct sim_room *room, const char *name, struct message *message)
{
    message_add(message, "there is no %s here; names: mains", name);
    for (unsigned i = 0; i < room->device_count; i++) {
        message_add(message, " %s", room->devices[i].plan->name);
    }
    for (unsigned i = 0; i < room->host_count; i++) {
        message_add(message, " %s", room->hosts[i].plan->name);
    }
    for (unsigned i = 0; i < room->line_count; i++) {
        message_add(message, " %s", room->lines[i].plan->name);
    }
}

static void rows_list(const struct sim_fault *rows, unsigned count, enum sim_thing_kind kind,
                      struct message *message)
{
    for (unsigned i = 0; i < count; i++) {
        if (rows[i].kind == kind) {
            message_add(message, " %s=%s", rows[i].key, rows[i].values);
        }
    }
}

static void keys_list(const struct sim_room *room, const char *name, const char *key,
                      const struct sim_thing *thing, struct message *message)
{
    unsigned count;
    message_add(message, "%s cannot do %s; keys:", name, key);
    const struct sim_fault *rows = sim_faults_power(&count);
    rows_list(rows, count, thing->kind, message);
    rows = sim_faults_host(&count);
    rows_list(rows, count, thing->kind, message);
    if (thing->kind != SIM_THING_HOST) {
        return;
    }
    const struct sim_host_plan *plan = room->hosts[thing->index].plan;
    for (unsigned i = 0; i < plan->run_count; i++) {
        message_add(message, " %s=well|stopped|dead|killed", plan->runs[i].name);
    }
    for (unsigned i = 0; i < plan->interface_count; i++) {
        message_add(message, " %s=up|down", plan->interfaces[i]);
    }
}

static const struct sim_fault *row_find(const struct sim_fault *rows, unsigned count,
                                        enum sim_thing_kind kind, const char *key)
{
    for (unsigned i = 0; i < count; i++) {
        if (rows[i].kind == kind && strcmp(rows[i].key, key) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static const struct sim_fault *fault_find(const struct sim_room *room, struct sim_thing *thing,
                                          const char *key)
{
    unsigned count;
    const struct sim_fault *rows = sim_faults_power(&count);
    const struct sim_fault *found = row_find(rows, count, thing->kind, key);
    if (found == NULL) {
        rows = sim_faults_host(&count);
        found = row_find(rows, count, thing->kind, key);
    }
    if (found == NULL && thing->kind == SIM_THING_HOST) {
        found = sim_fault_host_part(&room->hosts[thing->index], key, &thing->part);
    }
    return found;
}

/* Keeps the list of what is injected: the newest value of each key, nothing that is normal again.
 */
static void injected_note(struct sim_room *room, const char *name, const struct sim_fault *fault,
                          const struct sim_setting *setting)
{
    if (fault->normal == NULL) {
        return;
    }
    unsigned at = 0;
    while (at < room->injected_count && (strcmp(room->injected[at].name, name) != 0 ||
                                         strcmp(room->injected[at].key, setting->key) != 0)) {
        at++;
    }
    /* a process that was killed once is on its own again */
    if (strcmp(setting->value, fault->normal) == 0 || strcmp(setting->value, "killed") == 0) {
        if (at < room->injected_count) {
            room->injected_count--;
            memmove(&room->injected[at], &room->injected[at + 1],
                    (room->injected_count - at) * sizeof(room->injected[0]));
        }
        return;
    }
    if (at == room->injected_count && at < SIM_INJECTED_MAX) {
        room->injected_count++;
    }
    if (at < SIM_INJECTED_MAX) {
        struct sim_injected *entry = &room->injected[at];
        snprintf(entry->name, sizeof(entry->name), "%s", name);
        snprintf(entry->key, sizeof(entry->key), "%s", setting->key);
        snprintf(entry->value, sizeof(entry->value), "%s", setting->value);
    }
}

/* Checks the whole order into steps. */
static bool steps_check(struct sim_room *room, const char *name, const struct sim_setting *settings,
                        unsigned count, struct step *steps, struct message *message)
{
    struct sim_thing thing;
    if (!thing_find(room, name, &thing)) {
        names_list(room, name, message);
        return false;
    }
    if (count == 0 || count > SIM_SETTINGS_MAX) {
        keys_list(room, name, count == 0 ? "nothing" : "so much at once", &thing, message);
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        steps[i].thing = thing;
        steps[i].fault = fault_find(room, &steps[i].thing, settings[i].key);
        if (steps[i].fault == NULL) {
            keys_list(room, name, settings[i].key, &thing, message);
            return false;
        }
        if (!steps[i].fault->act(room, &steps[i].thing, settings[i].value, false)) {
            message_add(message, "%s cannot be %s; values: %s", settings[i].key, settings[i].value,
                        steps[i].fault->values);
            return false;
        }
    }
    return true;
}

bool sim_fault_apply(struct sim_room *room, const char *name, const struct sim_setting *settings,
                     unsigned count, char *text, size_t size)
{
    struct step steps[SIM_SETTINGS_MAX];
    struct message message = {.text = text, .size = size};
    if (!steps_check(room, name, settings, count, steps, &message)) {
        return false;
    }
    bool good = true;
    for (unsigned i = 0; i < count; i++) {
        const struct sim_fault *fault = steps[i].fault;
        if (!fault->act(room, &steps[i].thing, settings[i].value, true)) {
            message_add(&message, "%s %s=%s could not be done: %s. ", name, settings[i].key,
                        settings[i].value, strerror(errno));
            good = false;
        }
        injected_note(room, name, fault, &settings[i]);
    }
    return good;
}

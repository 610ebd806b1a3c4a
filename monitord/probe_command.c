/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what one device said. It owns the table and the JSON of --probe and nothing that lasts. */
#include "monitord/probe_command.h"

#include "monitord/code_names.h"
#include "monitord/json_value.h"
#include "monitord/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct probing {
    const struct site *site;
    unsigned device;
    bool json;
    int code;
};

json_t *md_probe_json(const struct site *site, unsigned device,
                      const struct pb_probe_report *report)
{
    struct fo_reading reading = report->reading;
    json_t *object, *raw = json_object(), *source = json_object();

    reading.count = 0;
    for (unsigned i = 0; i < report->count && i < FO_VARIABLES_MAX; i++) {
        const struct pb_probe_row *row = &report->rows[i];
        const char *name = fo_variable_name((enum fo_variable)row->value.variable);

        reading.values[reading.count++] = row->value;
        if (row->trace.source[0] != '\0') {
            json_object_set_new(raw, name, json_string(row->trace.raw));
            json_object_set_new(source, name, json_string(row->trace.source));
        }
    }
    object = md_status_device(site, device, NULL, &reading, report->profile);
    if (object == NULL) {
        json_decref(raw);
        json_decref(source);
        return NULL;
    }
    json_object_set_new(object, "schema", json_integer(1));
    json_object_set_new(object, "raw", raw);
    json_object_set_new(object, "source", source);
    json_object_set_new(object, "took_ms", json_real((double)report->took_us / (double)FO_MS));
    if (report->profile != NULL) {
        json_object_set_new(object, "profile_seen", json_boolean(report->profile_seen));
    }
    if (report->profile_found) {
        json_object_set_new(object, "found_by", json_string(report->found_by));
    }
    return object;
}

/* A value as the status has it, for a column of the table. */
static void value_text(json_t *value, char *text, size_t size)
{
    char *dumped;

    if (json_is_string(value)) {
        snprintf(text, size, "%s", json_string_value(value));
        return;
    }
    if (value == NULL || json_is_null(value)) {
        snprintf(text, size, "-");
        return;
    }
    dumped = json_dumps(value, JSON_ENCODE_ANY | MD_JSON_DIGITS);
    snprintf(text, size, "%s", dumped != NULL ? dumped : "?");
    free(dumped);
}

static void print_table(const struct probing *probing, const struct pb_probe_report *report)
{
    json_t *object = md_probe_json(probing->site, probing->device, report);
    json_t *variables = json_object_get(object, "variables");
    const struct cfg_device *device = &probing->site->devices[probing->device];

    printf("%s  %s  profile %s%s%s%s  %.1f ms\n", device->name, device->address_text,
           report->profile != NULL ? report->profile : "none",
           report->profile_found ? " (found by " : "",
           report->profile_found ? report->found_by : "", report->profile_found ? ")" : "",
           (double)report->took_us / (double)FO_MS);
    if (report->profile != NULL && !report->profile_seen) {
        printf("this profile has never been seen on a device: compare with its display (%s)\n",
               report->profile_title);
    }
    for (unsigned i = 0; i < report->count; i++) {
        const struct pb_probe_row *row = &report->rows[i];
        enum fo_variable variable = (enum fo_variable)row->value.variable;
        char value[160];

        value_text(json_object_get(variables, fo_variable_name(variable)), value, sizeof(value));
        printf("%-28s %14s %-4s %-8s %-16s %s %s\n", fo_variable_name(variable), value,
               fo_variable_unit(variable), md_quality_name(row->value.quality),
               row->value.reason != 0 ? fo_reason_name(row->value.reason) : "", row->trace.source,
               row->trace.raw);
    }
    json_decref(object);
}

static void print_json(const struct probing *probing, const struct pb_probe_report *report)
{
    json_t *object = md_probe_json(probing->site, probing->device, report);

    if (object != NULL) {
        json_dumpf(object, stdout, JSON_INDENT(2) | MD_JSON_DIGITS);
        putchar('\n');
    }
    json_decref(object);
}

static void on_report(void *context, const struct pb_probe_report *report)
{
    struct probing *probing = context;

    if (report->reading.quality == FO_ABSENT) {
        probing->code = MD_PROBE_NOT_READ;
        fprintf(stderr, "%s: cannot be read: %s\n",
                cfg_site_device(probing->site, probing->device)->name,
                fo_reason_name(report->reading.reason));
    }
    if (probing->json) {
        print_json(probing, report);
    } else if (probing->code == 0) {
        print_table(probing, report);
    }
}

int md_probe_command(const struct site *site, const char *name, bool json)
{
    struct probing probing = {.site = site, .json = json};
    uv_loop_t loop;

    while (probing.device < cfg_site_watched(site) &&
           strcmp(cfg_site_device(site, probing.device)->name, name) != 0) {
        probing.device++;
    }
    if (probing.device == cfg_site_watched(site)) {
        fprintf(stderr, "%s: no device named %s\n", site->path, name);
        return MD_PROBE_NO_SUCH_DEVICE;
    }
    if (uv_loop_init(&loop) != 0) {
        fprintf(stderr, "no loop\n");
        return MD_PROBE_NOT_READ;
    }
    probing.code = 0;
    if (pb_probe_once(&loop, cfg_site_device(site, probing.device), on_report, &probing) == NULL) {
        fprintf(stderr, "out of memory\n");
        probing.code = MD_PROBE_NOT_READ;
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return probing.code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the JSON of the room's true state. It reads the plant and the devices and owns nothing. */
#include "sim/state.h"

#include <arpa/inet.h>
#include <stdio.h>

static const char *mains_name(uint8_t state)
{
    static const char *const names[] = {"ok", "low", "lost"};
    return names[state];
}

static const char *ups_status(const struct sim_ups *ups)
{
    if (!ups->output_on) {
        return "off";
    }
    if (ups->mode == SIM_UPS_BYPASS) {
        return "bypass";
    }
    return ups->on_battery ? "on-battery" : "on-line";
}

static json_t *address_json(const struct sockaddr_in *address)
{
    char host[INET_ADDRSTRLEN], text[32];
    if (address->sin_family == 0) {
        return json_null();
    }
    inet_ntop(AF_INET, &address->sin_addr, host, sizeof(host));
    snprintf(text, sizeof(text), "%s:%u", host, ntohs(address->sin_port));
    return json_string(text);
}

static json_t *ups_json(const struct sim_ups *ups)
{
    int64_t runtime_ms = sim_ups_runtime_ms(ups);
    return json_pack(
        "{s:s s:s s:f s:i s:i s:i s:o s:b s:I}", "kind", "ups", "status", ups_status(ups), "charge",
        sim_battery_charge_permille(&ups->battery) / 10.0, "load_w",
        (int)(ups->output_on ? ups->load_w : 0), "input_v", (int)(ups->input.voltage_dv / 10),
        "input_w", (int)sim_ups_input_w(ups), "runtime_s",
        runtime_ms == INT64_MAX ? json_null() : json_integer(runtime_ms / 1000), "output",
        ups->output_on, "on_battery_s", (json_int_t)(ups->on_battery_ms / 1000));
}

static json_t *generator_json(const struct sim_generator *generator)
{
    static const char *const modes[] = {"off", "manual", "auto"};
    return json_pack("{s:s s:s s:s s:f s:i s:f s:f s:f s:i s:i s:i}", "kind", "generator", "status",
                     sim_generator_phase_name(generator->phase), "mode", modes[generator->mode],
                     "voltage", generator->voltage_dv / 10.0, "speed_rpm",
                     (int)generator->speed_rpm, "load",
                     generator->load_w * 100.0 / generator->plate.rating_w, "fuel",
                     sim_fuel_permille(&generator->fuel) / 10.0, "start_battery",
                     generator->start_battery_dv / 10.0, "starts", (int)generator->starts,
                     "attempts", (int)generator->attempts, "alarms", (int)generator->alarms);
}

static json_t *transfer_json(const struct sim_transfer *transfer)
{
    static const char *const sources[] = {"none", "mains", "generator"};
    return json_pack("{s:s s:s s:b s:b s:f s:f}", "kind", "transfer-switch", "status",
                     sources[transfer->position], "asks", transfer->asks, "stuck", transfer->stuck,
                     "mains_v", transfer->mains.voltage_dv / 10.0, "generator_v",
                     transfer->generator.voltage_dv / 10.0);
}

static json_t *strip_json(const struct sim_outlets *strip)
{
    json_t *on = json_array();
    for (unsigned i = 1; i <= strip->count; i++) {
        json_array_append_new(on, json_boolean(sim_outlet_is_on(strip, i)));
    }
    return json_pack("{s:s s:o}", "kind", "strip", "outlets_on", on);
}

static json_t *device_json(const struct sim_room *room, const struct sim_device *device)
{
    unsigned index = device->plan->index;
    json_t *object;
    switch (device->plan->kind) {
        case SIM_DEVICE_UPS:
            object = ups_json(&room->plant.ups[index]);
            break;
        case SIM_DEVICE_GENERATOR:
            object = generator_json(&room->plant.generators[index]);
            break;
        case SIM_DEVICE_STRIP:
            object = strip_json(&room->plant.strips[index]);
            break;
        default:
            object = transfer_json(&room->plant.transfers[index]);
            break;
    }
    json_object_set_new(object, "name", json_string(device->plan->name));
    json_object_set_new(object, "address", address_json(&device->address));
    json_object_set_new(object, "comms", json_string(sim_comms_name(device->comms)));
    return object;
}

static const char *process_status(const struct sim_host_run *run)
{
    if (run->process.pid == 0) {
        return "ended";
    }
    return run->process.frozen ? "stopped" : "running";
}

static json_t *host_json(const struct sim_host *host)
{
    json_t *runs = json_array();
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        const struct sim_host_run *run = &host->runs[i];
        json_array_append_new(
            runs, json_pack("{s:s s:s s:i s:i}", "name", run->process.plan->name, "status",
                            process_status(run), "pid", (int)run->process.pid, "starts",
                            (int)run->process.starts));
    }
    json_t *cut = json_array();
    for (unsigned i = 0; i < host->plan->interface_count; i++) {
        if (host->links[i].cut) {
            json_array_append_new(cut, json_string(host->links[i].name));
        }
    }
    return json_pack("{s:s s:s s:b s:o s:o}", "name", host->plan->name, "status",
                     sim_host_status(host), "powered", host->powered, "links_cut", cut, "processes",
                     runs);
}

static json_t *line_json(const struct sim_line *line)
{
    return json_pack("{s:s s:s s:b s:f s:f}", "name", line->plan->name, "status",
                     line->link.cut ? "down" : "up", "powered", line->powered, "loss",
                     line->loss_permille / 10.0, "loss_back", line->loss_back_permille / 10.0);
}

static json_t *injected_json(const struct sim_room *room)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < room->injected_count; i++) {
        const struct sim_injected *one = &room->injected[i];
        json_array_append_new(list, json_pack("{s:s s:s s:s}", "name", one->name, "key", one->key,
                                              "value", one->value));
    }
    return list;
}

json_t *sim_state_json(const struct sim_room *room)
{
    json_t *devices = json_array();
    for (unsigned i = 0; i < room->device_count; i++) {
        json_array_append_new(devices, device_json(room, &room->devices[i]));
    }
    json_t *hosts = json_array();
    for (unsigned i = 0; i < room->host_count; i++) {
        json_array_append_new(hosts, host_json(&room->hosts[i]));
    }
    json_t *lines = json_array();
    for (unsigned i = 0; i < room->line_count; i++) {
        json_array_append_new(lines, line_json(&room->lines[i]));
    }
    return json_pack("{s:i s:s s:f s:{s:s s:i} s:o s:o s:o s:o}", "schema", 1, "file",
                     room->plan.file, "uptime_s", (double)room->plant.now_ms / 1000.0, "mains",
                     "state", mains_name(room->plant.mains.state), "outages",
                     (int)room->plant.mains.lost_count, "devices", devices, "hosts", hosts, "lines",
                     lines, "injected", injected_json(room));
}

json_t *sim_endpoints_json(const struct sim_room *room)
{
    json_t *addresses = json_object();
    for (unsigned i = 0; i < room->device_count; i++) {
        json_object_set_new(addresses, room->devices[i].plan->name,
                            address_json(&room->devices[i].address));
    }
    return json_pack("{s:i s:s s:o}", "schema", 1, "control", room->plan.control, "addresses",
                     addresses);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a machine of the plant on the network by the protocol of its kind: UPSes and power
 * strips by SNMP, generators and transfer switches by Modbus TCP. It changes no machine but a strip
 * that is told to switch. */
#include "sim/device.h"

#include "sim/devices/outlet_mib.h"
#include "sim/devices/registers.h"
#include "sim/netns.h"

#include <errno.h>

static void objects_fill(void *context, struct sim_object_list *list)
{
    const struct sim_device *device = context;
    sim_ups_mib_fill(list, &device->ups, device->plan->name, device->now_ms - device->started_ms);
}

static void outlets_fill(void *context, struct sim_object_list *list)
{
    const struct sim_device *device = context;
    sim_outlet_mib_fill(list, &device->strip, device->plan->name,
                        device->now_ms - device->started_ms);
}

/* An order moves the relay at once and is read back at once, unless what is shown stands still. */
static bool outlets_set(void *context, const uint32_t *name, size_t length, int64_t number)
{
    struct sim_device *device = context;
    bool taken = sim_outlet_mib_set(device->switched, name, length, number);
    if (device->comms != SIM_COMMS_FROZEN) {
        device->strip = *device->switched;
    }
    return taken;
}

static bool generator_register(const void *machine, uint16_t number, uint16_t *value)
{
    return sim_gencomm_read(&((const struct sim_device *)machine)->generator, number, value);
}

static bool transfer_register(const void *machine, uint16_t number, uint16_t *value)
{
    return sim_contacts_read(&((const struct sim_device *)machine)->transfer, number, value);
}

void sim_device_show(struct sim_device *device, const struct sim_plant *plant, uint64_t now_ms)
{
    device->now_ms = now_ms;
    if (device->comms == SIM_COMMS_FROZEN) {
        return;
    }
    switch (device->plan->kind) {
        case SIM_DEVICE_UPS:
            /* a card that has lost its UPS goes on saying what it heard last */
            if (plant->ups[device->plan->index].card_lost) {
                device->ups.card_lost = true;
            } else {
                device->ups = plant->ups[device->plan->index];
            }
            break;
        case SIM_DEVICE_GENERATOR:
            device->generator = plant->generators[device->plan->index];
            break;
        case SIM_DEVICE_STRIP:
            device->strip = plant->strips[device->plan->index];
            break;
        default:
            device->transfer = plant->transfers[device->plan->index];
            break;
    }
}

bool sim_device_open(struct sim_device *device, uv_loop_t *loop, const struct sim_device_plan *plan,
                     struct sim_plant *plant)
{
    struct sim_netns_visit visit;
    *device = (struct sim_device){.plan = plan, .address = plan->address};
    device->started_ms = uv_now(loop);
    sim_device_show(device, plant, device->started_ms);
    if (plan->address.sin_family == 0) {
        return true;
    }
    if (!sim_netns_enter(&visit, plan->netns)) {
        return false;
    }
    if (plan->kind == SIM_DEVICE_STRIP) {
        device->switched = &plant->strips[plan->index];
        device->agent =
            sim_snmp_agent_open(loop, &device->address, plan->community, outlets_fill, device);
        if (device->agent != NULL) {
            sim_snmp_agent_on_set(device->agent, outlets_set);
        }
    } else if (plan->kind == SIM_DEVICE_UPS) {
        device->agent =
            sim_snmp_agent_open(loop, &device->address, plan->community, objects_fill, device);
    } else {
        device->server = sim_modbus_server_open(
            loop, &device->address, plan->unit,
            plan->kind == SIM_DEVICE_GENERATOR ? generator_register : transfer_register, device);
    }
    int error = errno;
    sim_netns_leave(&visit);
    errno = error;
    return device->agent != NULL || device->server != NULL;
}

void sim_device_set_comms(struct sim_device *device, enum sim_comms comms)
{
    device->comms = (uint8_t)comms;
    if (device->agent != NULL) {
        sim_snmp_agent_set_comms(device->agent, device->comms);
    }
    if (device->server != NULL) {
        sim_modbus_server_set_comms(device->server, device->comms);
    }
}

void sim_device_close(struct sim_device *device)
{
    if (device->agent != NULL) {
        sim_snmp_agent_close(device->agent);
    }
    if (device->server != NULL) {
        sim_modbus_server_close(device->server);
    }
    device->agent = NULL;
    device->server = NULL;
}

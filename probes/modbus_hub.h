/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to all Modbus devices of one loop: TCP gateways and serial lines, each with one
 * question in flight. The Modbus driver asks it; it knows nothing of registers. */
#ifndef PROBES_MODBUS_HUB_H
#define PROBES_MODBUS_HUB_H

#include "probes/modbus_ask.h"

#include <uv.h>

struct pb_modbus_hub;

/* NULL when out of memory or file descriptors; open it early (see modbus_codec.h). */
struct pb_modbus_hub *pb_modbus_hub_start(uv_loop_t *loop);
/* False, and nothing happens, when there is no memory or too many gateways or lines are known. */
bool pb_modbus_hub_ask(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask);
/* Forgets a question that was asked and not yet answered; no callback. */
void pb_modbus_hub_cancel(struct pb_modbus_hub *hub, struct pb_modbus_ask *ask);
/* All questions must have been cancelled or answered. Frees the hub once its handles are closed,
 * then calls done (may be NULL). */
void pb_modbus_hub_stop(struct pb_modbus_hub *hub, void (*done)(void *context), void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* All Modbus TCP conversations of one loop: one connection for each gateway address, shared by the
 * devices behind it (many gateways take only one), one question in flight on each, a bound over
 * connecting and answering together. modbus_hub.c owns it. */
#ifndef PROBES_MODBUS_TCP_H
#define PROBES_MODBUS_TCP_H

#include "probes/modbus_ask.h"

#include <uv.h>

#define PB_GATEWAYS_MAX 1024

struct pb_modbus_tcp;

/* As those of modbus_hub.h. */
struct pb_modbus_tcp *pb_modbus_tcp_start(uv_loop_t *loop);
/* False, and nothing happens, when there is no memory or PB_GATEWAYS_MAX gateways are known. */
bool pb_modbus_tcp_ask(struct pb_modbus_tcp *tcp, struct pb_modbus_ask *ask);
void pb_modbus_tcp_cancel(struct pb_modbus_tcp *tcp, struct pb_modbus_ask *ask);
void pb_modbus_tcp_stop(struct pb_modbus_tcp *tcp, void (*done)(void *context), void *context);

#endif

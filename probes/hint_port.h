/* SPDX-License-Identifier: Apache-2.0 */
/* One UDP port on which devices may say that something has happened (SNMP traps and informs). It
 * names the devices at the sender's address and confirms informs; it believes nothing of what they
 * say and makes no statement. The fleet owns one when the site file asks for it. */
#ifndef PROBES_HINT_PORT_H
#define PROBES_HINT_PORT_H

#include "config/site.h"

#include <uv.h>

/* The longest notification that is taken; cards send a few hundred bytes. */
#define PB_HINT_BYTES_MAX 4096

/* A device of the site should be asked now; comes once for each device at the sender's address. It
 * may come as often as somebody sends: device.c limits what follows. */
typedef void (*pb_hint_callback)(void *context, unsigned device);

struct pb_hint_port;

/* Listens on site->trap_port, which is set; a port that cannot be had now is tried again once a
 * second. NULL when out of memory. site must outlive it. */
struct pb_hint_port *pb_hint_port_start(uv_loop_t *loop, const struct site *site,
                                        pb_hint_callback callback, void *context);
/* Whether the port is ours at present. */
bool pb_hint_port_is_open(const struct pb_hint_port *port);
/* No callback after this; frees it once its handles are closed, then calls done. */
void pb_hint_port_stop(struct pb_hint_port *port, void (*done)(void *context), void *context);

#endif

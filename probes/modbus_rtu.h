/* SPDX-License-Identifier: Apache-2.0 */
/* All Modbus RTU conversations of one loop: each serial line has one owner, one question in flight,
 * and silence between frames. Slaves of one line share it; a line that is gone is opened again with
 * the next question. modbus_hub.c owns it. Two-wire lines need an adapter that turns its direction
 * by itself. */
#ifndef PROBES_MODBUS_RTU_H
#define PROBES_MODBUS_RTU_H

#include "probes/modbus_ask.h"

#include <uv.h>

#define PB_SERIAL_LINES_MAX 32
#define PB_RTU_QUIET_MS 50 /* no byte for so long ends a frame that is not whole */
#define PB_RTU_GUARD_MS                                                       \
    100 /* kept after a question nobody answered: a late answer comes to rest \
         */

struct pb_modbus_rtu;

/* As those of modbus_hub.h. The time a question and its answer take on the wire is added to the
 * question's timeout. An answer that came broken is asked for once more. */
struct pb_modbus_rtu *pb_modbus_rtu_start(uv_loop_t *loop);
/* False, and nothing happens, without memory or with PB_SERIAL_LINES_MAX lines known. */
bool pb_modbus_rtu_ask(struct pb_modbus_rtu *rtu, struct pb_modbus_ask *ask);
void pb_modbus_rtu_cancel(struct pb_modbus_rtu *rtu, struct pb_modbus_ask *ask);
void pb_modbus_rtu_stop(struct pb_modbus_rtu *rtu, void (*done)(void *context), void *context);

#endif

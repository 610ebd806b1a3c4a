/* SPDX-License-Identifier: Apache-2.0 */
/* The room's own door: a unix stream socket that takes one JSON object a line.
 *
 *   {"order":"fault","name":"mains","set":{"state":"lost"}} -> {"ok":true} or
 *                                                {"ok":false,"error":"refused","message":…}
 *   {"order":"state"}                                      -> {"ok":true,"state":{…}}
 *   {"order":"endpoints"}                                  -> {"ok":true,"endpoints":{…}}
 *
 * Whoever may open the socket may do anything to the simulated room. It owns the socket and its
 * connections; cmd_room.c opens it. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "sim/room.h"

struct sim_control; /* opaque */

/* Listens on room->plan.control; an old socket file nobody answers on is replaced. NULL: errno says
 * why (EADDRINUSE: another room is alive there). */
struct sim_control *sim_control_open(struct sim_room *room);
/* Closes it and removes the socket file; memory goes when the loop has run the close callbacks. */
void sim_control_close(struct sim_control *control);

#endif

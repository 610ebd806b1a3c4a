/* SPDX-License-Identifier: Apache-2.0 */
/* The far end of a simulated line: a STAMP Session-Reflector on a real UDP socket (RFC 8762,
 * section 4.3, unauthenticated). By default it is stateful and counts each sender's packets; it can
 * be told to copy the sender's number or to be silent. sim/line.c owns one where the room asks. */
#ifndef SIM_DEVICES_STAMP_REFLECTOR_H
#define SIM_DEVICES_STAMP_REFLECTOR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <uv.h>

enum sim_reflector_mode {
    SIM_REFLECTOR_COUNTS, /* stateful */
    SIM_REFLECTOR_COPIES, /* stateless */
    SIM_REFLECTOR_SILENT
};
struct sim_stamp_reflector;

/* Listens in the caller's network namespace, on one interface only (NULL: on any), so that two
 * lines may lead to one address; *address gets its port. NULL: errno says why. */
struct sim_stamp_reflector *sim_stamp_reflector_open(uv_loop_t *loop, struct sockaddr_in *address,
                                                     const char *interface);
void sim_stamp_reflector_set_mode(struct sim_stamp_reflector *reflector,
                                  enum sim_reflector_mode mode);
/* As after a restart: every count begins at 0 again. */
void sim_stamp_reflector_restart(struct sim_stamp_reflector *reflector);
/* Frees it once its handle has closed on the loop. */
void sim_stamp_reflector_close(struct sim_stamp_reflector *reflector);

#endif

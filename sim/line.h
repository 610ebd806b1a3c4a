/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated carrier line: a link in the outside's namespace that can be cut or lose a share of
 * what passes over it in either direction (nftables, since a kernel need not have netem), and the
 * reflector at its far end, where there is one. room.c owns the lines. */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "sim/devices/stamp_reflector.h"
#include "sim/link.h"
#include "sim/room_plan.h"

struct sim_line {
    const struct sim_line_plan *plan;
    unsigned number; /* in the room; names its packet filter table */
    struct sim_link link;
    bool down;                   /* by a fault */
    bool powered;                /* of its equipment */
    uint32_t loss_permille;      /* of what comes in over it: on the way out of the room */
    uint32_t loss_back_permille; /* of what leaves over it */
    struct sim_stamp_reflector *reflector; /* NULL: nobody counts there */
};

/* On, without loss, its reflector counting. The plan must outlive it. False: its reflector cannot
 * listen, errno says why. */
bool sim_line_open(struct sim_line *line, uv_loop_t *loop, const struct sim_line_plan *plan,
                   unsigned number, bool powered);
/* Each returns false with errno when the kernel or nft refuses. */
bool sim_line_set_down(struct sim_line *line, bool down);
bool sim_line_power(struct sim_line *line, bool powered);
/* Loses this share of the packets that come in over it, and of those that leave over it, 0 … 1000
 * permille each. */
bool sim_line_set_loss(struct sim_line *line, uint32_t permille, uint32_t back_permille);
/* Takes everything back; the reflector closes on the loop. */
void sim_line_close(struct sim_line *line);

#endif

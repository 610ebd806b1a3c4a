/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated carrier line: a link in the outside's namespace that can be cut or lose a share of
 * what comes in over it (nftables, since a kernel need not have netem). room.c owns the lines. */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "sim/link.h"
#include "sim/room_plan.h"

struct sim_line {
    const struct sim_line_plan *plan;
    unsigned number; /* in the room; names its packet filter table */
    struct sim_link link;
    bool down;    /* by a fault */
    bool powered; /* of its equipment */
    uint32_t loss_permille;
};

/* On, without loss. The plan must outlive it. */
void sim_line_open(struct sim_line *line, const struct sim_line_plan *plan, unsigned number,
                   bool powered);
/* Each returns false with errno when the kernel or nft refuses. */
bool sim_line_set_down(struct sim_line *line, bool down);
bool sim_line_power(struct sim_line *line, bool powered);
/* Loses this share of the packets that come in over it, 0 … 1000 permille. */
bool sim_line_set_loss(struct sim_line *line, uint32_t permille);
/* Takes everything back. */
void sim_line_close(struct sim_line *line);

#endif

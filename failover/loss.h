/* SPDX-License-Identifier: Apache-2.0 */
/* Loss over the newest samples of one kind: a ring of lost or not lost, and their share. It knows
 * no time and judges nothing; line.c keeps one for echoes, direction.c one for each direction. */
#ifndef FAILOVER_LOSS_H
#define FAILOVER_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#define FO_LOSS_SAMPLES 100
#define FO_LOSS_FILLED_MIN 20 /* samples before a loss rate means something */

struct fo_loss {                   /* all zero: no sample yet */
    uint8_t lost[FO_LOSS_SAMPLES]; /* ring; 1 = lost */
    uint8_t next, filled, count;   /* count: of those lost */
};

void fo_loss_count(struct fo_loss *loss, bool lost);
/* So many at once, of which `lost` were lost (at most count), the lost ones taken as the older. Of
 * more than the ring holds, as many as it holds in the same proportion, rounded down. */
void fo_loss_add(struct fo_loss *loss, uint32_t count, uint32_t lost);
/* Of the samples in the ring; UINT32_MAX when there is none. */
uint32_t fo_loss_permille(const struct fo_loss *loss);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The ring behind loss.h. The count is kept beside it, so that a share costs no walk. */
#include "failover/loss.h"

#include "failover/assert.h"

void fo_loss_count(struct fo_loss *loss, bool lost)
{
    loss->count = (uint8_t)(loss->count - loss->lost[loss->next] + (lost ? 1 : 0));
    loss->lost[loss->next] = lost ? 1 : 0;
    loss->next = (uint8_t)((loss->next + 1) % FO_LOSS_SAMPLES);
    if (loss->filled < FO_LOSS_SAMPLES) {
        loss->filled++;
    }
    FO_ASSERT(loss->count <= loss->filled);
}

void fo_loss_add(struct fo_loss *loss, uint32_t count, uint32_t lost)
{
    FO_ASSERT(lost <= count);
    uint32_t kept = count < FO_LOSS_SAMPLES ? count : FO_LOSS_SAMPLES;
    uint32_t bad = kept == count ? lost : (uint32_t)((uint64_t)lost * kept / count);
    for (uint32_t i = 0; i < kept; i++) {
        fo_loss_count(loss, i < bad);
    }
}

uint32_t fo_loss_permille(const struct fo_loss *loss)
{
    return loss->filled == 0 ? UINT32_MAX : loss->count * 1000U / loss->filled;
}

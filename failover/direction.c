/* SPDX-License-Identifier: Apache-2.0 */
/* Windows over what the far ends report (see direction.h). A silent far end keeps its windows, for
 * its next word accounts for the silence; one whose count began anew does not. */
#include "failover/direction.h"

#include "failover/assert.h"
#include "failover/reason.h"

#include <string.h>

void fo_direction_init(struct fo_direction *direction)
{
    memset(direction, 0, sizeof *direction);
    direction->reason = FO_REASON_NOT_READ_YET;
    direction->said_us = FO_NEVER;
}

bool fo_direction_fits(const struct fo_probe *probe)
{
    return probe->lost_out <= probe->sent && probe->lost_back <= probe->sent - probe->lost_out;
}

static void count(struct fo_direction *direction, const struct fo_probe *probe)
{
    direction->reason = FO_REASON_NONE;
    direction->unanswered = 0;
    fo_loss_add(&direction->out, probe->sent, probe->lost_out);
    fo_loss_add(&direction->back, probe->sent - probe->lost_out, probe->lost_back);
}

static void miss(struct fo_direction *direction)
{
    if (direction->unanswered < FO_DIRECTION_SILENT) {
        direction->unanswered++;
    }
    if (direction->unanswered >= FO_DIRECTION_SILENT) {
        direction->reason = FO_REASON_NO_ANSWER;
    }
}

void fo_direction_probe(struct fo_engine *engine, const struct fo_probe *probe)
{
    FO_ASSERT(probe->index < engine->policy.line_count && fo_direction_fits(probe));
    struct fo_direction *direction = &engine->lines[probe->index].direction;
    if (probe->quality == FO_ABSENT) {
        return; /* it could not be asked: that says nothing about it */
    }
    direction->said_us = engine->now_us;
    if (probe->ok) {
        count(direction, probe);
    } else if (probe->reason == FO_REASON_NO_ANSWER) {
        miss(direction);
    } else {
        fo_direction_init(direction);
        direction->said_us = engine->now_us;
        direction->reason = probe->reason;
    }
}

void fo_direction_forget(struct fo_direction *direction)
{
    direction->said_us = FO_NEVER;
}

uint16_t fo_direction_reason(const struct fo_engine *engine, unsigned line, fo_us now_us)
{
    const struct fo_direction *direction = &engine->lines[line].direction;
    if (direction->reason != FO_REASON_NONE) {
        return direction->reason;
    }
    if (direction->said_us == FO_NEVER ||
        now_us - direction->said_us > engine->policy.lines[line].target.stale_us) {
        return FO_REASON_TOO_OLD;
    }
    return direction->out.filled < FO_LOSS_FILLED_MIN ? FO_REASON_NOT_READ_YET : FO_REASON_NONE;
}

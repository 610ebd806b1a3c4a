/* SPDX-License-Identifier: Apache-2.0 */
/* The union of two monitors' knowledge of one incident (see merge.h). */
#include "failover/merge.h"

#include "failover/assert.h"
#include "failover/record.h"

#define ONSET_MS (3600 * 1000)

bool fo_merge_same(const struct fo_incident *a, const struct fo_incident *b)
{
    fo_wall_ms apart_ms = a->opened_wall_ms - b->opened_wall_ms;
    return a->state == FO_INCIDENT_OPEN && b->state == FO_INCIDENT_OPEN && a->cause == b->cause &&
           fo_subject_equal(a->subject, b->subject) && a->drill == b->drill &&
           apart_ms < ONSET_MS && apart_ms > -ONSET_MS;
}

static void join_branch(struct fo_climb *kept, const struct fo_climb *other)
{
    if (other->rung != FO_NONE && (kept->rung == FO_NONE || other->rung > kept->rung)) {
        kept->rung = other->rung;
    }
    /* a word given to either stops both, for as long as the longer of them lasts */
    if (other->acked_by != FO_NONE &&
        (kept->acked_by == FO_NONE || other->ack_until_us > kept->ack_until_us)) {
        kept->acked_by = other->acked_by;
        kept->ack_until_us = other->ack_until_us;
        kept->next_rung_us = other->next_rung_us;
    }
}

void fo_merge(struct fo_incident *kept, const struct fo_incident *other)
{
    FO_ASSERT(fo_merge_same(kept, other));
    bool newer = other->epoch > kept->epoch;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        if (newer) {
            kept->branches[i] =
                other->branches[i]; /* what silenced the lower epoch is of the past */
        } else if (other->epoch == kept->epoch) {
            join_branch(&kept->branches[i], &other->branches[i]);
        }
    }
    kept->epoch = newer ? other->epoch : kept->epoch;
    kept->severity = other->severity < kept->severity ? other->severity : kept->severity;
    kept->acked |= other->acked;
    kept->paged |= other->paged;
    kept->wanted |= other->wanted;
    kept->refused &= other->refused;
    kept->class2 = kept->class2 || other->class2;
    kept->deputy = kept->deputy && other->deputy;
    kept->owned_by = kept->owned_by == FO_NONE ? other->owned_by : kept->owned_by;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        kept->accepted[i] |= other->accepted[i];
    }
}

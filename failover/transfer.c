/* SPDX-License-Identifier: Apache-2.0 */
/* One transfer switch (see transfer.h). A switch in a rack says nothing of the mains: its sources
 * may be two UPSes. A source is gone when two readings in a row say so. */
#include "failover/transfer.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/generator.h"
#include "failover/record.h"
#include "failover/sign.h"

static struct fo_subject subject_of(unsigned device)
{
    return fo_subject_of(FO_SUBJECT_DEVICE, device);
}

static void read_sources(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    struct fo_device *state = &engine->devices[device];
    int64_t contacts = facts->milli[FO_VAR_ROOM_CONTACTS];
    unsigned before =
        (unsigned)fo_sign_is(state, FO_SIGN_SOURCE_A) + fo_sign_is(state, FO_SIGN_SOURCE_B);
    bool a =
        fo_sign_read(state, FO_SIGN_SOURCE_A, (contacts >> FO_ROOM_CONTACT_SOURCE_A_LOST & 1) != 0);
    bool b =
        fo_sign_read(state, FO_SIGN_SOURCE_B, (contacts >> FO_ROOM_CONTACT_SOURCE_B_LOST & 1) != 0);
    fo_condition_set(engine, FO_REASON_FEED_REDUNDANCY_LOST, subject_of(device), a || b);
    if ((unsigned)a + b != before) { /* another weight, another choice of server */
        fo_condition_weigh(engine, FO_REASON_FEED_REDUNDANCY_LOST, subject_of(device));
        fo_deadline_set(&engine->deadlines, FO_TIMER_OUTPUT, engine->now_us);
    }
}

void fo_transfer_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    FO_ASSERT(device < engine->policy.device_count);
    int64_t source = fo_facts_get(facts, FO_VAR_TRANSFER_SOURCE, FO_SOURCES);
    uint8_t said = fo_generator_mains(facts);
    if (fo_facts_has(facts, FO_VAR_ROOM_CONTACTS)) {
        read_sources(engine, device, facts);
    }
    if (source == FO_SOURCE_NONE || source == FO_SOURCE_MAINS || source == FO_SOURCE_GENERATOR) {
        if (said == FO_MAINS_NO_VOTE) {
            said = source == FO_SOURCE_MAINS ? FO_MAINS_PRESENT : FO_MAINS_ABSENT;
        }
        fo_generator_set_loaded(engine, device, source == FO_SOURCE_GENERATOR);
    }
    fo_generator_vote(engine, &engine->devices[device], said);
}

fo_us fo_transfer_run(struct fo_engine *engine, unsigned device)
{
    FO_ASSERT(device < engine->policy.device_count);
    struct fo_device *state = &engine->devices[device];
    if (state->communication.state != FO_STATE_UNKNOWN) {
        fo_condition_set(engine, FO_REASON_TRANSFER_SWITCH_SILENT, subject_of(device),
                         state->communication.state == FO_STATE_DOWN);
    }
    if (state->communication.state != FO_STATE_OK) {
        state->vote = FO_MAINS_NO_VOTE;
    }
    return FO_NEVER;
}

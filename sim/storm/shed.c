/* SPDX-License-Identifier: Apache-2.0 */
/* Law S11 (see shed.h): nothing is switched off by a UPS that said last that it is on the mains, or
 * said only once or twice that it is not; and class 2 waits until class 1 is done. */
#include "sim/storm/shed.h"

#include "failover/reason.h"
#include "sim/storm/trace.h"

#define SAID_AT_LEAST 3 /* readings on battery before anything is switched off */

unsigned storm_shed_outcome(struct storm_world *world, bool synced)
{
    if (!synced || storm_random_chance(&world->disk, 200)) {
        return FO_OUTCOME_FAILED;
    }
    return storm_random_chance(&world->disk, 100) ? FO_OUTCOMES : FO_OUTCOME_DONE;
}

static void hear(struct storm_shed *book, const struct fo_reading *reading)
{
    if (reading->device >= 2 || reading->quality != FO_GOOD) {
        return;
    }
    for (unsigned i = 0; i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];
        if (value->variable != FO_VAR_UPS_STATUS || value->quality != FO_GOOD) {
            continue;
        }
        if ((value->milli & FO_UPS(OB)) != 0) {
            book->said[reading->device] += book->said[reading->device] < UINT8_MAX ? 1 : 0;
        } else if ((value->milli & FO_UPS(OL)) != 0) {
            book->said[reading->device] = 0;
        }
    }
}

static void check(struct storm_world *world, const struct fo_command *command)
{
    const struct storm_shed *book = &world->shed;
    const struct fo_stage_policy *stage = &world->policy.stages[command->stage];
    for (unsigned ups = 0; ups < 2; ups++) {
        if ((stage->supplies >> ups & 1) != 0 && book->said[ups] < SAID_AT_LEAST) {
            storm_break_law(world, STORM_LAW_S11,
                            "stage %u is switched off, UPS %u has said %u times that it is needed",
                            command->stage, ups, book->said[ups]);
        }
    }
    if (!world->policy.shed_armed) {
        storm_break_law(world, STORM_LAW_S11, "stage %u is switched off unasked", command->stage);
    }
    if (stage->loads == FO_LOADS_CLASS_2 && !book->first_done) {
        storm_break_law(world, STORM_LAW_S11, "class 2 is switched off before class 1");
    }
}

void storm_shed_step(struct storm_world *world, const struct fo_event *event,
                     const struct fo_output *out)
{
    struct storm_shed *book = &world->shed;
    if (world->policy.stage_count == 0) {
        return;
    }
    if (event->kind == FO_EVENT_READING) {
        hear(book, &event->reading);
    }
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        bool first = record->subject.kind == FO_SUBJECT_STAGE && record->subject.index == 0;
        if (first && record->reason == FO_REASON_SHED_STARTED) {
            book->first_done = false;
        } else if ((first && record->reason == FO_REASON_SHED_DONE) ||
                   (record->reason == FO_REASON_OPERATOR_ORDER &&
                    record->a == FO_ORDER_STOP_SHED)) {
            book->first_done = true;
        }
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (out->commands[i].kind == FO_COMMAND_SHED) {
            world->counts.sheds++;
            check(world, &out->commands[i]);
        }
    }
}

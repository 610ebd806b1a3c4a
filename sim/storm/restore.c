/* SPDX-License-Identifier: Apache-2.0 */
/* Law S12 (see restore.h): a load is switched on only when two persons have ordered it, it was
 * switched off, every UPS of its stage has said nothing but that it is on the mains for as long as
 * the site demands, the one before it is over, and under a key of its own. */
#include "sim/storm/restore.h"

#include "failover/reason.h"
#include "sim/storm/duty.h"
#include "sim/storm/trace.h"

#include <string.h>

static void hear(struct storm_restore *book, const struct fo_event *event)
{
    const struct fo_reading *reading = &event->reading;
    if (reading->device >= 2 || reading->quality != FO_GOOD) {
        return;
    }
    for (unsigned i = 0; i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];
        if (value->variable != FO_VAR_UPS_STATUS || value->quality != FO_GOOD) {
            continue;
        }
        bool test = (value->milli & (FO_UPS(TEST) | FO_UPS(CAL))) != 0;
        bool battery = (value->milli & FO_UPS(OB)) != 0 && !test;
        if (battery || (value->milli & FO_UPS(OL)) == 0) {
            book->mains_us[reading->device] = FO_NEVER;
        } else if (book->mains_us[reading->device] == FO_NEVER) {
            book->mains_us[reading->device] = event->now_us;
        }
    }
}

/* Two humans, for what the record of its beginning names. */
static void order(struct storm_world *world, const struct fo_order *order,
                  const struct fo_record *record)
{
    struct storm_restore *book = &world->restore;
    bool two = order->kind == FO_ORDER_RESTORE && order->second < STORM_PERSONS &&
               order->person < STORM_PERSONS &&
               storm_duty_human(world, order->second) != storm_duty_human(world, order->person);
    book->stages = two ? (uint8_t)record->a : 0;
    memset(book->on, 0, sizeof book->on);
}

static void check(struct storm_world *world, const struct fo_command *command, fo_us now_us)
{
    const struct storm_restore *book = &world->restore;
    const struct fo_stage_policy *stage = &world->policy.stages[command->stage];
    for (unsigned ups = 0; ups < 2; ups++) {
        fo_us since_us = book->mains_us[ups];
        if ((stage->supplies >> ups & 1) != 0 &&
            (since_us == FO_NEVER || now_us - since_us < world->policy.return_hold_us)) {
            storm_break_law(world, STORM_LAW_S12,
                            "stage %u is switched on, UPS %u has not been on the mains for long",
                            command->stage, ups);
        }
    }
    if ((book->stages >> command->stage & 1) == 0) {
        storm_break_law(world, STORM_LAW_S12, "stage %u is switched on, no two persons want it",
                        command->stage);
    }
    unsigned off = book->off[command->stage] & ~(unsigned)book->on[command->stage];
    if ((off >> command->act & 1) == 0) {
        storm_break_law(world, STORM_LAW_S12, "act %u of stage %u is switched on, it is not off",
                        command->act, command->stage);
    }
    if (book->acting ||
        (book->key.boot == command->key.boot && book->key.sequence >= command->key.sequence)) {
        storm_break_law(world, STORM_LAW_S12, "stage %u act %u: before the last one is over",
                        command->stage, command->act);
    }
}

static void take_records(struct storm_world *world, const struct fo_event *event,
                         const struct fo_output *out)
{
    struct storm_restore *book = &world->restore;
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        if (record->reason == FO_REASON_RESTORE_STARTED && event->kind == FO_EVENT_ORDER) {
            order(world, &event->order, record);
        } else if (record->reason == FO_REASON_RESTORE_DONE ||
                   record->reason == FO_REASON_RESTORE_STOPPED) {
            book->stages = 0;
            book->acting = false;
        }
    }
}

static void take_commands(struct storm_world *world, const struct fo_output *out, fo_us now_us)
{
    struct storm_restore *book = &world->restore;
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        if (command->kind == FO_COMMAND_SHED) {
            book->off[command->stage] |= (uint8_t)(1U << command->act);
        } else if (command->kind == FO_COMMAND_RESTORE) {
            world->counts.restores++;
            check(world, command, now_us);
            book->acting = true;
            book->key = command->key;
            book->stage = command->stage;
            book->act = command->act;
        }
    }
}

void storm_restore_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out)
{
    struct storm_restore *book = &world->restore;
    if (world->policy.stage_count == 0) {
        return;
    }
    if (event->kind == FO_EVENT_BOOT) { /* this process knows nothing yet, and nothing goes on */
        book->mains_us[0] = book->mains_us[1] = FO_NEVER;
        book->acting = false;
        book->stages = 0;
    } else if (event->kind == FO_EVENT_READING) {
        hear(book, event);
    } else if (event->kind == FO_EVENT_RESULT && book->acting &&
               event->result.key.boot == book->key.boot &&
               event->result.key.sequence == book->key.sequence) {
        book->acting = false;
        if (event->result.outcome == FO_OUTCOME_DONE) {
            book->on[book->stage] |= (uint8_t)(1U << book->act);
        }
    }
    take_records(world, event, out);
    take_commands(world, out, event->now_us);
}

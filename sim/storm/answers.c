/* SPDX-License-Identifier: Apache-2.0 */
/* Words of people in the checkers' book (see answers.h). */
#include "sim/storm/answers.h"

#include "failover/reason.h"
#include "sim/storm/contact.h"
#include "sim/storm/duty.h"
#include "sim/storm/trace.h"

static uint64_t bit_of(unsigned person)
{
    return UINT64_C(1) << person;
}

static bool is_recorded(const struct fo_output *out, enum fo_reason reason)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == reason) {
            return true;
        }
    }
    return false;
}

/* What a tick of the call tree says, the one who was called has said. */
static struct fo_order word_of(const struct fo_order *order)
{
    struct fo_order word = *order;
    bool taken = order->kind == FO_ORDER_CALLED && order->value == FO_CALLED_TAKEN;
    bool cannot = order->kind == FO_ORDER_CALLED && order->value == FO_CALLED_CANNOT;
    if (taken || cannot) {
        word.kind = taken ? FO_ORDER_ACKNOWLEDGE : FO_ORDER_CANNOT;
        word.person = order->second;
        word.epoch = 0;
    }
    return word;
}

static void take_word(struct storm_world *world, struct storm_case *known,
                      const struct fo_order *word)
{
    const struct fo_incident *incident = storm_contact_incident(world, known->number);
    unsigned person = storm_duty_human(world, word->person);
    known->spoken_us = world->now_us;
    known->inside_missing = false;
    if (word->kind == FO_ORDER_ACKNOWLEDGE || word->kind == FO_ORDER_OWN) {
        fo_us until_us = world->now_us + world->policy.acknowledge_us;
        known->quiet_until_us = until_us > known->quiet_until_us ? until_us : known->quiet_until_us;
        known->owed &= incident != NULL ? ~storm_duty_beside(world, incident, person) : 0;
        known->first_missing = false;
        known->taker = (uint8_t)person;
    } else if (word->kind == FO_ORDER_CANNOT) {
        known->owed &= ~bit_of(person);
        known->breach &= ~bit_of(person);
        known->glass &= ~bit_of(person);
        known->quiet_until_us = person == known->taker ? world->now_us : known->quiet_until_us;
    }
}

void storm_answers_note(struct storm_world *world, const struct fo_order *order,
                        const struct fo_output *out)
{
    struct fo_order word = word_of(order);
    struct storm_case *known = word.incident != 0 ? storm_contact_case(world, word.incident) : NULL;
    if (known == NULL || word.kind > FO_ORDER_RESOLVE || word.person >= STORM_PERSONS ||
        is_recorded(out, FO_REASON_ORDER_REFUSED) ||
        is_recorded(out, FO_REASON_ACKNOWLEDGE_IGNORED) ||
        is_recorded(out, FO_REASON_ACKNOWLEDGE_OLD)) {
        return;
    }
    if (word.epoch != 0 && word.epoch < known->epoch) {
        storm_break_law(world, STORM_LAW_P6, "incident %u: a word about epoch %u counts in %u",
                        known->number, word.epoch, known->epoch);
    }
    take_word(world, known, &word);
}

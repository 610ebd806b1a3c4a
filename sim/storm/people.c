/* SPDX-License-Identifier: Apache-2.0 */
/* People and channels (see people.h). */
#include "sim/storm/people.h"

#include "failover/assert.h"
#include "sim/storm/room.h"
#include "sim/storm/trace.h"

#define WORDS_SPARE 32 /* what people order of their own accord can still be said */

void storm_people_init(struct storm_world *world)
{
    struct storm_people *people = &world->people;
    struct storm_random random = storm_random_stream(world->seed, "people", 0);
    people->word_free_count = STORM_WORDS_MAX;
    for (unsigned i = 0; i < STORM_WORDS_MAX; i++) {
        people->word_free[i] = (uint16_t)(STORM_WORDS_MAX - 1 - i);
    }
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        people->temper[i] = (uint8_t)storm_random_below(&random, STORM_TEMPERS);
    }
    people->answer_us = storm_random_scale(&random, FO_SECOND, FO_MINUTE);
}

void storm_people_say(struct storm_world *world, const struct fo_order *order, fo_us delay_us)
{
    struct storm_people *people = &world->people;
    if (people->word_free_count == 0) {
        return; /* too many to say: it stays unsaid */
    }
    unsigned place = people->word_free[--people->word_free_count];
    people->words[place] = *order;
    storm_queue_set(&world->queue, STORM_PLACE_WORD + place, world->now_us + delay_us);
}

void storm_people_hush(struct storm_world *world)
{
    struct storm_people *people = &world->people;
    for (unsigned place = 0; place < STORM_WORDS_MAX; place++) {
        if (storm_queue_due(&world->queue, STORM_PLACE_WORD + place) != FO_NEVER) {
            storm_queue_set(&world->queue, STORM_PLACE_WORD + place, FO_NEVER);
            people->word_free[people->word_free_count++] = (uint16_t)place;
        }
    }
}

struct fo_order storm_people_word(struct storm_world *world, unsigned place)
{
    struct storm_people *people = &world->people;
    FO_ASSERT(place < STORM_WORDS_MAX && people->word_free_count < STORM_WORDS_MAX);
    storm_queue_set(&world->queue, STORM_PLACE_WORD + place, FO_NEVER);
    people->word_free[people->word_free_count++] = (uint16_t)place;
    world->counts.words++;
    return people->words[place];
}

static void answer(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_people *people = &world->people;
    struct storm_random *random = &world->person;
    uint8_t temper = people->temper[notify->person];
    struct fo_order order = {.kind = FO_ORDER_ACKNOWLEDGE,
                             .person = notify->person,
                             .second = FO_NONE,
                             .server = FO_NONE,
                             .incident = notify->incident};
    if (storm_random_chance(random, 600)) { /* to this very page, not to what is open by then */
        order.epoch = notify->epoch;
        order.round = notify->round;
    }
    fo_us delay_us = storm_random_below(random, 2 * people->answer_us);
    bool is_end = notify->message == FO_MESSAGE_RECOVERED || notify->message == FO_MESSAGE_ABORTED;
    if (people->away != 0 || temper == STORM_SILENT || is_end || storm_random_chance(random, 300) ||
        people->word_free_count < WORDS_SPARE) {
        return;
    }
    if (temper == STORM_UNABLE) {
        order.kind = FO_ORDER_CANNOT;
    } else if (storm_random_chance(random, 200)) {
        order.kind = FO_ORDER_OWN;
    }
    delay_us = temper == STORM_LATE ? 10 * delay_us : delay_us;
    storm_people_say(world, &order, delay_us);
    if (temper == STORM_TWICE) {
        storm_people_say(world, &order, delay_us + storm_random_below(random, 5 * FO_SECOND));
    }
}

bool storm_people_arrives(struct storm_world *world, const struct fo_notify *notify)
{
    return world->policy.channels[notify->channel].delivery_us > 0 &&
           storm_random_chance(&world->person, 700);
}

unsigned storm_people_notify(struct storm_world *world, const struct fo_notify *notify,
                             fo_us *delay_us)
{
    const struct storm_people *people = &world->people;
    struct storm_random *random = &world->person;
    unsigned channel = notify->channel;
    FO_ASSERT(channel < STORM_CHANNELS && notify->person < STORM_PERSONS);
    world->counts.pages++;
    *delay_us = storm_random_scale(random, 10 * FO_MS, 3 * FO_SECOND);
    bool lines = world->policy.channels[channel].needs_lines != 0;
    bool carried = !lines || storm_room_line_up(world, 0) || storm_room_line_up(world, 1);
    if (people->channel_dead[channel] != 0 || !carried) {
        return storm_random_chance(random, 400)   ? FO_OUTCOME_RETRY
               : storm_random_chance(random, 500) ? FO_OUTCOME_FAILED
                                                  : FO_OUTCOMES;
    }
    answer(world, notify);
    return people->channel_mute[channel] != 0 ? FO_OUTCOMES : FO_OUTCOME_ACCEPTED;
}

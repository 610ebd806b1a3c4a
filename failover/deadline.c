/* SPDX-License-Identifier: Apache-2.0 */
/* The heap of the engine's deadlines. It owns no policy: when a deadline is due and what then
 * happens is the business of the room whose timer it is. */
#include "failover/deadline.h"

#include "failover/assert.h"

static bool earlier(const struct fo_deadlines *set, unsigned a, unsigned b)
{
    if (set->due_us[a] != set->due_us[b]) {
        return set->due_us[a] < set->due_us[b];
    }
    return a < b;
}

static void put(struct fo_deadlines *set, unsigned place, unsigned timer)
{
    set->heap[place] = (uint16_t)timer;
    set->place[timer] = (uint16_t)place;
}

void fo_deadline_init(struct fo_deadlines *set)
{
    FO_ASSERT(set != NULL);
    for (unsigned i = 0; i < FO_TIMERS; i++) {
        set->due_us[i] = FO_NEVER;
        put(set, i, i);
    }
}

void fo_deadline_set(struct fo_deadlines *set, unsigned timer, fo_us due_us)
{
    FO_ASSERT(timer < FO_TIMERS);
    FO_ASSERT(set->heap[set->place[timer]] == timer);
    if (set->due_us[timer] == due_us) {
        return;
    }
    set->due_us[timer] = due_us;
    unsigned place = set->place[timer];
    while (place > 0 && earlier(set, timer, set->heap[(place - 1) / 2])) {
        put(set, place, set->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (;;) {
        unsigned soonest = timer, at = place;
        for (unsigned child = 2 * place + 1; child < FO_TIMERS && child <= 2 * place + 2; child++) {
            if (earlier(set, set->heap[child], soonest)) {
                soonest = set->heap[child];
                at = child;
            }
        }
        if (at == place) {
            break;
        }
        put(set, place, soonest);
        place = at;
    }
    put(set, place, timer);
}

void fo_deadline_bring(struct fo_deadlines *set, unsigned timer, fo_us due_us)
{
    FO_ASSERT(timer < FO_TIMERS);
    if (due_us < set->due_us[timer]) {
        fo_deadline_set(set, timer, due_us);
    }
}

unsigned fo_deadline_first(const struct fo_deadlines *set)
{
    FO_ASSERT(set->heap[0] < FO_TIMERS);
    return set->heap[0];
}

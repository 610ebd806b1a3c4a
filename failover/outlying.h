/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over the devices of other places (署所, relay stations): thousands of them, each judged
 * by the same rules as those of the room, and none of them inside the engine. They vote on nothing
 * and carry nothing here, so the engine hears only what becomes of a place as a whole: a cause
 * holds at it, or no longer does. So a step of the engine costs the same however many devices are
 * watched. Pure and without memory of its own: the daemon owns the structs and the clock. */
#ifndef FAILOVER_OUTLYING_H
#define FAILOVER_OUTLYING_H

#include "failover/engine_state.h"
#include "failover/view.h"

struct fo_outlying {
    struct fo_device state;
    bool heard;     /* a good reading since our start */
    uint64_t holds; /* bit (cause - 100) */
};
void fo_outlying_init(struct fo_outlying *outlying);
/* One reading; outlying->holds is as of now afterwards. */
void fo_outlying_reading(struct fo_outlying *outlying, const struct fo_device_policy *policy,
                         const struct fo_reading *reading, fo_us now_us);
/* Lets time pass; to be called about once a second. */
void fo_outlying_run(struct fo_outlying *outlying, const struct fo_device_policy *policy,
                     fo_us now_us);
/* As the engine's own devices are shown. */
void fo_outlying_view(const struct fo_outlying *outlying, const struct fo_device_policy *policy,
                      fo_us now_us, struct fo_view_device *view);

#define FO_CAUSES 64 /* causes are numbered from 100 */
struct fo_place {
    uint64_t told, told_over;  /* causes the engine was last told to hold here, and to be over */
    uint16_t unheard;          /* devices without a good reading since our start */
    uint16_t count[FO_CAUSES]; /* devices at which the cause holds */
};
/* The engine's memory may be longer than ours: until every device of the place has been heard once,
 * nothing that it still holds is taken back. */
void fo_place_init(struct fo_place *place);
/* A device of this place exists; before its first reading. */
void fo_place_add(struct fo_place *place);
/* One device has gone from `before` to what it says now; was_heard as it was before. */
void fo_place_count(struct fo_place *place, uint64_t before, bool was_heard,
                    const struct fo_outlying *now);
/* The next thing the engine has to hear, taken as told; false when it knows all. said->place is
 * left alone. */
bool fo_place_next(struct fo_place *place, struct fo_place_said *said);
/* All that holds is to be said again (an engine that was rebuilt has forgotten it). */
void fo_place_retell(struct fo_place *place);
/* Whether a place may say this cause. */
bool fo_outlying_may_say(uint16_t cause);

#endif

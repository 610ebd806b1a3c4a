/* SPDX-License-Identifier: Apache-2.0 */
/* The walks over what is on no disk by itself: messages of the lease, events, and everything of the
 * engine beside its durable part. Each names every field once, in a fixed order; image.c and hash.c
 * say what for. */
#ifndef FAILOVER_WALK_H
#define FAILOVER_WALK_H

#include "failover/codec.h"
#include "failover/engine_state.h"

void fo_walk_stamp(struct fo_codec *codec, struct fo_stamp *stamp);
void fo_walk_beat(struct fo_codec *codec, struct fo_beat *beat);
void fo_walk_answer(struct fo_codec *codec, struct fo_answer *answer);
/* The kind first; of an unknown kind nothing more, and reading it is bad. */
void fo_walk_datagram(struct fo_codec *codec, struct fo_datagram *datagram);
void fo_walk_event(struct fo_codec *codec, struct fo_event *event);
void fo_walk_policy(struct fo_codec *codec, struct fo_policy *policy);
/* The engine without its policy and what is derived from it, without the durable part, and without
 * the heap of the deadlines, which follows from their instants. */
void fo_walk_rest(struct fo_codec *codec, struct fo_engine *engine);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A page: the first tries to reach one person about one incident. escalation.c says who is paged;
 * this room says by which channels it begins; attempt.c goes on from there. */
#ifndef FAILOVER_PAGE_H
#define FAILOVER_PAGE_H

#include "failover/engine_state.h"

/* Pages a person about the incident in slot: the first channel of the person's ladder that can
 * work now; in class 2 also one that needs no line; and when all lines are down all that need none,
 * while those that need one wait for it. Where all places are taken, an attempt that only waits
 * gives way if what it is about is less grave, or as grave and it was made again after a crash; the
 * record says GAVE_WAY. False when there are too few such: ask again when engine->attempts_starved
 * is taken back. */
bool fo_page_person(struct fo_engine *engine, unsigned slot, unsigned person,
                    enum fo_message message);

#endif

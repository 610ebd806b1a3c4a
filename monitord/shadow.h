/* SPDX-License-Identifier: Apache-2.0 */
/* Shadow mode: the time before go-live in which Noroshi decides and journals everything and does
 * nothing. It takes the place of the acts that reach the world; the driver, the journal and the
 * engine run as always. It owns no decision. The app builds one when the site says shadow = true.
 */
#ifndef MONITORD_SHADOW_H
#define MONITORD_SHADOW_H

#include "monitord/acts.h"

struct md_shadow {
    /* Outcome of a command, as md_driver_result takes it. */
    void (*result)(void *context, struct fo_key key, enum fo_outcome outcome, unsigned reason,
                   int detail);
    void *context;
    struct md_acts inner; /* what is let through: polls, pictures */
};
/* Puts itself before every act of `acts` that could be noticed outside: datagrams (no beat, no
 * grant), pages, fencing, routes, and the call for help of an engine that is lost. A page counts as
 * accepted and a fence or route as done, with reason SHADOWED, so that the decisions that would
 * have followed are seen as well. shadow->result and context are set by the caller; shadow outlives
 * the acts. */
void md_shadow_take(struct md_shadow *shadow, struct md_acts *acts);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance windows by what is worked on: the site, a server, a line, a power device, a service.
 * It knows their places and what they excuse, and opens and closes none: order.c and inhibit.c do.
 */
#ifndef FAILOVER_WINDOW_H
#define FAILOVER_WINDOW_H

#include "failover/engine_state.h"

/* The place of its window in fo_inhibit; FO_WINDOWS: such a thing has none. */
unsigned fo_window_place(struct fo_subject subject);
/* What the window at this place is for; place < FO_WINDOWS. */
struct fo_subject fo_window_subject(unsigned place);
/* Somebody works on it now. */
bool fo_window_is_open(const struct fo_engine *engine, struct fo_subject subject);
/* The same, or its window has run over: nothing automatic goes towards it. */
bool fo_window_holds(const struct fo_engine *engine, struct fo_subject subject);
/* Power devices whose words move nothing, because somebody works on them: a bit each. None while
 * the mains are lost: then it is no work any more. */
uint64_t fo_window_devices(const struct fo_engine *engine);
/* This alarm is what the work does, and told as information. Never what costs a class-2 service,
 * a UPS at its end, or what a person reported. */
bool fo_window_excuses(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);

#endif

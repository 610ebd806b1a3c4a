/* SPDX-License-Identifier: Apache-2.0 */
/* What a message needs to know at a glance: which service to name first, whether a standby is left,
 * what presses in an incident besides its root. Pure; message.c calls it. */
#ifndef MONITORD_MESSAGE_FACTS_H
#define MONITORD_MESSAGE_FACTS_H

#include "config/site.h"
#include "failover/view.h"

/* The service to name first among those not well: higher class first, then the worse state; FO_NONE
 * when all are well. *others: how many more are not. */
unsigned md_worst_service(const struct site *site, const struct fo_view *view, unsigned *others);
/* Whether a server is known to be unable to take over; unknown is not down. */
bool md_standby_is_gone(const struct fo_view *view);
/* Whether folded fault i is open, asks for an act of its own, and is not told by another one: a
 * generator that does not start was slow before and shows a fault as well. i < child_count. */
bool md_child_presses(const struct fo_view_incident *incident, unsigned i);
/* The cause of the newest folded fault that presses; FO_REASON_NONE when none does, or incident is
 * NULL. */
unsigned md_pressing_cause(const struct fo_view_incident *incident);

#endif

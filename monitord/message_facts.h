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
/* The degraded line that the incident is about, by its root or by an open fault folded into it, and
 * its loss on the way out and back in percent ("12.0"), if that is known; else FO_NONE. */
unsigned md_known_directions(const struct site *site, const struct fo_view *view,
                             const struct fo_view_incident *incident, char out[8], char back[8]);
/* Whether a server is known to be unable to take over; unknown is not down. */
bool md_standby_is_gone(const struct fo_view *view);
/* Whether folded fault i is open, asks for an act of its own, and is not told by another one: a
 * generator that does not start was slow before and shows a fault as well. i < child_count. */
bool md_child_presses(const struct fo_view_incident *incident, unsigned i);
/* The cause of the newest folded fault that presses; FO_REASON_NONE when none does, or incident is
 * NULL. */
unsigned md_pressing_cause(const struct fo_view_incident *incident);

#endif

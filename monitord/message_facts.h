/* SPDX-License-Identifier: Apache-2.0 */
/* What a message needs to know of the whole site at a glance: which service to name first, whether
 * a standby is left. Pure; message.c calls it. */
#ifndef MONITORD_MESSAGE_FACTS_H
#define MONITORD_MESSAGE_FACTS_H

#include "config/site.h"
#include "failover/view.h"

/* The service to name first among those not well: higher class first, then the worse state; FO_NONE
 * when all are well. *others: how many more are not. */
unsigned md_worst_service(const struct site *site, const struct fo_view *view, unsigned *others);
/* Whether a server is known to be unable to take over; unknown is not down. */
bool md_standby_is_gone(const struct fo_view *view);

#endif

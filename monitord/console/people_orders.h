/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot entries of people: presence, hand-over, an incident by hand, a call made, the drill of
 * the contact network. */
#ifndef MONITORD_CONSOLE_PEOPLE_ORDERS_H
#define MONITORD_CONSOLE_PEOPLE_ORDERS_H

#include "monitord/console/options.h"

/* handover, away, back, raise, merge, called, outside, adopt; contacts drill and contacts end.
 * Exit 0 done or asked for; 1 refused; 4 no daemon. */
int md_people_order(const struct md_options *options);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The shutdown plan on the terminal: what would happen at which minute of the outage, and the order
 * that stops it. */
#ifndef MONITORD_CONSOLE_POWER_PLAN_H
#define MONITORD_CONSOLE_POWER_PLAN_H

#include "monitord/console/options.h"

/* `power plan` and `power stop`; the exit code. */
int md_power_order(const struct md_options *options);

#endif

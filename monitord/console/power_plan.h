/* SPDX-License-Identifier: Apache-2.0 */
/* The shutdown plan on the terminal: what would happen at which minute of the outage, the order
 * that stops it, and the one that switches loads on again afterwards. */
#ifndef MONITORD_CONSOLE_POWER_PLAN_H
#define MONITORD_CONSOLE_POWER_PLAN_H

#include "monitord/console/options.h"

/* `power plan`, `power stop`, `power restore`; the exit code. */
int md_power_order(const struct md_options *options);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The one clock of the shells around the engine. It owns nothing; probes, the daemon and the agent
 * read it just before they hand an event on. */
#ifndef PROBES_CLOCK_H
#define PROBES_CLOCK_H

#include "failover/types.h"

/* CLOCK_BOOTTIME in microseconds: the only clock handed to the engine. Never fails, never runs
 * back, goes on during a suspend. */
fo_us pb_clock_us(void);

#endif

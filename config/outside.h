/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an address belongs to somebody outside. Asked of the site file when it is read, and of
 * the file of numbers before each call: what stands in the outside table is never reached by the
 * program. */
#ifndef CONFIG_OUTSIDE_H
#define CONFIG_OUTSIDE_H

#include "config/site.h"

/* The outside contact with this number or mail address; NULL when there is none, or address is
 * NULL. Numbers are compared by their digits, +81 being the 0 of a Japanese number; mail addresses
 * without regard to case. */
const struct cfg_outside *cfg_outside_with(const struct site *site, const char *address);

#endif

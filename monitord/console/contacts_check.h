/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network looked at ahead: roles that will have nobody, and whom nothing has proven. */
#ifndef MONITORD_CONSOLE_CONTACTS_CHECK_H
#define MONITORD_CONSOLE_CONTACTS_CHECK_H

#include "monitord/console/options.h"

/* contacts check: exit 0 nothing found; 1 findings; 3 site file not readable; 4 no daemon and no
 * --config. The journal is looked at when it can be read. */
int md_contacts_check(const struct md_options *options);

#endif

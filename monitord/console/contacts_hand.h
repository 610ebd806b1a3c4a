/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network by hand: a quiet test of its channels, and the tree of calls for when no
 * channel leads out. */
#ifndef MONITORD_CONSOLE_CONTACTS_HAND_H
#define MONITORD_CONSOLE_CONTACTS_HAND_H

#include "monitord/console/options.h"

/* contacts test: exit 0 every channel works; 1 refused, or one does not; 4 no daemon. */
int md_contacts_test(const struct md_options *options);
/* contacts tree INC: exit 0; 1 refused or no such incident; 3, 4 as contacts. */
int md_contacts_tree(const struct md_options *options);

#endif

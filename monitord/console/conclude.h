/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorctl resolve`: an incident is over for people only with its cause and prevention, or with
 * the reason why they are put off and until when. */
#ifndef MONITORD_CONSOLE_CONCLUDE_H
#define MONITORD_CONSOLE_CONCLUDE_H

#include "monitord/console/options.h"

/* Takes the texts of the command line, else asks for them on a terminal; journals them, and
 * confirms the incident to the engine if it is still there. Also for incidents that have closed by
 * themselves, by their full id. Exit 0; 1 refused or nothing was said; 4 no daemon. */
int md_conclude(const struct md_options *options);

#endif

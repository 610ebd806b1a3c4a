/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called, rung by rung, out of the site file: titles, ids and channel names, never a number
 * or an address. */
#ifndef MONITORD_CONSOLE_PEOPLE_H
#define MONITORD_CONSOLE_PEOPLE_H

#include "monitord/console/options.h"

#include <stdio.h>

/* The site of --config, or of the running daemon. NULL when it cannot be read; says why on standard
 * error if `say`. Free with cfg_site_free. */
struct site *md_people_site(const struct md_options *options, bool say);
/* Title of a person by id; the id itself when the site (may be NULL) does not have it. */
const char *md_people_title(const struct site *site, const char *id);
/* The ladder as lines. */
void md_people_ladder(FILE *out, const struct md_speech *speech, const struct site *site);
/* contacts: exit 0; 3 site file not readable; 4 no daemon and no --config. */
int md_people(const struct md_options *options);

#endif

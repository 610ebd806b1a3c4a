/* SPDX-License-Identifier: Apache-2.0 */
/* Passphrases on the command line: --as PERSON for one order, and `monitorctl passphrase`, which
 * writes the file the daemon compares with. */
#ifndef MONITORD_CONSOLE_LOGIN_H
#define MONITORD_CONSOLE_LOGIN_H

#include "monitord/console/options.h"

/* Asks for the passphrase of options->as and opens a session; adds it to the order. False after
 * saying why. Nothing happens without --as. */
bool md_login(const struct md_options *options, json_t *order);
/* `monitorctl passphrase PERSON --file PATH`: exit 0; 1 when the two differ, are too short, or the
 * file cannot be written. */
int md_login_passphrase(const struct md_options *options);

#endif

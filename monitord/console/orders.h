/* SPDX-License-Identifier: Apache-2.0 */
/* The one-shot commands that need the daemon: looking and ordering. Each prints to standard output,
 * says errors with a hint on standard error, and returns the exit code (enum md_exit). */
#ifndef MONITORD_CONSOLE_ORDERS_H
#define MONITORD_CONSOLE_ORDERS_H

#include "monitord/console/options.h"
#include "monitord/incident_name.h"

int md_order_status(const struct md_options *options);
/* Open and recovered incidents of the daemon; with --all also closed ones of its journal. */
int md_order_incidents(const struct md_options *options);
int md_order_show(const struct md_options *options);
/* ack, own, cannot, resolve, hold, release. */
int md_order_act(const struct md_options *options);
/* The full id for "INC-20261121-0003" or "3"; looks among the incidents of the status (may be
 * NULL). False when a bare number is not among them. */
bool md_order_incident_id(const json_t *status, const char *argument,
                          char id[MD_INCIDENT_NAME_SIZE]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What people may ask of the daemon over the control socket: an order in JSON from a user of this
 * host becomes an engine order of one person of the site, or a refusal. It owns who is who by user
 * number and the requests that wait for a second person, and no socket. The app builds it;
 * control.c calls it through its hooks. */
#ifndef MONITORD_ORDERS_H
#define MONITORD_ORDERS_H

#include "monitord/answers.h"
#include "monitord/orders_asking.h"

/* Looks up every person's login once; those unknown are looked up again when an order comes. The
 * loop carries the checks of passphrases (NULL: there are none). */
void md_orders_init(struct md_orders *orders, const struct site *site, struct md_driver *driver,
                    uv_loop_t *loop, uint64_t boot);
/* Before the driver goes: nothing more is noted. */
void md_orders_stop(struct md_orders *orders);
/* The person who acts as this user; FO_NONE when there is none, or more than one. */
uint8_t md_orders_person(struct md_orders *orders, uid_t uid);
/* Answers one order (see control_wire.h). New reference; *ticket as in md_control_hooks. */
json_t *md_orders_take(struct md_orders *orders, uid_t uid, const json_t *request,
                       uint64_t *ticket);
/* Takes an answer that came by a channel, or journals why it changes nothing ("unknown-code",
 * "used-code", "old-epoch", "over"). context: the struct md_orders. The verdict for the sender. */
enum md_answer_verdict md_orders_answer(void *context, const struct md_answer *answer);
/* "approvals" of the status. New reference. */
json_t *md_orders_approvals(struct md_orders *orders);
/* "maintenance" of the status. New reference. */
json_t *md_orders_maintenance(const struct md_orders *orders, const struct fo_view *view);

#endif

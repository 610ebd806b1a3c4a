/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that need two persons: asked for by one, carried out when another approves, bound to the
 * exact text of the operation, once, within ten minutes. It owns the requests that wait; it knows
 * no socket and no engine. Lost at a restart on purpose: nobody approves what he cannot see any
 * more. Pure; orders.c owns one. */
#ifndef MONITORD_APPROVALS_H
#define MONITORD_APPROVALS_H

#include "failover/event.h"

#define MD_APPROVALS_MAX 8
#define MD_APPROVAL_LIFE_US (10 * FO_MINUTE)
#define MD_APPROVAL_ID_SIZE 9 /* 8 hex digits of the hash of the operation's text */
#define MD_APPROVAL_TEXT_SIZE 256

struct md_approval {
    bool used;
    char id[MD_APPROVAL_ID_SIZE];
    char text[MD_APPROVAL_TEXT_SIZE]; /* the operation, as hashed and as shown */
    struct fo_order order;            /* person set, second not yet; until_us a length of time */
    fo_us until_us;                   /* the request ends */
};
struct md_approvals {
    uint64_t boot, count; /* makes two equal requests differ */
    struct md_approval list[MD_APPROVALS_MAX];
};
enum md_approval_verdict {
    MD_APPROVAL_GIVEN,
    MD_APPROVAL_UNKNOWN,    /* no such request, or it has ended */
    MD_APPROVAL_SAME_PERSON /* who asked cannot approve */
};

void md_approvals_init(struct md_approvals *approvals, uint64_t boot);
/* Adds a request; text is cut to size. NULL when as many as there may be are waiting. */
const struct md_approval *md_approvals_ask(struct md_approvals *approvals,
                                           const struct fo_order *order, const char *text,
                                           fo_us now_us);
/* Takes the request out and fills the order with both persons, when `person` may approve it. */
enum md_approval_verdict md_approvals_give(struct md_approvals *approvals, const char *id,
                                           uint8_t person, fo_us now_us, struct fo_order *order);
/* Takes the request away; only who asked for it may. */
bool md_approvals_withdraw(struct md_approvals *approvals, const char *id, uint8_t person);
/* The i-th request that waits, ended ones left out; NULL after the last. */
const struct md_approval *md_approvals_at(struct md_approvals *approvals, unsigned index,
                                          fo_us now_us);

#endif

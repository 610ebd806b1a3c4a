/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that need two persons: asked for by one, carried out when another approves, bound to the
 * hash of the whole order and its text, once, within ten minutes. It owns the requests that wait
 * and, for as long, the memory of how others ended; it knows no socket and no engine. Lost at a
 * restart on purpose: nobody approves what he cannot see any more. Pure; orders.c owns one. */
#ifndef MONITORD_APPROVALS_H
#define MONITORD_APPROVALS_H

#include "failover/event.h"

#define MD_APPROVALS_MAX 8
#define MD_APPROVALS_ENDED_MAX 16 /* remembered, so that a late or second approval hears why */
#define MD_APPROVAL_LIFE_US (10 * FO_MINUTE)
#define MD_APPROVAL_ID_SIZE 9    /* the first 8 hex digits of the hash */
#define MD_APPROVAL_HASH_SIZE 65 /* of the order, its text, who asked, and which request it is */
#define MD_APPROVAL_TEXT_SIZE 400

struct md_approval {
    bool used;
    char id[MD_APPROVAL_ID_SIZE];
    char hash[MD_APPROVAL_HASH_SIZE];
    uint64_t number;
    char text[MD_APPROVAL_TEXT_SIZE]; /* the operation, as hashed and as shown */
    struct fo_order order;            /* person set, second not yet; until_us a length of time */
    fo_us until_us;                   /* the request ends */
};
enum md_approval_verdict {
    MD_APPROVAL_GIVEN,
    MD_APPROVAL_UNKNOWN,     /* there never was such a request, or it is long forgotten */
    MD_APPROVAL_SAME_PERSON, /* who asked cannot approve */
    MD_APPROVAL_USED,        /* it was approved before */
    MD_APPROVAL_LATE,        /* its ten minutes are over */
    MD_APPROVAL_WITHDRAWN,
    MD_APPROVAL_CHANGED /* the order is not the one that was looked at */
};
struct md_approval_ended {
    char id[MD_APPROVAL_ID_SIZE];
    uint8_t how; /* enum md_approval_verdict: USED, LATE or WITHDRAWN */
};
struct md_approvals {
    uint64_t boot, count; /* makes two equal requests differ */
    struct md_approval list[MD_APPROVALS_MAX];
    struct md_approval_ended ended[MD_APPROVALS_ENDED_MAX]; /* ring */
    unsigned ended_next;
};

void md_approvals_init(struct md_approvals *approvals, uint64_t boot);
/* Adds a request; text is cut to size. NULL when as many as there may be are waiting. */
const struct md_approval *md_approvals_ask(struct md_approvals *approvals,
                                           const struct fo_order *order, const char *text,
                                           fo_us now_us);
/* Takes the request out and fills the order with both persons, when `person` may approve it. hash
 * is what the approver was shown; NULL: he named the id alone, which is its beginning. */
enum md_approval_verdict md_approvals_give(struct md_approvals *approvals, const char *id,
                                           const char *hash, uint8_t person, fo_us now_us,
                                           struct fo_order *order);
/* Takes the request away; only who asked for it may. */
bool md_approvals_withdraw(struct md_approvals *approvals, const char *id, uint8_t person);
/* The i-th request that waits, ended ones left out; NULL after the last. */
const struct md_approval *md_approvals_at(struct md_approvals *approvals, unsigned index,
                                          fo_us now_us);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that wait for a second person. It owns their life and their ids; who is who and what is
 * done is decided by orders.c and the engine, which checks the two persons once more. */
#include "monitord/approvals.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void md_approvals_init(struct md_approvals *approvals, uint64_t boot)
{
    memset(approvals, 0, sizeof(*approvals));
    approvals->boot = boot;
}

static void forget_ended(struct md_approvals *approvals, fo_us now_us)
{
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        if (approvals->list[i].used && approvals->list[i].until_us <= now_us) {
            approvals->list[i].used = false;
        }
    }
}

static void make_id(struct md_approvals *approvals, struct md_approval *approval)
{
    unsigned char hash[crypto_generichash_BYTES];
    char whole[MD_APPROVAL_TEXT_SIZE + 96];

    snprintf(whole, sizeof(whole), "%" PRIu64 "|%" PRIu64 "|%u|%s", approvals->boot,
             ++approvals->count, approval->order.person, approval->text);
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)whole, strlen(whole), NULL, 0);
    sodium_bin2hex(approval->id, sizeof(approval->id), hash, (MD_APPROVAL_ID_SIZE - 1) / 2);
}

const struct md_approval *md_approvals_ask(struct md_approvals *approvals,
                                           const struct fo_order *order, const char *text,
                                           fo_us now_us)
{
    forget_ended(approvals, now_us);
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        struct md_approval *approval = &approvals->list[i];

        if (!approval->used) {
            memset(approval, 0, sizeof(*approval));
            approval->used = true;
            approval->order = *order;
            approval->order.second = FO_NONE;
            approval->until_us = now_us + MD_APPROVAL_LIFE_US;
            snprintf(approval->text, sizeof(approval->text), "%s", text);
            make_id(approvals, approval);
            return approval;
        }
    }
    return NULL;
}

static struct md_approval *find(struct md_approvals *approvals, const char *id)
{
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        if (approvals->list[i].used && strcmp(approvals->list[i].id, id) == 0) {
            return &approvals->list[i];
        }
    }
    return NULL;
}

enum md_approval_verdict md_approvals_give(struct md_approvals *approvals, const char *id,
                                           uint8_t person, fo_us now_us, struct fo_order *order)
{
    struct md_approval *approval;

    forget_ended(approvals, now_us);
    approval = find(approvals, id);
    if (approval == NULL) {
        return MD_APPROVAL_UNKNOWN;
    }
    if (approval->order.person == person) {
        return MD_APPROVAL_SAME_PERSON;
    }
    *order = approval->order;
    order->second = person;
    if (order->until_us != 0) {
        order->until_us += now_us;
    }
    approval->used = false; /* once */
    return MD_APPROVAL_GIVEN;
}

bool md_approvals_withdraw(struct md_approvals *approvals, const char *id, uint8_t person)
{
    struct md_approval *approval = find(approvals, id);

    if (approval == NULL || approval->order.person != person) {
        return false;
    }
    approval->used = false;
    return true;
}

const struct md_approval *md_approvals_at(struct md_approvals *approvals, unsigned index,
                                          fo_us now_us)
{
    forget_ended(approvals, now_us);
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        if (approvals->list[i].used && index-- == 0) {
            return &approvals->list[i];
        }
    }
    return NULL;
}

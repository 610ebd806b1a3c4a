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

/* Ends a request and remembers how. */
static void end(struct md_approvals *approvals, struct md_approval *approval,
                enum md_approval_verdict how)
{
    struct md_approval_ended *ended = &approvals->ended[approvals->ended_next];

    memcpy(ended->id, approval->id, sizeof(ended->id));
    ended->how = (uint8_t)how;
    approvals->ended_next = (approvals->ended_next + 1) % MD_APPROVALS_ENDED_MAX;
    approval->used = false;
}

static void end_late(struct md_approvals *approvals, fo_us now_us)
{
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        if (approvals->list[i].used && approvals->list[i].until_us <= now_us) {
            end(approvals, &approvals->list[i], MD_APPROVAL_LATE);
        }
    }
}

/* Over all that the approver's word is about: which request, who asks, what for, in which words. */
static void hash_of(const struct md_approvals *approvals, const struct md_approval *approval,
                    char hex[MD_APPROVAL_HASH_SIZE])
{
    unsigned char hash[(MD_APPROVAL_HASH_SIZE - 1) / 2];
    const struct fo_order *order = &approval->order;
    char whole[MD_APPROVAL_TEXT_SIZE + 256];

    snprintf(whole, sizeof(whole),
             "%" PRIu64 "|%" PRIu64 "|%u|%u|%u|%u|%u|%" PRIu32 "|%" PRIu32 "|%lld|%s",
             approvals->boot, approval->number, order->person, order->kind, order->server,
             order->subject.kind, order->subject.index, order->value, order->incident,
             (long long)order->until_us, approval->text);
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)whole, strlen(whole), NULL, 0);
    sodium_bin2hex(hex, MD_APPROVAL_HASH_SIZE, hash, sizeof(hash));
}

const struct md_approval *md_approvals_ask(struct md_approvals *approvals,
                                           const struct fo_order *order, const char *text,
                                           fo_us now_us)
{
    end_late(approvals, now_us);
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        struct md_approval *approval = &approvals->list[i];

        if (!approval->used) {
            memset(approval, 0, sizeof(*approval));
            approval->used = true;
            approval->number = ++approvals->count;
            approval->order = *order;
            approval->order.second = FO_NONE;
            approval->until_us = now_us + MD_APPROVAL_LIFE_US;
            snprintf(approval->text, sizeof(approval->text), "%s", text);
            hash_of(approvals, approval, approval->hash);
            memcpy(approval->id, approval->hash, sizeof(approval->id) - 1);
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

/* How a request ended that waits no more. */
static enum md_approval_verdict how_ended(const struct md_approvals *approvals, const char *id)
{
    for (unsigned i = 0; i < MD_APPROVALS_ENDED_MAX && id[0] != '\0'; i++) {
        if (strcmp(approvals->ended[i].id, id) == 0) {
            return approvals->ended[i].how;
        }
    }
    return MD_APPROVAL_UNKNOWN;
}

enum md_approval_verdict md_approvals_give(struct md_approvals *approvals, const char *id,
                                           const char *hash, uint8_t person, fo_us now_us,
                                           struct fo_order *order)
{
    char present[MD_APPROVAL_HASH_SIZE];
    struct md_approval *approval;

    end_late(approvals, now_us);
    approval = find(approvals, id);
    if (approval == NULL) {
        return how_ended(approvals, id);
    }
    if (approval->order.person == person) {
        return MD_APPROVAL_SAME_PERSON;
    }
    hash_of(approvals, approval, present);
    if (strcmp(present, approval->hash) != 0 || (hash != NULL && strcmp(present, hash) != 0)) {
        return MD_APPROVAL_CHANGED;
    }
    *order = approval->order;
    order->second = person;
    if (order->until_us != 0) {
        order->until_us += now_us;
    }
    end(approvals, approval, MD_APPROVAL_USED);
    return MD_APPROVAL_GIVEN;
}

bool md_approvals_withdraw(struct md_approvals *approvals, const char *id, uint8_t person)
{
    struct md_approval *approval = find(approvals, id);

    if (approval == NULL || approval->order.person != person) {
        return false;
    }
    end(approvals, approval, MD_APPROVAL_WITHDRAWN);
    return true;
}

const struct md_approval *md_approvals_at(struct md_approvals *approvals, unsigned index,
                                          fo_us now_us)
{
    end_late(approvals, now_us);
    for (unsigned i = 0; i < MD_APPROVALS_MAX; i++) {
        if (approvals->list[i].used && index-- == 0) {
            return &approvals->list[i];
        }
    }
    return NULL;
}

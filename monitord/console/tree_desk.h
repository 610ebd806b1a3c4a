/* SPDX-License-Identifier: Apache-2.0 */
/* The call tree on the full screen: who is being called, what came of each call, the numbers while
 * they are shown. It owns the ticks made at this terminal and forgets the numbers when the page is
 * left; the daemon judges and journals each tick. watch.c owns one. */
#ifndef MONITORD_CONSOLE_TREE_DESK_H
#define MONITORD_CONSOLE_TREE_DESK_H

#include "monitord/console/acting.h"
#include "monitord/console/call_tree.h"
#include "monitord/console/scene.h"

struct md_tree_desk {
    struct md_tree_onset onset;
    struct site *site; /* owned; NULL: not readable, or not needed yet */
    json_t *ticks;     /* owned: {"INCIDENT PERSON": OUTCOME} as the daemon took them; NULL none */
    json_t *numbers;   /* owned: {PERSON: NUMBER}; NULL: not shown */
    json_t *tree;      /* owned: what scene.h says of it; NULL before the page was open */
    char chosen[64];   /* id of the person the keys are about; "" the first */
};
/* Opens the page: reads the site anew, chooses the first person. */
void md_tree_desk_open(struct md_tree_desk *desk, const struct md_options *options);
/* Leaves it: the numbers are no longer shown. Ticks stay. Harmless when it is not open. */
void md_tree_desk_leave(struct md_tree_desk *desk);
/* Makes desk->tree of the newest status; call it before each picture of the page. */
void md_tree_desk_refresh(struct md_tree_desk *desk, const struct md_speech *speech,
                          const json_t *status);
/* Tab, a tick or the numbers; asks by `acting` before anything is sent. False: another key. */
bool md_tree_desk_key(struct md_tree_desk *desk, struct md_acting *acting,
                      const struct md_speech *speech, int key);
/* What acting tells of an order that was taken (acting.h); context is the desk. */
void md_tree_desk_done(void *context, const struct md_acting *acting, const json_t *answer);
void md_tree_desk_free(struct md_tree_desk *desk);

#endif

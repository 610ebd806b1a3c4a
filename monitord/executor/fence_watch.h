/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the state of each server's fences from time to time, so that a changed password, a moved
 * plug or a dead strip is found before a proof is needed. It owns the rhythm (self_test.h) and the
 * words in the log; it switches nothing, and gives way to every order at once. main.c runs it. */
#ifndef MONITORD_EXECUTOR_FENCE_WATCH_H
#define MONITORD_EXECUTOR_FENCE_WATCH_H

#include "config/site.h"

#include <jansson.h>
#include <uv.h>

#define MD_FENCE_WATCH_MAX (FO_SERVERS * CFG_FENCE_LEVELS_MAX)

struct md_fence_watch;
/* One fence at a time, each for at most the timeout of its act. NULL when out of memory. site
 * outlives it. */
struct md_fence_watch *md_fence_watch_start(uv_loop_t *loop, const struct site *site);
/* An act begins: what is being read is given up, because many devices take one session at a time.
 * That look counts neither way and is taken again later. */
void md_fence_watch_yield(struct md_fence_watch *watch);
/* How many fences are watched, how many of them told their state when they were asked last, and how
 * many have not in MD_SELF_TEST_FAILURES looks: nothing could be proven off by those. */
struct md_fence_watch_facts {
    unsigned watched, readable, lost;
    bool reading; /* one is being asked now */
};
void md_fence_watch_facts(const struct md_fence_watch *watch, struct md_fence_watch_facts *facts);
/* The fences, as the protocol has them (server.h): "state" null until one is read and while it does
 * not tell; "lost" as above. New reference; NULL when out of memory. */
json_t *md_fence_watch_json(const struct md_fence_watch *watch);
/* Everything is due now; for tests. */
void md_fence_watch_all(struct md_fence_watch *watch);
/* What is being read is ended; the memory goes when it has. NULL is allowed. */
void md_fence_watch_stop(struct md_fence_watch *watch);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The watch that exactly one station answers for the service: every address of it in both families
 * at once, and the worst of them as the one count that the engine is told. It never judges a count,
 * and an address that it cannot watch it says in the log and as a finding of --check. app.c owns
 * one. */
#ifndef MONITORD_ANSWER_WATCH_H
#define MONITORD_ANSWER_WATCH_H

#include "config/diagnostic.h"
#include "config/site.h"
#include "probes/address_watch.h"

#define MD_ANSWER_ADDRESSES_MAX (2 * FO_SERVICES_MAX)

/* One address of a service of the dispatch servers. */
struct md_answer_address {
    struct pb_ip ip;
    uint8_t service; /* the first service that has it … */
    bool address6;   /* … by its key address6, else by the address of its check */
};
/* Every address at which a service of the dispatch servers is checked, and its address6, each once
 * and in the order of the file. Returns how many. */
unsigned md_answer_addresses(const struct site *site,
                             struct md_answer_address list[MD_ANSWER_ADDRESSES_MAX]);
/* Index of the count that stands for all: the greatest, of equal ones the first. */
unsigned md_answer_worst(const struct fo_self *counts, unsigned count);

struct md_answer_watch;
/* self: FO_SELF_ANSWERS, when it is known for the first time and whenever it changes. */
typedef void (*md_answer_callback)(void *context, const struct fo_self *self);
/* NULL when there is no address (logged) or out of memory: two answers would not be seen then. The
 * site must outlive it. */
struct md_answer_watch *md_answer_watch_start(uv_loop_t *loop, const struct site *site,
                                              md_answer_callback callback, void *context);
/* No callback after this. NULL is well. */
void md_answer_watch_stop(struct md_answer_watch *watch);
/* A warning for each address that this host, as this user, could not watch here and now, and one
 * when there is no address at all. */
void md_answer_watch_check(const struct site *site, struct cfg_findings *findings);

#endif

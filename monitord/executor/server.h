/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's socket: one line of JSON asks for one act by key and name, one line answers with
 * its outcome. It owns the connections and the acts under way, accepts only acts that the site file
 * lists, from the one user that may ask, and never does one key twice. main.c runs it.
 *
 *   {"key":"boot-sequence","act":NAME,"drill":false,"restore":false}
 *     -> {"key","act","outcome":"done"|"retry"|"failed","detail":N,"reason":CODE}
 *   {"fences":true} -> {"fences":[{"act":NAME,"server":NAME,"state":"on"|"off"|null,"lost":B}]}
 *   anything else -> {"error":"bad-request"}
 *
 * drill: true runs nothing but scripts (act.h). restore: true undoes the act: what it gave up comes
 * on again; it may be left out, which is false. A key belongs to one of the two: asked again with
 * the other flag it is told what became of it, not done. */
#ifndef MONITORD_EXECUTOR_SERVER_H
#define MONITORD_EXECUTOR_SERVER_H

#include "config/site.h"

#include <jansson.h>
#include <sys/types.h>
#include <uv.h>

#define MD_EXECUTOR_CLIENTS_MAX 4
#define MD_EXECUTOR_ACTS_MAX 16 /* under way at one time */
#define MD_EXECUTOR_LINE_MAX 1024

struct md_executor;
/* Opens the ledger and the socket (mode 0600, owned by `peer`). Only processes of user `peer` or of
 * our own user are answered. NULL with a line in error. site outlives it. */
struct md_executor *md_executor_start(uv_loop_t *loop, const struct site *site, uid_t peer,
                                      char *error, size_t error_size);
/* The watch over fences beside it. begins is called before each act that is begun; fences gives
 * what is known of the fences (fence_watch.h), a new reference or NULL. */
struct md_executor_watcher {
    void (*begins)(void *context);
    json_t *(*fences)(void *context);
    void *context;
};
/* From now on; without it no act is told to anybody, and no fence is known. */
void md_executor_watch(struct md_executor *executor, const struct md_executor_watcher *watcher);
/* Takes no more orders; acts under way run to their end and are written down; then done. */
void md_executor_stop(struct md_executor *executor, void (*done)(void *context), void *context);

#endif

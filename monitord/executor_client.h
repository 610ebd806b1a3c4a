/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's side of the executor: FENCE, ROUTE, SHED, RESTORE, PROMOTE and DEMOTE commands
 * become named acts, asked over a unix socket, tried level by level. It owns the connection and the
 * acts under way; it has no right to act itself. The app builds it, the driver hands it commands.
 */
#ifndef MONITORD_EXECUTOR_CLIENT_H
#define MONITORD_EXECUTOR_CLIENT_H

#include "config/site.h"
#include "failover/command.h"

#include <jansson.h>
#include <uv.h>

#define MD_EXECUTOR_RECONNECT_MS 500
#define MD_EXECUTOR_PATIENCE_US (120 * FO_SECOND) /* for a command without a deadline */
#define MD_EXECUTOR_JOBS_MAX 16

struct md_executor_hooks {
    void (*result)(void *context, struct fo_key key, enum fo_outcome outcome, unsigned reason,
                   int detail);
    void *context;
};
struct md_executor_client;
/* NULL when out of memory. The executor need not run yet. site outlives it. */
struct md_executor_client *md_executor_client_start(uv_loop_t *loop, const struct site *site,
                                                    const struct md_executor_hooks *hooks);
/* A FENCE: the acts of the server's levels in order until one is done. A ROUTE: the act "route-"
 * and the line's name. A SHED: that act of the stage; a RESTORE: the same undone. PROMOTE, DEMOTE:
 * the script that the server without an agent names for it. The result comes by the hook exactly
 * once: before this call returns when MD_EXECUTOR_JOBS_MAX commands are under way ("retry") or the
 * site names no act for it ("failed"), else on a later turn; with no answer by the command's
 * deadline it is "retry". An act that was asked for on a connection that broke, or that could not
 * be written to it, is asked for again on the next one under the same key. */
void md_executor_client_do(struct md_executor_client *client, const struct fo_command *command);
/* Asks what is known of the servers' fences, connecting first when it must. */
void md_executor_client_ask_fences(struct md_executor_client *client);
/* The newest answer, an array as in executor/server.h, borrowed until the loop turns; NULL when
 * none has come on the connection that is there now: what is not known is not made up. */
const json_t *md_executor_client_fences(const struct md_executor_client *client);
bool md_executor_client_connected(const struct md_executor_client *client);
/* The hook is not called any more; done, when the memory has gone. */
void md_executor_client_stop(struct md_executor_client *client, void (*done)(void *context),
                             void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One act of the site, run to its outcome: a fence agent switched off and read back, an outlet that
 * is read before that as well (and may be switched on again), a script, a route, objects of a
 * router set by SNMP. It owns the steps of an act and what exit codes mean; the ledger and the
 * socket are server.c's. */
#ifndef MONITORD_EXECUTOR_ACT_H
#define MONITORD_EXECUTOR_ACT_H

#include "config/site.h"
#include "monitord/executor/ledger.h"
#include "monitord/program.h"

#include <uv.h>

/* Exit codes of action=status in the fence agents' interface; any other: it is not known. */
#define MD_FENCE_STATUS_ON 0
#define MD_FENCE_STATUS_OFF 2

#define MD_ACT_INPUT_MAX (CFG_ACT_OPTIONS_MAX + 64)
/* What a fence agent gets on its standard input: the options of act, then the action. Returns its
 * length. */
size_t md_act_input(const struct cfg_act *act, const char *action, char input[MD_ACT_INPUT_MAX]);
/* The exit code of a program, 128 + the signal that ended it, or the negative errno of a start. */
int md_act_exit(const struct md_program_outcome *outcome);

/* Called once, on a later turn of the loop. state is never MD_ACT_BEGUN. detail: exit code, 128 +
 * signal, or a negative errno. reason is a code for the log: "" when done. */
typedef void (*md_act_done)(void *context, enum md_act_state state, int detail, const char *reason);

/* drill: nothing real may move, so only scripts are run (they are told by NOROSHI_DRILL=1);
 * anything else fails. restore: what the act gave up comes on again, an outlet by its own program,
 * a script by the one that the site names for it; anything else fails, a fence above all. */
struct md_act_how {
    bool drill, restore;
};
/* Runs it. site and act outlive it. False (done is not called) when out of memory. */
bool md_act_start(uv_loop_t *loop, const struct site *site, const struct cfg_act *act,
                  const char *key, const struct md_act_how *how, md_act_done done, void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A long jump out of a failed assertion. It owns the one pointer to the place to jump to; the
 * driver and the status room call it around everything that runs inside failover/. */
#include "monitord/engine_guard.h"

#include "failover/assert.h"
#include "monitord/log.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct guard {
    jmp_buf place;
    struct md_guard_failure *failure;
};
static struct guard *current;

static void on_assertion(const char *file, int line, const char *text)
{
    struct guard *guard = current;

    md_log(MD_LOG_ERROR, "engine assertion failed: %s:%d: %s", file, line, text);
    if (guard == NULL) {
        abort();
    }
    snprintf(guard->failure->file, sizeof(guard->failure->file), "%s", file);
    guard->failure->line = line;
    snprintf(guard->failure->text, sizeof(guard->failure->text), "%s", text);
    longjmp(guard->place, 1);
}

void md_guard_install(void)
{
    fo_assert_set_hook(on_assertion);
}

bool md_guard_run(void (*work)(void *context), void *context, struct md_guard_failure *failure)
{
    struct guard guard = {.failure = failure};
    struct guard *volatile outer = current;
    volatile bool done = false;

    if (setjmp(guard.place) == 0) {
        current = &guard;
        work(context);
        done = true;
    }
    current = outer;
    return done;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Work on the engine from which a failed assertion leads back out: the hook of failover/assert.h
 * jumps here instead of ending the process. It owns the jump and nothing of the engine; what a
 * failure means is the driver's to decide. One thread only. */
#ifndef MONITORD_ENGINE_GUARD_H
#define MONITORD_ENGINE_GUARD_H

#include <stdbool.h>

struct md_guard_failure {
    char file[64];
    int line;
    char text[160];
};
/* Sets the hook; call once before the first guarded work. */
void md_guard_install(void);
/* Runs work(context). True when it came back; false, with the failure, when an assertion ended it
 * half way: whatever it was changing is then worthless. An assertion outside any guarded work is
 * logged and aborts the process (systemd starts it again, from the last snapshot). */
bool md_guard_run(void (*work)(void *context), void *context, struct md_guard_failure *failure);

#endif

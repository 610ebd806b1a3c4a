/* SPDX-License-Identifier: Apache-2.0 */
/* Where a failed assertion of the engine goes: to the hook the shell has set at its start, or into
 * a trap. It never returns to the code whose state is wrong, and never prints. FO_ASSERT calls it.
 */
#include "failover/assert.h"

#include <stddef.h>

static fo_assert_hook assert_hook;

void fo_assert_set_hook(fo_assert_hook hook)
{
    assert_hook = hook;
}

void fo_assert_failed(const char *file, int line, const char *text)
{
    if (assert_hook != NULL) {
        assert_hook(file, line, text);
    }
    __builtin_trap();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Assertions of the engine: programmer errors, never operating errors. They stay on in production,
 * because an engine that contradicts itself must stop acting and call people. It holds the one
 * mutable static of this floor, the hook; every room of failover/ uses the macro. */
#ifndef FAILOVER_ASSERT_H
#define FAILOVER_ASSERT_H

/* Called when an assertion of the engine fails. The shell must not return from it (it longjmps out
 * or aborts); the default traps, and so does a hook that returns. Set once at start; NULL sets the
 * default again. file is the path below the project root; file and text are static storage. */
typedef void (*fo_assert_hook)(const char *file, int line, const char *text);
void fo_assert_set_hook(fo_assert_hook hook);
_Noreturn void fo_assert_failed(const char *file, int line, const char *text);

/* The condition is evaluated exactly once and must have no side effect. */
#define FO_ASSERT(condition) \
    ((condition) ? (void)0 : fo_assert_failed(__FILE__, __LINE__, #condition))

#endif

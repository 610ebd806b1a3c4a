/* SPDX-License-Identifier: Apache-2.0 */
/* Bump memory for one configuration: one block, taken from piece by piece, freed at once. It never
 * grows and never gives a piece back; load.c sizes it by the length of the file. */
#ifndef CONFIG_ARENA_H
#define CONFIG_ARENA_H

#include <stddef.h>

struct cfg_arena;

/* Zeroed memory for `capacity` bytes altogether; NULL when there is none. */
struct cfg_arena *cfg_arena_new(size_t capacity);
/* A zeroed piece, aligned for any type; lives until cfg_arena_free. Asking for more than is left
 * is a programmer error and asserts. */
void *cfg_arena_take(struct cfg_arena *arena, size_t size);
/* A copy of a text; lives until cfg_arena_free. */
const char *cfg_arena_copy(struct cfg_arena *arena, const char *text);
/* `first` and `second` joined; lives until cfg_arena_free. */
const char *cfg_arena_join(struct cfg_arena *arena, const char *first, const char *second);
/* NULL is allowed. */
void cfg_arena_free(struct cfg_arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One zeroed block from which everything of one configuration is cut, so that freeing it is one
 * call and nothing can be forgotten. It never reallocates, so its pieces never move. Called by
 * load.c (whole life) and by the readers of sections (pieces). */
#include "config/arena.h"

#include "failover/assert.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGNMENT 16u

struct cfg_arena {
    size_t capacity, used;
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
};

struct cfg_arena *cfg_arena_new(size_t capacity)
{
    struct cfg_arena *arena = calloc(1, sizeof *arena + capacity);
    if (arena != NULL) {
        arena->capacity = capacity;
    }
    return arena;
}

static void *piece_take(struct cfg_arena *arena, size_t size)
{
    FO_ASSERT(arena != NULL);
    FO_ASSERT(size <= arena->capacity - arena->used);
    void *piece = arena->bytes + arena->used;
    arena->used += size;
    return piece;
}

void *cfg_arena_take(struct cfg_arena *arena, size_t size)
{
    size_t over = arena->used % ARENA_ALIGNMENT;
    if (over != 0) {
        piece_take(arena, ARENA_ALIGNMENT - over);
    }
    return piece_take(arena, size);
}

const char *cfg_arena_copy(struct cfg_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(piece_take(arena, size), text, size);
}

const char *cfg_arena_join(struct cfg_arena *arena, const char *first, const char *second)
{
    size_t first_length = strlen(first), second_size = strlen(second) + 1;
    char *joined = piece_take(arena, first_length + second_size);
    memcpy(joined, first, first_length);
    memcpy(joined + first_length, second, second_size);
    return joined;
}

void cfg_arena_free(struct cfg_arena *arena)
{
    free(arena);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One block for one configuration. */
#include "config/arena.h"

#include "failover/assert.h"

#include <criterion/criterion.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

Test(arena, pieces_are_zeroed_aligned_and_apart)
{
    struct cfg_arena *arena = cfg_arena_new(4096);
    const char *text = cfg_arena_copy(arena, "ups-a");
    uint64_t *piece = cfg_arena_take(arena, 3 * sizeof *piece);
    const char *joined = cfg_arena_join(arena, "/var/lib", "/control.sock");
    unsigned char *last = cfg_arena_take(arena, 7);
    cr_assert_eq((uintptr_t)piece % 16, 0);
    cr_assert_eq((uintptr_t)last % 16, 0);
    cr_assert(piece[0] == 0 && piece[1] == 0 && piece[2] == 0);
    memset(piece, 0xff, 3 * sizeof *piece);
    memset(last, 0xff, 7);
    cr_assert_str_eq(text, "ups-a");
    cr_assert_str_eq(joined, "/var/lib/control.sock");
    cfg_arena_free(arena);
}

static jmp_buf caught;

static void assertion_catch(const char *file, int line, const char *text)
{
    (void)file;
    (void)line;
    (void)text;
    longjmp(caught, 1);
}

Test(arena, asking_for_more_than_is_left_is_an_assertion)
{
    struct cfg_arena *arena = cfg_arena_new(32);
    cfg_arena_take(arena, 32);
    fo_assert_set_hook(assertion_catch);
    if (setjmp(caught) == 0) {
        cfg_arena_take(arena, 1);
        cr_assert_fail("the arena gave what it does not have");
    }
    fo_assert_set_hook(NULL);
    cfg_arena_free(arena);
    cfg_arena_free(NULL);
}

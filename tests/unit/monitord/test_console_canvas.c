/* SPDX-License-Identifier: Apache-2.0 */
/* The cell grid: widths of Japanese text, edges, and where a line may be folded. */
#include "monitord/console/canvas.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct md_canvas canvas;

static void set_up(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    cr_assert(md_canvas_init(&canvas, 10, 3));
}

static void tear_down(void)
{
    md_canvas_free(&canvas);
}

TestSuite(canvas, .init = set_up, .fini = tear_down);

static char *printed(void)
{
    static char text[400];
    FILE *out = fmemopen(text, sizeof(text), "w");

    md_canvas_print(&canvas, out);
    fclose(out);
    return text;
}

Test(canvas, a_wide_character_takes_two_cells)
{
    cr_expect_eq(md_canvas_put(&canvas, 0, 0, 10, MD_INK_OK, "停a"), 3);
    cr_expect_eq(canvas.cells[1].character, 0);
    cr_expect_eq(canvas.cells[2].character, L'a');
    cr_expect_eq(canvas.cells[1].ink, MD_INK_OK);
    cr_expect_str_eq(printed(), "停a\n\n\n");
}

Test(canvas, what_does_not_fit_is_cut_whole_and_marked)
{
    md_canvas_put(&canvas, 0, 0, 5, MD_INK_PLAIN, "停電停電");
    cr_expect_str_eq(printed(), "停電…\n\n\n");
    md_canvas_clear(&canvas);
    md_canvas_put(&canvas, 0, 0, 4, MD_INK_PLAIN, "停電停電");
    cr_expect_str_eq(printed(), "停 …\n\n\n");
    md_canvas_clear(&canvas);
    md_canvas_put(&canvas, 0, 0, 4, MD_INK_PLAIN, "停電");
    cr_expect_str_eq(printed(), "停電\n\n\n");
}

Test(canvas, writing_over_half_of_a_wide_character_removes_the_other_half)
{
    md_canvas_put(&canvas, 0, 0, 10, MD_INK_PLAIN, "停電");
    md_canvas_put(&canvas, 0, 1, 10, MD_INK_PLAIN, "x");
    cr_expect_str_eq(printed(), " x電\n\n\n");
    md_canvas_put(&canvas, 0, 2, 10, MD_INK_PLAIN, "y");
    cr_expect_str_eq(printed(), " xy\n\n\n");
}

Test(canvas, a_combining_mark_stays_with_its_base)
{
    cr_expect_eq(md_canvas_put(&canvas, 0, 0, 10, MD_INK_PLAIN, "e\xcc\x81x"), 2);
    cr_expect_eq(canvas.cells[0].combining, 0x301);
    cr_expect_eq(canvas.cells[1].character, L'x');
}

Test(canvas, nothing_is_written_outside)
{
    md_canvas_put(&canvas, -1, 0, 10, MD_INK_PLAIN, "x");
    md_canvas_put(&canvas, 3, 0, 10, MD_INK_PLAIN, "x");
    md_canvas_put(&canvas, 0, -2, 10, MD_INK_PLAIN, "x");
    md_canvas_put(&canvas, 0, 12, 99, MD_INK_PLAIN, "x");
    md_canvas_put(&canvas, 2, 9, 99, MD_INK_PLAIN, "停");
    md_canvas_copy_row(&canvas, 9, 0, &canvas, 0);
    cr_expect_str_eq(printed(), "\n\n         …\n");
}

Test(canvas, a_row_copied_over_the_edge_leaves_no_half_character)
{
    struct md_canvas source;

    cr_assert(md_canvas_init(&source, 6, 1));
    md_canvas_put(&source, 0, 0, 6, MD_INK_PLAIN, "停電中");
    md_canvas_copy_row(&canvas, 0, 7, &source, 0);
    cr_expect_str_eq(printed(), "       停\n\n\n");
    md_canvas_free(&source);
}

Test(canvas, a_canvas_beyond_its_limits_is_refused)
{
    struct md_canvas other;

    cr_expect_not(md_canvas_init(&other, 0, 5));
    cr_expect_not(md_canvas_init(&other, 5, MD_CANVAS_HEIGHT_MAX + 1));
    cr_expect_eq(other.width, 0);
    md_canvas_free(&other);
}

Test(canvas, columns_count_wide_characters_twice)
{
    cr_expect_eq(md_columns("119番受付"), 9);
    cr_expect_eq(md_columns("○"), 1);
    cr_expect_eq(md_columns("？"), 2);
    cr_expect_eq(md_columns(""), 0);
}

Test(canvas, english_breaks_at_blanks_and_japanese_anywhere)
{
    cr_expect_eq(md_columns_break("call service now", 12), strlen("call service"));
    cr_expect_eq(md_columns_break("call service now", 11), strlen("call "));
    cr_expect_eq(md_columns_break("停電停電", 5), strlen("停電"));
    cr_expect_eq(md_columns_break("short", 20), strlen("short"));
}

Test(canvas, no_line_begins_with_a_closing_mark)
{
    cr_expect_eq(md_columns_break("停電停電。", 8), strlen("停電停"));
    cr_expect_eq(md_columns_break("停電（停）", 9), strlen("停電（"));
}

Test(canvas, a_word_longer_than_the_line_is_broken_and_progress_is_made)
{
    cr_expect_eq(md_columns_break("abcdefghij", 4), 4);
    cr_expect_eq(md_columns_break("停", 1), strlen("停"));
}

Test(canvas, bytes_that_are_no_characters_become_question_marks)
{
    md_canvas_put(&canvas, 0, 0, 10, MD_INK_PLAIN,
                  "a\xff\xfe"
                  "b\x1b[31m");
    cr_expect_str_eq(printed(), "a??b?[31m\n\n\n");
}

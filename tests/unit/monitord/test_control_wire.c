/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes into lines: whatever the pieces, the lines are the same, and no peer can make one grow
 * without bound. */
#include "monitord/control_wire.h"

#include <criterion/criterion.h>

#include <string.h>

static struct md_line_buffer lines;

static void tear_down(void)
{
    md_lines_free(&lines);
}

TestSuite(control_wire, .fini = tear_down);

Test(control_wire, the_same_lines_come_out_however_the_bytes_are_cut)
{
    static const char bytes[] = "{\"a\":1}\n\n{\"b\":2}\nrest";
    const size_t length = sizeof(bytes) - 1;

    for (size_t piece = 1; piece <= length; piece++) {
        char all[100] = "";
        md_lines_init(&lines, 64);
        for (size_t at = 0; at < length; at += piece) {
            size_t now = length - at < piece ? length - at : piece;
            cr_assert(md_lines_feed(&lines, bytes + at, now));
            for (char *line = md_lines_next(&lines); line != NULL; line = md_lines_next(&lines)) {
                strcat(all, line);
                strcat(all, "|");
            }
        }
        cr_expect_str_eq(all, "{\"a\":1}||{\"b\":2}|", "pieces of %zu", piece);
        md_lines_free(&lines);
    }
}

Test(control_wire, a_line_without_an_end_is_refused_at_its_limit)
{
    char bytes[64];

    memset(bytes, 'x', sizeof(bytes));
    md_lines_init(&lines, 100);
    cr_expect(md_lines_feed(&lines, bytes, 64));
    cr_expect_null(md_lines_next(&lines));
    cr_expect_not(md_lines_feed(&lines, bytes, 64));
}

Test(control_wire, a_line_beyond_the_limit_is_refused_also_when_its_end_comes_with_it)
{
    md_lines_init(&lines, 8);
    cr_expect(md_lines_feed(&lines, "12345678\n", 9));
    cr_expect_str_eq(md_lines_next(&lines), "12345678");
    cr_expect_not(md_lines_feed(&lines, "ok\n123456789\n", 13));
}

Test(control_wire, whole_lines_may_together_pass_the_limit)
{
    md_lines_init(&lines, 8);
    cr_expect(md_lines_feed(&lines, "one\ntwo\nthree\nfour\nfive\n", 24));
    cr_expect_str_eq(md_lines_next(&lines), "one");
    cr_expect_str_eq(md_lines_next(&lines), "two");
    cr_expect(md_lines_feed(&lines, "six\n", 4));
    cr_expect_str_eq(md_lines_next(&lines), "three");
}

Test(control_wire, nothing_fed_gives_no_line)
{
    md_lines_init(&lines, 8);
    cr_expect_null(md_lines_next(&lines));
    cr_expect(md_lines_feed(&lines, "", 0));
    cr_expect_null(md_lines_next(&lines));
}

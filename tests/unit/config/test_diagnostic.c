/* SPDX-License-Identifier: Apache-2.0 */
/* Findings are one line each, sorted as a person works through them, and never lost silently. */
#include "config/diagnostic.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *printed(const struct cfg_findings *findings)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    cfg_findings_print(findings, stream);
    fclose(stream);
    return text;
}

Test(diagnostic, findings_are_printed_by_file_and_line_with_equal_lines_in_order)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cfg_finding_add(findings, false, "b.conf", 1, "x", "other file");
    cfg_finding_add(findings, false, "a.conf", 9, "ups[0].unit", "must be %d … %d", 0, 255);
    cfg_finding_add(findings, true, "a.conf", 3, "lines", "first");
    cfg_finding_add(findings, false, "a.conf", 3, "", "second");
    char *text = printed(findings);
    cr_assert_str_eq(text,
                     "a.conf:3: lines: warning: first\n"
                     "a.conf:3: second\n"
                     "a.conf:9: ups[0].unit: must be 0 … 255\n"
                     "b.conf:1: x: other file\n");
    cr_assert_eq(findings->errors, 3);
    free(text);
    free(findings);
}

Test(diagnostic, a_finding_stays_one_line_whatever_it_quotes)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cfg_finding_add(findings, false, "a.conf", 1, "x", "\"%s\"", "two\nlines\x1b[31m");
    cr_assert_str_eq(findings->list[0].message, "\"two lines [31m\"");
    free(findings);
}

Test(diagnostic, what_does_not_fit_is_counted_and_said)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    for (int i = 0; i < CFG_FINDINGS_MAX + 7; i++) {
        cfg_finding_add(findings, false, "a.conf", i, "x", "finding %d", i);
    }
    cr_assert_eq(findings->count, CFG_FINDINGS_MAX);
    cr_assert_eq(findings->errors, CFG_FINDINGS_MAX + 7);
    char *text = printed(findings);
    cr_assert_not_null(strstr(text, "7 more findings are not shown"));
    free(text);
    free(findings);
}

Test(diagnostic, long_texts_are_cut_not_overrun)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char text[2000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    cfg_finding_add(findings, false, text, 1, text, "%s", text);
    cr_assert_eq(strlen(findings->list[0].file), sizeof findings->list[0].file - 1);
    cr_assert_eq(strlen(findings->list[0].path), sizeof findings->list[0].path - 1);
    cr_assert_eq(strlen(findings->list[0].message), sizeof findings->list[0].message - 1);
    free(findings);
}

Test(diagnostic, the_verdict_is_one_line_that_counts_errors_and_warnings)
{
    static const struct {
        int errors, warnings;
        const char *line;
    } cases[] = {{0, 0, "a.conf: good\n"},
                 {0, 1, "a.conf: good, 1 warning\n"},
                 {1, 0, "a.conf: refused, 1 error\n"},
                 {2, 3, "a.conf: refused, 2 errors, 3 warnings\n"},
                 {CFG_FINDINGS_MAX, 2, "a.conf: refused, 100 errors, 2 warnings\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        for (int k = 0; k < cases[i].errors + cases[i].warnings; k++) {
            cfg_finding_add(findings, k >= cases[i].errors, "a.conf", k, "x", "finding %d", k);
        }
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);
        cfg_findings_sum_up(findings, "a.conf", stream);
        fclose(stream);
        cr_expect_str_eq(text, cases[i].line, "%s", text);
        free(text);
        free(findings);
    }
}

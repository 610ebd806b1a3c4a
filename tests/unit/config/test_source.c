/* SPDX-License-Identifier: Apache-2.0 */
/* Files that cannot be decoded at all: each says why, and where. */
#include "config/source.h"

#include "tests/unit/config/site_text.h"

/* Loads bytes that must be refused with one finding at a line. */
static void bytes_refused(const char *text, size_t length, int line, const char *message)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(text, length);
    cr_assert_null(cfg_site_load(path, findings));
    if (findings->count != 1 || findings->list[0].line != line ||
        strstr(findings->list[0].message, message) == NULL) {
        cfg_findings_print(findings, stderr);
    }
    cr_assert_eq(findings->count, 1);
    cr_assert_eq(findings->list[0].line, line);
    cr_assert_not_null(strstr(findings->list[0].message, message), "%s", message);
    cr_assert_str_eq(findings->list[0].file, path);
    unlink(path);
    free(path);
    free(findings);
}

Test(source, the_first_syntax_error_is_said_with_its_line)
{
    static const char forgotten[] = "site = {\n  name = \"a\"\n  language = \"ja\";\n};\n=\n";
    static const char twice[] = "site = { name = \"a\";\n name = \"b\"; };\n";
    static const char open_text[] = "site = { name = \"a; };\n";
    bytes_refused("site = {\n  name = ;\n};\n", 23, 2, "syntax error; look here");
    bytes_refused(forgotten, strlen(forgotten), 5, "syntax error");
    bytes_refused(twice, strlen(twice), 2, "stands twice");
    bytes_refused(open_text, strlen(open_text), 2, "syntax error");
}

Test(source, bytes_that_are_no_text_are_refused_at_their_line)
{
    bytes_refused("a = 1;\n\xff\n", 9, 2, "byte 0xff is not text");
    bytes_refused("a = 1;\n\0b = 2;\n", 16, 2, "byte 0x00 is not text");
    bytes_refused("# \xe3\x81\n", 5, 1, "is not text");         /* cut short */
    bytes_refused("# \xc0\xaf\n", 5, 1, "is not text");         /* overlong */
    bytes_refused("# \xed\xa0\x80\n", 6, 1, "is not text");     /* surrogate */
    bytes_refused("# \xf4\x90\x80\x80\n", 7, 1, "is not text"); /* beyond the last character */
    bytes_refused("#\n#\x1b[31m\n", 9, 2, "byte 0x1b");
}

Test(source, other_files_are_not_drawn_in)
{
    static const char text[] = "a = 1;\n  @include \"/etc/passwd\"\n";
    bytes_refused(text, strlen(text), 2, "one site is one file");
}

Test(source, brackets_do_not_nest_without_end)
{
    char *text = calloc(1, 100000);
    strcpy(text, "a =\n");
    memset(text + 4, '(', 90000);
    bytes_refused(text, strlen(text), 2, "more than 12 brackets");
    free(text);
}

Test(source, brackets_in_texts_and_comments_are_not_counted)
{
    static const char text[] =
        "# ((((((((((((((\n// {{{{{{{{{{{{{{{{\n"
        "site = { name = \"((((((((((((((\\\"((((\"; };\n";
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted(text, false, findings)); /* sections are missing, no more */
    for (int i = 0; i < findings->count; i++) {
        cr_assert_null(strstr(findings->list[i].message, "brackets"));
    }
    free(findings);
}

Test(source, a_file_that_is_too_large_missing_or_no_file_is_refused)
{
    char *text = malloc(CFG_FILE_MAX + 1);
    memset(text, '\n', CFG_FILE_MAX + 1);
    bytes_refused(text, CFG_FILE_MAX + 1, 0, "is larger than 1048576 bytes");
    free(text);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_null(cfg_site_load("/nowhere/site.conf", findings));
    cr_assert_null(cfg_site_load("/tmp", findings));
    cr_assert_null(cfg_agent_load("/nowhere/agent.conf", findings));
    cr_assert_eq(findings->errors, 3);
    cr_assert_not_null(strstr(findings->list[0].message, "cannot be opened"));
    cr_assert_not_null(strstr(findings->list[1].message, "is not a regular file"));
    free(findings);
}

Test(source, the_largest_file_still_has_room_for_every_text)
{
    /* one long comment, then a site: the arena is sized by the length, and defaults fit as well */
    size_t filler = CFG_FILE_MAX - strlen(SITE_TEXT) - 2;
    char *text = malloc(CFG_FILE_MAX + 1);
    memset(text, '#', filler);
    text[filler] = '\n';
    strcpy(text + filler + 1, SITE_TEXT);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert(text_accepted(text, false, findings));
    free(text);
    free(findings);
}

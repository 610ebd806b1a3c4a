/* SPDX-License-Identifier: Apache-2.0 */
/* The log: priorities, one line whatever is said, and a bound that counts what it holds back. */
#include "monitord/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char text[1 << 20];

/* Everything that `say` writes to standard error. */
static const char *written(void (*say)(void))
{
    char path[] = "/tmp/noroshi-test-log-XXXXXX";
    int fd = mkstemp(path);
    int before = dup(STDERR_FILENO);
    ssize_t length;

    cr_assert_geq(fd, 0);
    dup2(fd, STDERR_FILENO);
    say();
    dup2(before, STDERR_FILENO);
    close(before);
    length = pread(fd, text, sizeof(text) - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    close(fd);
    unlink(path);
    return text;
}

static void say_one(void)
{
    md_log(MD_LOG_ERROR, "number %d", 7);
}

static void say_nasty(void)
{
    md_log(MD_LOG_INFO, "one\nline\x1b[31m\x7f");
}

static void say_long(void)
{
    char *longer = calloc(1, 5000);

    memset(longer, 'x', 4999);
    md_log(MD_LOG_NOTICE, "%s", longer);
    free(longer);
}

static void say_much(void)
{
    for (unsigned i = 0; i < MD_LOG_BURST + 50; i++) {
        md_log(MD_LOG_WARNING, "line");
    }
}

Test(log, a_line_begins_with_its_priority)
{
    cr_assert_str_eq(written(say_one), "<3>number 7\n");
}

Test(log, control_characters_cannot_make_another_line)
{
    cr_assert_str_eq(written(say_nasty), "<6>one?line?[31m?\n");
}

Test(log, a_long_line_is_cut_and_ends)
{
    const char *line = written(say_long);

    cr_assert_leq(strlen(line), (size_t)MD_LOG_LINE_MAX + 8);
    cr_assert_eq(line[strlen(line) - 1], '\n');
}

Test(log, more_lines_than_the_bound_are_held_back_and_counted)
{
    const char *lines = written(say_much);
    unsigned count = 0;

    for (const char *at = lines; (at = strchr(at, '\n')) != NULL; at++) {
        count++;
    }
    cr_assert_eq(count, MD_LOG_BURST);
    cr_assert_eq(md_log_held_back(), 50);
}

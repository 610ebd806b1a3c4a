/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of the highest epoch: written whole or not at all, read back, refused when damaged.
 */
#include "monitord/agent/top_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uv_loop_t loop;
static struct md_worker worker;
static struct md_top_file file;
static struct md_top top;
static char directory[64];
static int error;

static void start(void)
{
    snprintf(directory, sizeof directory, "/tmp/noroshi-top-XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_worker_start(&worker, &loop));
}

static void stop(void)
{
    char command[100];
    md_worker_stop(&worker);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    cr_assert_eq(system(command), 0);
}

static void settle(void)
{
    while (file.busy) {
        uv_run(&loop, UV_RUN_ONCE);
    }
}

static void write_text(const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, MD_TOP_FILE);
    FILE *stream = fopen(path, "w");
    cr_assert_not_null(stream);
    fputs(text, stream);
    fclose(stream);
}

Test(agent_top_file, without_a_file_nothing_has_been_held, .init = start, .fini = stop)
{
    cr_assert(md_top_file_open(&file, &worker, directory, &top, &error));
    cr_assert_eq(top.epoch, 0);
    cr_assert_eq(top.holder, FO_VOTER_NONE);
}

Test(agent_top_file, what_was_written_last_is_read_back, .init = start, .fini = stop)
{
    cr_assert(md_top_file_open(&file, &worker, directory, &top, &error));
    md_top_file_put(&file, &(struct md_top){.epoch = 4, .holder = FO_VOTER_P});
    md_top_file_put(&file, &(struct md_top){.epoch = 5, .holder = FO_VOTER_S});
    md_top_file_put(&file, &(struct md_top){.epoch = 1234567890123, .holder = FO_VOTER_S});
    settle();
    cr_assert_eq(file.failed, 0);
    cr_assert_leq(file.written, 2, "the newest wins when several come at once");
    cr_assert(md_top_file_open(&file, &worker, directory, &top, &error));
    cr_assert_eq(top.epoch, 1234567890123);
    cr_assert_eq(top.holder, FO_VOTER_S);
}

Test(agent_top_file, a_damaged_file_is_refused_with_a_reason, .init = start, .fini = stop)
{
    const char *const damaged[] = {"", "12", "12 P", "12 X\n", "x P\n", "12 PP\n", "\n"};
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        write_text(damaged[i]);
        cr_assert_not(md_top_file_open(&file, &worker, directory, &top, &error), "'%s'",
                      damaged[i]);
        cr_assert_eq(error, EBADMSG);
        cr_assert_eq(top.epoch, 0);
        cr_assert_eq(top.holder, FO_VOTER_NONE);
    }
    write_text("12 P\n");
    cr_assert(md_top_file_open(&file, &worker, directory, &top, &error));
    cr_assert_eq(top.epoch, 12);
}

Test(agent_top_file, a_write_that_fails_is_tried_again, .init = start, .fini = stop)
{
    char missing[100];
    snprintf(missing, sizeof missing, "%s/later", directory);
    cr_assert(md_top_file_open(&file, &worker, missing, &top, &error));
    md_top_file_put(&file, &(struct md_top){.epoch = 6, .holder = FO_VOTER_P});
    settle();
    cr_assert_eq(file.failed, 1);
    cr_assert(file.dirty);
    cr_assert_eq(mkdir(missing, 0700), 0);
    md_top_file_retry(&file);
    settle();
    cr_assert_eq(file.written, 1);
    cr_assert_not(file.dirty);
    cr_assert(md_top_file_open(&file, &worker, missing, &top, &error));
    cr_assert_eq(top.epoch, 6);
}

Test(agent_top_file, a_path_that_is_too_long_is_refused, .init = start, .fini = stop)
{
    char path[MD_TOP_PATH_MAX + 1];
    memset(path, 'd', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    cr_assert_not(md_top_file_open(&file, &worker, path, &top, &error));
    cr_assert_eq(error, ENAMETOOLONG);
}

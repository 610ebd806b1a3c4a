/* SPDX-License-Identifier: Apache-2.0 */
/* Password files: what is taken, what is refused, and that the secret stays out of the message. */
#include "config/secret_file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/noroshi-secret-XXXXXX";
static char path[sizeof folder + 16];

static void open_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/secret", folder);
}

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

TestSuite(secret_file, .init = open_folder, .fini = remove_folder);

static bool read_it(const char *text, mode_t mode, char *secret, char *error)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
    return cfg_secret_read(path, secret, error, 256);
}

Test(secret_file, the_first_line_of_a_private_file_is_the_secret)
{
    char secret[CFG_SECRET_MAX], error[256];

    cr_assert(read_it("open sesame\nsecond line\n", 0600, secret, error));
    cr_assert_str_eq(secret, "open sesame");
    cr_assert(read_it("no newline", 0600, secret, error));
    cr_assert_str_eq(secret, "no newline");
}

Test(secret_file, a_file_that_others_may_read_is_refused_without_telling_the_secret)
{
    char secret[CFG_SECRET_MAX], error[256], longer[CFG_SECRET_MAX + 10];

    cr_assert_not(read_it("open sesame\n", 0640, secret, error));
    cr_assert_not_null(strstr(error, "only its owner"));
    cr_assert_null(strstr(error, "sesame"));
    cr_assert_not(read_it("", 0600, secret, error));
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    cr_assert_not(read_it(longer, 0600, secret, error));
    cr_assert_not(cfg_secret_read("/nonexistent", secret, error, sizeof error));
    cr_assert_not(cfg_secret_read(folder, secret, error, sizeof error));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The passphrase file: set, check, replace, and when it is not to be believed. */
#include "monitord/passphrase.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/noroshi-passphrase-XXXXXX";
static char path[100], error[256];

static void set_up(void)
{
    cr_assert_geq(sodium_init(), 0);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/passphrases", folder);
}

static void tear_down(void)
{
    unlink(path);
    rmdir(folder);
}

TestSuite(passphrase, .init = set_up, .fini = tear_down);

Test(passphrase, each_person_has_his_own_and_a_new_one_takes_the_place_of_the_old)
{
    struct stat about;

    cr_assert(md_passphrase_set(path, "person-1", "four quiet words here", error, sizeof(error)));
    cr_assert(md_passphrase_set(path, "person-2", "another one of these", error, sizeof(error)));
    cr_expect_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600u);
    cr_expect_eq(md_passphrase_check(path, "person-1", "four quiet words here"),
                 MD_PASSPHRASE_RIGHT);
    cr_expect_eq(md_passphrase_check(path, "person-2", "four quiet words here"),
                 MD_PASSPHRASE_WRONG);
    cr_assert(md_passphrase_set(path, "person-1", "something new now", error, sizeof(error)));
    cr_expect_eq(md_passphrase_check(path, "person-1", "four quiet words here"),
                 MD_PASSPHRASE_WRONG);
    cr_expect_eq(md_passphrase_check(path, "person-1", "something new now"), MD_PASSPHRASE_RIGHT);
    cr_expect_eq(md_passphrase_check(path, "person-2", "another one of these"),
                 MD_PASSPHRASE_RIGHT);
}

Test(passphrase, who_has_none_is_told_the_same_as_who_is_wrong)
{
    cr_assert(md_passphrase_set(path, "person-1", "four quiet words here", error, sizeof(error)));
    cr_expect_eq(md_passphrase_check(path, "person", "four quiet words here"), MD_PASSPHRASE_WRONG);
    cr_expect_eq(md_passphrase_check(path, "nobody", ""), MD_PASSPHRASE_WRONG);
}

Test(passphrase, a_file_that_others_may_read_is_not_believed)
{
    cr_assert(md_passphrase_set(path, "person-1", "four quiet words here", error, sizeof(error)));
    cr_assert_eq(chmod(path, 0640), 0);
    cr_expect_eq(md_passphrase_check(path, "person-1", "four quiet words here"),
                 MD_PASSPHRASE_UNREADABLE);
    cr_expect_not(md_passphrase_set(path, "person-1", "x", error, sizeof(error)));
    cr_expect_not_null(strstr(error, "0600"), "%s", error);
}

Test(passphrase, the_file_keeps_no_passphrase_in_the_open)
{
    char text[4096] = "";

    cr_assert(md_passphrase_set(path, "person-1", "four quiet words here", error, sizeof(error)));
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    cr_expect_null(strstr(text, "quiet"));
    cr_expect_eq(strncmp(text, "person-1:$y$", 12), 0, "%s", text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a program asks of its host at the start. */
#include "monitord/host.h"
#include "tests/lib/daemon_fixture.h"

#include <grp.h>
#include <sys/wait.h>

Test(host, every_process_has_a_boot_number_of_its_own)
{
    uint64_t first, second;

    cr_assert_geq(sodium_init(), 0);
    first = md_host_random_boot();
    second = md_host_random_boot();
    cr_assert(first != 0 && second != 0 && first != second);
    cr_assert_leq(first, (uint64_t)INT64_MAX);
}

Test(host, the_boot_of_the_host_has_a_name)
{
    char one[64], other[64];

    md_host_boot_id(one);
    md_host_boot_id(other);
    cr_assert_str_eq(one, other);
    cr_assert_null(strchr(one, '\n'));
    cr_assert_eq(strlen(one), 36u);
}

Test(host, a_lock_is_held_by_one_process_and_ends_with_it)
{
    struct place place;
    char error[256];
    int lock, status;
    pid_t child;

    place_make(&place, 0);
    lock = md_host_lock(place.directory, "test.lock", error, sizeof(error));
    cr_assert_geq(lock, 0);
    child = fork();
    if (child == 0) {
        close(lock);
        _exit(md_host_lock(place.directory, "test.lock", error, sizeof(error)) == MD_HOST_LOCK_HELD
                  ? 0
                  : 1);
    }
    waitpid(child, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "two processes hold one lock");
    md_host_unlock(lock);
    child = fork();
    if (child == 0) {
        _exit(md_host_lock(place.directory, "test.lock", error, sizeof(error)) >= 0 ? 0 : 1);
    }
    waitpid(child, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    place_remove(&place);
}

Test(host, a_directory_that_is_missing_is_made_and_one_that_cannot_be_is_no_lock)
{
    struct place place;
    char path[160], error[256];
    int lock;

    place_make(&place, 0);
    snprintf(path, sizeof(path), "%s/new", place.directory);
    lock = md_host_lock(path, "test.lock", error, sizeof(error));
    cr_assert_geq(lock, 0);
    md_host_unlock(lock);
    place_write(&place, "file", "", 0600);
    snprintf(path, sizeof(path), "%s/file", place.directory);
    cr_assert_eq(md_host_lock(path, "test.lock", error, sizeof(error)), MD_HOST_LOCK_NONE);
    place_remove(&place);
}

Test(host, the_journal_is_shared_with_the_group_and_with_nobody_else)
{
    struct place place;
    struct stat status;
    char path[160];

    place_make(&place, 0);
    place_write(&place, "journal.sqlite", "", 0644);
    snprintf(path, sizeof(path), "%s/journal.sqlite", place.directory);
    md_host_share_journal(place.directory, "daemon");
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0640);
    cr_assert_eq(status.st_gid, getgrnam("daemon")->gr_gid);
    md_host_share_journal(place.directory, NULL);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    place_remove(&place);
}

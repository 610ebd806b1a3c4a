/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder's folder: within its size whatever happens, and the stretch of an incident whole. */
#include "monitord/recorder_files.h"

#include "monitord/recorder_folder.h"
#include "tests/lib/daemon_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#define KIB 1024u

static char state[64], folder[128], error[256];

static struct md_recorder_files *open_files(uint64_t size, uint64_t kept)
{
    struct md_recorder_files *files =
        md_recorder_files_open(state, NULL, size, kept, error, sizeof(error));

    cr_assert_not_null(files, "%s", error);
    return files;
}

static struct md_recorder_files *begin(uint64_t size, uint64_t kept)
{
    strcpy(state, "/tmp/noroshi-test-XXXXXX");
    cr_assert_not_null(mkdtemp(state));
    snprintf(folder, sizeof(folder), "%s/recorder", state);
    return open_files(size, kept);
}

static void end(struct md_recorder_files *files)
{
    char command[160];

    md_recorder_files_close(files);
    snprintf(command, sizeof(command), "rm -rf %s", state);
    cr_assert_eq(system(command), 0);
}

/* Segments of so many KiB each, with their number in every byte. */
static void segments(struct md_recorder_files *files, unsigned count, unsigned kib)
{
    static uint8_t bytes[64 * KIB];

    for (unsigned i = 0; i < count; i++) {
        uint64_t number = md_recorder_files_next(files);

        memset(bytes, (int)number, sizeof(bytes));
        cr_assert(md_recorder_files_begin(files, number, bytes, KIB, error, sizeof(error)), "%s",
                  error);
        cr_assert(md_recorder_files_append(files, bytes, (kib - 1) * KIB, error, sizeof(error)));
    }
}

static struct md_recorder_room room(const struct md_recorder_files *files)
{
    struct md_recorder_room found;

    md_recorder_files_room(files, &found);
    return found;
}

Test(recorder_files, the_ring_stays_within_its_size_and_lets_the_oldest_go)
{
    struct md_recorder_files *files = begin(100 * KIB, 100 * KIB);
    char path[200];

    for (unsigned i = 0; i < 40; i++) {
        segments(files, 1, 10);
        cr_assert_leq(room(files).ring_bytes, 100 * KIB);
    }
    cr_assert_eq(room(files).segments, 10u);
    snprintf(path, sizeof(path), "%s/0000000000000040.rec", folder);
    cr_assert_eq(access(path, R_OK), 0);
    snprintf(path, sizeof(path), "%s/0000000000000030.rec", folder);
    cr_assert_neq(access(path, R_OK), 0);
    end(files);
}

Test(recorder_files, numbers_go_on_after_a_new_start)
{
    struct md_recorder_files *files = begin(100 * KIB, 100 * KIB);

    segments(files, 3, 10);
    md_recorder_files_close(files);
    files = open_files(100 * KIB, 100 * KIB);
    cr_assert_eq(md_recorder_files_next(files), 4u);
    end(files);
}

static uint64_t size_of(const char *name)
{
    char path[200];
    struct stat about;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return stat(path, &about) == 0 ? (uint64_t)about.st_size : 0;
}

Test(recorder_files, a_stretch_is_held_from_before_to_its_end_though_the_ring_moves_on)
{
    struct md_recorder_files *files = begin(50 * KIB, 1000 * KIB);

    segments(files, 3, 10);
    cr_assert(md_recorder_files_pin(files, "INC-20261121-0003", error, sizeof(error)));
    cr_assert(md_recorder_files_pin(files, "INC-20261121-0003", error, sizeof(error)), "twice");
    segments(files, 10, 10);
    cr_assert_eq(room(files).pinned, 1u);
    cr_assert_leq(room(files).ring_bytes, 50 * KIB);
    cr_assert(md_recorder_files_unpin(files, "INC-20261121-0003", error, sizeof(error)), "%s",
              error);
    segments(files, 3, 10);
    cr_assert_eq(size_of("INC-20261121-0003.rec"), 130 * KIB, "3 before and 10 after");
    cr_assert_eq(size_of("INC-20261121-0003"), 0u, "the links are gone");
    cr_assert_eq(room(files).pinned, 0u);
    end(files);
}

Test(recorder_files, what_is_older_than_ten_minutes_is_not_of_the_stretch)
{
    struct md_recorder_files *files = begin(500 * KIB, 1000 * KIB);
    char path[200];
    struct timespec old[2] = {{.tv_sec = time(NULL) - 700}, {.tv_sec = time(NULL) - 700}};

    segments(files, 4, 10);
    for (unsigned i = 1; i <= 2; i++) {
        snprintf(path, sizeof(path), "%s/%016u.rec", folder, i);
        cr_assert_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    }
    md_recorder_files_pin(files, "INC-1", error, sizeof(error));
    md_recorder_files_unpin(files, "INC-1", error, sizeof(error));
    cr_assert_eq(size_of("INC-1.rec"), 20 * KIB);
    end(files);
}

Test(recorder_files, a_long_incident_keeps_its_beginning_and_its_end)
{
    struct md_recorder_files *files = begin(50 * KIB, 400 * KIB);
    uint8_t bytes[100 * KIB];
    char path[200];
    FILE *file;

    segments(files, 1, 10);
    md_recorder_files_pin(files, "INC-7", error, sizeof(error));
    segments(files, 60, 10);
    md_recorder_files_unpin(files, "INC-7", error, sizeof(error));
    cr_assert_leq(size_of("INC-7.rec"), 110 * KIB);
    cr_assert_geq(size_of("INC-7.rec"), 80 * KIB);
    snprintf(path, sizeof(path), "%s/INC-7.rec", folder);
    file = fopen(path, "re");
    cr_assert_gt(fread(bytes, 1, sizeof(bytes), file), 80u * KIB);
    fclose(file);
    for (unsigned i = 0; i < 5; i++) {
        cr_assert_eq(bytes[i * 10 * KIB], i + 1, "the beginning");
    }
    end(files);
}

Test(recorder_files, old_stretches_go_when_there_is_no_room)
{
    struct md_recorder_files *files = begin(50 * KIB, 100 * KIB);
    char id[32];

    for (unsigned i = 0; i < 8; i++) {
        snprintf(id, sizeof(id), "INC-%u", i);
        md_recorder_files_pin(files, id, error, sizeof(error));
        segments(files, 2, 10);
        md_recorder_files_unpin(files, id, error, sizeof(error));
        cr_assert_leq(room(files).kept_bytes, 100 * KIB);
    }
    cr_assert_gt(size_of("INC-7.rec"), 0u, "the newest is always there");
    end(files);
}

Test(recorder_files, what_an_earlier_process_held_is_joined_unless_it_is_still_open)
{
    struct md_recorder_files *files = begin(500 * KIB, 1000 * KIB);

    segments(files, 1, 10);
    md_recorder_files_pin(files, "INC-1", error, sizeof(error));
    md_recorder_files_pin(files, "INC-2", error, sizeof(error));
    segments(files, 1, 10);
    md_recorder_files_close(files); /* and dies */
    files = open_files(500 * KIB, 1000 * KIB);
    md_recorder_files_pin(files, "INC-2", error, sizeof(error));
    cr_assert(md_recorder_files_settle(files, error, sizeof(error)));
    cr_assert_eq(size_of("INC-1.rec"), 20 * KIB);
    cr_assert_eq(size_of("INC-2.rec"), 0u);
    cr_assert_eq(room(files).pinned, 1u);
    end(files);
}

Test(recorder_files, a_file_that_may_not_grow_is_an_error_and_not_a_signal)
{
    struct md_recorder_files *files = begin(500 * KIB, 1000 * KIB);
    struct rlimit small = {20 * KIB, RLIM_INFINITY};
    static uint8_t bytes[64 * KIB];

    signal(SIGXFSZ, SIG_IGN);
    segments(files, 1, 2);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    cr_assert_not(md_recorder_files_append(files, bytes, sizeof(bytes), error, sizeof(error)));
    cr_assert_not_null(strstr(error, strerror(EFBIG)), "%s", error);
    small.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    segments(files, 1, 2);
    end(files);
}

Test(recorder_files, a_folder_that_cannot_be_made_is_an_error)
{
    char path[100];

    strcpy(state, "/tmp/noroshi-test-XXXXXX");
    cr_assert_not_null(mkdtemp(state));
    snprintf(path, sizeof(path), "%s/recorder", state);
    fclose(fopen(path, "we"));
    cr_assert_null(md_recorder_files_open(state, NULL, 1, 1, error, sizeof(error)));
    cr_assert_gt(strlen(error), 0u);
    end(NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a program another clock: CLOCK_SHIFT names a file that holds a number of seconds, which are
 * added to every wall, monotonic and boot time that the program reads. Preloaded by scenarios in
 * which minutes must pass at once; it owns the file's mapping and nothing else. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift_s;

__attribute__((constructor)) static void map_shift(void)
{
    const char *path = getenv("CLOCK_SHIFT");
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = MAP_FAILED;

    if (file >= 0) {
        map = mmap(NULL, sizeof(*shift_s), PROT_READ, MAP_SHARED, file, 0);
    }
    shift_s = map != MAP_FAILED ? map : NULL;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long rc = syscall(SYS_clock_gettime, clock, now);

    if (rc == 0 && shift_s != NULL &&
        (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME)) {
        now->tv_sec += *shift_s;
    }
    return (int)rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A watchdog device for tests: no host here has one that may be let bite, so a file stands for it.
 * It keeps every byte that is written, and this answers the ioctls of the driver in a program that
 * is linked with --wrap=ioctl. What a real driver does with them is not shown. */
#ifndef TESTS_LIB_WATCHDOG_DRIVER_H
#define TESTS_LIB_WATCHDOG_DRIVER_H

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

int __real_ioctl(int fd, unsigned long request, void *argument);
int __wrap_ioctl(int fd, unsigned long request, ...);

static struct {
    bool present, magic, fixed;
    int longest_s, timeout_s;
} driver;

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (_IOC_TYPE(request) != WATCHDOG_IOCTL_BASE || !driver.present) {
        return __real_ioctl(fd, request, argument);
    }
    switch (request) {
        case WDIOC_GETSUPPORT:
            *(struct watchdog_info *)argument =
                (struct watchdog_info){.options = driver.magic ? WDIOF_MAGICCLOSE : 0};
            return 0;
        case WDIOC_SETTIMEOUT:
            if (driver.fixed) {
                errno = EOPNOTSUPP;
                return -1;
            }
            driver.timeout_s =
                *(int *)argument < driver.longest_s ? *(int *)argument : driver.longest_s;
            *(int *)argument = driver.timeout_s;
            return 0;
        case WDIOC_GETTIMEOUT:
            *(int *)argument = driver.timeout_s;
            return 0;
        default:
            errno = ENOTTY;
            return -1;
    }
}

/* How many bytes it has, and the last one ('-': none). */
static inline size_t written(const char *path, char *last)
{
    char bytes[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    ssize_t length = read(fd, bytes, sizeof bytes);
    close(fd);
    cr_assert_geq(length, 0);
    *last = length > 0 ? bytes[length - 1] : '-';
    return (size_t)length;
}

#endif

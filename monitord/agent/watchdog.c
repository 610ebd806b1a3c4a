/* SPDX-License-Identifier: Apache-2.0 */
/* The watchdog device by the kernel's watchdog interface (Documentation/watchdog/watchdog-api). It
 * owns the descriptor; while a job is under way that is the worker's. */
#include "monitord/agent/watchdog.h"

#include "failover/assert.h"
#include "monitord/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FOOD ""   /* any byte but MAGIC */
#define MAGIC "V" /* the last byte before a close that stops the clock */

static void say_error(struct md_watchdog *watchdog, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say_error(struct md_watchdog *watchdog, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(watchdog->error, sizeof watchdog->error, format, arguments);
    va_end(arguments);
    md_log(MD_LOG_ERROR, "watchdog %s: %s; serving without it", watchdog->device, watchdog->error);
}

static const char *hint(int reason)
{
    switch (reason) {
        case ENOENT:
        case ENXIO:
        case ENODEV:
            return " (is its driver loaded?)";
        case EBUSY:
            return " (another program has it: RuntimeWatchdogSec= of systemd, or a watchdog "
                   "daemon)";
        case EACCES:
        case EPERM:
            return " (the unit must allow it: DeviceAllow=char-watchdog rw)";
        default:
            return "";
    }
}

static bool write_one(int fd, const char *byte)
{
    ssize_t written;
    do {
        written = write(fd, byte, 1);
    } while (written < 0 && errno == EINTR);
    return written == 1;
}

static void let_go(struct md_watchdog *watchdog, bool disarm)
{
    if (disarm && !write_one(watchdog->fd, MAGIC)) {
        md_log(MD_LOG_ERROR, "watchdog %s: cannot be disarmed: %s", watchdog->device,
               strerror(errno));
    }
    close(watchdog->fd);
    watchdog->fd = -1;
}

/* What the driver made of the timeout; 0 when it has none of its own that can be asked. */
static int set_timeout(const struct md_watchdog *watchdog, int wanted_s)
{
    int timeout_s = wanted_s;
    if (ioctl(watchdog->fd, WDIOC_SETTIMEOUT, &timeout_s) != 0) {
        timeout_s = 0; /* a fixed one */
    }
    int read_s = 0;
    return ioctl(watchdog->fd, WDIOC_GETTIMEOUT, &read_s) == 0 ? read_s : timeout_s;
}

void md_watchdog_arm(struct md_watchdog *watchdog, struct md_worker *worker, const char *device,
                     fo_us timeout_us)
{
    struct watchdog_info info;
    memset(watchdog, 0, sizeof *watchdog);
    memset(&info, 0, sizeof info);
    watchdog->worker = worker;
    watchdog->device = device;
    watchdog->well_said = true;
    watchdog->fd = -1;
    if (device == NULL) {
        return;
    }
    watchdog->fd = open(device, O_WRONLY | O_CLOEXEC);
    if (watchdog->fd < 0) {
        say_error(watchdog, "%s%s", strerror(errno), hint(errno));
        return;
    }
    if (ioctl(watchdog->fd, WDIOC_GETSUPPORT, &info) != 0) {
        int reason = errno;
        let_go(watchdog, true);
        say_error(watchdog, "is no watchdog device: %s", strerror(reason));
        return;
    }
    watchdog->timeout_s = set_timeout(watchdog, (int)((timeout_us + FO_SECOND - 1) / FO_SECOND));
    if (watchdog->timeout_s < MD_WATCHDOG_TIMEOUT_MIN_S) {
        let_go(watchdog, true);
        say_error(watchdog, "its timeout is %d s, and must be %d s at least", watchdog->timeout_s,
                  MD_WATCHDOG_TIMEOUT_MIN_S);
        return;
    }
    md_log(MD_LOG_NOTICE, "watchdog %s: armed, resets this host %d s after the last feeding%s",
           device, watchdog->timeout_s,
           (info.options & WDIOF_MAGICCLOSE) != 0
               ? ""
               : "; its driver cannot disarm it, so stopping this agent resets the host too");
}

/* In the worker. */
static void feed(void *context)
{
    struct md_watchdog *watchdog = context;
    watchdog->result = write_one(watchdog->fd, FOOD) ? 0 : errno;
}

static void on_fed(void *context)
{
    struct md_watchdog *watchdog = context;
    watchdog->busy = false;
    if (watchdog->result == 0) {
        watchdog->fed++;
        watchdog->error[0] = '\0';
    } else if (watchdog->error[0] == '\0') {
        snprintf(watchdog->error, sizeof watchdog->error, "%s", strerror(watchdog->result));
        md_log(MD_LOG_ERROR, "watchdog %s: cannot be fed: %s; it may reset this host",
               watchdog->device, watchdog->error);
    }
}

void md_watchdog_look(struct md_watchdog *watchdog, bool well)
{
    if (watchdog->fd < 0) {
        return;
    }
    if (well != watchdog->well_said) {
        watchdog->well_said = well;
        md_log(well ? MD_LOG_NOTICE : MD_LOG_ERROR, "watchdog %s: %s", watchdog->device,
               well ? "fed again" : "not fed: this agent cannot vouch for its host");
    }
    if (!well || watchdog->busy) {
        watchdog->withheld++;
        return;
    }
    watchdog->busy = true;
    md_worker_give(watchdog->worker, &(struct md_job){feed, on_fed, watchdog});
}

void md_watchdog_close(struct md_watchdog *watchdog, bool disarm)
{
    if (watchdog->fd < 0) {
        return;
    }
    if (!disarm) {
        md_log(MD_LOG_WARNING,
               "watchdog %s: left armed; this host is reset in %d s unless it is fed again",
               watchdog->device, watchdog->timeout_s);
    }
    let_go(watchdog, disarm);
}

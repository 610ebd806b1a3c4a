/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on the host at the start of a program. It owns nothing that lasts but the lock's
 * descriptor, which its caller keeps. */
#include "monitord/host.h"

#include "monitord/journal_schema.h"
#include "monitord/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void md_host_boot_id(char text[64])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

    text[0] = '\0';
    if (file != NULL) {
        if (fgets(text, 64, file) == NULL) {
            text[0] = '\0';
        }
        fclose(file);
    }
    text[strcspn(text, "\n")] = '\0';
}

uint64_t md_host_random_boot(void)
{
    uint64_t boot = 0;

    while (boot == 0) {
        randombytes_buf(&boot, sizeof(boot));
        boot &= INT64_MAX;
    }
    return boot;
}

int md_host_lock(const char *directory, const char *name, char *error, size_t error_size)
{
    char path[1024];
    int fd;

    if (mkdir(directory, 0750) != 0 && errno != EEXIST) {
        md_log(MD_LOG_ERROR, "%s: %s", directory, strerror(errno));
    }
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        md_log(MD_LOG_ERROR, "%s: %s", path, strerror(errno));
        return MD_HOST_LOCK_NONE;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        snprintf(error, error_size, "%s: another process runs on this state directory", path);
        close(fd);
        return MD_HOST_LOCK_HELD;
    }
    return fd;
}

void md_host_unlock(int lock)
{
    if (lock >= 0) {
        close(lock);
    }
}

void md_host_share_journal(const char *directory, const char *group)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    struct group *entry = group != NULL ? getgrnam(group) : NULL;
    char path[1024];

    for (unsigned i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s%s", directory, MD_JOURNAL_FILE, tails[i]);
        if (entry != NULL && chown(path, (uid_t)-1, entry->gr_gid) != 0 && errno != ENOENT) {
            md_log(MD_LOG_WARNING, "%s: %s", path, strerror(errno));
        }
        if (chmod(path, entry != NULL ? 0640 : 0600) != 0 && errno != ENOENT) {
            md_log(MD_LOG_WARNING, "%s: %s", path, strerror(errno));
        }
    }
}

void md_host_guard_memory(void)
{
    struct rlimit none = {0, 0};

    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
        md_log(MD_LOG_INFO, "memory is not locked: %s", strerror(errno));
    }
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        md_log(MD_LOG_INFO, "core files are not switched off: %s", strerror(errno));
    }
}

void md_host_ignore_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

bool md_host_allow_files(unsigned wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return false;
    }
    if (limit.rlim_cur >= wanted) {
        return true;
    }
    if (limit.rlim_max < wanted) { /* only with the right to do so */
        struct rlimit higher = {.rlim_cur = wanted, .rlim_max = wanted};

        if (setrlimit(RLIMIT_NOFILE, &higher) == 0) {
            return true;
        }
    }
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted) {
        md_log(MD_LOG_ERROR,
               "host: %u files are wanted and %llu allowed; some devices will not be watched"
               " (LimitNOFILE= in the unit)",
               wanted, (unsigned long long)limit.rlim_cur);
        return false;
    }
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A disk for SQLite that can lose its power, fill up, turn read-only or become slow. It lies over
 * the ordinary VFS as the default one and remembers for each file what has been synced and what
 * only written. At the chosen write, sync or truncation the power goes: from then on nothing works,
 * and power_back() leaves on the real disk what such a disk may hold: what was synced, and of the
 * rest nothing, or any of its sectors. */
#ifndef TESTS_LIB_POWER_CUT_H
#define TESTS_LIB_POWER_CUT_H

#include <criterion/criterion.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define POWER __attribute__((unused)) static
#define POWER_FILES 16
#define POWER_SECTOR 512

/* deaf: it says that it has synced, and has not, as if nobody had asked for it */
enum power_fault { POWER_WELL, POWER_FULL, POWER_READONLY, POWER_SLOW, POWER_DEAF };

struct power_write { /* written, not synced; length -1: a truncation to `at` */
    struct power_write *next;
    sqlite3_int64 at;
    int length;
    uint8_t bytes[];
};
struct power_disk { /* one file */
    char path[512];
    uint8_t *synced;
    size_t length;
    bool exists; /* its name is on the disk */
    struct power_write *first, *last;
};
struct power_file {
    sqlite3_file base;
    struct power_disk *disk; /* NULL: a temporary one */
    sqlite3_file *real;
};
static struct {
    pthread_mutex_t lock;
    struct power_disk disks[POWER_FILES];
    unsigned count;
    _Atomic long operations, cut_at; /* cut_at 0: never */
    _Atomic bool off;
    _Atomic int fault;
    sqlite3_vfs *real, vfs;
    sqlite3_io_methods methods;
} power = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Whether this operation still happens. */
POWER bool power_on(void)
{
    long number = atomic_fetch_add(&power.operations, 1) + 1;
    if (number == atomic_load(&power.cut_at)) {
        atomic_store(&power.off, true);
    }
    return !atomic_load(&power.off);
}

static void power_apply(struct power_disk *disk, sqlite3_int64 at, const uint8_t *bytes, int length)
{
    size_t end = (size_t)at + (size_t)length;
    if (end > disk->length) {
        disk->synced = realloc(disk->synced, end);
        memset(disk->synced + disk->length, 0, end - disk->length);
        disk->length = end;
    }
    memcpy(disk->synced + at, bytes, (size_t)length);
}

/* The lock is held. Every second sector of what was never synced reaches the disk, or none. */
static void power_settle(struct power_disk *disk, uint64_t *dice, bool tear)
{
    while (disk->first != NULL) {
        struct power_write *write = disk->first;
        disk->first = write->next;
        for (int at = 0; tear && at < write->length; at += POWER_SECTOR) {
            *dice = *dice * 6364136223846793005ULL + 1442695040888963407ULL;
            int length = write->length - at < POWER_SECTOR ? write->length - at : POWER_SECTOR;
            if (*dice >> 63 != 0) {
                power_apply(disk, write->at + at, write->bytes + at, length);
                disk->exists = true;
            }
        }
        free(write);
    }
    disk->last = NULL;
}

static void power_remember(struct power_disk *disk, const void *bytes, int length, sqlite3_int64 at)
{
    size_t size = length > 0 ? (size_t)length : 0;
    struct power_write *write = malloc(sizeof *write + size);
    *write = (struct power_write){.at = at, .length = length};
    if (size > 0) {
        memcpy(write->bytes, bytes, size);
    }
    pthread_mutex_lock(&power.lock);
    if (disk->last != NULL) {
        disk->last->next = write;
    } else {
        disk->first = write;
    }
    disk->last = write;
    pthread_mutex_unlock(&power.lock);
}

static sqlite3_file *power_real(sqlite3_file *file)
{
    return ((struct power_file *)file)->real;
}

static int power_close(sqlite3_file *file)
{
    return power_real(file)->pMethods->xClose(power_real(file));
}

static int power_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 at)
{
    return atomic_load(&power.off)
               ? SQLITE_IOERR_READ
               : power_real(file)->pMethods->xRead(power_real(file), bytes, length, at);
}

static int power_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 at)
{
    struct power_disk *disk = ((struct power_file *)file)->disk;
    bool was_off = atomic_load(&power.off);
    int fault = atomic_load(&power.fault);
    if (fault == POWER_FULL || fault == POWER_READONLY) {
        return fault == POWER_FULL ? SQLITE_FULL : SQLITE_READONLY;
    }
    bool on = power_on();
    if (disk != NULL && !was_off) { /* the write at which the power goes may be torn, too */
        power_remember(disk, bytes, length, at);
    }
    return on ? power_real(file)->pMethods->xWrite(power_real(file), bytes, length, at)
              : SQLITE_IOERR_WRITE;
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct power_disk *disk = ((struct power_file *)file)->disk;
    if (!power_on()) {
        return SQLITE_IOERR_TRUNCATE;
    }
    if (disk != NULL) {
        power_remember(disk, NULL, -1, size);
    }
    return power_real(file)->pMethods->xTruncate(power_real(file), size);
}

/* Everything written so far is on the disk, and the file's name with it. */
static int power_sync(sqlite3_file *file, int flags)
{
    struct power_disk *disk = ((struct power_file *)file)->disk;
    (void)flags;
    if (!power_on()) {
        return SQLITE_IOERR_FSYNC;
    }
    if (atomic_load(&power.fault) == POWER_SLOW) {
        struct timespec moment = {.tv_sec = 3, .tv_nsec = 600000000};
        nanosleep(&moment, NULL);
    }
    if (atomic_load(&power.fault) == POWER_DEAF) {
        return SQLITE_OK;
    }
    pthread_mutex_lock(&power.lock);
    while (disk != NULL && disk->first != NULL) {
        struct power_write *write = disk->first;
        disk->first = write->next;
        if (write->length >= 0) {
            power_apply(disk, write->at, write->bytes, write->length);
        } else if ((size_t)write->at < disk->length) {
            disk->length = (size_t)write->at;
        }
        free(write);
    }
    if (disk != NULL) {
        disk->last = NULL;
        disk->exists = true;
    }
    pthread_mutex_unlock(&power.lock);
    return SQLITE_OK;
}

static int power_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return power_real(file)->pMethods->xFileSize(power_real(file), size);
}
static int power_lock(sqlite3_file *file, int level)
{
    return power_real(file)->pMethods->xLock(power_real(file), level);
}
static int power_unlock(sqlite3_file *file, int level)
{
    return power_real(file)->pMethods->xUnlock(power_real(file), level);
}
static int power_reserved(sqlite3_file *file, int *out)
{
    return power_real(file)->pMethods->xCheckReservedLock(power_real(file), out);
}
static int power_control(sqlite3_file *file, int operation, void *argument)
{
    return power_real(file)->pMethods->xFileControl(power_real(file), operation, argument);
}
static int power_sector(sqlite3_file *file)
{
    (void)file;
    return POWER_SECTOR;
}
static int power_traits(sqlite3_file *file)
{
    (void)file;
    return 0; /* no promise: neither atomic writes nor safe appends */
}
static int power_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return power_real(file)->pMethods->xShmMap(power_real(file), page, size, extend, out);
}
static int power_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return power_real(file)->pMethods->xShmLock(power_real(file), offset, count, flags);
}
static void power_shm_barrier(sqlite3_file *file)
{
    power_real(file)->pMethods->xShmBarrier(power_real(file));
}
static int power_shm_unmap(sqlite3_file *file, int remove)
{
    return power_real(file)->pMethods->xShmUnmap(power_real(file), remove);
}

static struct power_disk *power_disk_of(const char *path)
{
    struct power_disk *disk = NULL;
    FILE *file;
    for (unsigned i = 0; i < power.count; i++) {
        if (strcmp(power.disks[i].path, path) == 0) {
            return &power.disks[i];
        }
    }
    cr_assert_lt(power.count, (unsigned)POWER_FILES);
    disk = &power.disks[power.count++];
    memset(disk, 0, sizeof *disk);
    snprintf(disk->path, sizeof disk->path, "%s", path);
    file = fopen(path, "re");
    if (file != NULL) {
        uint8_t bytes[4096];
        size_t count;
        disk->exists = true;
        while ((count = fread(bytes, 1, sizeof bytes, file)) > 0) {
            power_apply(disk, (sqlite3_int64)disk->length, bytes, (int)count);
        }
        fclose(file);
    }
    return disk;
}

static int power_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                      int *out_flags)
{
    struct power_file *opened = (struct power_file *)file;
    (void)vfs;
    memset(opened, 0, sizeof *opened);
    if (atomic_load(&power.off)) {
        return SQLITE_CANTOPEN;
    }
    opened->real = (sqlite3_file *)(opened + 1);
    pthread_mutex_lock(&power.lock);
    opened->disk = name != NULL ? power_disk_of(name) : NULL;
    pthread_mutex_unlock(&power.lock);
    int code = power.real->xOpen(power.real, name, opened->real, flags, out_flags);
    if (code == SQLITE_OK) {
        opened->base.pMethods = &power.methods;
    }
    return code;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (!power_on()) {
        return SQLITE_IOERR_DELETE;
    }
    pthread_mutex_lock(&power.lock);
    for (unsigned i = 0; i < power.count; i++) {
        if (strcmp(power.disks[i].path, name) == 0) {
            uint64_t dice = 0;
            power_settle(&power.disks[i], &dice, false);
            power.disks[i].length = 0;
            power.disks[i].exists = false;
        }
    }
    pthread_mutex_unlock(&power.lock);
    return power.real->xDelete(power.real, name, sync);
}

/* Once in a process: makes it the VFS of every connection opened from now on. */
POWER void power_install(void)
{
    cr_assert_eq(sqlite3_initialize(), SQLITE_OK);
    power.real = sqlite3_vfs_find(NULL);
    power.vfs = *power.real;
    power.vfs.zName = "power-cut";
    power.vfs.szOsFile = (int)sizeof(struct power_file) + power.real->szOsFile;
    power.vfs.xOpen = power_open;
    power.vfs.xDelete = power_delete;
    power.methods = (sqlite3_io_methods){.iVersion = 2,
                                         .xClose = power_close,
                                         .xRead = power_read,
                                         .xWrite = power_write,
                                         .xTruncate = power_truncate,
                                         .xSync = power_sync,
                                         .xFileSize = power_size,
                                         .xLock = power_lock,
                                         .xUnlock = power_unlock,
                                         .xCheckReservedLock = power_reserved,
                                         .xFileControl = power_control,
                                         .xSectorSize = power_sector,
                                         .xDeviceCharacteristics = power_traits,
                                         .xShmMap = power_shm_map,
                                         .xShmLock = power_shm_lock,
                                         .xShmBarrier = power_shm_barrier,
                                         .xShmUnmap = power_shm_unmap};
    cr_assert_eq(sqlite3_vfs_register(&power.vfs, 1), SQLITE_OK);
}

/* Forgets all files and counts from here; the power goes at operation `cut_at` (0: never). */
POWER void power_begin(long cut_at)
{
    for (unsigned i = 0; i < power.count; i++) {
        uint64_t dice = 0;
        power_settle(&power.disks[i], &dice, false);
        free(power.disks[i].synced);
    }
    power.count = 0;
    atomic_store(&power.operations, 0);
    atomic_store(&power.cut_at, cut_at);
    atomic_store(&power.off, false);
    atomic_store(&power.fault, POWER_WELL);
}

/* Every connection is closed. What the disk may hold after the cut is put in its place. */
POWER void power_back(uint64_t seed, bool tear)
{
    for (unsigned i = 0; i < power.count; i++) {
        struct power_disk *disk = &power.disks[i];
        char shared[520];
        power_settle(disk, &seed, tear);
        snprintf(shared, sizeof shared, "%s-shm", disk->path);
        unlink(shared);
        unlink(disk->path);
        if (disk->exists) {
            FILE *file = fopen(disk->path, "we");
            cr_assert_not_null(file);
            cr_assert_eq(fwrite(disk->synced, 1, disk->length, file), disk->length);
            fclose(file);
        }
    }
    power_begin(0);
}

#endif

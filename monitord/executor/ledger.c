/* SPDX-License-Identifier: Apache-2.0 */
/* An append-only file of JSON lines, one per change of state of an act. It owns its format and its
 * syncs; server.c asks it before each act and tells it after. */
#include "monitord/executor/ledger.h"

#include "monitord/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_BEFORE_REWRITE (4 * MD_LEDGER_ENTRIES_MAX)
#define LINE_MAX_BYTES 512

struct md_ledger {
    char path[1024];
    int fd;
    off_t end; /* of the last whole line: a failed write is cut off again */
    unsigned lines;
    unsigned count, next; /* ring */
    struct md_ledger_entry entries[MD_LEDGER_ENTRIES_MAX];
};

static const char *const state_names[] = {"begun", "done", "retry", "failed"};

const char *md_act_state_name(enum md_act_state state)
{
    return state_names[state];
}

static struct md_ledger_entry *find(struct md_ledger *ledger, const char *key, const char *act)
{
    for (unsigned i = 0; i < ledger->count; i++) {
        if (strcmp(ledger->entries[i].key, key) == 0 && strcmp(ledger->entries[i].act, act) == 0) {
            return &ledger->entries[i];
        }
    }
    return NULL;
}

const struct md_ledger_entry *md_ledger_find(const struct md_ledger *ledger, const char *key,
                                             const char *act)
{
    return find((struct md_ledger *)ledger, key, act);
}

static void remember(struct md_ledger *ledger, const char *key, const char *act,
                     enum md_act_state state, int detail)
{
    struct md_ledger_entry *entry = find(ledger, key, act);

    if (entry == NULL) {
        entry = &ledger->entries[ledger->next];
        ledger->next = (ledger->next + 1) % MD_LEDGER_ENTRIES_MAX;
        if (ledger->count < MD_LEDGER_ENTRIES_MAX) {
            ledger->count++;
        }
        snprintf(entry->key, sizeof(entry->key), "%s", key);
        snprintf(entry->act, sizeof(entry->act), "%s", act);
    }
    entry->state = state;
    entry->detail = detail;
}

static bool take_line(struct md_ledger *ledger, const char *line)
{
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const char *key = NULL, *act = NULL, *state = NULL;
    int detail = 0;
    bool good = json_unpack(object, "{s:s, s:s, s:s, s:i}", "key", &key, "act", &act, "state",
                            &state, "detail", &detail) == 0;

    for (unsigned i = 0; good && i < 4; i++) {
        if (strcmp(state, state_names[i]) == 0) {
            remember(ledger, key, act, (enum md_act_state)i, detail);
        }
    }
    json_decref(object);
    return good;
}

static void read_lines(struct md_ledger *ledger)
{
    FILE *file = fopen(ledger->path, "re");
    char line[LINE_MAX_BYTES];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strchr(line, '\n') == NULL || !take_line(ledger, line)) {
            md_log(MD_LOG_WARNING, "executor: a damaged line in %s was left out", ledger->path);
        }
        ledger->lines++;
    }
    if (file != NULL) {
        fclose(file);
    }
}

static bool put_line(int fd, const char *key, const char *act, enum md_act_state state, int detail)
{
    char line[LINE_MAX_BYTES];
    json_t *object = json_pack("{s:s, s:s, s:s, s:i}", "key", key, "act", act, "state",
                               md_act_state_name(state), "detail", detail);
    size_t length = object != NULL ? json_dumpb(object, line, sizeof(line) - 1, JSON_COMPACT) : 0;

    json_decref(object);
    if (length == 0 || length > sizeof(line) - 1) {
        errno = EINVAL;
        return false;
    }
    line[length] = '\n';
    return write(fd, line, length + 1) == (ssize_t)(length + 1);
}

static void sync_directory(const char *path)
{
    char directory[1024];
    char *slash;
    int fd;

    snprintf(directory, sizeof(directory), "%s", path);
    slash = strrchr(directory, '/');
    if (slash == NULL) {
        return;
    }
    *slash = '\0';
    fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Writes what is remembered into a new file that takes the old one's place; oldest first. */
static bool rewrite(struct md_ledger *ledger)
{
    char path[1032];
    bool good = true;
    int fd;

    snprintf(path, sizeof(path), "%s.new", ledger->path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    for (unsigned i = 0; good && i < ledger->count; i++) {
        unsigned at =
            ledger->count < MD_LEDGER_ENTRIES_MAX ? i : (ledger->next + i) % MD_LEDGER_ENTRIES_MAX;
        const struct md_ledger_entry *entry = &ledger->entries[at];

        good = put_line(fd, entry->key, entry->act, entry->state, entry->detail);
    }
    if (!good || fsync(fd) != 0 || rename(path, ledger->path) != 0) {
        close(fd);
        unlink(path);
        return false;
    }
    sync_directory(ledger->path);
    if (ledger->fd >= 0) {
        close(ledger->fd);
    }
    ledger->fd = fd;
    ledger->end = lseek(fd, 0, SEEK_END);
    ledger->lines = ledger->count;
    return true;
}

struct md_ledger *md_ledger_open(const char *directory, char *error, size_t error_size)
{
    struct md_ledger *ledger = calloc(1, sizeof(*ledger));

    if (ledger == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    ledger->fd = -1;
    snprintf(ledger->path, sizeof(ledger->path), "%s/%s", directory, MD_LEDGER_FILE);
    read_lines(ledger);
    if (!rewrite(ledger)) { /* also cuts off a torn last line */
        snprintf(error, error_size, "%s: %s", ledger->path, strerror(errno));
        free(ledger);
        return NULL;
    }
    return ledger;
}

void md_ledger_close(struct md_ledger *ledger)
{
    if (ledger != NULL) {
        close(ledger->fd);
        free(ledger);
    }
}

bool md_ledger_write(struct md_ledger *ledger, const char *key, const char *act,
                     enum md_act_state state, int detail)
{
    if (ledger->lines >= LINES_BEFORE_REWRITE && !rewrite(ledger)) {
        md_log(MD_LOG_WARNING, "executor: %s: %s", ledger->path, strerror(errno));
    }
    if (!put_line(ledger->fd, key, act, state, detail) || fdatasync(ledger->fd) != 0) {
        md_log(MD_LOG_ERROR, "executor: %s: %s", ledger->path, strerror(errno));
        if (ftruncate(ledger->fd, ledger->end) != 0) {
            md_log(MD_LOG_ERROR, "executor: %s: %s", ledger->path, strerror(errno));
        }
        return false;
    }
    ledger->end = lseek(ledger->fd, 0, SEEK_END);
    ledger->lines++;
    remember(ledger, key, act, state, detail);
    return true;
}

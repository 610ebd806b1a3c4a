/* SPDX-License-Identifier: Apache-2.0 */
/* The real daemon on one state directory, killed by SIGKILL at random instants and started again:
 * orders it acknowledged are in the journal, once; a page goes out a second time only under its own
 * key, and never before it was written down; the chain holds. 50 restarts; 2,000 in the long run.
 */
#include "monitord/journal_read.h"
#include "tests/lib/daemon_fixture.h"
#include "tests/lib/signal_child.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define DAEMON NOROSHI_BINARY_DIR "/bin/monitord"
#define HOLD "{\"order\":\"hold\"}\n"
#define RELEASE "{\"order\":\"release\"}\n"

static pid_t start(const struct place *place)
{
    char site[160], out[160];
    pid_t child;

    snprintf(site, sizeof(site), "%s/site.conf", place->directory);
    snprintf(out, sizeof(out), "%s/out", place->directory);
    child = fork();
    if (child == 0) {
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        dup2(fd, 1);
        dup2(fd, 2);
        execl(DAEMON, "monitord", "--config", site, (char *)NULL);
        _exit(99);
    }
    return child;
}

/* Milliseconds of a clock that only runs forward. */
static int64_t now_ms(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

/* One order by `until_ms`. 1: acknowledged; 0: no answer; -1: refused. */
static int ask(const struct place *place, const char *order, int64_t until_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[65536];
    size_t length = 0;
    int fd = -1, taken = 0;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock", place->directory);
    while (now_ms() < until_ms) {
        struct timespec moment = {.tv_nsec = 2000000};

        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
            break;
        }
        close(fd);
        fd = -1;
        nanosleep(&moment, NULL);
    }
    if (fd >= 0 && send(fd, order, strlen(order), MSG_NOSIGNAL) == (ssize_t)strlen(order)) {
        while (length < sizeof(text) - 1 && memchr(text, '\n', length) == NULL) {
            struct pollfd wait = {.fd = fd, .events = POLLIN};
            int64_t left_ms = until_ms - now_ms();
            ssize_t count = 0;

            if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) <= 0 ||
                (count = recv(fd, text + length, sizeof(text) - 1 - length, 0)) <= 0) {
                break;
            }
            length += (size_t)count;
        }
        text[length] = '\0';
        json_t *answer = memchr(text, '\n', length) != NULL ? json_loads(text, 0, NULL) : NULL;
        if (answer != NULL) {
            taken = json_is_true(json_object_get(answer, "ok")) ? 1 : -1;
        }
        json_decref(answer);
    }
    if (fd >= 0) {
        close(fd);
    }
    return taken;
}

struct tally { /* what the journal says */
    unsigned orders, pages_twice, results_unknown;
    json_t *keys;  /* key -> identity of the page, of each command */
    json_t *pages; /* identity -> key */
};

static bool count_entry(void *context, const struct md_journal_entry *entry)
{
    struct tally *tally = context;
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *key = json_string_value(json_object_get(body, "key"));

    if (strcmp(entry->kind, "order") == 0 && json_is_null(json_object_get(body, "refused"))) {
        tally->orders++;
    } else if (strcmp(entry->kind, "command") == 0 && key != NULL &&
               json_object_get(body, "person") != NULL) {
        char page[256];

        snprintf(page, sizeof(page), "%s %s %s %s %lld %lld",
                 json_string_value(json_object_get(body, "incident")),
                 json_string_value(json_object_get(body, "person")),
                 json_string_value(json_object_get(body, "channel")),
                 json_string_value(json_object_get(body, "message")),
                 json_integer_value(json_object_get(body, "epoch")),
                 json_integer_value(json_object_get(body, "attempt")));
        const char *known = json_string_value(json_object_get(tally->pages, page));
        tally->pages_twice += known != NULL && strcmp(known, key) != 0;
        json_object_set_new(tally->pages, page, json_string(key));
        json_object_set_new(tally->keys, key, json_string(page));
    } else if (strcmp(entry->kind, "result") == 0 && key != NULL) {
        /* an outcome of something the journal does not know: done before it was written down */
        tally->results_unknown +=
            json_object_get(body, "outcome") != NULL &&
            strcmp(json_string_value(json_object_get(body, "outcome")), "accepted") == 0 &&
            json_object_get(tally->keys, key) == NULL;
    }
    json_decref(body);
    return true;
}

Test(kill9, nothing_acknowledged_is_lost_and_nothing_is_done_twice, .timeout = 3600)
{
    struct place place;
    const char *mode = getenv("NOROSHI_LONG");
    unsigned rounds = mode != NULL && strcmp(mode, "yes") == 0 ? 2000 : 50;
    unsigned acknowledged = 0, in_doubt = 0, reached = 0;
    char path[160], error[256];

    place_make(&place, 0);
    place_write(&place, "sms", "#!/bin/sh\ncat >/dev/null\n", 0700);
    for (unsigned round = 0; round < rounds; round++) {
        pid_t child = start(&place);
        /* most lives end in the midst of orders, some while they begin */
        bool young = round % 4 == 0;
        int taken = young ? 1 : ask(&place, HOLD, now_ms() + 20000);
        int64_t end_ms = now_ms() + 20 + (int64_t)randombytes_uniform(400);

        reached += !young && taken == 1;
        acknowledged += !young && taken == 1;
        for (unsigned i = 1; now_ms() < end_ms; i++) {
            taken = ask(&place, i % 2 == 0 ? HOLD : RELEASE, end_ms);
            acknowledged += taken == 1;
        }
        in_doubt += taken == 0;
        signal_child(child, SIGKILL);
        waitpid(child, NULL, 0);
        snprintf(path, sizeof(path), "%s/control.sock", place.directory);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/journal.sqlite", place.directory);
    struct tally tally = {.keys = json_object(), .pages = json_object()};
    struct md_journal_verdict verdict;
    struct md_journal_reader *reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    md_journal_verify(reader, &verdict);
    cr_assert(verdict.good, "%s at row %lld", verdict.problem, (long long)verdict.bad_seq);
    cr_assert(md_journal_read_from(reader, 1, 0, count_entry, &tally));
    md_journal_reader_close(reader);
    fprintf(stderr, "# %u restarts, %u orders acknowledged, %u in doubt, %u in the journal\n",
            rounds, acknowledged, in_doubt, tally.orders);
    cr_assert_gt(reached, rounds / 2, "too few lives were long enough to take an order");
    cr_assert_geq(tally.orders, acknowledged, "an acknowledged order is lost");
    cr_assert_leq(tally.orders, acknowledged + in_doubt, "an order was taken twice");
    cr_assert_eq(tally.pages_twice, 0u, "a page went out again under another key");
    cr_assert_eq(tally.results_unknown, 0u, "something was done before it was written down");
    json_decref(tally.keys);
    json_decref(tally.pages);
    place_remove(&place);
}

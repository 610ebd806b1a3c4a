/* SPDX-License-Identifier: Apache-2.0 */
/* The program itself, from outside: its arguments and exit codes, its socket, its ends by signal
 * and by kill -9, and what the next process knows. */
#include "monitord/journal_read.h"
#include "tests/lib/daemon_fixture.h"
#include "tests/lib/signal_child.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define DAEMON NOROSHI_BINARY_DIR "/bin/monitord"

struct daemon {
    struct place place;
    pid_t pid;
};

static pid_t spawn(struct place *place, const char *const *arguments)
{
    pid_t child = fork();

    if (child == 0) {
        char path[160];
        int fd;

        snprintf(path, sizeof(path), "%s/out", place->directory);
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(fd, 1);
        dup2(fd, 2);
        execv(DAEMON, (char *const *)arguments);
        _exit(99);
    }
    return child;
}

static int wait_for(pid_t pid)
{
    int status = -1;

    for (unsigned i = 0; i < 1000; i++) {
        struct timespec moment = {.tv_nsec = 10000000};

        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        nanosleep(&moment, NULL);
    }
    signal_child(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return -1;
}

/* Runs it with the place's site file and two more arguments (NULL: none). */
static int run(struct place *place, const char *first, const char *second, const char *third)
{
    char path[160];
    const char *const arguments[] = {"monitord", "--config", path, first, second, third, NULL};

    snprintf(path, sizeof(path), "%s/site.conf", place->directory);
    return wait_for(spawn(place, arguments));
}

/* One order, one answer; NULL when nobody answers. */
static json_t *ask(const struct place *place, const char *order)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = 8};
    char *text = calloc(1, 1 << 20);
    size_t length = 0;
    ssize_t count = 1;
    json_t *answer = NULL;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock", place->directory);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, order, strlen(order), MSG_NOSIGNAL) == (ssize_t)strlen(order)) {
        while (count > 0 && length < (1 << 20) - 1 && memchr(text, '\n', length) == NULL) {
            count = recv(fd, text + length, (1 << 20) - 1 - length, 0);
            length += count > 0 ? (size_t)count : 0;
        }
        answer = json_loads(text, 0, NULL);
    }
    close(fd);
    free(text);
    return answer;
}

static json_t *status_of(const struct place *place)
{
    json_t *answer = ask(place, "{\"order\":\"status\"}\n");
    json_t *status = json_incref(json_object_get(answer, "status"));

    json_decref(answer);
    return status;
}

static void start(struct daemon *daemon)
{
    char path[160];
    const char *const arguments[] = {"monitord", "--config", path, NULL};
    json_t *status = NULL;

    snprintf(path, sizeof(path), "%s/site.conf", daemon->place.directory);
    daemon->pid = spawn(&daemon->place, arguments);
    for (unsigned i = 0; i < 500 && status == NULL; i++) {
        struct timespec moment = {.tv_nsec = 10000000};

        nanosleep(&moment, NULL);
        status = status_of(&daemon->place);
    }
    cr_assert_not_null(status, "the daemon does not answer");
    json_decref(status);
}

static int end(struct daemon *daemon, int signal)
{
    signal_child(daemon->pid, signal);
    return wait_for(daemon->pid);
}

/* Ends it by SIGTERM; it must go in order. */
static void end_well(struct daemon *daemon)
{
    int code = end(daemon, SIGTERM);
    char *text = place_read(&daemon->place, "out");

    cr_assert_eq(code, 0, "exit code %d after\n%s", code, text);
    free(text);
}

static void expect_output(struct place *place, const char *part)
{
    char *text = place_read(place, "out");

    cr_assert_not_null(strstr(text, part), "%s\nhas no: %s", text, part);
    free(text);
}

/* ---- arguments ---- */

Test(app, help_and_version_need_no_site)
{
    struct place place;
    const char *const help[] = {"monitord", "--help", NULL};
    const char *const version[] = {"monitord", "--version", NULL};
    const char *const wrong[] = {"monitord", "--frobnicate", NULL};
    const char *const none[] = {"monitord", NULL};

    place_make(&place, 0);
    cr_assert_eq(wait_for(spawn(&place, help)), 0);
    expect_output(&place, "--probe NAME");
    cr_assert_eq(wait_for(spawn(&place, version)), 0);
    expect_output(&place, "monitord 0.");
    cr_assert_eq(wait_for(spawn(&place, wrong)), 2);
    cr_assert_eq(wait_for(spawn(&place, none)), 2);
    place_remove(&place);
}

Test(app, check_says_every_finding_with_its_line_and_exits_0_or_2)
{
    struct place place;

    place_make(&place, 0);
    cr_assert_eq(run(&place, "--check", NULL, NULL), 0);
    place_write(&place, "site.conf", "site = { nam = \"x\"; };\nlines = 7;\n", 0600);
    cr_assert_eq(run(&place, "--check", NULL, NULL), 2);
    expect_output(&place, "site.conf:1: ");
    expect_output(&place, "site.conf:2: ");
    cr_assert_eq(run(&place, NULL, NULL, NULL), 2, "a daemon runs on a wrong site");
    place_remove(&place);
}

Test(app, a_device_that_does_not_answer_gives_3_and_the_reason)
{
    struct place place;

    place_make(&place, 0);
    cr_assert_eq(run(&place, "--probe", "ups-a", NULL), 3);
    expect_output(&place, "ups-a: cannot be read: ");
    cr_assert_eq(run(&place, "--probe", "ups-a", "--json"), 3);
    expect_output(&place, "\"quality\": \"absent\"");
    cr_assert_eq(run(&place, "--probe", "no-such", NULL), 2);
    expect_output(&place, "no device named no-such");
    place_remove(&place);
}

Test(app, a_file_with_nothing_but_a_device_is_enough_for_probe_and_only_for_it)
{
    struct place place;

    place_make(&place, 0);
    place_write(&place, "site.conf",
                "ups = ( { name = \"ups-a\"; driver = \"snmp\"; address = \"127.0.0.1:1\";\n"
                " profile = \"auto\"; interval = \"1s\"; snmp: { version = \"2c\";\n"
                " community = \"public\"; }; } );\n",
                0600);
    cr_assert_eq(run(&place, "--probe", "ups-a", NULL), 3);
    cr_assert_eq(run(&place, NULL, NULL, NULL), 2);
    place_remove(&place);
}

/* ---- the running daemon ---- */

Test(app, the_status_has_every_key_of_the_contract)
{
    static const char *const keys[] = {"schema",     "site",   "time",      "language", "mode",
                                       "state",      "warm",   "acting",    "services", "servers",
                                       "lines",      "power",  "incidents", "blocked",  "contacts",
                                       "switchover", "monitor"};
    struct daemon daemon = {0};
    json_t *status;

    place_make(&daemon.place, 0);
    start(&daemon);
    status = status_of(&daemon.place);
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        cr_assert_not_null(json_object_get(status, keys[i]), "no key %s", keys[i]);
    }
    cr_assert_eq(json_integer_value(json_object_get(status, "schema")), 1);
    cr_assert_eq(json_array_size(json_object_get(status, "servers")), 2);
    cr_assert_eq(json_array_size(json_object_get(status, "power")), 1);
    json_decref(status);
    end_well(&daemon);
    expect_output(&daemon.place, "stops: SIGTERM");
    place_remove(&daemon.place);
}

Test(app, two_daemons_never_share_a_state_directory)
{
    struct daemon daemon = {0};

    place_make(&daemon.place, 0);
    start(&daemon);
    cr_assert_eq(run(&daemon.place, NULL, NULL, NULL), 1);
    expect_output(&daemon.place, "another process runs on this state directory");
    end_well(&daemon);
    place_remove(&daemon.place);
}

/* The number of an incident that is open, waiting for one; 0 when none comes. */
static uint32_t open_incident(const struct place *place)
{
    for (unsigned i = 0; i < 300; i++) {
        struct timespec moment = {.tv_nsec = 50000000};
        json_t *status = status_of(place);
        json_t *first = json_array_get(json_object_get(status, "incidents"), 0);
        uint32_t number = (uint32_t)json_integer_value(json_object_get(first, "number"));

        json_decref(status);
        if (number != 0) {
            return number;
        }
        nanosleep(&moment, NULL);
    }
    return 0;
}

/* Asks as another user of the host; the exit code is 0 when the answer has the error. */
static int ask_as(const struct place *place, uid_t uid, const char *order, const char *error)
{
    pid_t child = fork();

    if (child == 0) {
        json_t *answer;

        if (setuid(uid) != 0) {
            _exit(3);
        }
        answer = ask(place, order);
        _exit(answer == NULL ? 4
              : strcmp(json_string_value(json_object_get(answer, "error")) != NULL
                           ? json_string_value(json_object_get(answer, "error"))
                           : "",
                       error) == 0
                  ? 0
                  : 5);
    }
    return wait_for(child);
}

Test(app, only_a_person_of_the_site_acknowledges_and_everybody_may_look)
{
    struct daemon daemon = {0};
    char path[160], order[128];
    uint32_t number;
    json_t *answer;

    place_make(&daemon.place, 0);
    start(&daemon);
    number = open_incident(&daemon.place);
    cr_assert_neq(number, 0, "nothing was noticed");
    snprintf(path, sizeof(path), "%s/control.sock", daemon.place.directory);
    chmod(path, 0666);
    chmod(daemon.place.directory, 0755);
    snprintf(order, sizeof(order), "{\"order\":\"acknowledge\",\"incident\":%u}\n", number);
    cr_assert_eq(ask_as(&daemon.place, 65534, order, "not-a-person"), 0);
    cr_assert_eq(ask_as(&daemon.place, 65534, "{\"order\":\"status\"}\n", ""), 0);
    cr_assert_eq(ask_as(&daemon.place, 0, "{\"order\":\"acknowledge\",\"incident\":999}\n", ""), 5);
    cr_assert_eq(
        ask_as(&daemon.place, 0, "{\"order\":\"acknowledge\",\"incident\":\"INC-19990101-0001\"}\n",
               "no-such-incident"),
        0);
    answer = ask(&daemon.place, order);
    cr_assert(json_is_true(json_object_get(answer, "ok")));
    json_decref(answer);
    end_well(&daemon);
    place_remove(&daemon.place);
}

struct found {
    unsigned acknowledged, refused;
};

static bool look(void *context, const struct md_journal_entry *entry)
{
    struct found *found = context;

    found->acknowledged += strstr(entry->body, "\"name\":\"acknowledged\"") != NULL ? 1 : 0;
    found->refused += strstr(entry->body, "\"refused\":\"not-a-person\"") != NULL ? 1 : 0;
    return true;
}

Test(app, what_was_answered_is_there_after_kill_9)
{
    struct daemon daemon = {0};
    struct md_journal_verdict verdict;
    struct found found = {0};
    struct md_journal_reader *reader;
    char path[160], order[128], error[256];
    uint32_t number;
    json_t *answer, *status, *incident;

    place_make(&daemon.place, 0);
    start(&daemon);
    number = open_incident(&daemon.place);
    snprintf(order, sizeof(order), "{\"order\":\"acknowledge\",\"incident\":%u}\n", number);
    answer = ask(&daemon.place, order);
    cr_assert(json_is_true(json_object_get(answer, "ok")));
    cr_assert_null(json_object_get(answer, "journalled"));
    json_decref(answer);
    cr_assert_eq(end(&daemon, SIGKILL), 128 + SIGKILL);

    snprintf(path, sizeof(path), "%s/journal.sqlite", daemon.place.directory);
    reader = md_journal_reader_open(path, error, sizeof(error));
    cr_assert_not_null(reader, "%s", error);
    md_journal_verify(reader, &verdict);
    cr_assert(verdict.good, "%s at %lld", verdict.problem, (long long)verdict.bad_seq);
    cr_assert(md_journal_read_incident(reader, number, look, &found));
    md_journal_reader_close(reader);
    cr_assert_eq(found.acknowledged, 1);

    start(&daemon);
    expect_output(&daemon.place, "engine: restored from row");
    status = status_of(&daemon.place);
    incident = json_array_get(json_object_get(status, "incidents"), 0);
    cr_assert_eq(json_integer_value(json_object_get(incident, "number")), number);
    cr_assert_str_eq(json_string_value(json_object_get(incident, "acked_by")), "person-1");
    json_decref(status);
    end_well(&daemon);
    place_remove(&daemon.place);
}

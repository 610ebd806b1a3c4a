/* SPDX-License-Identifier: Apache-2.0 */
/* The whole console on a terminal: monitorctl under a pseudo terminal, a daemon played by a thread.
 * What a person would see and press, waited for with an upper bound. */
#include "monitord/control_wire.h"
#include "tests/lib/signal_child.h"

#include <criterion/criterion.h>
#include <jansson.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BOUND_MS 20000
#define SEEN_MAX (1 << 20)

static char folder[] = "/tmp/noroshi-watch-XXXXXX";
static char path[100];
static pid_t console = -1;
static int screen = -1;
static char *seen; /* everything the console has written */
static size_t seen_length;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char orders[2000]; /* orders the daemon has heard, a line each */
static volatile bool stopping;
static int listener = -1;
static pthread_t daemon_thread;

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the daemon ----------------------------------------------------------------------------- */

static void answer(int peer, const char *line)
{
    json_t *order = json_loads(line, 0, NULL);
    const char *name = json_string_value(json_object_get(order, "order"));
    json_t *status = json_load_file(NOROSHI_SOURCE_DIR "/tests/golden/server-lost.json", 0, NULL);
    bool wants_status = name != NULL && (strcmp(name, "watch") == 0 || strcmp(name, "status") == 0);
    json_t *reply = wants_status ? json_pack("{s:b, s:O}", "ok", 1, "status", status)
                                 : json_pack("{s:b}", "ok", 1);
    char *text = json_dumps(reply, JSON_COMPACT);

    pthread_mutex_lock(&lock);
    strncat(orders, line, sizeof(orders) - strlen(orders) - 2);
    strcat(orders, "\n");
    pthread_mutex_unlock(&lock);
    if (send(peer, text, strlen(text), MSG_NOSIGNAL) > 0) {
        send(peer, "\n", 1, MSG_NOSIGNAL);
    }
    free(text);
    json_decref(reply);
    json_decref(status);
    json_decref(order);
}

/* One thread serves all connections; a watcher gets one status and then silence. */
static void *daemon_run(void *unused)
{
    struct pollfd peers[9] = {{.fd = listener, .events = POLLIN}};
    struct md_line_buffer lines[9];
    char bytes[4096], *line;
    nfds_t count = 1;

    while (!stopping) {
        if (poll(peers, count, 50) <= 0) {
            continue;
        }
        if ((peers[0].revents & POLLIN) != 0 && count < 9) {
            peers[count] = (struct pollfd){.fd = accept(listener, NULL, NULL), .events = POLLIN};
            md_lines_init(&lines[count++], MD_CONTROL_REQUEST_MAX);
        }
        for (nfds_t i = 1; i < count; i++) {
            ssize_t length = peers[i].revents == 0 ? -1 : read(peers[i].fd, bytes, sizeof(bytes));
            if (length == 0) {
                peers[i].events = 0;
                peers[i].fd = -peers[i].fd;
            }
            if (length > 0 && md_lines_feed(&lines[i], bytes, (size_t)length)) {
                while ((line = md_lines_next(&lines[i])) != NULL) {
                    answer(peers[i].fd, line);
                }
            }
        }
    }
    for (nfds_t i = 1; i < count; i++) {
        close(abs(peers[i].fd));
        md_lines_free(&lines[i]);
    }
    return unused;
}

static void daemon_start(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    stopping = false;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(listen(listener, 8), 0);
    cr_assert_eq(pthread_create(&daemon_thread, NULL, daemon_run, NULL), 0);
}

static void daemon_stop(void)
{
    stopping = true;
    pthread_join(daemon_thread, NULL);
    close(listener);
    unlink(path);
    listener = -1;
}

/* ---- the terminal --------------------------------------------------------------------------- */

static void console_start(const char *locale, const char *terminal)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};

    console = forkpty(&screen, NULL, NULL, &size);
    cr_assert_geq(console, 0);
    if (console == 0) {
        setenv("LC_ALL", locale, 1);
        setenv("TERM", terminal, 1);
        execl(NOROSHI_BINARY_DIR "/bin/monitorctl", "monitorctl", "--socket", path, "watch",
              (char *)NULL);
        _exit(127);
    }
}

static void forget(void)
{
    seen_length = 0;
}

static void press(const char *keys)
{
    cr_assert_eq(write(screen, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Takes what the console has written meanwhile, so that it never waits for the terminal. */
static void let_flow(int most_ms)
{
    struct pollfd wait = {.fd = screen, .events = POLLIN};

    if (poll(&wait, 1, most_ms) > 0 && seen_length < SEEN_MAX - 1) {
        ssize_t length = read(screen, seen + seen_length, SEEN_MAX - 1 - seen_length);
        seen_length += length > 0 ? (size_t)length : 0;
    }
}

/* Reads what the console writes until it contains text. */
static bool sees(const char *text)
{
    long long end_ms = now_ms() + BOUND_MS;

    while (now_ms() < end_ms) {
        if (memmem(seen, seen_length, text, strlen(text)) != NULL) {
            return true;
        }
        let_flow(100);
    }
    return false;
}

static bool daemon_hears(const char *order)
{
    long long end_ms = now_ms() + BOUND_MS;
    bool heard = false;

    while (!heard && now_ms() < end_ms) {
        pthread_mutex_lock(&lock);
        heard = strstr(orders, order) != NULL;
        pthread_mutex_unlock(&lock);
        let_flow(20);
    }
    return heard;
}

/* Waits for the end of the console and gives its exit code; -1 when it does not end. */
static int console_ends(void)
{
    long long end_ms = now_ms() + BOUND_MS;
    char rest[4096];
    int status = 0;

    while (now_ms() < end_ms) {
        struct pollfd wait = {.fd = screen, .events = POLLIN};
        if (poll(&wait, 1, 50) > 0 && read(screen, rest, sizeof(rest)) < 0 && errno != EIO) {
            break;
        }
        if (waitpid(console, &status, WNOHANG) == console) {
            console = -1;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
    }
    return -1;
}

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/c.sock", folder);
    seen = malloc(SEEN_MAX);
    cr_assert_not_null(seen);
}

static void tear_down(void)
{
    if (console > 0) {
        signal_child(console, SIGKILL);
        waitpid(console, NULL, 0);
    }
    if (listener >= 0) {
        daemon_stop();
    }
    free(seen);
    rmdir(folder);
}

TestSuite(watch, .init = set_up, .fini = tear_down, .timeout = 120);

Test(watch, it_waits_for_a_daemon_shows_it_and_passes_an_acknowledgement)
{
    console_start("C.UTF-8", "xterm-256color");
    cr_assert(sees("THE MONITOR DOES NOT ANSWER"));
    daemon_start();
    cr_assert(sees("INC-20261121-0003"));
    cr_assert(sees("指令サーバ停止"));
    press("a");
    cr_assert(sees("[y]"));
    press("y");
    cr_assert(daemon_hears("{\"order\":\"acknowledge\",\"incident\":\"INC-20261121-0003\"}"));
    cr_assert(sees("した。")); /* the rest stood there already, in the question */
    press("q");
    cr_expect_eq(console_ends(), 0);
}

Test(watch, a_daemon_that_dies_is_said_loudly_and_found_again)
{
    daemon_start();
    console_start("C.UTF-8", "xterm-256color");
    cr_assert(sees("指令サーバ停止"));
    forget();
    daemon_stop();
    cr_assert(sees("監視プログラムにつながりません"));
    orders[0] = '\0';
    daemon_start();
    cr_assert(daemon_hears("{\"order\":\"watch\"}"));
    press("a");
    cr_assert(sees("[y]"));
    press("y");
    cr_assert(daemon_hears("\"acknowledge\""));
    press("q");
    cr_expect_eq(console_ends(), 0);
}

Test(watch, a_daemon_that_falls_silent_is_not_shown_as_the_present)
{
    daemon_start();
    console_start("C.UTF-8", "xterm-256color");
    cr_assert(sees("情報が"));
    press("q");
    cr_expect_eq(console_ends(), 0);
}

Test(watch, cannot_asks_before_it_calls_the_next_person)
{
    daemon_start();
    console_start("C.UTF-8", "xterm-256color");
    cr_assert(sees("指令サーバ停止"));
    press("n");
    cr_assert(sees("[y]"));
    press("x"); /* anything but y is no */
    press("n");
    press("y");
    cr_assert(daemon_hears("\"cannot\""));
    pthread_mutex_lock(&lock);
    const char *first = strstr(orders, "\"cannot\"");
    cr_expect_null(strstr(first + 1, "\"cannot\""), "ordered twice: %s", orders);
    pthread_mutex_unlock(&lock);
    press("q");
    cr_expect_eq(console_ends(), 0);
}

Test(watch, a_kernel_console_without_utf8_gets_plain_english)
{
    daemon_start();
    console_start("C", "linux");
    cr_assert(sees("Dispatch server stopped"));
    for (size_t i = 0; i < seen_length; i++) {
        cr_assert_lt((unsigned char)seen[i], 0x80);
    }
    press("q");
    cr_expect_eq(console_ends(), 0);
}

Test(watch, a_terminal_that_hangs_up_ends_the_console)
{
    daemon_start();
    console_start("C.UTF-8", "xterm-256color");
    cr_assert(sees("INC-20261121-0003"));
    close(screen);
    long long end_ms = now_ms() + BOUND_MS;
    while (console > 0 && now_ms() < end_ms) {
        if (waitpid(console, NULL, WNOHANG) == console) {
            console = -1;
        }
        poll(NULL, 0, 20);
    }
    cr_expect_eq(console, -1, "still running");
}

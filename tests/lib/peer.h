/* SPDX-License-Identifier: Apache-2.0 */
/* A real program on the other side of a channel: a mail server, a web server, a phone. It owns the
 * process, says when the peer is ready and ends it; the peer's folder is the test's place. Used by
 * the tests of channels. */
#ifndef TESTS_LIB_PEER_H
#define TESTS_LIB_PEER_H

#include "tests/lib/notify_stage.h"
#include "tests/lib/signal_child.h"

#include <fcntl.h>
#include <sys/wait.h>

struct peer {
    pid_t pid;
    int input, output; /* the peer ends when its input is closed */
    int port;          /* as it said in "ready PORT"; 0 */
};

/* Starts a shell command; it lives until peer_stop. */
DAEMON_FIXTURE void peer_start(struct peer *peer, const char *command)
{
    int in[2], out[2];

    cr_assert_eq(pipe(in), 0);
    cr_assert_eq(pipe(out), 0);
    peer->port = 0;
    peer->pid = fork();
    cr_assert_geq(peer->pid, 0);
    if (peer->pid == 0) {
        char line[4096];

        setpgid(0, 0);
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd = 3; fd < 256; fd++) {
            close(fd);
        }
        unsetenv("ASAN_OPTIONS");
        unsetenv("LD_PRELOAD");
        snprintf(line, sizeof(line), "exec %s", command);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer->input = in[1];
    peer->output = out[0];
}

/* Reads the peer's "ready PORT", at most a minute. */
DAEMON_FIXTURE void peer_ready(struct peer *peer)
{
    char text[256] = "";
    size_t length = 0;
    uint64_t end_ns = uv_hrtime() + 60000000000ull;

    cr_assert_eq(fcntl(peer->output, F_SETFL, O_NONBLOCK), 0);
    while (strchr(text, '\n') == NULL && uv_hrtime() < end_ns && length < sizeof(text) - 1) {
        ssize_t got = read(peer->output, text + length, sizeof(text) - 1 - length);

        if (got > 0) {
            length += (size_t)got;
            text[length] = '\0';
        } else {
            usleep(5000);
        }
    }
    cr_assert_eq(sscanf(text, "ready %d", &peer->port), 1, "the peer did not start: %s", text);
}

DAEMON_FIXTURE void peer_stop(struct peer *peer)
{
    int status;

    close(peer->input);
    for (unsigned i = 0; i < 400; i++) {
        if (waitpid(peer->pid, &status, WNOHANG) == peer->pid) {
            close(peer->output);
            return;
        }
        if (i == 100) {
            signal_child(peer->pid, SIGTERM);
        } else if (i == 300) {
            signal_child(peer->pid, SIGKILL);
        }
        usleep(10000);
    }
    cr_assert(false, "the peer does not end");
}

/* A certificate for 127.0.0.1 and 10.9.0.1 in the place, which is its own authority: cert.pem and
 * key.pem. */
DAEMON_FIXTURE void peer_certificate(const struct place *place, const char *name)
{
    char command[512];

    snprintf(command, sizeof(command),
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
             "-subj /CN=peer.test -addext subjectAltName=IP:127.0.0.1,IP:10.9.0.1 "
             "-keyout %s/%skey.pem -out %s/%scert.pem 2>/dev/null",
             place->directory, name, place->directory, name);
    cr_assert_eq(system(command), 0, "openssl does not make a certificate");
}

/* The place's file of this name once it is there, at most five seconds; the caller frees it. */
struct peer_file {
    const struct place *place;
    const char *name;
};
static bool peer_file_is_there(void *context)
{
    const struct peer_file *file = context;
    char path[160];

    snprintf(path, sizeof(path), "%s/%s", file->place->directory, file->name);
    return access(path, R_OK) == 0;
}

DAEMON_FIXTURE char *peer_file(struct place *place, const char *name)
{
    struct peer_file file = {place, name};

    cr_assert(place_wait(place, peer_file_is_there, &file, 5000), "the peer has not got %s", name);
    return place_read(place, name);
}

#endif

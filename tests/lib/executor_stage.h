/* SPDX-License-Identifier: Apache-2.0 */
/* The executor and its client joined by a real socket, with programs that a test writes. Used by
 * the tests of the executor. */
#ifndef TESTS_LIB_EXECUTOR_STAGE_H
#define TESTS_LIB_EXECUTOR_STAGE_H

#include "failover/reason.h"
#include "monitord/control_wire.h"
#include "monitord/executor/server.h"
#include "monitord/executor_client.h"
#include "monitord/unix_socket.h"
#include "probes/clock.h"
#include "tests/lib/daemon_fixture.h"

#include <errno.h>
#include <sys/socket.h>

#define LIMIT_MS 8000

struct stage {
    struct place place;
    struct md_executor *executor;
    struct md_executor_client *client;
    unsigned results, wanted;
    struct fo_result result;
    bool stopped;
    /* a bare connection */
    int fd;
    struct md_line_buffer lines;
    char *line;
};

DAEMON_FIXTURE void on_result(void *context, struct fo_key key, enum fo_outcome outcome,
                              unsigned reason, int detail)
{
    struct stage *stage = context;

    stage->results++;
    stage->result = (struct fo_result){key, (uint8_t)outcome, (uint16_t)reason, detail};
}

DAEMON_FIXTURE void start_executor(struct stage *stage)
{
    char error[256];

    stage->executor =
        md_executor_start(&stage->place.loop, stage->place.site, geteuid(), error, sizeof(error));
    cr_assert_not_null(stage->executor, "%s", error);
}

DAEMON_FIXTURE void open_stage(struct stage *stage)
{
    struct md_executor_hooks hooks = {on_result, stage};

    memset(stage, 0, sizeof(*stage));
    stage->fd = -1;
    place_make(&stage->place, 0);
    start_executor(stage);
    stage->client = md_executor_client_start(&stage->place.loop, stage->place.site, &hooks);
    cr_assert_not_null(stage->client);
}

DAEMON_FIXTURE void on_stopped(void *context)
{
    ((struct stage *)context)->stopped = true;
}

DAEMON_FIXTURE bool is_stopped(void *context)
{
    return ((struct stage *)context)->stopped;
}

DAEMON_FIXTURE void stop_executor(struct stage *stage)
{
    stage->stopped = false;
    md_executor_stop(stage->executor, on_stopped, stage);
    cr_assert(place_wait(&stage->place, is_stopped, stage, LIMIT_MS));
    stage->executor = NULL;
}

DAEMON_FIXTURE void close_stage(struct stage *stage)
{
    if (stage->fd >= 0) {
        close(stage->fd);
        md_lines_free(&stage->lines);
    }
    stage->stopped = false;
    md_executor_client_stop(stage->client, on_stopped, stage);
    cr_assert(place_wait(&stage->place, is_stopped, stage, LIMIT_MS));
    if (stage->executor != NULL) {
        stop_executor(stage);
    }
    place_remove(&stage->place);
}

DAEMON_FIXTURE void program(struct stage *stage, const char *name, const char *script)
{
    char text[1024];

    snprintf(text, sizeof(text), "#!/bin/sh\nPLACE=%s\nNAME=%s\n%s\n", stage->place.directory, name,
             script);
    place_write(&stage->place, name, text, 0755);
}

DAEMON_FIXTURE struct fo_command fence(unsigned server, uint64_t sequence)
{
    return (struct fo_command){.kind = FO_COMMAND_FENCE,
                               .server = (uint8_t)server,
                               .line = FO_NONE,
                               .device = FO_NONE,
                               .key = {0xabc, sequence},
                               .deadline_us = pb_clock_us() + 6 * FO_SECOND};
}

DAEMON_FIXTURE bool has_results(void *context)
{
    struct stage *stage = context;

    return stage->results >= stage->wanted;
}

DAEMON_FIXTURE void do_command(struct stage *stage, const struct fo_command *command)
{
    stage->wanted = stage->results + 1;
    md_executor_client_do(stage->client, command);
    cr_assert(place_wait(&stage->place, has_results, stage, LIMIT_MS), "no result");
    cr_assert_eq(stage->result.key.sequence, command->key.sequence);
}

/* ---- a bare connection ---- */

DAEMON_FIXTURE bool has_line(void *context)
{
    struct stage *stage = context;
    char bytes[4096];
    ssize_t count;

    stage->line = md_lines_next(&stage->lines);
    while (stage->line == NULL) {
        count = recv(stage->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) {
            return false;
        }
        if (count <= 0) {
            return true;
        }
        cr_assert(md_lines_feed(&stage->lines, bytes, (size_t)count));
        stage->line = md_lines_next(&stage->lines);
    }
    return true;
}

DAEMON_FIXTURE void connect_bare(struct stage *stage)
{
    stage->fd = md_unix_connect(stage->place.site->executor_socket);
    cr_assert_geq(stage->fd, 0);
    md_lines_init(&stage->lines, 65536);
}

DAEMON_FIXTURE void ask(struct stage *stage, const char *line, const char *part)
{
    cr_assert_eq(send(stage->fd, line, strlen(line), MSG_NOSIGNAL), (ssize_t)strlen(line));
    cr_assert(place_wait(&stage->place, has_line, stage, LIMIT_MS), "no answer");
    cr_assert_not_null(stage->line, "closed instead of %s", part);
    cr_assert_not_null(strstr(stage->line, part), "%s instead of %s", stage->line, part);
}

DAEMON_FIXTURE void expect_runs(struct stage *stage, const char *runs)
{
    char *text = place_read(&stage->place, "runs");

    cr_assert_str_eq(text, runs);
    free(text);
}

#endif

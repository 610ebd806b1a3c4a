/* SPDX-License-Identifier: Apache-2.0 */
/* Spawns, feeds, bounds and reaps one child. It owns the handles of the process until the last is
 * closed, then itself goes. channel_command.c and the executor call it. */
#include "monitord/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct md_program {
    uv_loop_t *loop;
    uv_process_t process;
    uv_pipe_t input, output, errors; /* errors: only when the output goes elsewhere */
    uv_timer_t timer;
    uv_write_t write;
    unsigned handles_open;
    bool running, reported;
    char *bytes;
    size_t output_length;
    struct md_program_outcome outcome;
    void (*take_output)(void *context, const char *bytes, size_t length);
    md_program_done done;
    void *context;
};

static void on_closed(uv_handle_t *handle)
{
    struct md_program *child = handle->data;

    if (--child->handles_open == 0) {
        free(child->bytes);
        free(child);
    }
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, on_closed);
    }
}

static void report(struct md_program *child)
{
    if (child->reported) {
        return;
    }
    child->reported = true;
    child->outcome.output[child->output_length] = '\0';
    child->done(child->context, &child->outcome);
    close_handle((uv_handle_t *)&child->timer);
    close_handle((uv_handle_t *)&child->input);
    close_handle((uv_handle_t *)&child->output);
    close_handle((uv_handle_t *)&child->errors);
    close_handle((uv_handle_t *)&child->process);
}

static void take(struct md_program *child, const uv_pipe_t *from, const char *bytes, size_t length)
{
    size_t room = MD_PROGRAM_OUTPUT_MAX - child->output_length;

    if (child->take_output != NULL && from == &child->output) {
        child->take_output(child->context, bytes, length);
        return;
    }
    length = length < room ? length : room;
    memcpy(child->outcome.output + child->output_length, bytes, length);
    child->output_length += length;
}

/* What was written just before the end may still be in the pipe. A grandchild that keeps the pipe
 * open is not waited for. */
static void drain(struct md_program *child, const uv_pipe_t *pipe)
{
    char bytes[4096];
    uv_os_fd_t fd;
    ssize_t count;
    int reads = 0;

    if (uv_fileno((const uv_handle_t *)pipe, &fd) != 0) {
        return;
    }
    while (reads++ < 16 && (count = read(fd, bytes, sizeof(bytes))) > 0) {
        take(child, pipe, bytes, (size_t)count);
    }
}

static void on_child_exit(uv_process_t *process, int64_t status, int signal)
{
    struct md_program *child = process->data;

    child->running = false;
    child->outcome.exit_code = (int)status;
    child->outcome.signal = signal;
    drain(child, &child->output);
    drain(child, &child->errors);
    report(child);
}

static void on_timeout(uv_timer_t *timer)
{
    struct md_program *child = timer->data;

    if (!child->running) {
        report(child); /* it never started */
        return;
    }
    child->outcome.timed_out = true;
    kill(-child->process.pid, SIGKILL);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[4096]; /* one read at a time on one loop */

    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct md_program *child = stream->data;

    if (count < 0) {
        uv_read_stop(stream);
    } else {
        take(child, (uv_pipe_t *)stream, buffer->base, (size_t)count);
    }
}

/* A child that does not read its input may still succeed: only its exit code speaks. */
static void on_written(uv_write_t *write, int status)
{
    struct md_program *child = write->data;

    (void)status;
    close_handle((uv_handle_t *)&child->input);
}

/* A pipe whose end is ours to read; fd is the child's. */
static int open_pipe(uv_pipe_t *pipe, int *fd)
{
    int fds[2], code;

    if (pipe2(fds, O_CLOEXEC) != 0) {
        return -errno;
    }
    code = uv_pipe_open(pipe, fds[0]);
    if (code != 0) {
        close(fds[0]);
        close(fds[1]);
        return code;
    }
    *fd = fds[1];
    return 0;
}

/* Standard output and error share one pipe, unless the output goes elsewhere. */
static int spawn(struct md_program *child, const struct md_program_request *request)
{
    int code, output = -1, errors = -1;
    char *arguments[] = {(char *)request->program, NULL};
    char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
                           request->drill ? "NOROSHI_DRILL=1" : NULL, NULL};
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&child->input},
        {.flags = UV_INHERIT_FD},
        {.flags = UV_INHERIT_FD}};
    uv_process_options_t options = {
        .exit_cb = on_child_exit,
        .file = request->program,
        .args = arguments,
        .env = environment,
        .cwd = "/",
        .flags = UV_PROCESS_DETACHED, /* its own group, to end it whole */
        .stdio_count = 3,
        .stdio = stdio};

    if (request->program[0] != '/') {
        return UV_EINVAL;
    }
    code = open_pipe(&child->output, &output);
    if (code == 0 && request->output != NULL) {
        code = open_pipe(&child->errors, &errors);
    }
    if (code == 0) {
        stdio[1].data.fd = output;
        stdio[2].data.fd = errors >= 0 ? errors : output;
        code = uv_spawn(child->loop, &child->process, &options);
    }
    if (output >= 0) {
        close(output);
    }
    if (errors >= 0) {
        close(errors);
    }
    return code;
}

static void feed(struct md_program *child, size_t length)
{
    uv_buf_t buffer = uv_buf_init(child->bytes, (unsigned)length);

    child->write.data = child;
    if (length == 0 ||
        uv_write(&child->write, (uv_stream_t *)&child->input, &buffer, 1, on_written) != 0) {
        close_handle((uv_handle_t *)&child->input);
    }
}

struct md_program *md_program_start(uv_loop_t *loop, const struct md_program_request *request,
                                    md_program_done done, void *context)
{
    struct md_program *child = calloc(1, sizeof(*child));

    if (child == NULL || request->input_length > MD_PROGRAM_INPUT_MAX ||
        (child->bytes = malloc(request->input_length + 1)) == NULL) {
        free(child);
        return NULL;
    }
    memcpy(child->bytes, request->input, request->input_length);
    child->loop = loop;
    child->take_output = request->output;
    child->done = done;
    child->context = context;
    uv_pipe_init(loop, &child->input, 0);
    uv_pipe_init(loop, &child->output, 0);
    uv_pipe_init(loop, &child->errors, 0);
    uv_timer_init(loop, &child->timer);
    child->input.data = child;
    child->output.data = child;
    child->errors.data = child;
    child->timer.data = child;
    child->process.data = child;
    child->handles_open = 5;
    child->outcome.start_error = spawn(child, request);
    if (child->outcome.start_error != 0) {
        uv_timer_start(&child->timer, on_timeout, 0, 0);
        return child;
    }
    child->running = true;
    uv_read_start((uv_stream_t *)&child->output, on_allocate, on_read);
    if (request->output != NULL) {
        uv_read_start((uv_stream_t *)&child->errors, on_allocate, on_read);
    }
    feed(child, request->input_length);
    uv_timer_start(&child->timer, on_timeout, (uint64_t)((request->timeout_us + FO_MS - 1) / FO_MS),
                   0);
    return child;
}

void md_program_kill(struct md_program *child)
{
    if (child->running) {
        on_timeout(&child->timer);
    }
}
